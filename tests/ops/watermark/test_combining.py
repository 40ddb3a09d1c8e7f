"""Frames weighed against each other say what their sum does not, and no less where it says all."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ops.watermark.carrier import WAVES, Layout
from ops.watermark.combining import combined
from ops.watermark.decoding import Waves, decode
from tests.ops.watermark.films import CLIP, KEY

LAYOUT: Layout = KEY.layout(CLIP)
TILE = np.fft.fft2(LAYOUT.tile(np.ones((len(WAVES), 2))))[WAVES[:, 1], WAVES[:, 0]]
LOUD = np.sqrt(np.mean(np.abs(TILE) ** 2))


def noise(random: np.random.Generator) -> Waves:
    """As loud in the mean as the mark's own waves."""
    values = random.normal(size=len(WAVES)) + 1j * random.normal(size=len(WAVES))
    return np.asarray(values * LOUD / np.sqrt(2))


def frames(shares: list[float], alike: float, seed: int = 1) -> NDArray[np.complex128]:
    """The mark in each frame by such a share, under noise that the frames have in common and noise of their own."""
    random = np.random.default_rng(seed)
    picture = noise(random)
    return np.stack([share * TILE + alike * picture + (1 - alike) * noise(random) for share in shares])


def margin(waves: Waves) -> float:
    found = decode(waves, LAYOUT.variant, KEY)
    return found.margin if found is not None and found.clip == CLIP else -np.inf


def test_a_mark_that_few_frames_keep_is_heard_although_the_sum_says_nothing() -> None:
    seen = frames([1.2, 1.2] + [0.0] * 22, 0.0)
    assert margin(seen.mean(0)) == -np.inf
    assert margin(combined(seen, LAYOUT.variant, settled=True)) > 1
    assert margin(combined(seen, LAYOUT.variant, settled=False)) > 1


def margins(shares: list[float]) -> tuple[float, float]:
    """The mean margin of five films, with frames heard together with their neighbours and each for itself."""
    films = [frames(shares, 0.3, seed) for seed in range(5)]
    settled, alone = ([margin(combined(one, LAYOUT.variant, settled=how)) for one in films] for how in (True, False))
    return float(np.mean(settled)), float(np.mean(alone))


def test_faint_frames_are_heard_together_with_their_neighbours_and_scattered_ones_each_for_itself() -> None:
    settled, alone = margins([0.2] * 96)
    assert settled > 1 > alone
    settled, alone = margins([1.5 if at % 12 == 0 else 0.0 for at in range(48)])
    assert alone > 1 > settled


def test_what_all_frames_have_in_common_is_taken_away_where_their_marks_differ() -> None:
    seen = frames([0.9] * 4 + [0.1] * 4, 0.9)
    assert margin(combined(seen, LAYOUT.variant, settled=False)) > margin(seen.mean(0)) + 2


@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize("alike", [0.0, 0.5, 1.0])
def test_frames_that_are_all_as_good_lose_little(alike: float, settled: bool) -> None:
    seen = frames([0.8] * 24, alike)
    assert margin(combined(seen, LAYOUT.variant, settled=settled)) > margin(seen.mean(0)) - 1


@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_bits_keep_their_sign_whatever_that_of_the_pilot(sign: float, settled: bool) -> None:
    turned = Layout(LAYOUT.variant, sign, LAYOUT.code)
    tile = np.fft.fft2(turned.tile(np.ones((len(WAVES), 2))))[WAVES[:, 1], WAVES[:, 0]]
    random = np.random.default_rng(2)
    assert (
        margin(combined(np.stack([tile + 0.3 * noise(random) for _ in range(6)]), LAYOUT.variant, settled=settled)) > 3
    )


@pytest.mark.parametrize("settled", [True, False])
def test_nothing_is_no_error(settled: bool) -> None:
    silent = np.zeros((3, len(WAVES)), np.complex128)
    assert np.isfinite(combined(silent, LAYOUT.variant, settled=settled)).all()
    assert margin(combined(silent, LAYOUT.variant, settled=settled)) == -np.inf
