"""How much noise a sound hides: the masking threshold of each block and band, and how far a noise stays under it.

Psychoacoustic model 2 of ISO/IEC 11172-3 (MPEG-1 audio), annex D.2, in outline: blocks of 1,024 samples at 48 kHz, a
Hann window, power in partitions of a third of a Bark (Zwicker's critical bands), spread by Schroeder's function,
lowered by 14.5 dB and the Bark number where the masker is a tone, and by 5.5 dB where it is noise (Johnston,
"Transform coding of audio signals using perceptual noise criteria", IEEE JSAC 6, 1988). A masker is taken for as tonal
as the larger of two measures says: how well its phase and magnitude go on from the last two blocks (the standard's),
and how peaked its spectrum is (Johnston's), so that a voice whose pitch glides counts as tones too.

`masking` leaves out the threshold in quiet: who turns up the volume hears no more of a noise that is masked.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

BLOCK = 1024 / 48_000  # seconds
_BOTTOM = 70.0  # hertz: an offset or a rumble is not heard, so it masks nothing
_TOP = 8_000.0  # hertz: nothing above it is asked about, and masking reaches little downward
_PARTITION = 1 / 3  # Bark
_TONE_MASKS, _NOISE_MASKS = 14.5, 5.5  # decibels under the masker; a tone's grows by one each Bark
_PEAKED_FROM, _PEAKED_TO = 4.0, 12.0  # decibels between arithmetic and geometric mean: noise has 2.5, a tone over 12
_NEAR = 4  # bins to each side over which it is measured
_FULL_SCALE = 96.0  # decibels of sound pressure of a sine that reaches 1
_LAST_BAND = 19  # of those a Bark wide, up to 20 Bark: 6.4 kHz
_ROUNDING = 2.0**-32 / 3 / 24_000  # power a hertz: of rounding to 16 bits
_TINY = 1e-14

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Masking:
    """The threshold of one channel. A density is power a hertz, as full scale 1 has it."""

    seconds: NDArray[np.float64]  # [blocks] each block's middle
    frequencies: NDArray[np.float64]  # [partitions] each one's lower edge, hertz
    threshold: Floats  # [blocks, partitions] density of the noise that is just masked
    tonality: Floats  # [blocks, partitions] 0 for noise, 1 for a tone


def bark(frequency: NDArray[np.floating]) -> NDArray[np.float64]:
    """The critical-band rate of frequencies in hertz (Zwicker and Terhardt, JASA 68, 1980)."""
    return np.asarray(13 * np.arctan(7.6e-4 * frequency) + 3.5 * np.arctan((frequency / 7500) ** 2))


def masking(channel: Floats, rate: int) -> Masking:
    """The masking threshold of a channel, float32[N]."""
    grid = _grid(rate)
    spectrum = grid.spectrum(channel)
    power = spectrum.real**2 + spectrum.imag**2
    energy = grid.summed(power)
    spread = energy @ grid.spreading.T
    unsure = grid.summed(power * _unpredictability(spectrum, np.sqrt(power))) @ grid.spreading.T
    chaos = np.clip(unsure / np.maximum(spread, _TINY), 0.05, 1.0)
    tonality = np.clip(-0.299 - 0.43 * np.log(chaos), 0.0, 1.0)
    peaked = grid.summed(power * _peakedness(power)) @ grid.spreading.T / np.maximum(spread, _TINY)
    tonality = np.maximum(tonality, peaked)
    offset = tonality * (_TONE_MASKS + grid.barks) + (1 - tonality) * _NOISE_MASKS
    threshold = spread / grid.spreading.sum(1) * 10 ** (-offset / 10) / grid.unit
    return Masking(grid.middles(len(power)), grid.lower, np.asarray(threshold, np.float32), tonality)


def noise_to_mask(channel: Floats, noise: Floats, rate: int) -> NDArray[np.float64]:
    """Decibels by which a noise is over what a channel masks or nobody hears, float64[blocks, `_LAST_BAND`].

    What nobody hears is the threshold in quiet (Terhardt, Hearing Research 1, 1979), full scale being 96 dB SPL as the
    standard takes it. Minus infinity where the noise is under that of rounding to 16 bits. Both float32[N].
    """
    grid = _grid(rate)
    found = grid.spectrum(noise)
    power = grid.summed(found.real**2 + found.imag**2)
    allowed = masking(channel, rate).threshold * grid.unit
    quiet = _quiet(grid.lower + rate / grid.block / 2) * grid.tone
    bands = np.floor(grid.barks).astype(np.int64)
    over = np.empty((len(power), _LAST_BAND))
    for band in range(1, _LAST_BAND + 1):
        inside = bands == band
        heard, masked = power[:, inside].sum(1), allowed[:, inside].sum(1)
        ratio = 10 * np.log10(np.maximum(heard, 1e-30) / np.maximum(masked, quiet[inside].min()))
        over[:, band - 1] = np.where(heard > _ROUNDING * grid.unit[inside].sum(), ratio, -np.inf)
    return over


class _Grid:
    """Blocks, bins and partitions at one rate."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.block = 2 * round(BLOCK * rate / 2)
        self._window = np.asarray(np.hanning(self.block + 1)[:-1], np.float32)
        bins = np.arange(self.block // 2 + 1) * (rate / self.block)
        bins = bins[bins <= _TOP]
        self._bins, self._deep = len(bins), int(np.count_nonzero(bins < _BOTTOM))
        rates = bark(bins)
        starts = [0]
        for index in range(1, len(bins)):
            if rates[index] - rates[starts[-1]] >= _PARTITION:
                starts.append(index)
        self._starts = np.array(starts)
        counts = np.diff([*starts, len(bins)])
        self.lower = bins[self._starts] - rate / self.block / 2
        self.barks = np.asarray(np.add.reduceat(rates, self._starts) / counts, np.float32)
        # the power that a density of 1 has in a partition, as the window shows it
        self.unit = np.asarray(counts * float((self._window**2).sum()) * rate / 2, np.float32)
        self.tone = float((self._window**2).sum()) * self.block / 2  # what a power of 1 shows, wherever it is
        apart = self.barks[:, None] - self.barks[None, :] + 0.474  # from the masker, in rows by what it masks
        decibels = 15.81 + 7.5 * apart - 17.5 * np.sqrt(1 + apart**2)
        self.spreading = np.asarray(10 ** (decibels / 10), np.float32)

    def spectrum(self, channel: Floats) -> NDArray[np.complex64]:
        """complex64[blocks, bins], half a block apart, the first in the middle of what is before the sound."""
        padded = np.pad(np.asarray(channel, np.float32), self.block)
        blocks = np.lib.stride_tricks.sliding_window_view(padded, self.block)[:: self.block // 2]
        found = np.asarray(np.fft.rfft(blocks * self._window, axis=1)[:, : self._bins], np.complex64)
        found[:, : self._deep] = 0
        return found

    def summed(self, values: Floats) -> Floats:
        """Bins added up to partitions."""
        return np.asarray(np.add.reduceat(values, self._starts, axis=1))

    def middles(self, blocks: int) -> NDArray[np.float64]:
        return np.asarray((np.arange(blocks) - 1) * (self.block / 2 / self.rate), np.float64)


@lru_cache(maxsize=4)
def _grid(rate: int) -> _Grid:
    return _Grid(rate)


def _quiet(frequency: NDArray[np.floating]) -> NDArray[np.float64]:
    """The power of the softest tone that is heard, full scale being 1."""
    kilohertz = np.maximum(frequency, 20.0) / 1000
    level = 3.64 * kilohertz**-0.8 - 6.5 * np.exp(-0.6 * (kilohertz - 3.3) ** 2) + 1e-3 * kilohertz**4
    return np.asarray(0.5 * 10 ** ((level - _FULL_SCALE) / 10))


def _unpredictability(spectrum: NDArray[np.complex64], magnitude: Floats) -> Floats:
    """How far each bin is from where the two blocks before lead, 0 to 1 (ISO/IEC 11172-3, D.2.4)."""
    turned = spectrum / np.maximum(magnitude, 1e-12)
    expected = 2 * magnitude[1:-1] - magnitude[:-2]
    led = expected * turned[1:-1] ** 2 * np.conj(turned[:-2])
    unsure = np.ones_like(magnitude)
    unsure[2:] = np.abs(spectrum[2:] - led) / np.maximum(magnitude[2:] + np.abs(expected), 1e-12)
    return unsure


def _peakedness(power: Floats) -> Floats:
    """How much of a tone each bin's neighbourhood is, 0 to 1, by its spectral flatness."""
    floor = 1e-9 * power.max(axis=1, keepdims=True) + 1e-12
    flatness = np.log(_mean_near(power) + 1e-12) - _mean_near(np.log(power + floor))
    decibels = 10 / np.log(10) * flatness
    return np.asarray(np.clip((decibels - _PEAKED_FROM) / (_PEAKED_TO - _PEAKED_FROM), 0, 1), np.float32)


def _mean_near(values: Floats) -> NDArray[np.float64]:
    total = np.cumsum(np.pad(values, ((0, 0), (_NEAR + 1, _NEAR)), mode="edge"), axis=1, dtype=np.float64)
    return np.asarray((total[:, 2 * _NEAR + 1 :] - total[:, : -2 * _NEAR - 1]) / (2 * _NEAR + 1))
