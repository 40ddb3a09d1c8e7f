"""Role Speakers, embedded: who speaks when, by prints of short windows grouped into as many voices as the cast has.

With the number unknown similar voices merge, so the number is asked for (facts: 0.05 DER with it). The flagship stands
in `models.speakers_pyannote`.
"""

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from models.roles import Loaded, Samples, SpeechSpan, VoiceActivity
from models.voice_prints import HOP_SECONDS, features, print_of

_WINDOW_SECONDS = 1.2
_STEP_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Turn:
    """One voice speaking, in seconds; `speaker` is a number of this sound alone."""

    start: float
    end: float
    speaker: int


class Speakers(Loaded, Protocol):
    """Who speaks when. `count`: how many voices there are."""

    def turns(self, samples: Samples, sample_rate: int, count: int) -> tuple[Turn, ...]: ...


class PrintSpeakers:
    """Speakers by voice prints; no weights. Use inside `with`."""

    name = "voice prints 1"

    def __init__(self, voices: VoiceActivity) -> None:
        self._voices = voices

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def turns(self, samples: Samples, sample_rate: int, count: int) -> tuple[Turn, ...]:
        """Turns of `count` voices in float32[N, channels]; fewer where there is too little speech to tell them."""
        with self._voices as voices:
            spans = voices.spans(samples, sample_rate)
        frames = features(samples, sample_rate)
        windows: list[tuple[float, float, NDArray[np.float64]]] = []
        for span in spans:
            for start, end in _windows(span):
                found = print_of(frames[round(start / HOP_SECONDS) : round(end / HOP_SECONDS)])
                if found is not None:
                    windows.append((start, end, found))
        if not windows:
            return ()
        groups = _grouped(np.array([one[2] for one in windows]), count)
        return _joined([(start, end, int(group)) for (start, end, _), group in zip(windows, groups, strict=True)])


def _windows(span: SpeechSpan) -> list[tuple[float, float]]:
    """Windows over a span, each of which answers for the step in its middle; their ends are widened to the span's."""
    starts = np.arange(span.start, max(span.end - _WINDOW_SECONDS, span.start) + 1e-6, _STEP_SECONDS)
    return [(float(start), min(span.end, float(start) + _WINDOW_SECONDS)) for start in starts]


def _grouped(prints: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    """A group 0 to count - 1 for each print, by Ward's linkage."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(prints) < 2 or count < 2:
        return np.zeros(len(prints), np.intp)
    return np.asarray(fcluster(linkage(prints, "ward"), count, "maxclust") - 1, np.intp)


def _joined(windows: list[tuple[float, float, int]]) -> tuple[Turn, ...]:
    """Overlapping windows as turns that do not: between two windows, the border is in the middle of their overlap."""
    turns: list[Turn] = []
    for start, end, speaker in windows:
        last = turns[-1] if turns else None
        if last is None or start >= last.end:
            turns.append(Turn(start, end, speaker))
        elif last.speaker == speaker:
            turns[-1] = Turn(last.start, max(last.end, end), speaker)
        else:
            border = (start + last.end) / 2
            turns[-1] = Turn(last.start, border, last.speaker)
            turns.append(Turn(border, end, speaker))
    return tuple(turns)
