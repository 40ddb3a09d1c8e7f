"""What the trials are made on: recorded English, the project's own voices, and words that are put in another's place.

The recordings are the project's own (three parts) and, where its folder is given, `test/data` of pocketsphinx's source
distribution (BSD; LibriVox readings, playing cards and commands, by at least three speakers).
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.near_words import neighbours
from models.roles import Samples
from models.script_hearing import OTHER_WORDS
from moderation.wording import words_of

if TYPE_CHECKING:
    from pocketsphinx import Decoder  # type: ignore[import-untyped, unused-ignore]

RATE = 16_000
JFK = Path(__file__).parents[2] / "tests" / "data" / "jfk.flac"
_JFK_PARTS = (  # seconds, and what is said in them
    (0.0, 2.6, "and so my fellow americans"),
    (5.2, 7.9, "what your country can do for you"),
    (7.9, 11.0, "ask what you can do for your country"),
)
LINES = (
    "I think we should go to the market today", "No, the weather is far too cold for that",
    "Then let us stay here and have some tea", "That is the best idea you had all week",
    "Please close the window before the rain comes", "My brother painted this fence last summer",
)  # fmt: skip
FOREIGN = (
    ("es", "Creo que hoy deberíamos ir al mercado"), ("fr", "Je pense que nous devrions aller au marché"),
    ("de", "Ich glaube, wir sollten heute zum Markt gehen"), ("it", "Penso che oggi dovremmo andare al mercato"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """One utterance: float32[N] at 16 kHz, its words, and a name for its speaker."""

    sound: Samples
    words: tuple[str, ...]
    speaker: str


def recordings(folder: Path | None) -> Iterator[Recorded]:
    """The recordings with their words."""
    whole = decoded(JFK)
    for start, end, text in _JFK_PARTS:
        yield Recorded(whole[int(start * RATE) : int(end * RATE)], words_of(text), "kennedy")
    if folder is None:
        return
    for part in ("librivox/transcription", "cards/cards.transcription"):
        for row in (folder / part).read_text("utf-8").splitlines():
            match = re.match(r"<s> (.*?)\s*</s> \((.*)\)", row)
            if match is not None:
                path = (folder / part).parent / f"{match[2]}.wav"
                yield Recorded(decoded(path), words_of(match[1]), path.parent.name)
    for name, text in (("goforward", "go forward ten meters"), ("something", "go somewhere and do something")):
        raw = np.frombuffer((folder / f"{name}.raw").read_bytes(), "<i2")
        yield Recorded((raw / 32768).astype(np.float32), words_of(text), "commands")


def decoded(path: Path) -> Samples:
    """A file's sound as float32[N] at 16 kHz."""
    import av

    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(str(path)) as opened:
        pieces = [part.to_ndarray()[0] for frame in opened.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate(pieces)


def other_word(words: Sequence[str], draw: random.Random) -> str:
    """Any other word."""
    return draw.choice([word for word in OTHER_WORDS if word not in words])


def near_word(decoder: "Decoder", word: str, words: Sequence[str], draw: random.Random) -> str | None:
    """A word of the recogniser's dictionary that differs from `word` by one sound; None: there is none."""
    found = [near for near in neighbours(decoder, word) if near not in words]
    return draw.choice(found) if found else None
