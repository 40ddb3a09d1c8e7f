"""One recording of a kind, from a seed to a file: who is shown, what was asked, what is shown; the kinds themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from random import Random

from bench.captures.files import write
from bench.captures.flat import held_still, warped_still
from bench.captures.identity import POOL, Identity, identity
from bench.captures.replayed import other_face, replay, spliced
from bench.captures.takes import Script, Take, take
from greenroom.domain.enrolments import Direction
from models import phrases
from models.speech import EspeakSpeech

MOVEMENTS = 3
_EARLIER = 1_000_000  # added to a replay's seed: the genuine recording that it shows again


class CaptureKind(StrEnum):
    """What a recording is: an honest answer, or an attack of a kind (instruments of ISO/IEC 30107-3)."""

    GENUINE = "genuine"
    HELD_STILL = "held_still"
    WARPED_STILL = "warped_still"
    REPLAY = "replay"
    WRONG_PHRASE = "wrong_phrase"
    OTHER_FACE = "other_face"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Recording:
    """A file with the truth about it. `identity` is whom it shows; `earlier` the seed of the recording it replays."""

    path: Path
    kind: CaptureKind
    identity: Identity
    script_asked: Script
    script_shown: Script
    seed: int
    earlier: int | None = None


def record(
    kind: CaptureKind,
    seed: int,
    folder: Path,
    *,
    script: Script | None = None,
    who: int | None = None,
    speech: EspeakSpeech | None = None,
) -> Recording:
    """Make the recording of a kind and seed in `folder`; the same arguments give the same frames and sound.

    `script` is what was asked and `who` (a number of `POOL`) whom it shows; both are the seed's choice when left
    out. `speech` saves starting a voice for each.
    """
    asked = script if script is not None else script_of(seed)
    number = who if who is not None else who_of(seed)
    with _voice(speech) as voice:
        made, shown, earlier, number = _made(voice, kind, asked, number, seed)
    path = folder / f"{kind}-{seed}.mp4"
    write(path, made.frames, made.samples)
    return Recording(path, kind, identity(number), asked, shown, seed, earlier)


def script_of(seed: int) -> Script:
    """The script that a seed draws, as a challenge is drawn."""
    random = Random(f"script {seed}")
    directions: list[Direction] = []
    while len(directions) < MOVEMENTS:
        directions.append(random.choice([one for one in Direction if one not in directions[-1:]]))
    return Script(phrases.draw(random), tuple(directions))


def who_of(seed: int) -> int:
    """The identity that a seed draws."""
    return Random(f"who {seed}").choice(POOL)


def _made(
    voice: EspeakSpeech, kind: CaptureKind, asked: Script, number: int, seed: int
) -> tuple[Take, Script, int | None, int]:
    """The take, the script it truly shows, the seed it replays, whom it shows."""
    other = _another(asked, seed)
    match kind:
        case CaptureKind.GENUINE:
            return take(voice, number, asked, seed), asked, None, number
        case CaptureKind.HELD_STILL:
            return held_still(voice, number, asked, seed), asked, None, number
        case CaptureKind.WARPED_STILL:
            return warped_still(voice, number, asked, seed), asked, None, number
        case CaptureKind.REPLAY:
            earlier = seed + _EARLIER
            old = script_of(earlier)
            return replay(take(voice, number, old, earlier), seed), old, earlier, number
        case CaptureKind.WRONG_PHRASE:
            shown = Script(other.words, asked.directions)
            return take(voice, number, shown, seed), shown, None, number
        case CaptureKind.OTHER_FACE:
            stranger = Random(f"stranger {seed}").choice([one for one in POOL if one != number])
            return other_face(voice, number, stranger, asked, other.words, seed), asked, None, stranger
        case CaptureKind.CUT:
            return spliced(voice, number, asked, other, seed), asked, None, number


def _another(asked: Script, seed: int) -> Script:
    """A script drawn apart from the one asked, and different from it in both parts."""
    number = seed
    while True:
        number += 7_000_001
        other = script_of(number)
        if other.words != asked.words and other.directions != asked.directions:
            return other


@contextmanager
def _voice(speech: EspeakSpeech | None) -> Iterator[EspeakSpeech]:
    if speech is not None:
        yield speech
        return
    with EspeakSpeech() as own:
        yield own
