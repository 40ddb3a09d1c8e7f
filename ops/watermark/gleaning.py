"""A faint mark read where an encoder kept it: in the first frames of a film.

A file begins with a key frame, which keeps most of a mark. The frames after it are predicted from it, so that at a low
rate the mark is dragged along with the picture and soon lies elsewhere. That alone says about how strongly each frame
has the mark (`_FADING`). More is learnt from the mark itself, as a receiver learns a fading channel from what it has
half decoded (Valenti and Woerner, "Iterative channel estimation and decoding of pilot symbol assisted turbo codes over
flat-fading channels", IEEE Journal on Selected Areas in Communications 19, 2001): what the code says of each bit tells
how strongly a frame has it, the frames are weighed by that, and the bits are surer. And each place counts by the noise
that is left there in the frames which count. At a third of the size it reads every second film of which all else fails.
"""

import numpy as np

from ops.watermark import convolutional
from ops.watermark.carrier import Floats, MarkKey, Variant
from ops.watermark.climbing import heard
from ops.watermark.combining import Frames, Received
from ops.watermark.decoding import Decoded, Waves, decode, soft_bits
from ops.watermark.projection import Projection, folded
from ops.watermark.residual import Residual

# Frames after which e times less is left of the mark, and what is left for good, of 1 in the first.
_FADING = ((1.0, 0.05), (2.0, 0.25), (2.0, 0.1))
_LOADINGS = (1.0, 0.3)  # see `combining`
# Deviations of noise by which the pilot stands out in the frames weighed so, before places are trusted anew and after.
# Less than one film in a hundred has that by chance; what can be read has three to eight.
_PROMISING, _HEARD = 2.2, 2.7
_ROUNDS = 5  # of reading: after the fourth nothing comes
_USUAL = 0.6  # of a coded bit's mean over its deviation, where a message is just read
READINGS = len(_FADING) * len(_LOADINGS) * 2 * _ROUNDS  # at most


def gleaned(
    residual: Residual, projection: Projection, frames: Frames, variants: tuple[Variant, ...], key: MarkKey
) -> Decoded | None:
    """The message in the first frames of a film. `frames`: its waves at this place, complex128[frames, WAVES]."""
    received = Received(frames)
    for after, ever in _FADING:
        fading = _fading(len(frames), residual.of_a_part, after, ever)
        weights = received.weights(fading)
        if not _surest(weights @ frames, variants)[0] >= _PROMISING:  # true of what is no number too
            continue
        again = Received(np.stack([folded(part, projection) for part in residual.parts(weights)]))
        score, variant = _surest(again.weights(fading) @ again.frames, variants)
        if not score >= _HEARD:
            continue
        for loading in _LOADINGS:
            for faded in (True, False):
                found = _read(again, variant, key, fading, loading, faded=faded)
                if found is not None:
                    return found
    return None


def _read(
    received: Received, variant: Variant, key: MarkKey, fading: Floats, loading: float, *, faded: bool
) -> Decoded | None:
    """The message, read again and again, each time with the frames weighed by what was half read before."""
    pilot = received.piloted(variant)
    waves = received.weights(fading, loading) @ received.frames
    pilot = pilot * np.sign(heard(waves, variant))
    for _ in range(_ROUNDS):
        found = decode(waves, variant, key, faded=faded)
        if found is not None:
            return found
        strength = np.sqrt(2) * pilot + received.coded(variant, _bits(waves, variant, faded=faded))
        strength += fading * (strength @ fading) / (fading @ fading)
        waves = received.weights(strength, loading) @ received.frames
    return None


def _bits(waves: Waves, variant: Variant, *, faded: bool) -> Floats:
    """What the code says of each bit that the waves themselves do not, float64[CODED_BITS] of -1 to 1."""
    soft = soft_bits(waves, variant, faded=faded)
    deviation = np.sqrt(np.mean(soft**2) / (1 + _USUAL**2)) + 1e-12
    return np.asarray(np.tanh(_USUAL * (convolutional.believed(soft) - soft) / deviation))


def _surest(waves: Waves, variants: tuple[Variant, ...]) -> tuple[float, Variant]:
    """The variant whose pilot stands out most, and by how many deviations of noise."""
    return max(((abs(heard(waves, one)), one) for one in variants), key=lambda found: found[0])


def _fading(parts: int, of_a_part: int, after: float, ever: float) -> Floats:
    """About how much of the mark each part of a film has, float64[parts]."""
    frames = np.exp(-np.arange(parts * of_a_part) / after) + ever
    return np.asarray(frames.reshape(parts, of_a_part).mean(1))
