"""Frames of one film weighed against each other, where their plain sum says nothing.

A low rate keeps a mark in some frames and drags it along with the picture in others, and what the picture itself says
is much the same from frame to frame. The pilot tells how strongly each frame has the mark, the waves of all frames how
alike their noise is: together the weights that a receiver of many antennas uses (Winters, "Optimum combining in digital
mobile radio with cochannel interference", IEEE Journal on Selected Areas in Communications 2, 1984), with the diagonal
loading that few samples ask for (Carlson, "Covariance matrix estimation errors and diagonal loading in adaptive
arrays", IEEE Transactions on Aerospace and Electronic Systems 24, 1988). One frame's pilot is faint: it may be
heard together with its neighbours' and a little with the mean of all. Measured at a third of the size, that is worth
0.9 dB in the mean; where good frames are scattered among bad ones it costs as much.
"""

import numpy as np
from numpy.typing import NDArray

from ops.watermark.carrier import AMPLITUDES, Floats, Variant
from ops.watermark.decoding import Waves, noise_of

_LOADING = 1.0  # of the mean noise of a frame: measured on the films of bench/marks, flat from a third to three
_NEIGHBOURS = np.exp(-np.abs(np.arange(-8, 9)) / 2.0)  # how much the frames before and after count
_ALL = 0.5  # share of the mean of all frames

Frames = NDArray[np.complex128]  # [frames, WAVES]


class Received:
    """The waves of each frame of a film, complex128[frames, WAVES], ready to be weighed against each other."""

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self._noise = noise_of(frames.mean(0))
        self._level = np.asarray(frames / np.sqrt(self._noise))
        self._alike = (self._level @ self._level.conj().T).real / self._level.shape[1]

    def weights(self, heard: Floats, loading: float = _LOADING) -> Floats:
        """The weight of each frame, float64[frames], that has so much of the mark; `loading`: see above."""
        load = loading * float(self._alike.trace()) / len(self._alike)
        return np.asarray(np.linalg.solve(self._alike + (load + 1e-12) * np.eye(len(self._alike)), heard))

    def piloted(self, variant: Variant) -> Floats:
        """How strongly each frame has the variant's pilot, float64[frames], negative where its sign is."""
        expected = np.exp(-1j * variant.phases[variant.pilots]) * (AMPLITUDES / np.sqrt(self._noise))[variant.pilots]
        return np.asarray((self._level[:, variant.pilots] * expected).real.sum(1))

    def coded(self, variant: Variant, bits: Floats) -> Floats:
        """How strongly each frame has these coded bits, float64[CODED_BITS] of -1 to 1, on the scale of `piloted`."""
        carriers = variant.carriers
        expected = np.exp(-1j * variant.phases[carriers]) * (AMPLITUDES / np.sqrt(self._noise))[carriers]
        said = (bits[variant.bits] * variant.signs).reshape(-1, 2)
        turned = self._level[:, carriers] * expected
        return np.asarray(turned.real @ said[:, 0] + turned.imag @ said[:, 1])


def combined(frames: Frames, variant: Variant, *, settled: bool) -> Waves:
    """The waves of all frames, complex128[frames, WAVES], as one, were they marked in that variant.

    `settled`: what is heard of the pilot in a frame counts together with what is heard around it.
    The pilot's sign, which is the clip's, is that which it has in the plain sum.
    """
    received = Received(frames)
    heard = received.piloted(variant)
    heard = _settled(heard) if settled else heard
    return np.asarray((received.weights(heard) * np.sign(heard.sum())) @ frames)


def _settled(heard: Floats) -> Floats:
    """What is heard of the pilot in each frame, float64[frames], with what is heard around it and in all."""
    reach = len(_NEIGHBOURS) // 2
    near = np.convolve(np.pad(heard, reach, "edge"), _NEIGHBOURS / _NEIGHBOURS.sum(), "valid")
    return np.asarray(near + _ALL * near.mean())
