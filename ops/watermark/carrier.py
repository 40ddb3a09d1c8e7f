"""What the invisible mark of the picture looks like: one square tile, repeated over the whole picture.

A tile is a sum of waves of 14 to 42 units, where the picture's shorter side is 480 units: long enough to survive an
encoder and a smaller size, and shorter than what most pictures are made of. Most waves carry the coded bits of the
message, both quadratures of each; the others are the pilot, from which a detector learns where the tiles lie. Which
wave carries what, and its phase, come from the key, in one of `VARIANTS` ways that the clip's id chooses; the pilot's
sign and every coded bit differ from clip to clip, so the average of many clips shows nothing; what they have in common
otherwise, docs/marks.md tells.

The message is the clip's id (64 bits) and a keyed tag of it (32 bits): who has not the key can make no mark of ours.
"""

import hmac
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ops.watermark import convolutional

TILE = 240  # units
SHORT_SIDE = 480  # units of a picture's shorter side
VARIANTS = 4
ID_BYTES, TAG_BYTES = 8, 4
MESSAGE_BITS = 8 * (ID_BYTES + TAG_BYTES)
CODED_BITS = convolutional.coded_length(MESSAGE_BITS)

_LONGEST, _SHORTEST = 42.0, 14.0  # units: longer waves are lost in the picture, shorter ones in an encoder
_COARSE = 26.0  # units: from here on more waves are pilot, for they are found before the geometry is known exactly
_COARSE_SHARE, _FINE_SHARE = 0.4, 0.12  # of waves that are pilot

Floats = NDArray[np.float64]
Spectrum = NDArray[np.complex128]


def _waves() -> NDArray[np.int64]:
    """int64[waves, 2]: waves to a tile across and down, one of each conjugate pair, longest first."""
    reach = math.ceil(TILE / _SHORTEST)
    found = [
        (across, down)
        for across in range(-reach, reach + 1)
        for down in range(reach + 1)
        if (down > 0 or across > 0) and TILE / _LONGEST <= math.hypot(across, down) <= TILE / _SHORTEST
    ]
    return np.array(sorted(found, key=lambda one: (math.hypot(*one), one)))


WAVES = _waves()
LENGTHS = np.hypot(WAVES[:, 0], WAVES[:, 1])  # waves to a tile, whatever the direction
AMPLITUDES = (
    TILE / _COARSE / np.maximum(LENGTHS, TILE / _COARSE)
)  # the shorter a wave, the less of it: encoders drop it first


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of laying a message on the waves."""

    pilots: NDArray[np.int64]  # indices of WAVES
    carriers: NDArray[np.int64]
    phases: Floats  # radians, of each of WAVES
    bits: NDArray[np.int64]  # coded bit of each quadrature of each carrier, [2 * carriers]
    signs: Floats  # of each quadrature


@dataclass(frozen=True, slots=True)
class Layout:
    """The message of one clip, laid on the waves of its variant."""

    variant: Variant
    sign: float  # of the pilot
    code: Floats  # float64[CODED_BITS] of -1 and 1

    def tile(self, gains: Floats) -> NDArray[np.float32]:
        """The tile, with each quadrature of each wave as strong as `gains` [waves, 2] says, its deviation made 1."""
        variant = self.variant
        values = np.zeros((len(WAVES), 2))
        values[variant.pilots, 0] = self.sign * math.sqrt(2)
        values[variant.carriers] = (self.code[variant.bits] * variant.signs).reshape(-1, 2)
        values *= gains * AMPLITUDES[:, None]
        waves = (values[:, 0] + 1j * values[:, 1]) * np.exp(1j * variant.phases)
        spectrum = np.zeros((TILE, TILE), np.complex128)
        across, down = WAVES.T
        spectrum[down, across] = waves
        spectrum[-down, -across] += np.conj(waves)
        tile = np.fft.ifft2(spectrum).real
        return np.asarray(tile / tile.std(), np.float32)


class MarkKey:
    """The secret of an installation's invisible marks, any bytes."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @property
    def secret(self) -> bytes:
        """For a process of ours that reads marks: it is handed the key and no more."""
        return self._secret

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        return tuple(self._variant(number) for number in range(VARIANTS))

    def message(self, clip: bytes) -> NDArray[np.uint8]:
        """The bits of a clip's message, uint8[MESSAGE_BITS]. Raises ValueError for an id of another length."""
        if len(clip) != ID_BYTES:
            raise ValueError(f"a clip's id has {ID_BYTES} bytes, this one {len(clip)}")
        return np.unpackbits(np.frombuffer(clip + self._tag(clip), np.uint8))

    def clip_of(self, bits: NDArray[np.uint8]) -> bytes | None:
        """The clip's id in a message, None where the tag is not of this key."""
        message = np.packbits(bits).tobytes()
        clip, tag = message[:ID_BYTES], message[ID_BYTES:]
        return clip if hmac.compare_digest(tag, self._tag(clip)) else None

    def layout(self, clip: bytes) -> Layout:
        """How the message of a clip lies on the waves. Raises ValueError as `message`."""
        chosen = self._digest(b"variant", clip)
        variant, sign = self.variants[chosen[0] % VARIANTS], 1.0 if chosen[1] & 1 else -1.0
        return Layout(variant, sign, convolutional.encode(self.message(clip)).astype(np.float64))

    def tile(self, clip: bytes) -> NDArray[np.float32]:
        """The tile of a clip, float32[TILE, TILE], one sample a unit, of mean 0 and deviation 1."""
        return self.layout(clip).tile(np.ones(len(WAVES) * 2).reshape(-1, 2))

    def label(self, clip: bytes) -> bytes:
        """32 bytes from which the path of the clip's visible label is drawn."""
        return self._digest(b"label", clip)

    def _tag(self, clip: bytes) -> bytes:
        return self._digest(b"tag", clip)[:TAG_BYTES]

    def _digest(self, purpose: bytes, data: bytes) -> bytes:
        return hmac.digest(self._secret, b"greenroom mark 1 " + purpose + b"\n" + data, "sha256")

    def _variant(self, number: int) -> Variant:
        random = np.random.Generator(np.random.PCG64(int.from_bytes(self._digest(b"waves", bytes([number])), "big")))
        coarse, fine = np.flatnonzero(LENGTHS <= TILE / _COARSE), np.flatnonzero(LENGTHS > TILE / _COARSE)
        pilots = np.concatenate(
            [
                random.permutation(coarse)[: round(_COARSE_SHARE * len(coarse))],
                random.permutation(fine)[: round(_FINE_SHARE * len(fine))],
            ]
        )
        carriers = np.setdiff1d(np.arange(len(WAVES)), pilots)
        bits = np.empty(2 * len(carriers), np.int64)
        bits[random.permutation(len(bits))] = np.arange(len(bits)) % CODED_BITS
        return Variant(
            pilots=np.sort(pilots),
            carriers=carriers,
            phases=random.uniform(0, 2 * np.pi, len(WAVES)),
            bits=bits,
            signs=random.choice([-1.0, 1.0], len(bits)),
        )
