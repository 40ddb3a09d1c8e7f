"""The likeliest ways through the trellis of a convolutional code, compiled.

Forwards, Viterbi's algorithm finds how likely each state is at each step ("Error bounds for convolutional codes", IEEE
Transactions on Information Theory 13, 1967). Backwards from the end, the best way not yet followed is followed first:
since what is left of it is known exactly, whole messages come out in order (the tree-trellis search of Soong and Huang,
"A tree-trellis based fast search for finding the N best sentence hypotheses", ICASSP 1991). Followed backwards step by
step, it finds of each coded bit how much likelier the likeliest message is in which it is 1 than that in which it is 0
(max-log-MAP: Robertson, Villebrun and Hoeher, "A comparison of optimal and sub-optimal MAP decoding algorithms
operating in the log domain", ICC 1995).
"""

from heapq import heappop, heappush

import numpy as np
from numba import njit
from numpy.typing import NDArray

_NEVER = np.int64(-(2**60))  # less than any sum


@njit(cache=True, nogil=True)
def reached(soft: NDArray[np.int64], outputs: NDArray[np.int8], metric: NDArray[np.int64]) -> None:
    """Fill `metric` [steps + 1, states]: of each state at each step, the sum of `soft` along the likeliest way there.

    `outputs` [states, 2]: the coded bits that the encoder gives in a state for a bit, the first of them lowest.
    """
    steps, states = metric.shape[0] - 1, metric.shape[1]
    rate = len(soft) // steps
    said = np.empty(1 << rate, np.int64)
    metric[0, :] = _NEVER
    metric[0, 0] = 0
    for step in range(steps):
        for word in range(1 << rate):
            total = np.int64(0)
            for index in range(rate):
                value = soft[rate * step + index]
                total += value if word >> index & 1 else -value
            said[word] = total
        for state in range(states):
            bit = 1 if 2 * state >= states else 0
            before = (state << 1) & (states - 1)
            one = metric[step, before] + said[outputs[before, bit]]
            other = metric[step, before | 1] + said[outputs[before | 1, bit]]
            metric[step + 1, state] = max(one, other)


@njit(cache=True, nogil=True)
def followed(
    soft: NDArray[np.int64], outputs: NDArray[np.int8], metric: NDArray[np.int64], messages: NDArray[np.uint8]
) -> int:
    """Fill `messages` [count, steps], the likeliest first; how many there are, for a short message has few.

    Of ways that are as likely the one followed farthest goes first: where nothing is heard all are, and there are
    2**steps of them. So each message takes 2 * steps nodes at most.
    """
    steps, states = metric.shape[0] - 1, metric.shape[1]
    rate = len(soft) // steps
    parents, places = [-1], [0]  # of each node: the one after it in the message, and its state
    # of each way: its sum, negative; how far it is followed, its node, and the sum from there to the end
    open_ = [(-metric[steps, 0], steps, 0, np.int64(0))]
    found = 0
    while len(open_) > 0 and found < len(messages):
        _, step, node, behind = heappop(open_)
        if step == 0:
            follower = parents[node]
            for at in range(steps):
                messages[found, at] = 1 if 2 * places[follower] >= states else 0
                follower = parents[follower]
            found += 1
            continue
        state = places[node]
        bit = 1 if 2 * state >= states else 0
        for last in range(2):
            before = ((state << 1) & (states - 1)) | last
            ahead = metric[step - 1, before]
            if ahead <= _NEVER // 2:
                continue
            total = behind
            for index in range(rate):
                value = soft[rate * (step - 1) + index]
                total += value if outputs[before, bit] >> index & 1 else -value
            parents.append(node)
            places.append(before)
            heappush(open_, (-(ahead + total), step - 1, len(parents) - 1, total))
    return found


@njit(cache=True, nogil=True)
def believed(
    soft: NDArray[np.int64], outputs: NDArray[np.int8], metric: NDArray[np.int64], last: int, sums: NDArray[np.int64]
) -> None:
    """Fill `sums` [len(soft)]: of each coded bit, the likeliest way with it 1 less the likeliest with it 0.

    `metric` as `reached` fills it; the `last` bits of every message are zero.
    """
    steps, states = metric.shape[0] - 1, metric.shape[1]
    rate = len(soft) // steps
    said, best = np.empty(1 << rate, np.int64), np.empty(1 << rate, np.int64)
    behind, before_it = np.full(states, _NEVER), np.empty(states, np.int64)
    behind[0] = 0
    for step in range(steps - 1, -1, -1):
        for word in range(1 << rate):
            total = np.int64(0)
            for index in range(rate):
                value = soft[rate * step + index]
                total += value if word >> index & 1 else -value
            said[word] = total
        best[:] = _NEVER
        before_it[:] = _NEVER
        for state in range(states):
            bit = 1 if 2 * state >= states else 0
            if behind[state] <= _NEVER // 2 or (bit == 1 and step >= steps - last):
                continue
            for lowest in range(2):
                before = ((state << 1) & (states - 1)) | lowest
                if metric[step, before] <= _NEVER // 2:
                    continue
                word = outputs[before, bit]
                total = behind[state] + said[word]
                before_it[before] = max(before_it[before], total)
                best[word] = max(best[word], total + metric[step, before])
        behind[:] = before_it
        for index in range(rate):
            one, other = _NEVER, _NEVER
            for word in range(1 << rate):
                if word >> index & 1:
                    one = max(one, best[word])
                else:
                    other = max(other, best[word])
            sums[rate * step + index] = one - other
