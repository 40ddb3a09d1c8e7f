"""Whether one picture is part of another: drawings with the edits that copies have, and others' drawings."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps

from ops.verifying.resemblance import SAME, resemblance
from tests.ops.verifying.conftest import Picture, scene

WIDE, HIGH = 480, 270
SEEDS = (1, 2, 3)


def drawing(seed: int) -> Image.Image:
    return Image.fromarray(scene(1, WIDE, HIGH, seed=seed)[0])


def pixels(picture: Image.Image) -> list[Picture]:
    return [np.asarray(picture.convert("RGB"), np.uint8)]


def noisy(picture: Image.Image) -> Image.Image:
    values = np.asarray(picture, np.float64) + np.random.default_rng(1).normal(0, 20, (HIGH, WIDE, 3))
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


EDITS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "none": lambda one: one,
    "mirrored": ImageOps.mirror,
    "cut": lambda one: one.crop((60, 10, WIDE - 20, HIGH - 50)),
    "a corner": lambda one: one.crop((0, 0, WIDE * 6 // 10, HIGH * 6 // 10)),
    "square": lambda one: one.crop((105, 0, 375, HIGH)),
    "upright": lambda one: one.crop((160, 0, 312, HIGH)),
    "framed": lambda one: ImageOps.expand(one, 60),
    "squeezed": lambda one: one.resize((HIGH, HIGH)),
    "turned by 1": lambda one: one.rotate(1),
    "turned by 3": lambda one: one.rotate(3),
    "blurred": lambda one: one.filter(ImageFilter.GaussianBlur(2)),
    "noisy": noisy,
    "small": lambda one: one.resize((120, 68)),
    "bright": lambda one: one.point(lambda value: min(255, int(value * 1.3))),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("seed", SEEDS)
def test_an_edited_copy_shows_the_same(edit: str, seed: int) -> None:
    found = resemblance(pixels(EDITS[edit](drawing(seed))), pixels(drawing(seed)))
    assert found is not None
    assert found >= SAME


def test_another_drawing_does_not() -> None:
    """Each of a dozen against each of three, in every view: the nearest stays below."""
    found = [resemblance(pixels(drawing(10 + one)), pixels(drawing(seed))) for one in range(6) for seed in SEEDS[:2]]
    assert all(one is not None for one in found)
    assert max(one for one in found if one is not None) < SAME


@pytest.mark.parametrize("other", [Image.new("RGB", (WIDE, HIGH), (90, 120, 200)), Image.new("RGB", (2000, 20))])
def test_a_picture_without_structure_tells_nothing(other: Image.Image) -> None:
    assert resemblance(pixels(other), pixels(drawing(1))) is None
    assert resemblance(pixels(drawing(1)), pixels(other)) is None
