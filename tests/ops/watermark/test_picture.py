"""A mark keeps what it promises of quality, is fitted to its pictures, and is drawn into pictures of every size."""

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from bench.marks.quality import psnr, ssim
from ops.watermark.carrier import TILE, Floats
from ops.watermark.decoding import margin_of, soft_bits
from ops.watermark.picture import (
    LEAST_PSNR,
    LEAST_PSNR_AT_ALL,
    LEAST_SSIM,
    LEAST_SSIM_AT_ALL,
    PictureMark,
    _add,
    _deviations,
    _laid_out,
    _levelled,
    _resampled,
    _strengths,
    _waves,
    marked,
)
from tests.ops.watermark.films import CLIP, KEY, KINDS, Film, film, fitted, marked_film, still

WEAKEST, STRONGEST = 0.4, 3.0


def noise(width: int, height: int) -> Film:
    return np.random.default_rng(1).integers(0, 256, (3, height, width, 3)).astype(np.uint8)


def test_it_costs_no_more_than_is_allowed() -> None:
    """Each film keeps its bounds, and all together 43 dB: most are held at more by SSIM."""
    found = [psnr(film(kind), marked_film(kind)) for kind in KINDS]
    assert np.mean(found) >= 43
    assert min(found) >= LEAST_PSNR_AT_ALL - 0.05
    alike = [ssim(film(kind)[::3], marked_film(kind)[::3]) for kind in KINDS]
    assert np.mean(alike) >= 0.987
    assert min(alike) >= LEAST_SSIM_AT_ALL - 0.0003


def test_where_it_would_hardly_be_heard_it_may_cost_a_little_more() -> None:
    """A picture of nothing but edges, in which waves of the mark are lost."""
    plain = np.stack([np.kron(noise(40, 30)[0], np.ones((12, 12, 1), np.uint8))] * 3)
    seen = np.stack(list(marked(plain, fitted(plain))))
    assert LEAST_PSNR_AT_ALL - 0.05 < psnr(plain, seen) < LEAST_PSNR
    assert ssim(plain, seen) > LEAST_SSIM_AT_ALL - 0.0003


def test_black_stays_black_and_what_it_saves_is_laid_elsewhere() -> None:
    plain = film("coffee").copy()
    plain[:, :, :427] = 0
    seen = np.stack(list(marked(plain, fitted(plain))))
    assert not seen[:, :, :400].any()
    assert (seen[:, :, 440:].astype(int) - plain[:, :, 440:]).std() > 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_added_is_nothing_in_the_mean_and_the_same_to_each_channel(kind: str) -> None:
    plain, seen = film(kind).astype(int), marked_film(kind).astype(int)
    inside = np.all((plain > 12) & (plain < 243), axis=3)
    added = (seen - plain)[inside]
    assert abs(added.mean()) < 0.05
    assert np.array_equal(added[:, 0], added[:, 1])
    assert np.array_equal(added[:, 0], added[:, 2])
    assert 0.5 < added.std() < 4


def test_it_is_as_strong_as_quality_leaves_room_for() -> None:
    """The bound that holds for a film is met closely: what is left unused an encoder would use."""
    plain, seen = film("coffee"), marked_film("coffee")
    assert LEAST_SSIM - 0.0003 < ssim(plain[::3], seen[::3]) < LEAST_SSIM + 0.001


def test_the_strength_is_bounded() -> None:
    flat, calm, busy = np.stack([still(128, 320, 240)] * 3), film("chelsea", 320, 240, 3), noise(320, 240)
    strengths = [fitted(plain).strength for plain in (flat, calm, busy)]
    assert WEAKEST <= strengths[0] < min(strengths[1:])
    assert max(strengths) <= STRONGEST


def test_it_is_stronger_where_more_happens() -> None:
    half = noise(320, 240)[0]
    half[:, :160] = 128
    mark = PictureMark(KEY, CLIP, 320, 240)
    added = mark.drawn(half).astype(int) - half
    calm, busy = added[:, 16:128], added[:, 192:304][np.abs(half[:, 192:304].astype(int) - 128) < 100]
    assert 1.2 < busy.std() / calm.std() < 1.6


def test_another_clip_or_key_is_drawn_otherwise_and_the_same_one_the_same() -> None:
    plain = film("coffee", 333, 251, 3)
    once, again = (np.stack(list(marked(plain, fitted(plain)))) for _ in range(2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, np.stack(list(marked(plain, fitted(plain, bytes(8))))))


def test_a_frame_of_another_size_is_refused() -> None:
    mark = PictureMark(KEY, CLIP, 320, 240)
    for width, height in ((240, 320), (321, 240)):
        with pytest.raises(ValueError, match="the mark is for pictures of"):
            mark.drawn(still(9, width, height))
    with pytest.raises(ValueError, match="there is none"):
        mark.fit([])


def agreements(plain: Film, mark: PictureMark) -> Floats:
    """How far each coded bit is right in the film with this mark in it, by how far all are."""
    layout = KEY.layout(CLIP)
    waves = _waves(list(marked(plain, mark)))
    agreed = soft_bits(waves, layout.variant) * layout.code
    return np.asarray(agreed / agreed.mean())


@pytest.mark.parametrize("kind", KINDS)
def test_a_fitted_mark_says_more_where_the_picture_opposes_it(kind: str) -> None:
    """At the same PSNR as one that is not, fewer bits are wrong, and noise may rise further until they are lost."""
    plain, fit = film(kind)[::3], fitted(film(kind))
    bare = PictureMark(KEY, CLIP, plain.shape[2], plain.shape[1])
    error = psnr(plain, np.stack(list(marked(plain, fit))))
    for _ in range(2):
        bare.strength *= 10 ** ((psnr(plain, np.stack(list(marked(plain, bare)))) - error) / 20)
    assert psnr(plain, np.stack(list(marked(plain, bare)))) == pytest.approx(error, abs=0.05)
    informed, blind = agreements(plain, fit), agreements(plain, bare)
    assert np.sum(informed < 0) < np.sum(blind < 0)
    assert np.sort(informed)[:20].mean() > np.sort(blind)[:20].mean() + 0.1
    assert margin_of(informed) > margin_of(blind) + 1


@pytest.mark.parametrize(
    ("width", "height"), [(480, 854), (480, 480), (1280, 720), (333, 251), (64, 64), (16, 500), (9, 7)]
)
def test_pictures_of_every_size_are_marked(width: int, height: int) -> None:
    plain = film("coffee", width, height, 3)
    seen = np.stack(list(marked(plain, fitted(plain))))
    assert (seen.shape, seen.dtype) == (plain.shape, np.uint8)
    assert psnr(plain, seen) > LEAST_PSNR_AT_ALL - 0.2
    assert np.any(seen != plain)


def test_tiles_repeat_and_their_origin_is_the_picture_s_middle() -> None:
    tile = KEY.tile(CLIP)
    laid = _laid_out(tile, 961, 481)
    unit = 481 / 480
    down, across = np.mgrid[:481, :961]
    places = np.stack([(down - 240) / unit % TILE, (across - 480) / unit % TILE])
    exact = map_coordinates(tile, places.reshape(2, -1), order=3, mode="grid-wrap").reshape(481, 961)
    assert np.corrcoef(laid.ravel(), exact.ravel())[0, 1] > 0.995
    assert laid[240, 480] == pytest.approx(tile[0, 0], abs=1e-5)
    whole = _laid_out(tile, 960, 480)
    assert np.array_equal(whole[:, :720], whole[:, 240:])
    assert np.array_equal(whole[:240], whole[240:])
    assert np.allclose(_resampled(tile, 4 * TILE)[::4, ::4], tile, atol=1e-5)


def test_gains_are_levelled_with_the_power_of_before() -> None:
    random = np.random.default_rng(1)
    host, added = random.normal(size=400), random.uniform(0.8, 1.2, 400)
    power = random.uniform(0.5, 2, 400)
    gains = _levelled(host, added, power)
    assert float(gains**2 @ power) == pytest.approx(power.sum(), rel=1e-6)
    assert gains.min() >= 0.5
    assert gains.max() <= 1.8
    free = (gains > 0.5) & (gains < 1.8)
    assert np.ptp((host + gains * added)[free]) < 1e-6
    assert np.corrcoef(host, gains)[0, 1] < -0.8
    assert np.allclose(_levelled(np.zeros(400), np.ones(400), power), 1, atol=1e-6)


@pytest.mark.parametrize("size", [(1, 1), (15, 33), (37, 50)])
def test_the_kernels_that_shape_it_do_what_plain_numpy_does(size: tuple[int, int]) -> None:
    height, width = size
    cell = 16
    frame = np.random.default_rng(1).integers(0, 256, (*size, 3)).astype(np.uint8)
    cells = np.empty((2, -(-height // cell), -(-width // cell)), np.float32)
    gains = np.empty_like(cells[0])
    # 1. Every other pixel of a cell is so bright and deviates so much.
    frame[:, : width // 2] //= 40
    light = frame @ np.array([0.299, 0.587, 0.114])
    _deviations(frame, cells, cell)
    for row, column in np.ndindex(*gains.shape):
        one = light[row * cell : (row + 1) * cell : 2, column * cell : (column + 1) * cell : 2]
        assert cells[:, row, column] == pytest.approx((one.mean(), one.std()), abs=1e-2)
    # 2. A cell is as strong as those around it and the calmest of them allow, and weaker where it is black.
    _strengths(cells, gains, 0.015, 1.4, 8.0)
    for row, column in np.ndindex(*gains.shape):
        around = cells[1, max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
        share = min(1.0, float(cells[0, row, column]) / 8)
        expected = min(1.4, 1 + 0.015 * (around.mean() + around.min()) / 2) * share
        assert gains[row, column] == pytest.approx(expected, abs=1e-4)
    # 3. Between the middles of two cells the strength goes over from one to the other.
    pattern = np.random.default_rng(2).normal(size=size).astype(np.float32)
    drawn = np.empty_like(frame)
    _add(frame, pattern, gains, cell, 2.5, drawn)
    places = (np.mgrid[:height, :width] + 0.5) / cell - 0.5
    smooth = map_coordinates(gains, places.reshape(2, -1), order=1, mode="nearest").reshape(size)
    exact = np.clip(frame + (pattern * 2.5 * smooth)[..., None], 0, 255)
    assert np.abs(drawn - exact).max() <= 0.5 + 1e-3
