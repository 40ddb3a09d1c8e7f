"""What the invisible mark of the sound looks like: a grid of cells in time and pitch, each made louder, then softer.

A cell is one band wide and lasts one slot of two chips: the first chip is raised and the second lowered, or the other
way round. The sound is compared with itself a few milliseconds later, so what it does slowly cancels (the idea of the
patchwork: Bender et al., "Techniques for data hiding", IBM Systems Journal 35, 1996). Only loudness is changed, so
neither phase nor polarity matters, and every mix of the channels carries the same pattern.

`SLOTS` slots make a period, which repeats for as long as the sound lasts. Some cells are the pilot, from which a
detector learns where the period begins; the others carry the coded bits, each bit once in every few slots. Which cell
carries what comes from the key, in one of `VARIANTS` ways; the pilot's sign, every coded bit and where the period
begins differ from clip to clip, so the average of many clips shows nothing.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ops.watermark.carrier import CODED_BITS, MarkKey

CHIP = 0.016  # seconds: shorter ones are smeared by encoders, longer ones drown in what the sound itself does
SLOT = 2 * CHIP
SLOTS = 192  # of a period, 6.1 seconds: not the bar of any usual music
VARIANTS = 4

_LOWEST, _HIGHEST = 150.0, 7000.0  # hertz: what 64 kbit/s and a rate of 16 kHz keep
_NARROWEST = 75.0  # hertz
_RELATIVE = 1 / 30  # width of a higher band, of its frequency
_PILOT_SHARE = 0.12  # of the cells

Floats = NDArray[np.float32]


def _edges() -> NDArray[np.float64]:
    """float64[BANDS + 1]: the bands' edges in hertz."""
    edges = [_LOWEST]
    while edges[-1] < _HIGHEST:
        edges.append(edges[-1] + max(_NARROWEST, edges[-1] * _RELATIVE))
    return np.array(edges)


EDGES = _edges()
BANDS = len(EDGES) - 1


@dataclass(frozen=True, slots=True)
class SoundVariant:
    """One way of laying a message on the cells, arrays [SLOTS, BANDS]."""

    pilot: Floats  # -1 or 1 in the pilot's cells, 0 in the others
    bits: NDArray[np.int64]  # the coded bit that a cell carries; CODED_BITS in the pilot's
    signs: Floats  # -1 or 1, with which it carries it

    def pattern(self, pilot: float, code: Floats) -> Floats:
        """float32[SLOTS, BANDS] of -1 and 1: 1 for loud, then soft. `pilot`: its sign; `code`: as `encode` gives it."""
        return np.asarray(np.append(code, 0.0)[self.bits] * self.signs + pilot * self.pilot, np.float32)


@lru_cache(maxsize=8)
def sound_variants(key: MarkKey) -> tuple[SoundVariant, ...]:
    """The ways of a key."""
    return tuple(_variant(key, number) for number in range(VARIANTS))


def pilot_sign(key: MarkKey, clip: bytes) -> float:
    """-1 or 1, by clip: the average of many clips has no pilot."""
    return 1.0 if _digest(key, b"pilot", clip)[0] & 1 else -1.0


def _digest(key: MarkKey, purpose: bytes, data: bytes) -> bytes:
    return hmac.digest(key.secret, b"greenroom sound mark 1 " + purpose + b"\n" + data, "sha256")


def _variant(key: MarkKey, number: int) -> SoundVariant:
    random = np.random.Generator(np.random.PCG64(int.from_bytes(_digest(key, b"cells", bytes([number])), "big")))
    cells = SLOTS * BANDS
    pilots = np.concatenate(list(_pilots(random)))
    carriers = np.setdiff1d(np.arange(cells), pilots)
    rounds = [random.permutation(CODED_BITS) for _ in range(-(-len(carriers) // CODED_BITS))]
    bits = np.full(cells, CODED_BITS)
    bits[carriers] = np.concatenate(rounds)[: len(carriers)]
    signs = random.choice(np.array([-1.0, 1.0], np.float32), cells)
    pilot = np.zeros(cells, np.float32)
    pilot[pilots] = random.choice(np.array([-1.0, 1.0], np.float32), len(pilots))
    shape = (SLOTS, BANDS)
    return SoundVariant(pilot.reshape(shape), bits.reshape(shape), signs.reshape(shape))


def _pilots(random: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """As many of every slot, so that any stretch of the sound has its share."""
    count = round(_PILOT_SHARE * BANDS)
    for slot in range(SLOTS):
        yield slot * BANDS + random.permutation(BANDS)[:count]
