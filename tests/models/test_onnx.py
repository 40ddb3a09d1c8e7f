"""A model that answers no number, or is asked what it cannot answer, is an error that names it."""

import numpy as np
import pytest

from greenroom.errors import ModelFailed
from models.onnx import OnnxModel


def test_what_is_no_number_is_no_answer() -> None:
    model = OnnxModel("nudenet_320n", threads=1)
    picture = np.zeros((1, 3, 320, 320), np.float32)
    assert np.isfinite(model(picture)).all()
    picture[0, 0, 5, 5] = np.nan
    with pytest.raises(ModelFailed, match=r"320n\.onnx answered something that is no number"):
        model(picture)


def test_a_crash_of_the_runtime_is_the_models() -> None:
    with pytest.raises(ModelFailed, match=r"320n\.onnx crashed"):
        OnnxModel("nudenet_320n", threads=1)(np.zeros((1, 3, 11, 7), np.float32))
