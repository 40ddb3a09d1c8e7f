"""The mark of the sound is read again whatever became of it; what has none is never taken for marked."""

from collections.abc import Iterator
from functools import cache
from itertools import count

import numpy as np
import pytest

from bench.marks.sounds import Attack, Heard, aac, at_rate, five_seconds, mp3, resampled, trimmed
from bench.marks_sound import (
    beside_another,
    cut_in,
    faster_at_its_pitch,
    noisy,
    part,
    side,
    turned_over,
)
from greenroom.domain.base import clip_id
from greenroom.errors import BadInput
from models.roles import Samples
from ops.watermark import convolutional
from ops.watermark.carrier import TAG_BYTES, MarkKey
from ops.watermark.carrier_sound import SLOTS, sound_variants
from ops.watermark.cells import PHASES, Spectrogram
from ops.watermark.finding_sound import DECODINGS, WINDOW, WINDOWS, _decoded, _Place, _Search, _soft, find_in_sound
from ops.watermark.reading import Reading
from ops.watermark.sound import mark_sound
from tests.ops.watermark.sounds import RATE, sound

KEY = MarkKey(b"a key of the tests")
CLIP = bytes(range(8))
NOTHING = Reading()


@cache
def marked(kind: str) -> Heard:
    return Heard(mark_sound(sound(kind), RATE, KEY, CLIP), RATE)


def noise(seconds: float, channels: int = 2, rate: int = RATE) -> Samples:
    return (0.1 * np.random.default_rng(5).normal(size=(round(seconds * rate), channels))).astype(np.float32)


@pytest.mark.parametrize("kind", ["voice", "music", "place"])
@pytest.mark.parametrize(
    "attack",
    [aac(64_000), mp3(64_000), resampled(16_000, mono=True), resampled(44_100), trimmed, turned_over],
    ids=["aac", "mp3", "16 kHz mono", "44.1 kHz", "trimmed", "turned over"],
)
def test_it_is_read_after(kind: str, attack: Attack) -> None:
    found = attack(marked(kind), np.random.default_rng(1))
    reading = find_in_sound(found.samples, found.rate, KEY, anywhere=False)
    assert reading.clip == clip_id(CLIP)
    assert reading.margin > 0
    assert reading.geometry is None


@pytest.mark.parametrize("kind", ["voice", "place"])
@pytest.mark.parametrize(
    "attack",
    [part(2.5), noisy(20), side, aac(48_000)],
    ids=["2.5 s", "noise", "one side", "AAC 48"],
)
def test_it_is_read_after_more(kind: str, attack: Attack) -> None:
    found = attack(marked(kind), np.random.default_rng(1))
    assert find_in_sound(found.samples, found.rate, KEY, anywhere=False).clip == clip_id(CLIP)


def test_five_seconds_from_anywhere_carry_the_whole_message() -> None:
    long = Heard(mark_sound(np.concatenate([sound("voice"), sound("place")]), RATE, KEY, CLIP), RATE)
    for seed in range(6):
        found = five_seconds(long, np.random.default_rng(seed))
        assert find_in_sound(found.samples, found.rate, KEY, anywhere=False).clip == clip_id(CLIP)


@pytest.mark.parametrize("ratio", [0.9, 0.999, 1.042, 1.1])
def test_played_faster_or_slower(ratio: float) -> None:
    faster = at_rate(Heard(marked("voice").samples, round(RATE * ratio)), RATE)
    reading = find_in_sound(faster.samples, RATE, KEY)
    assert reading.clip == clip_id(CLIP)
    if abs(ratio - 1) > 0.01:
        assert reading.geometry == f"played {float(str(reading.geometry).split()[1]):.3f} times as fast"
        assert float(str(reading.geometry).split()[1]) == pytest.approx(ratio, abs=0.002)
        assert find_in_sound(faster.samples, RATE, KEY, anywhere=False) == NOTHING


@pytest.mark.parametrize(
    ("attack", "words"),
    [
        (faster_at_its_pitch, "times as fast, at its pitch"),
        (beside_another, "one channel of it"),
        (cut_in, "a part of it"),
    ],
    ids=["at its pitch", "beside another", "cut in"],
)
def test_anywhere_finds_and_says_what_became_of_it(attack: Attack, words: str) -> None:
    found = attack(marked("place"), np.random.default_rng(3))
    reading = find_in_sound(found.samples, found.rate, KEY)
    assert reading.clip == clip_id(CLIP)
    assert words in str(reading.geometry) or (reading.geometry is None and attack is not faster_at_its_pitch)


def test_every_rate_and_mix_of_many_channels() -> None:
    for rate in (16_000, 22_050, 96_000):
        plain = at_rate(Heard(sound("place"), RATE), rate).samples
        found = mark_sound(np.concatenate([plain, 0.3 * plain[::-1], plain, plain], axis=1), rate, KEY, CLIP)
        for mixed in (found, found.mean(axis=1, keepdims=True), found[:, 5:6]):
            assert find_in_sound(mixed, rate, KEY, anywhere=False).clip == clip_id(CLIP)


def test_the_margin_falls_with_what_happens() -> None:
    heard, random = marked("place"), np.random.default_rng(2)
    margins = [
        find_in_sound(one.samples, one.rate, KEY, anywhere=False).margin
        for one in (heard, aac(64_000)(heard, random), aac(32_000)(heard, random))
    ]
    assert margins == sorted(margins, reverse=True)
    assert margins[0] > 9


NOTHING_IN_IT = {
    "empty": np.zeros((0, 2), np.float32),
    "one sample": np.full((1, 1), 0.5, np.float32),
    "zeros": np.zeros((RATE, 2), np.float32),
    "an offset": np.full((RATE, 2), 0.3, np.float32),
    "0.1 s": noise(0.1),
    "8 channels": noise(0.3, 8),
    "faint": np.float32(1e-30) * noise(1.0),
    "loud": np.float32(1e4) * noise(1.0, 1),
}


@pytest.mark.parametrize("name", NOTHING_IN_IT)
def test_what_carries_nothing_has_no_reading(name: str) -> None:
    assert find_in_sound(NOTHING_IN_IT[name], RATE, KEY) == NOTHING


def test_what_is_no_sound_is_refused() -> None:
    broken = noise(1.0)
    broken[7, 0] = np.inf
    huge = np.float32(1e18) * noise(1.0)
    for samples in (broken, np.float32(np.nan) * broken, huge, noise(1.0)[:, 0], noise(1.0)[:, :0]):
        with pytest.raises(BadInput):
            find_in_sound(samples, RATE, KEY)
    with pytest.raises(BadInput):
        find_in_sound(noise(1.0), 4_000, KEY)


def test_of_two_hours_a_few_windows_are_looked_at() -> None:
    """As an array (this one takes no memory), and as blocks: no more of those are asked for than the windows need."""
    two_hours = np.broadcast_to(np.float32(0.1), (2 * 3600 * RATE, 2))
    assert find_in_sound(two_hours, RATE, KEY, anywhere=False) == NOTHING
    asked = count()
    block = noise(10)

    def blocks() -> Iterator[Samples]:
        for _ in range(720):
            next(asked)
            yield block

    assert find_in_sound(blocks(), RATE, KEY, anywhere=False) == NOTHING
    assert next(asked) * 10 <= (2**WINDOWS) * WINDOW


def test_a_mark_in_a_later_window_is_found() -> None:
    found = marked("place").samples
    quiet = np.zeros((round(3 * WINDOW) * RATE, 2), np.float32)
    whole = np.concatenate([quiet, found, found, found, found])
    assert find_in_sound(whole, RATE, KEY, anywhere=False).clip == clip_id(CLIP)
    blocks = (whole[start : start + 12_345] for start in range(0, len(whole), 12_345))
    assert find_in_sound(blocks, RATE, KEY, anywhere=False).clip == clip_id(CLIP)


def test_another_key_reads_nothing() -> None:
    """At the very place where the right key reads it, and with its cells: only the tag is in doubt."""
    evidence = Spectrogram(marked("place").samples, RATE).evidence()
    place = _Search(KEY)._places(evidence)[0]
    variant = sound_variants(KEY)[place.variant]
    assert _decoded(evidence, variant, place, KEY) is not None
    random = np.random.default_rng(4)
    message = convolutional.decode(_soft(evidence, variant, place))
    assert not any(MarkKey(random.bytes(32)).clip_of(message) for _ in range(20_000))
    places = [_Place(place.variant, place.phase, begin, place.deviations) for begin in range(0, SLOTS, 2)]
    assert not any(_decoded(evidence, variant, one, MarkKey(random.bytes(32))) for one in places)


def test_unmarked_sounds_read_nothing_with_any_key() -> None:
    random = np.random.default_rng(6)
    for kind in ("voice", "music", "place", "blows"):
        for _ in range(4):
            assert find_in_sound(sound(kind), RATE, MarkKey(random.bytes(32)), anywhere=False) == NOTHING
    assert find_in_sound(sound("voice"), RATE, MarkKey(random.bytes(32))) == NOTHING
    assert WINDOWS * DECODINGS / 2 ** (8 * TAG_BYTES) < 2**-23


def test_no_two_clips_are_taken_for_each_other() -> None:
    random = np.random.default_rng(7)
    for _ in range(5):
        clip = random.bytes(8)
        found = mark_sound(sound("place"), RATE, KEY, clip)
        assert find_in_sound(found, RATE, KEY, anywhere=False).clip == clip_id(clip)
    assert PHASES * SLOTS > 1000  # places at which a period may begin
