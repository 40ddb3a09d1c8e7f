"""The fingerprint of a recording's sound: alike for a copy re-encoded, cut, turned down or noised, unlike for others.

After Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System", ISMIR 2002: for each frame, the signs of
energy differences between neighbouring bands and neighbouring frames, 32 bits; two recordings of the same are alike
where, at some shift in time, few bits differ. Frames without sound take no part. Own code, numpy only.
"""

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import BadInput
from models.roles import Samples

_MARK = b"HK2\x01"
_RATE = 8_000  # hertz: what every encoder keeps
_FRAME, HOP = 2_048, 256  # 0.256 s windows every 32 ms: long against the shift between two framings of one sound
_BANDS = 33
_LOWEST, _HIGHEST = 300.0, 3_000.0  # hertz
_LEAST_OVERLAP = 40  # frames that both hold with sound: 1.3 s
_QUIET = 30.0  # decibels under the loudest frame: its bits are noise
_PADDING = np.uint32(0)

SAME_RECORDING = 0.78  # similarity: measured by `bench/phrases.py`; unrelated bits agree in a half


def fingerprint(samples: Samples, sample_rate: int) -> bytes:
    """The fingerprint of a sound, four bytes for every 32 ms; empty of frames for silence or under 0.3 s.

    `samples` float32[N, channels] or [N]. Raises BadInput for sound that is not finite or a rate under 8 kHz.
    """
    words, _ = frames(at_8_khz(samples, sample_rate))
    return written(words)


def at_8_khz(samples: Samples, sample_rate: int) -> NDArray[np.float64]:
    """One channel at 8 kHz, by spectrum: all of a sound that is looked at. Raises BadInput as `fingerprint` does."""
    if sample_rate < _RATE:
        raise BadInput(f"A sound is fingerprinted from {_RATE} Hz up; got {sample_rate} Hz.")
    mono = samples.astype(np.float64).mean(axis=1) if samples.ndim == 2 else samples.astype(np.float64)
    if not np.isfinite(mono).all():
        raise BadInput("The sound holds values that are not numbers.")
    count = round(len(mono) * _RATE / sample_rate)
    if count < 2:
        return np.zeros(0)
    spectrum = np.fft.rfft(mono)[: count // 2 + 1]
    return np.asarray(np.fft.irfft(spectrum, count) * (count / len(mono)))


def narrowed(samples: Samples, sample_rate: int) -> bytes:
    """All of a sound that is looked at, as little as it takes to hand on: int16 at 8 kHz, as loud as fits.

    Raises BadInput as `fingerprint` does.
    """
    narrow = at_8_khz(samples, sample_rate)
    loudest = float(np.abs(narrow).max(initial=0.0))
    return np.rint(narrow * (32767 / loudest if loudest > 0 else 0.0)).astype("<i2").tobytes()


def frames(narrow: NDArray[np.float64]) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """The bits of each frame, uint32[F], 0 without sound, and how sure each is, float32[F, 32] in the bits' order.

    `narrow` is one channel at 8 kHz. A bit that is less sure than others is the first that a copy has otherwise.
    """
    if len(narrow) < _FRAME + HOP or not np.any(narrow):
        return np.zeros(0, np.uint32), np.zeros((0, 32), np.float32)
    blocks = np.lib.stride_tricks.sliding_window_view(narrow, _FRAME)[::HOP]
    power = np.abs(np.fft.rfft(blocks * np.hanning(_FRAME), axis=1)) ** 2
    edges = np.geomspace(_LOWEST, _HIGHEST, _BANDS + 1) * _FRAME / _RATE
    sums = np.concatenate([np.zeros((len(power), 1)), np.cumsum(power, axis=1)], axis=1)
    energy = np.diff(sums[:, np.round(edges).astype(int)], axis=1)
    across = energy[:, :-1] - energy[:, 1:]
    change = across[1:] - across[:-1]
    around = energy[1:, :-1] + energy[1:, 1:] + energy[:-1, :-1] + energy[:-1, 1:]
    words = np.packbits((change > 0).astype(np.uint8), axis=1).copy().view("<u4")[:, 0].astype(np.uint32)
    level = 10 * np.log10(energy.sum(axis=1)[1:] + 1e-20)
    words[words == _PADDING] = 1  # a frame with sound is never taken for one without
    words[level < level.max() - _QUIET] = _PADDING
    return words, np.asarray(np.abs(change) / (around + 1e-20), np.float32)


def written(words: NDArray[np.uint32]) -> bytes:
    """The fingerprint that holds these frames."""
    return _MARK + words.astype("<u4").tobytes()


def similarity(first: bytes, second: bytes) -> float:
    """How alike two recordings are, 0 to 1: the share of equal bits at the best shift, 0 where too little is shared.

    Costs a time that grows with the product of the lengths. Raises BadInput for what is no fingerprint.
    """
    one, other = read(first), read(second)
    if len(one) < _LEAST_OVERLAP or len(other) < _LEAST_OVERLAP:
        return 0.0
    # every shift at once: the bits as +1 and -1 (0 where quiet), correlated along time
    left, right = _signs(one), _signs(other)
    size = 1 << (len(left) + len(right) - 1).bit_length()
    agree = _correlated(left, right, size).sum(axis=1)
    shared = _correlated(np.abs(left[:, :1]), np.abs(right[:, :1]), size)[:, 0] * 32
    enough = shared >= _LEAST_OVERLAP * 32 - 0.5
    if not enough.any():
        return 0.0
    return float(0.5 + 0.5 * np.max(agree[enough] / shared[enough]))


def _correlated(left: NDArray[np.float32], right: NDArray[np.float32], size: int) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(left, size, axis=0) * np.conj(np.fft.rfft(right, size, axis=0))
    return np.asarray(np.fft.irfft(spectrum, size, axis=0))


def _signs(words: NDArray[np.uint32]) -> NDArray[np.float32]:
    """float32[F, 32]: the bits as +1 and -1, all 0 in a frame without sound."""
    bits = np.unpackbits(words.astype("<u4").view(np.uint8).reshape(-1, 4), axis=1).astype(np.float32)
    return np.asarray((2 * bits - 1) * (words != _PADDING)[:, None], np.float32)


def read(stored: bytes) -> NDArray[np.uint32]:
    """The frames of a fingerprint, uint32[F]. Raises BadInput for what is none."""
    if not stored.startswith(_MARK) or len(stored) % 4:
        raise BadInput("These bytes are no sound fingerprint of this version.")
    return np.frombuffer(stored[len(_MARK) :], "<u4")
