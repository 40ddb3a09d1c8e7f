"""The code that carries a message through noise: convolutional, rate 1/4, decoded softly.

Constraint length 14 with the generators 21113, 23175, 35527, 35537 (octal), free distance 36 (Larsen, "Short
convolutional codes with maximal free distance for rates 1/2, 1/3 and 1/4", IEEE Transactions on Information Theory 19,
1973): half a decibel better than constraint length 9. Thirteen zeros end each message, so a decoder starts and ends in
the state of zeros. Where a message can be told to be right, as one with a tag of its own, the likeliest few are worth
another 0.7 decibels (Seshadri and Sundberg, "List Viterbi decoding algorithms with applications", IEEE Transactions on
Communications 42, 1994).
"""

import numpy as np
from numpy.typing import NDArray

_MEMORY = 13  # bits that an encoder remembers
_GENERATORS = (0o21113, 0o23175, 0o35527, 0o35537)
RATE = len(_GENERATORS)  # coded bits for each bit
_STATES = 1 << _MEMORY
_LEVELS = 2.0**32  # to each side


def coded_length(bits: int) -> int:
    """Coded bits of a message of so many bits."""
    return RATE * (bits + _MEMORY)


def encode(bits: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The code word of a message of zeros and ones, float32[coded_length(len(bits))] of -1 and 1."""
    state, found = 0, []
    for bit in (*bits.tolist(), *[0] * _MEMORY):
        found.append([2 * (_WORDS[state, bit] >> index & 1) - 1 for index in range(RATE)])
        state = (bit << (_MEMORY - 1)) | (state >> 1)
    return np.concatenate(found).astype(np.float32)


def decode(soft: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The likeliest message, given for each coded bit how surely it is 1 (above zero) or -1 (below)."""
    return np.asarray(likeliest(soft, 1)[0], np.uint8)


def likeliest(soft: NDArray[np.float64], count: int) -> NDArray[np.uint8]:
    """The likeliest messages, uint8[count, bits], the likeliest first; fewer where there are no more."""
    from ops.watermark.viterbi import followed, reached  # compiled: whoever only knows keys does not load it

    heard, _ = _whole(soft)
    steps = len(soft) // RATE
    metric = np.empty((steps + 1, _STATES), np.int64)
    messages = np.empty((count, steps), np.uint8)
    reached(heard, _WORDS, metric)
    found = followed(heard, _WORDS, metric, messages)
    return messages[:found, : steps - _MEMORY]


def believed(soft: NDArray[np.float64]) -> NDArray[np.float64]:
    """How surely each coded bit is 1 or -1 when the code is known, float64[len(soft)], on the scale of `soft`.

    Far above zero or below where one code word is far likelier than every other.
    """
    from ops.watermark import viterbi

    heard, scale = _whole(soft)
    metric = np.empty((len(soft) // RATE + 1, _STATES), np.int64)
    sums = np.empty(len(soft), np.int64)
    viterbi.reached(heard, _WORDS, metric)
    viterbi.believed(heard, _WORDS, metric, _MEMORY, sums)
    return sums / (2 * scale)


def _whole(soft: NDArray[np.float64]) -> tuple[NDArray[np.int64], float]:
    """In whole numbers, and by how much: sums are exact, so that ways which are as likely are told to be."""
    loudest = float(np.abs(soft).max())
    if loudest == 0:
        return np.zeros(len(soft), np.int64), 1.0
    return np.rint(soft / loudest * _LEVELS).astype(np.int64), _LEVELS / loudest


def _words() -> NDArray[np.int8]:
    """int8[state, bit]: the RATE coded bits that the encoder gives in a state for a bit, the first of them lowest."""
    register = np.arange(_STATES)[:, None] | (np.arange(2) << _MEMORY)
    found = np.zeros((_STATES, 2), np.int8)
    for index, generator in enumerate(_GENERATORS):
        odd = np.zeros_like(register)
        for place in range(_MEMORY + 1):
            odd ^= register >> place & generator >> place & 1
        found |= (odd << index).astype(np.int8)
    return found


_WORDS = _words()
