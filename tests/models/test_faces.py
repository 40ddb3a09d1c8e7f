from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from greenroom.errors import ModelMissing
from models.faces import SAME_PERSON, DlibFaces
from models.roles import Picture

ASTRONAUT = Path(__file__).parents[1] / "data" / "astronaut.png"


def astronaut() -> Picture:
    return np.asarray(Image.open(ASTRONAUT).convert("RGB"), np.uint8)


def test_a_face_is_found_where_it_is_and_is_the_same_person_when_mirrored() -> None:
    picture = astronaut()
    with DlibFaces() as model:
        (face,) = model.find(picture, embed=True)
        (mirrored,) = model.find(np.ascontiguousarray(picture[:, ::-1]), embed=True)
    # her nose stands at about (105, 115) of the crop
    assert face.x < 105 < face.x + face.width
    assert face.y < 115 < face.y + face.height
    assert face.embedding is not None
    assert mirrored.embedding is not None
    assert face.embedding.shape == (128,)
    assert float(np.linalg.norm(face.embedding - mirrored.embedding)) < SAME_PERSON


def test_no_face_is_found_in_noise_or_a_plain_field() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (200, 300, 3), np.uint8)
    with DlibFaces() as model:
        assert model.find(noise, embed=False) == ()
        assert model.find(np.full((200, 300, 3), 90, np.uint8), embed=False) == ()


def test_outside_its_with_it_says_so() -> None:
    with pytest.raises(ModelMissing, match="with"):
        DlibFaces().find(astronaut(), embed=False)
