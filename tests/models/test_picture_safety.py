from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from greenroom.errors import ModelMissing
from models.picture_safety import LABELS, NudeNet

ASTRONAUT = Path(__file__).parents[1] / "data" / "astronaut.png"


def test_a_dressed_portrait_shows_a_face_and_nothing_exposed() -> None:
    picture = np.asarray(Image.open(ASTRONAUT).convert("RGB"), np.uint8)
    with NudeNet(threads=1) as model:
        found = model.look(picture)
    face = next(one for one in found if one.label == "FACE_FEMALE")
    assert face.score > 0.5
    assert face.x < 105 < face.x + face.width
    assert face.y < 115 < face.y + face.height
    assert not [one for one in found if one.label.endswith("_EXPOSED")]


def test_a_wide_picture_keeps_its_boxes_inside() -> None:
    face = np.asarray(Image.open(ASTRONAUT).convert("RGB"), np.uint8)
    wide = np.full((200, 500, 3), 120, np.uint8)
    wide[:, 300:] = face
    with NudeNet(threads=1) as model:
        found = model.look(wide)
    assert any(one.label == "FACE_FEMALE" and one.x > 300 for one in found)
    for one in found:
        assert one.label in LABELS
        assert 0 <= one.x <= one.x + one.width <= 500
        assert 0 <= one.y <= one.y + one.height <= 200


def test_noise_shows_nothing() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (120, 160, 3), np.uint8)
    with NudeNet(threads=1) as model:
        assert model.look(noise) == ()


def test_outside_its_with_it_says_so() -> None:
    with pytest.raises(ModelMissing, match="with"):
        NudeNet().look(np.zeros((8, 8, 3), np.uint8))
