"""The residual's kernels do what plain numpy does; pictures that say nothing give nothing."""

import numpy as np
import pytest

from models.roles import Picture
from ops.watermark.residual import Floats, Residual, _blur, _light, _whiten, residual_of
from tests.ops.watermark.films import film, still

SIZES = [(1, 1), (2, 9), (7, 7), (13, 21), (31, 18)]  # height, width


def values(height: int, width: int) -> Floats:
    return np.random.default_rng(height * width).uniform(-50, 200, (height, width)).astype(np.float32)


def local_mean(given: Floats, reach: int) -> Floats:
    """Of what of the square of `reach` to each side lies within."""
    height, width = given.shape
    return np.array(
        [
            [
                given[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1].mean(dtype=np.float64)
                for x in range(width)
            ]
            for y in range(height)
        ],
        np.float32,
    )


def whitened(light: Floats, mean_reach: int, deviation_reach: int, least: float, clip: float) -> Floats:
    high = light - local_mean(light, mean_reach)
    deviation = np.sqrt(local_mean(high * high, deviation_reach) + least * least)
    return np.asarray(np.clip(high / deviation, -clip, clip), np.float32)


@pytest.mark.parametrize("size", [(3, 3), (7, 5), (20, 31)])
@pytest.mark.parametrize("factor", [1, 2, 3])
def test_brightness_is_that_of_the_pixels_of_each_square(size: tuple[int, int], factor: int) -> None:
    """By BT.601's weights in 256ths; what is over at the right and the lower edge is left."""
    frame = np.random.default_rng(1).integers(0, 256, (*size, 3)).astype(np.uint8)
    rows, columns = size[0] // factor, size[1] // factor
    found = np.empty((rows, columns), np.float32)
    _light(frame, factor, found)
    each = frame[: rows * factor, : columns * factor].astype(np.float64) @ np.array([77, 150, 29]) / 256
    assert np.allclose(found, each.reshape(rows, factor, columns, factor).mean((1, 3)), atol=1e-3)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("reach", [2, 5, 40])
def test_the_blur_is_the_local_mean(size: tuple[int, int], reach: int) -> None:
    given = values(*size)
    across, found = np.empty_like(given), np.empty_like(given)
    _blur(given, across, found, reach)
    assert np.allclose(found, local_mean(given, reach), atol=1e-3)


@pytest.mark.parametrize("size", SIZES)
def test_the_whitening_is_that_of_plain_numpy(size: tuple[int, int]) -> None:
    given = values(*size)
    work = np.full((3, *size), np.nan, np.float32)
    _whiten(given, work, 3, 4, 3.0, 1.5)
    assert np.allclose(work[0], whitened(given, 3, 4, 3.0, 1.5), atol=1e-3)


@pytest.mark.parametrize(("height", "width"), [(45, 61), (211, 203), (403, 451)])
def test_a_residual_is_the_mean_of_its_frames_weighed_by_their_noise(height: int, width: int) -> None:
    frames = np.random.default_rng(2).integers(0, 256, (2, height, width, 3)).astype(np.uint8)
    whole = residual_of(frames)
    assert whole is not None
    assert whole.factor == max(1, min(height, width) // 200)
    rows, columns = height // whole.factor, width // whole.factor
    reach = [max(2, round(share * min(rows, columns))) for share in (10 / 480, 20 / 480)]
    light = np.empty((2, rows, columns), np.float32)
    for one, frame in zip(light, frames, strict=True):
        _light(frame, whole.factor, one)
    mean = np.mean([whitened(one, reach[0], reach[0], 3.0, 2.5) for one in light], axis=0)
    deviation = np.sqrt(local_mean(mean * mean, reach[1])) + 0.2
    assert whole.whole().dtype == np.float32
    assert np.allclose(whole.whole(), mean / deviation**2, atol=1e-3)


def test_places_count_by_what_is_left_in_the_frames_that_count() -> None:
    """Its left half is noisy in the first frames, its right half in the last."""
    random = np.random.default_rng(3)
    frames = np.full((8, 240, 400, 3), 128, np.uint8)
    for part in (frames[:4, :, :200], frames[4:, :, 200:]):
        part += random.integers(0, 60, part.shape).astype(np.uint8)
    residual = residual_of(frames)
    assert residual is not None
    assert residual.of_a_part == 1

    def trusted(weights: list[float]) -> float:
        """How much more a voice on the left counts than one on the right."""
        plain, weighed = (list(residual.parts(one)) for one in (None, np.array(weights)))
        left = np.abs(weighed[0][:, 20:180]).sum() / np.abs(plain[0][:, 20:180]).sum()
        right = np.abs(weighed[-1][:, 220:380]).sum() / np.abs(plain[-1][:, 220:380]).sum()
        return float(left / right)

    assert trusted([1.0] * 4 + [0.0] * 4) < 0.2
    assert trusted([0.0] * 4 + [1.0] * 4) > 5
    assert 0.5 < trusted([1.0] * 8) < 2


@pytest.mark.parametrize("value", [0, 128, 255, (255, 0, 0)])
def test_flat_pictures_say_nothing(value: int | tuple[int, int, int]) -> None:
    found = residual_of([still(value, 320, 240)] * 3)
    assert found is not None
    assert np.isfinite(found.whole()).all()
    assert np.abs(found.whole()).max() < 2e-3


def test_nothing_was_seen_yet() -> None:
    assert residual_of([]) is None
    assert np.array_equal(Residual(30, 40).whole(), np.zeros((30, 40)))


def test_frames_of_two_sizes_are_refused() -> None:
    residual = Residual(240, 320)
    residual.add(still(9, 320, 240))
    for width, height in ((240, 320), (320, 241)):
        with pytest.raises(ValueError, match="among frames of"):
            residual.add(still(9, width, height))


def test_the_same_every_time_and_however_often_a_frame_is_shown() -> None:
    frames = film("coffee", 333, 251, 3)
    one, other, twice = (residual_of(shown) for shown in (frames, iter(frames), [*frames, *frames]))
    assert one is not None
    assert other is not None
    assert twice is not None
    assert np.array_equal(one.whole(), other.whole())
    assert np.allclose(one.whole(), twice.whole(), atol=1e-4)


def test_a_picture_s_own_brightness_and_contrast_do_not_count() -> None:
    """A fifth darker or with less contrast, it says nearly the same."""
    frame = film("chelsea", 333, 251, 3)[0].astype(np.float32)
    changed = [frame, frame * 0.8, 128 + (frame - 128) * 0.8]
    found = [residual_of([np.rint(one).astype(np.uint8)]) for one in changed]
    first, *others = (one.whole().ravel() for one in found if one is not None)
    assert len(others) == 2
    assert all(np.corrcoef(first, other)[0, 1] > 0.97 for other in others)


@pytest.mark.parametrize(
    ("count", "kept", "of_each"), [(1, 1, 1), (96, 96, 1), (97, 48, 2), (150, 75, 2), (400, 50, 8)]
)
def test_parts_are_kept_of_all_frames_in_their_order_and_never_too_many(count: int, kept: int, of_each: int) -> None:
    random = np.random.default_rng(1)
    frames = random.integers(0, 256, (count, 24, 32, 3)).astype(np.uint8)
    whole = residual_of(frames)
    assert whole is not None
    parts = list(whole.parts())
    assert len(parts) == kept
    trust = whole.whole() / np.mean([part_of(frame) for frame in frames], axis=0)
    for number in (0, kept // 2, kept - 1):
        expected = np.mean([part_of(one) for one in frames[number * of_each : (number + 1) * of_each]], axis=0) * trust
        assert np.abs(parts[number] - expected).max() < 0.05 * np.abs(expected).max()


def part_of(frame: Picture) -> Floats:
    """The residual of one frame alone, places not weighed."""
    alone = Residual(24, 32)
    alone.add(frame)
    return np.asarray(alone._sum)
