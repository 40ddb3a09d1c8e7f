"""Diarization error rate: how much of the time the wrong voice, none, or one too many is heard to speak.

NIST's measure (RT-09): missed, false and confused time over the time that is spoken, with a collar around each border
in which nothing counts; speakers are matched to actors as it is best. In frames of 10 ms.
"""

from collections.abc import Sequence

import numpy as np

from models.speakers import Turn

_FRAMES = 100  # a second
COLLAR = 0.25  # seconds on each side of a border of the reference


def speaker_error(reference: Sequence[tuple[float, float, str]], turns: Sequence[Turn]) -> float:
    """DER of turns against (start, end, actor) in seconds; 0 where nothing is spoken by either."""
    from scipy.optimize import linear_sum_assignment

    actors = sorted({actor for _, _, actor in reference})
    speakers = sorted({turn.speaker for turn in turns})
    end = max([one[1] for one in reference] + [turn.end for turn in turns], default=0.0)
    count = int(np.ceil(end * _FRAMES)) + 1
    spoken, heard = np.zeros((len(actors), count), bool), np.zeros((len(speakers), count), bool)
    counted = np.ones(count, bool)
    for start, stop, actor in reference:
        spoken[actors.index(actor), round(start * _FRAMES) : round(stop * _FRAMES)] = True
        for border in (start, stop):
            counted[max(0, round((border - COLLAR) * _FRAMES)) : round((border + COLLAR) * _FRAMES)] = False
    for turn in turns:
        heard[speakers.index(turn.speaker), round(turn.start * _FRAMES) : round(turn.end * _FRAMES)] = True
    spoken, heard = spoken[:, counted], heard[:, counted]
    together = spoken.astype(int) @ heard.astype(int).T
    rows, columns = linear_sum_assignment(-together)
    right = int(together[rows, columns].sum())
    said, given = int(spoken.sum()), int(heard.sum())
    most = int(np.maximum(spoken.sum(axis=0), heard.sum(axis=0)).sum())
    return (most - right) / said if said else float(given > 0)
