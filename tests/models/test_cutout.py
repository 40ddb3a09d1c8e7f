"""Cutting out: what stands before a background is found, its edge to a few pixels, and always alike."""

import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from models.cutout import cut_out


def overlap(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Intersection over union."""
    return float((one & other).sum() / (one | other).sum())


@pytest.fixture(scope="module")
def horse() -> NDArray[np.bool_]:
    return np.asarray(~skimage.data.horse())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_textured_subject_before_a_textured_background_is_found(horse: NDArray[np.bool_], seed: int) -> None:
    random = np.random.default_rng(seed)
    noise = gaussian_filter(random.normal(size=(*horse.shape, 3)), (2, 2, 0)) * 60
    subject, behind = np.array([120, 80, 50]) + noise, np.array([90, 140, 90]) + noise[::-1]
    picture = np.clip(np.where(horse[..., None], subject, behind), 0, 255).astype(np.uint8)
    assert overlap(cut_out(picture).mask > 0.5, horse) > 0.85


def test_a_photographed_cup_is_found_with_its_saucer_and_without_the_table() -> None:
    found = cut_out(skimage.data.coffee()).mask
    assert found[200, 300] > 0.9  # in the cup
    assert found[200, 120] > 0.9  # the saucer's rim
    assert found[[10, 10, 390, 390], [10, 590, 10, 590]].max() < 0.1  # the table's corners
    assert 0.3 < float(found.mean()) < 0.6


def test_the_same_picture_is_cut_alike(horse: NDArray[np.bool_]) -> None:
    picture = np.repeat((horse * 200).astype(np.uint8)[..., None], 3, axis=2)
    assert np.array_equal(cut_out(picture).mask, cut_out(picture).mask)


def test_a_plain_wall_has_a_share_but_never_fails() -> None:
    found = cut_out(np.full((120, 90, 3), 128, np.uint8))
    assert found.mask.shape == (120, 90)
    assert 0.0 <= found.share <= 1.0
