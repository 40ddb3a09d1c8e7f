"""Viterbi's algorithm, compiled: the likeliest way through the trellis of a convolutional code.

Viterbi, "Error bounds for convolutional codes", IEEE Transactions on Information Theory 13, 1967.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def most_likely(
    soft: NDArray[np.float64],
    outputs: NDArray[np.int8],
    came_from: NDArray[np.uint8],
    metric: NDArray[np.float64],
    following: NDArray[np.float64],
    message: NDArray[np.uint8],
) -> None:
    """Fill `message`; `came_from` [steps, states] keeps the last bit of the state before."""
    states, rate = outputs.shape[0], outputs.shape[2]
    metric[0] = 0.0
    for step in range(len(message)):
        for state in range(states):
            bit = 1 if 2 * state >= states else 0
            best, chosen = -np.inf, 0
            for last in range(2):
                before = ((state << 1) & (states - 1)) | last
                total = metric[before]
                for index in range(rate):
                    total += soft[rate * step + index] * outputs[before, bit, index]
                if total > best:
                    best, chosen = total, last
            following[state] = best
            came_from[step, state] = chosen
        metric[:] = following
    state = 0
    for step in range(len(message) - 1, -1, -1):
        message[step] = 1 if 2 * state >= states else 0
        state = ((state << 1) & (states - 1)) | came_from[step, state]
