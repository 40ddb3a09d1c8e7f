"""Holding a file's sound against its clip's, piece by piece: is it the clip's, and how much of it is not?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.fingerprints_sound import SAME_RECORDING, at_8_khz, frames, similarity, written
from ops.verifying.sampling import Heard

OTHER_SOUND = 0.65  # similarity below which a sound is another one; chance reaches 0.6
_LEAST_RATE = 8_000  # hertz, of sound that has a fingerprint
_SPEEDS = (0.8, 0.9, 1.1, 1.25)  # at which a soundtrack may be played
_AUDIBLE = 0.003  # of full scale, the peak: 50 dB under the loudest there is
_PIECE = 62  # frames of 32 ms: two seconds
_TELLING = 40  # frames with sound from which a piece has a likeness: 1.3 s

Words = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Sounding:
    """How the sound of a file stands to its clip's.

    `alike`: of all of it, or of its surest two seconds: 0.5 chance, 1 the same; None where one of them is too short, or
    silent. `other`: the share of what is heard in the file that is not the clip's, where the rest of it is; all of it
    where so little is heard in the clip that nothing can be held against it, and more in the file.
    """

    alike: float | None
    other: float
    audible: bool
    clip_audible: bool


def sound_held(mine: Sequence[Heard], theirs: Sequence[Heard]) -> Sounding:
    """The sound of a file against that of its clip, also where it is played at another speed."""
    own, wanted = _audible(mine), _audible(theirs)
    clip = [_words(one, 1.0) for one in wanted]
    best, other = 0.0, 0.0
    for speed in (1.0, *_SPEEDS):
        found, elsewhere = _at_speed([_words(one, speed) for one in own], clip)
        if found > best:
            best, other = found, elsewhere
        if best >= SAME_RECORDING:
            break
    if best < OTHER_SOUND:
        more = _heard([_words(one, 1.0) for one in own]) >= _heard(clip) + _TELLING
        other = 1.0 if more and _heard(clip) < _TELLING else 0.0
    return Sounding(
        alike=round(best, 4) if best > 0 else None,
        other=round(other, 3),
        audible=bool(own),
        clip_audible=bool(wanted),
    )


def _at_speed(mine: Sequence[Words], theirs: Sequence[Words]) -> tuple[float, float]:
    """The similarity, and the share of what is heard that is nowhere in the clip."""
    whole = [similarity(written(one), written(other)) for one in mine for other in theirs]
    pieces = [
        (np.count_nonzero(piece), max((similarity(written(piece), written(other)) for other in theirs), default=0.0))
        for one in mine
        for piece in _pieces(one)
    ]
    heard = _heard(mine)
    strange = sum(count for count, alike in pieces if alike < OTHER_SOUND)
    return max((*whole, *(alike for _, alike in pieces)), default=0.0), strange / heard if heard else 0.0


def _heard(sounds: Sequence[Words]) -> int:
    """Frames in which anything is heard."""
    return sum(int(np.count_nonzero(one)) for one in sounds)


def _pieces(words: Words) -> Iterator[Words]:
    """Two seconds each, those in which enough is heard."""
    count = max(1, round(len(words) / _PIECE))
    return (piece for piece in np.array_split(words, count) if np.count_nonzero(piece) >= _TELLING)


def _audible(heard: Sequence[Heard]) -> list[Heard]:
    loud = (one for one in heard if one.rate >= _LEAST_RATE and len(one.samples))
    return [one for one in loud if float(np.abs(one.samples).max()) >= _AUDIBLE]


def _words(heard: Heard, speed: float) -> Words:
    """The fingerprint's frames, of the sound as it was before it was played at this speed: higher and shorter."""
    samples = heard.samples.mean(axis=1)
    if speed != 1.0:
        places = np.arange(round(len(samples) * speed)) / speed
        samples = np.asarray(np.interp(places, np.arange(len(samples)), samples), np.float32)
    return frames(at_8_khz(samples, heard.rate))[0]
