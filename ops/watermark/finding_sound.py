"""Finding the invisible mark of a sound, whatever became of the sound since.

First as it was made, from whatever moment on. Then, if asked, in short stretches of it, in one channel alone, and
played faster or slower, with its pitch or without.

Where the period begins is told by the pilot: the sound's cells, all periods added up, are correlated with the pilot of
each variant at every slot and phase. For the likeliest places the coded bits are read, each cell weighted by how well
the pilot is heard in its band and at its time, and decoded softly. At most `DECODINGS` messages are tried in a window
and `WINDOWS` windows looked at; the tag has 32 bits, so a sound without a mark is taken for one with less than one
chance in 2**23.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.base import clip_id
from models.roles import Samples
from ops.watermark import convolutional
from ops.watermark.carrier import CODED_BITS, MarkKey
from ops.watermark.carrier_sound import SLOTS, Floats, SoundVariant, sound_variants
from ops.watermark.cells import PHASES, STEP, Spectrogram, checked, correlated, folded
from ops.watermark.reading import Reading

WINDOW = 20.0  # seconds looked at in one piece
WINDOWS = 6
DECODINGS = 64  # of one window
NEEDED = -4.0  # decibels of a coded bit's mean over its deviation, from which nine of ten messages are decoded

_LEAST_SECONDS = 0.3
_STRETCH = 6.2  # seconds of a window that are looked at alone
_STRETCHES = 5
_RATIO = 0.115  # by how much a sound may be played faster or slower
_COARSE, _FINE = 0.0015, 0.0005  # steps in which the speed is looked for
_SEARCHED = 8.0  # seconds of sound on which it is looked for
_CHANCE = 4.2  # deviations of the pilot's correlation: what is below is chance
_LOOKED = 200  # hypotheses
_PLACES = 4  # decoded of those that the pilot tells
_FEW_PLACES = 2
_SPEEDS = 4
_NEAR_SLOTS, _NEAR_BANDS = 8, 4  # on each side, over which the pilot's loudness is told
_PRIOR = 60.0  # pilot cells' worth of what the whole window says, mixed in

Spectrum = NDArray[np.complex64]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the pilot seems to be: the variant, the phase and slot with which the sound begins, and how surely."""

    variant: int
    phase: int
    begin: int
    deviations: float  # negative where the pilot is turned round


@dataclass(frozen=True, slots=True)
class _Speed:
    pitch: float
    tempo: float

    def faster(self, by: float) -> "_Speed":
        return _Speed(1.0 if self.pitch == 1.0 else self.pitch + by, self.tempo + by)

    def beside(self, other: "_Speed") -> bool:
        return (self.pitch == 1.0) == (other.pitch == 1.0) and abs(self.tempo - other.tempo) < 1.5 * _COARSE

    @property
    def words(self) -> str:
        return f"played {self.tempo:.3f} times as fast" + (", at its pitch" if self.pitch == 1.0 else "")


def find_in_sound(samples: Samples | Iterable[Samples], rate: int, key: MarkKey, *, anywhere: bool = True) -> Reading:
    """The mark in a sound, float32[N, channels] at `rate` hertz, or in such blocks of it, one after the other.

    Of a sound longer than `WINDOW` up to `WINDOWS` windows are looked at, evenly over an array, ever farther apart in
    blocks, which are not kept. `anywhere`: also where it was cut together, put into one channel beside another sound,
    or played at another speed (0.89 to 1.11 times), which takes seconds; else at its own speed alone. Silence and what
    is next to it carry nothing: the reading has no clip. Raises BadInput for values that are no samples,
    no channels, or a rate under 8 or over 192 kHz.
    """
    for window in _windows(samples, rate):
        checked(window, rate)
        if len(window) < _LEAST_SECONDS * rate or not np.any(window):
            continue
        found = _found(window, rate, key, anywhere)
        if found is not None:
            return found
    return Reading()


def _found(window: Samples, rate: int, key: MarkKey, anywhere: bool) -> Reading | None:
    heard = Spectrogram(window, rate)
    search = _Search(key)
    evidence = heard.evidence()
    if not np.any(evidence):
        return None
    found = search.read(evidence)
    if found is not None or not anywhere:
        return found
    for stretch in _stretches(evidence):
        found = found or search.read(stretch, "a part of it", _FEW_PLACES)
    for channel in (0, 1) if window.shape[1] > 1 else ():
        alone = Spectrogram(window[:, channel : channel + 1], rate).evidence()
        found = found or search.read(alone, "one channel of it", _FEW_PLACES)
    return found or search.read_at_speeds(heard)


class _Search:
    """Reads evidence with one key, and counts what it tries."""

    def __init__(self, key: MarkKey) -> None:
        self._key = key
        self._variants = sound_variants(key)
        self._left = DECODINGS

    def read(self, evidence: Floats, words: str | None = None, places: int = _PLACES) -> Reading | None:
        """The mark in the evidence, at the likeliest places. `words`: what the evidence is of."""
        for place in self._places(evidence)[:places]:
            if abs(place.deviations) < _CHANCE or self._left == 0:
                return None
            self._left -= 1
            found = _decoded(evidence, self._variants[place.variant], place, self._key)
            if found is not None:
                clip, margin = found
                return Reading(clip=clip_id(clip), margin=round(margin, 2), geometry=words)
        return None

    def read_at_speeds(self, heard: Spectrogram) -> Reading | None:
        """The mark played faster or slower, with its pitch or without: the pilot tells which, coarsely, then finely."""
        steps = round(_RATIO / _COARSE)
        ratios = [1 + _COARSE * step for step in range(-steps, steps + 1) if step]
        tried = [_Speed(ratio, ratio) for ratio in ratios] + [_Speed(1.0, ratio) for ratio in ratios]
        short = heard.middle(_SEARCHED)
        for coarse in self._likeliest(short, tried)[:_SPEEDS]:
            near = [coarse.faster(_FINE * step) for step in (-2, -1, 0, 1, 2)]
            speed = self._likeliest(heard, near)[0]
            found = self.read(heard.evidence(speed.pitch, speed.tempo), speed.words, _FEW_PLACES)
            if found is not None:
                return found
        return None

    def _likeliest(self, heard: Spectrogram, speeds: Sequence[_Speed]) -> list[_Speed]:
        """The speeds in the order of how surely the pilot is heard at them, none but the first of any next to it."""
        surely = [self._surest(heard.evidence(speed.pitch, speed.tempo)) for speed in speeds]
        found: list[_Speed] = []
        for index in np.argsort(surely)[::-1]:
            if not any(speeds[index].beside(other) for other in found):
                found.append(speeds[index])
        return found

    def _surest(self, evidence: Floats) -> float:
        return float(np.abs(self._deviations(evidence)).max())

    def _deviations(self, evidence: Floats) -> Floats:
        """How well the pilot fits, in deviations, float32[VARIANTS, PHASES, SLOTS]."""
        cells = folded(evidence)
        spectrum = np.fft.rfft(cells, axis=1).astype(np.complex64)
        fits = np.array([correlated(spectrum, variant.pilot) for variant in self._variants])
        chance = math.sqrt(float(np.mean(cells**2)) * np.count_nonzero(self._variants[0].pilot))
        return np.asarray(fits / max(chance, 1e-9), np.float32)

    def _places(self, evidence: Floats) -> list[_Place]:
        """The likeliest places, no two of them next to each other."""
        deviations = self._deviations(evidence)
        found: list[_Place] = []
        for index in np.argsort(np.abs(deviations), axis=None)[::-1][:_LOOKED]:
            variant, phase, begin = (int(one) for one in np.unravel_index(index, deviations.shape))
            place = _Place(variant, phase, begin, float(deviations[variant, phase, begin]))
            if not any(_beside(place, other) for other in found):
                found.append(place)
        return found


def _beside(one: _Place, other: _Place) -> bool:
    apart = (one.begin - other.begin) * PHASES - (one.phase - other.phase)
    period = SLOTS * PHASES
    return one.variant == other.variant and min(apart % period, -apart % period) < PHASES


def _decoded(evidence: Floats, variant: SoundVariant, place: _Place, key: MarkKey) -> tuple[bytes, float] | None:
    """The clip's id and the margin of the message that begins here; None where the tag is not of this key."""
    soft = _soft(evidence, variant, place)
    if not np.any(soft):
        return None
    message = convolutional.decode(soft)
    clip = key.clip_of(message)
    if clip is None:
        return None
    agreed = soft * convolutional.encode(message)
    return clip, 20 * math.log10(max(float(agreed.mean()), 1e-9) / max(float(agreed.std()), 1e-9)) - NEEDED


def _soft(evidence: Floats, variant: SoundVariant, place: _Place) -> NDArray[np.float64]:
    """How surely each coded bit is 1 (above zero) or -1 (below), float64[CODED_BITS]."""
    cells = evidence[place.phase :: PHASES]
    slots = (place.begin + np.arange(len(cells))) % SLOTS
    trusted = cells * variant.signs[slots] * _trust(cells, variant.pilot[slots] * np.sign(place.deviations))
    return np.bincount(variant.bits[slots].ravel(), trusted.ravel(), CODED_BITS + 1)[:CODED_BITS].astype(np.float64)


def _trust(cells: Floats, pilot: Floats) -> Floats:
    """The weight of each cell: how loud the pilot is heard in its band, and at its time, against the noise there."""
    heard, there, noise = cells * pilot, np.abs(pilot), cells**2
    usual = max(float(heard.sum()) / max(float(there.sum()), 1.0), 1e-3)
    weights = []
    for axis, around in ((0, _NEAR_BANDS), (1, _NEAR_SLOTS)):
        signal, count, power = (_near(one.sum(axis), around) for one in (heard, there, noise))
        power /= _near(np.full(cells.shape[1 - axis], cells.shape[axis], np.float32), around)
        loudness = np.maximum((signal + _PRIOR * usual) / (count + _PRIOR), 0) / usual
        weights.append(loudness / (power + 0.1))
    return np.asarray(weights[0][None, :] * weights[1][:, None], np.float32)


def _near(values: Floats, around: int) -> NDArray[np.float64]:
    """The sum of each value and those `around` it on both sides."""
    total = np.cumsum(np.pad(values, (around + 1, around)), dtype=np.float64)
    return np.asarray(total[2 * around + 1 :] - total[: -2 * around - 1])


def _stretches(evidence: Floats) -> Iterator[Floats]:
    """Parts of a window, evenly over it, where it is longer than one."""
    length = round(_STRETCH / STEP)
    if len(evidence) > 1.3 * length:
        for start in np.linspace(0, len(evidence) - length, _STRETCHES).astype(int):
            yield evidence[start : start + length]


def _windows(samples: Samples | Iterable[Samples], rate: int) -> Iterator[Samples]:
    if not isinstance(samples, np.ndarray):
        yield from _streamed(samples, round(WINDOW * rate))
        return
    window = round(WINDOW * rate)
    if len(samples) <= 1.25 * window:
        yield samples
        return
    for start in np.linspace(0, len(samples) - window, min(WINDOWS, math.ceil(len(samples) / window))).astype(int):
        yield samples[start : start + window]


def _streamed(blocks: Iterable[Samples], window: int) -> Iterator[Samples]:
    """Windows of a sound that comes block by block: the first begin at 0, 1, 3, 7, 15 and 31 windows' lengths."""
    kept: list[Samples] = []
    held, skipping, given = 0, 0, 0
    for block in blocks:
        rest = block
        while len(rest):
            if skipping:
                passed = min(skipping, len(rest))
                skipping, rest = skipping - passed, rest[passed:]
                continue
            taken = rest[: window - held]
            kept.append(taken)
            held, rest = held + len(taken), rest[len(taken) :]
            if held == window:
                yield np.concatenate(kept)
                given += 1
                if given == WINDOWS:
                    return
                kept, held, skipping = [], 0, window * ((1 << given) - 1 - given)
    if held:
        yield np.concatenate(kept)
