"""From the waves of a residual to the message in them, and how surely it is there."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ops.watermark import convolutional
from ops.watermark.carrier import AMPLITUDES, CODED_BITS, LENGTHS, WAVES, Floats, MarkKey, Variant

Waves = NDArray[np.complex128]  # [WAVES]

_NEIGHBOURHOOD = 3.2  # waves to a tile: the noise of a wave is that of the waves around it
_BY_NEIGHBOURS = 0.6  # share of them in the estimate, of the rest those as long, whatever their direction
_FADED = AMPLITUDES * np.exp(-((LENGTHS / 20) ** 2))  # what a small copy at a low rate has left of each wave
LIKELIEST = 64  # messages that are held against the tag: of those that noise makes likelier than the right one
NEEDED = -4.3  # decibels of the coded bits' mean over their deviation, below which most messages are lost


@dataclass(frozen=True, slots=True)
class Decoded:
    """A message with the tag of our key. `margin`: see `Reading`."""

    clip: bytes
    margin: float


def noise_of(waves: Waves) -> Floats:
    """The power of noise in each wave: edges of one direction fill some waves more than others of their length."""
    power = np.abs(waves) ** 2
    ring = np.rint(LENGTHS).astype(np.int64)
    sums, counts = np.bincount(ring, power), np.bincount(ring)
    wide = np.convolve(sums, np.ones(3), "same") / np.maximum(np.convolve(counts, np.ones(3), "same"), 1)
    near = _neighbours() @ power
    tiny = 1e-12 + 1e-9 * float(power.max(initial=0.0))
    return np.asarray((near + tiny) ** _BY_NEIGHBOURS * (wide[ring] + tiny) ** (1 - _BY_NEIGHBOURS))


def soft_bits(waves: Waves, variant: Variant, *, faded: bool = False) -> Floats:
    """How surely each coded bit is 1 (above zero) or -1 (below), float64[CODED_BITS].

    The waves are taken without the variant's phases, each as much as it can be trusted; `faded`: see `decode`.
    """
    expected = _FADED if faded else AMPLITUDES
    trusted = waves * np.exp(-1j * variant.phases) * expected / noise_of(waves)
    quadratures = np.empty(2 * len(variant.carriers))
    quadratures[0::2], quadratures[1::2] = trusted[variant.carriers].real, trusted[variant.carriers].imag
    return np.bincount(variant.bits, quadratures * variant.signs, CODED_BITS).astype(np.float64)


def decode(waves: Waves, variant: Variant, key: MarkKey, *, faded: bool = False) -> Decoded | None:
    """The message in the waves, None where there is none with a tag of this key.

    `faded`: the short waves are trusted less. At a third of the size that is worth 0.3 dB; cut out of a larger picture
    it costs one. A chance message passes once in 2**26 calls: the tag has 32 bits, and 64 messages are held against it.
    """
    soft = soft_bits(waves, variant, faded=faded)
    if not np.isfinite(soft).all():
        return None
    for message in convolutional.likeliest(soft, LIKELIEST):
        clip = key.clip_of(message)
        if clip is not None:
            return Decoded(clip, margin_of(soft * convolutional.encode(message)))
    return None


def margin_of(agreed: Floats) -> float:
    """How far, in decibels, noise could rise before a message is lost, by how far each coded bit is right."""
    return 20 * math.log10(max(float(agreed.mean()), 1e-9) / max(float(agreed.std()), 1e-9)) - NEEDED


@cache
def _neighbours() -> Floats:
    """float64[WAVES, WAVES]: the mean over the waves around each, those on the other side of zero among them."""
    both = np.concatenate([WAVES, -WAVES]).astype(np.float64)
    apart = np.hypot(WAVES[:, :1] - both[None, :, 0], WAVES[:, 1:] - both[None, :, 1])
    near = (apart <= _NEIGHBOURHOOD).astype(np.float64)
    share = near[:, : len(WAVES)] + near[:, len(WAVES) :]
    return np.asarray(share / share.sum(1, keepdims=True))
