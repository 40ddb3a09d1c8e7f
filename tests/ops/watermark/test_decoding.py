"""Messages are read from waves under noise, with a margin in decibels; from noise alone none is."""

import numpy as np
import pytest

from ops.watermark.carrier import CODED_BITS, VARIANTS, WAVES, MarkKey
from ops.watermark.decoding import NEEDED, decode, margin_of, noise_of, soft_bits
from tests.ops.watermark.films import CLIP, KEY
from tests.ops.watermark.tiles import noise, waves_of

LAYOUT = KEY.layout(CLIP)


def margins(power: float, tries: int = 12) -> list[float]:
    """Of the clip's waves, whose mean power is 1, under white noise of this power."""
    found = [decode(waves_of(CLIP) + noise(seed, power), LAYOUT.variant, KEY) for seed in range(tries)]
    return [one.margin for one in found if one is not None and one.clip == CLIP]


def test_the_noise_of_white_noise_is_flat() -> None:
    found = np.stack([noise_of(noise(seed)) for seed in range(60)])
    assert found.shape == (60, len(WAVES))
    assert np.abs(found.mean(0) - 1).max() < 0.1
    assert found.min() > 0.35
    assert found.max() < 2.0


def test_noise_is_heard_where_it_is() -> None:
    """Waves of one direction, as an edge fills them, count less; and all of it grows as the power does."""
    along = np.abs(WAVES[:, 1]) <= 1
    edges = noise(1) * np.where(along, 10.0, 1.0)
    found = noise_of(edges)
    assert found[along].min() > 3 * np.median(found[~along])
    assert np.allclose(noise_of(3 * edges), 9 * found)


@pytest.mark.parametrize("seed", range(3))
def test_every_variant_s_message_is_read(seed: int) -> None:
    random = np.random.default_rng(seed)
    seen: set[int] = set()
    while len(seen) < VARIANTS:
        clip = random.bytes(8)
        layout = KEY.layout(clip)
        seen.add(next(number for number, one in enumerate(KEY.variants) if one is layout.variant))
        found = decode(waves_of(clip) + noise(seed, 0.5), layout.variant, KEY)
        assert found is not None
        assert found.clip == clip
        assert found.margin > 3
        soft = soft_bits(waves_of(clip), layout.variant)
        assert soft.shape == (CODED_BITS,)
        assert np.all(soft * layout.code > 0)


def test_how_loud_all_of_it_is_does_not_count() -> None:
    heard = waves_of(CLIP) + noise(1, 1.0)
    found = [decode(heard * gain, LAYOUT.variant, KEY) for gain in (0.01, 1.0, 1e6)]
    first, *others = (one.margin for one in found if one is not None)
    assert others == pytest.approx([first, first], abs=1e-3)


def test_noise_alone_says_nothing_to_any_of_a_hundred_keys() -> None:
    for number in range(100):
        key = MarkKey(number.to_bytes(2, "big"))
        heard = noise(number)
        assert all(decode(heard, variant, key) is None for variant in key.variants[:2])


def test_a_mark_says_nothing_to_another_key_nor_in_another_variant() -> None:
    loud = waves_of(CLIP) + noise(1, 0.1)
    assert all(decode(loud, variant, KEY) is None for variant in KEY.variants if variant is not LAYOUT.variant)
    for number in range(20):
        other = MarkKey(bytes([number]))
        assert all(decode(loud, variant, other) is None for variant in (LAYOUT.variant, other.variants[0]))


def test_the_margin_falls_by_three_decibels_where_noise_doubles() -> None:
    half, one, two = (margins(power) for power in (0.5, 1.0, 2.0))
    assert len(half) == len(one) == 12
    assert len(two) >= 10
    assert np.mean(half) - np.mean(one) == pytest.approx(2.6, abs=0.7), "beside little noise, what waves differ counts"
    assert np.mean(one) - np.mean(two) == pytest.approx(3.0, abs=0.7)


def test_messages_are_lost_where_the_margin_ends() -> None:
    """Doubled noise is survived where three decibels and more were left; without a margin most messages are lost."""
    assert min(margins(1.0)) > 2.5
    assert len(margins(2.0)) >= 10
    assert len(margins(6.0)) < 6
    assert margins(16.0) == []


def test_the_margin_is_the_mean_over_the_deviation() -> None:
    agreed = np.array([1.0, 3.0] * 50)
    assert margin_of(agreed) == pytest.approx(20 * np.log10(2.0) - NEEDED)
    assert margin_of(7 * agreed) == pytest.approx(margin_of(agreed))
    assert margin_of(-agreed) < margin_of(np.zeros(4)) <= -NEEDED


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("value", [0, np.nan, np.inf])
def test_no_waves_and_broken_ones_say_nothing(value: float) -> None:
    assert decode(np.full(len(WAVES), value, np.complex128), LAYOUT.variant, KEY) is None
