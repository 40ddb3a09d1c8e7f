"""A photograph's animal, not its background: colours, eyes, face, fur."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.previz.geometry.coat import EYE_GAP, EYE_LINE, FACE, coat_of, eyes_of, face_of, fur_of
from models.roles import Picture


@pytest.fixture(scope="module")
def chelsea() -> Picture:
    path = Path(__file__).parents[4] / "greenroom" / "demo" / "chelsea.png"
    return np.asarray(Image.open(path).convert("RGB"))


def animal(colour: tuple[int, int, int], background: tuple[int, int, int]) -> Picture:
    """A disc of one colour with two dark eyes, before another."""
    rows, columns = np.mgrid[0:300, 0:400]
    picture = np.tile(np.array(background, np.uint8), (300, 400, 1))
    picture[(rows - 150) ** 2 + (columns - 200) ** 2 < 110**2] = colour
    for x in (160, 240):
        picture[(rows - 120) ** 2 + (columns - x) ** 2 < 12**2] = (10, 10, 10)
    return picture


def test_the_eyes_of_a_cat_are_found_where_they_are(chelsea: Picture) -> None:
    eyes = eyes_of(chelsea)
    assert eyes.found
    assert eyes.left == pytest.approx((172, 115), abs=16)
    assert eyes.right == pytest.approx((316, 134), abs=16)


def test_her_coat_is_ginger_and_lighter_at_the_chest_than_on_the_back(chelsea: Picture) -> None:
    coat = coat_of(chelsea)
    assert coat.main[0] > 1.5 * coat.main[1] > 2 * coat.main[2]
    assert sum(coat.dark) < sum(coat.main) < sum(coat.light)


def test_the_background_is_not_the_coat() -> None:
    coat = coat_of(animal((180, 110, 50), (20, 60, 200)))
    for colour in (coat.main, coat.dark, coat.light):
        assert colour[0] > colour[2]
    assert coat_of(animal((60, 60, 60), (200, 160, 90))).main[0] < 0.1


def test_the_face_has_the_photographs_pixels_with_its_eyes_in_their_place(chelsea: Picture) -> None:
    eyes = eyes_of(chelsea)
    face = face_of(chelsea, eyes)
    assert face.shape == (FACE, FACE, 4)
    row, column = round(EYE_LINE * FACE), round((0.5 - EYE_GAP / 2) * FACE)
    own = chelsea[round(eyes.left[1]), round(eyes.left[0])].astype(int)
    assert np.abs(face[row, column, :3].astype(int) - own).max() < 40
    assert face[row, FACE // 2, 3] == 255
    assert face[0, 0, 3] == face[-1, -1, 3] == 0  # it fades out


def test_a_picture_without_eyes_is_taken_from_its_middle() -> None:
    plain = np.tile(np.array((120, 90, 60), np.uint8), (200, 300, 1))
    eyes = eyes_of(plain)
    assert not eyes.found
    assert (eyes.left[0] + eyes.right[0]) / 2 == pytest.approx(150)


def test_fur_tiles(chelsea: Picture) -> None:
    fur = fur_of(chelsea, coat_of(chelsea)).astype(int)
    inside = np.abs(np.diff(fur[:, :, :3], axis=1)).mean()
    seam = np.abs(fur[:, 0, :3] - fur[:, -1, :3]).mean()
    assert seam < 3 * inside
