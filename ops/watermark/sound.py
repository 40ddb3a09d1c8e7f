"""Laying the invisible mark into a sound: each cell of the grid as much louder or softer as the sound itself hides.

What is added is the sound times a gain that differs by cell, so silence stays silent, transients stay where they are,
and the mark follows every mix of the channels. How strong the gain is follows from the masking threshold of each
channel (`psychoacoustics`): the power added to each hertz stays `MARGIN` decibels under the least threshold of the
blocks that a chip reaches into and of the one before, so that nothing is heard before a sound that begins in it either.
Where the sound is so far under the threshold of its neighbours that it is not heard itself, it may become several times
as loud.

The mark may begin anywhere in its period, in any variant of the key: of these it takes the one with which the sound
itself agrees best ("informed coding": Cox, Miller and McKellips, "Watermarking as communications with side
information", Proceedings of the IEEE 87, 1999).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.roles import Samples
from ops.sound_levels import true_peak
from ops.watermark import convolutional
from ops.watermark.carrier import MarkKey
from ops.watermark.carrier_sound import BANDS, CHIP, EDGES, SLOTS, pilot_sign, sound_variants
from ops.watermark.cells import PHASES, Spectrogram, checked, correlated
from ops.watermark.psychoacoustics import BLOCK, Masking, masking

MARGIN = 1.5  # decibels that the added power stays under the threshold
PEAK = -1.5  # dBTP that the marked sound does not pass, unless the plain one does

_LEAST_SECONDS = 0.1  # a shorter sound is left as it is
_SOFTEST = 0.5  # of the amplitude, to which a cell may be lowered
_HIDDEN = 3.0  # of the amplitude, by which a cell may be raised that its neighbours mask
_LISTENED = 20.0  # seconds that decide where the mark begins
_PART = 1024  # chips marked at a time: bounds the memory
_BESIDE = 8  # chips of the sound around a part that its thresholds depend on
_RUMBLE = 0.01  # seconds over which a mean is taken, twice: what is slower is no part of the mark
_CONTEXT = 32  # samples that a peak between samples depends on
_TINY = 1e-14  # power a hertz: digital silence

Floats = NDArray[np.float32]


def mark_sound(samples: Samples, rate: int, key: MarkKey, clip: bytes) -> Samples:
    """The sound with the mark of a clip in it, float32[N, channels] as `samples`; `rate` in hertz, `clip`: 8 bytes.

    A sound of less than 0.1 s is returned as it is. Raises BadInput for values that are no samples or a rate under 8
    or over 192 kHz, ValueError for an id of another length.
    """
    checked(samples, rate)
    message = key.message(clip)
    if len(samples) < _LEAST_SECONDS * rate:
        return np.array(samples, np.float32)
    pattern = _pattern_for(samples[: round(_LISTENED * rate)], rate, key, clip, convolutional.encode(message))
    added = np.zeros_like(samples, np.float32)
    for start, part in _parts(samples, rate, pattern):
        added[start : start + len(part)] += part[: len(samples) - start]
    return _within_peak(np.asarray(samples, np.float32), added, rate)


def _pattern_for(samples: Samples, rate: int, key: MarkKey, clip: bytes, code: Floats) -> Floats:
    """The pattern as it is laid from the first sample on, float32[SLOTS, BANDS]."""
    heard = Spectrogram(samples, rate).evidence()[::PHASES]
    own = np.zeros((SLOTS, BANDS), np.float32)
    np.add.at(own, np.arange(len(heard)) % SLOTS, heard)
    spectrum = np.fft.rfft(own, axis=0).astype(np.complex64)
    patterns = [variant.pattern(pilot_sign(key, clip), code) for variant in sound_variants(key)]
    agreed = np.array([correlated(spectrum, pattern) for pattern in patterns])
    chosen, begin = np.unravel_index(int(agreed.argmax()), agreed.shape)
    return np.roll(patterns[chosen], -int(begin), axis=0)


def _parts(samples: Samples, rate: int, pattern: Floats) -> Iterator[tuple[int, Floats]]:
    """What is added, part by part, each with its first sample."""
    chips = _Chips(rate)
    count = int(len(samples) / rate / CHIP) + 2
    for first in range(0, count, _PART):
        numbers = np.arange(first, min(first + _PART, count))
        middles = np.rint(numbers * (CHIP * rate)).astype(np.int64)  # of the chips
        begin = max(0, int(middles[0]) - _BESIDE * chips.half)
        sound = samples[begin : int(middles[-1]) + _BESIDE * chips.half]
        louder = pattern[numbers // 2 % SLOTS] * np.where(numbers % 2 == 0, 1, -1)[:, None] > 0
        part = chips.added(sound, middles - begin, louder)
        start = int(middles[0]) - chips.half
        yield max(start, 0), part[max(-start, 0) :]


class _Chips:
    """The chips of a sound, each seen through a window of two of them, half of it with either neighbour."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self.half = round(CHIP * rate)  # samples
        self._window = np.asarray(np.sin(np.pi * (np.arange(2 * self.half) + 0.5) / (2 * self.half)), np.float32)
        self._unit = float((self._window**2).sum()) * rate / 2  # of a bin's power, to power a hertz
        frequencies = np.arange(self.half + 1) * (rate / (2 * self.half))
        self._bins = np.flatnonzero((frequencies >= EDGES[0]) & (frequencies < EDGES[-1]))
        self._frequencies = frequencies[self._bins]
        bands = np.searchsorted(EDGES, self._frequencies, side="right") - 1
        self._starts = np.flatnonzero(np.diff(bands, prepend=-1))  # of each band that the rate holds
        self._bands = bands[self._starts]
        self._band_of_bin = np.searchsorted(self._starts, np.arange(len(bands)), side="right") - 1

    def added(self, sound: Samples, middles: NDArray[np.int64], louder: NDArray[np.bool_]) -> Floats:
        """What is added from half a window before the first of the `middles`, samples of the sound.

        `louder`: bool[chips, BANDS]. The gain is the same in all channels, the least that any of them allows.
        """
        spectra, room = [], np.full((len(middles), len(self._starts)), np.inf, np.float32)
        for channel in np.asarray(sound, np.float32).T:
            spectrum = self._seen(_without_rumble(channel, self._rate), middles)
            density = self._by_band(spectrum.real**2 + spectrum.imag**2) / self._unit
            hidden = _hidden(masking(channel, self._rate), middles / self._rate, self._frequencies)
            allowed = self._by_band(hidden) * 10 ** (-MARGIN / 10)
            most = np.sqrt(allowed / np.maximum(density, _TINY))
            room = np.where(density > _TINY, np.minimum(room, most), room)
            spectra.append(spectrum)
        gains = _gains(np.where(np.isinf(room), 0, room), louder[:, self._bands])[:, self._band_of_bin]
        out = np.zeros((int(middles[-1] - middles[0]) + 2 * self.half, len(spectra)), np.float32)
        for number, spectrum in enumerate(spectra):
            whole = np.zeros((len(middles), self.half + 1), np.complex64)
            whole[:, self._bins] = spectrum * gains
            chips = np.fft.irfft(whole, 2 * self.half, axis=1) * self._window
            for place, chip in zip(middles - middles[0], chips, strict=True):
                out[place : place + 2 * self.half, number] += chip
        return out

    def _seen(self, channel: Floats, middles: NDArray[np.int64]) -> NDArray[np.complex64]:
        views = np.lib.stride_tricks.sliding_window_view(np.pad(channel, 2 * self.half), 2 * self.half)
        seen = views[np.minimum(middles + self.half, len(views) - 1)] * self._window
        return np.asarray(np.fft.rfft(seen, axis=1)[:, self._bins], np.complex64)

    def _by_band(self, values: Floats) -> Floats:
        return np.asarray(np.add.reduceat(values, self._starts, axis=1))


def _without_rumble(channel: Floats, rate: int) -> Floats:
    """The channel without what is far below the lowest band: through the chips' window it would leak into the bands."""
    width = round(_RUMBLE * rate)
    slow = channel.astype(np.float64)
    for ahead in (width // 2, width - 1 - width // 2):  # twice, once to each side, so that nothing is delayed
        total = np.cumsum(np.pad(slow, (width - ahead, ahead), mode="edge"))
        slow = (total[width:] - total[:-width]) / width
    return np.asarray(channel - slow, np.float32)


def _hidden(mask: Masking, seconds: NDArray[np.floating], frequencies: NDArray[np.floating]) -> Floats:
    """The noise a hertz that is masked all through each chip, float32[chips, frequencies].

    From half a block earlier on, for a sound masks little before it begins.
    """
    first = np.searchsorted(mask.seconds, seconds - CHIP - BLOCK / 2 - 1e-6)
    last = np.searchsorted(mask.seconds, seconds + CHIP + 1e-6)
    count = int((last - first).max())
    reached = np.minimum(first[:, None] + np.arange(count), np.maximum(last - 1, first)[:, None])
    least = mask.threshold[np.minimum(reached, len(mask.threshold) - 1)].min(axis=1)
    return np.asarray(least[:, np.searchsorted(mask.frequencies, frequencies, side="right") - 1], np.float32)


def _gains(room: Floats, louder: NDArray[np.bool_]) -> Floats:
    """What is added of each cell's amplitude: up and down by as many times the power, so that the loudness stays."""
    down = np.minimum(room, _SOFTEST)
    up = np.where(room <= _SOFTEST, np.sqrt(2 - (1 - down) ** 2) - 1, np.minimum(room, _HIDDEN))
    return np.asarray(np.where(louder, up, -down), np.float32)


def _within_peak(samples: Floats, added: Floats, rate: int) -> Floats:
    """The sum, without the mark for some milliseconds around a peak that it would lift over the bound."""
    marked = samples + added
    if (peak := true_peak(marked)) <= PEAK or peak <= (bound := max(PEAK, true_peak(samples))):
        return marked
    block = round(CHIP * rate / 2)
    share = np.ones(len(samples) // block + 2, np.float32)  # of the mark, at the edges of blocks
    near = 10 ** (bound / 20) / 2  # no sample of a peak between samples is lower
    for index, start in enumerate(range(0, len(samples), block)):
        around = marked[max(0, start - _CONTEXT) : start + block + _CONTEXT]
        if np.abs(around).max() > near and true_peak(around) > bound:
            share[index : index + 2] = 0
    edges = np.arange(len(share)) * block
    kept = np.interp(np.arange(len(samples)), edges, share).astype(np.float32)
    return samples + added * kept[:, None]
