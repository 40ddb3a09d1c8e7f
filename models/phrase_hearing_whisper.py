"""Role PhraseCheck, flagship: the phrase as whisper hears it, which knows more accents and worse rooms than a grammar.

Whisper hears any word, so what was not asked is heard as itself. How well a word fits is the logarithm of the
probability that whisper gives it: on the scale of the embedded recogniser, 0 at best, and low where it guessed.
"""

import math
from difflib import SequenceMatcher
from pathlib import Path
from types import TracebackType
from typing import Self

from greenroom.errors import BadInput
from models.phrase_hearing import DOUBTFUL_FIT
from models.phrases import VOCABULARY
from models.roles import HeardWord, PhraseHearing, Samples
from models.transcription_whisper import LARGE_V3_TURBO, WhisperCheckpoint, WhisperTranscription

_LANGUAGE = "en"  # the vocabulary's
_NOWHERE = -10.0  # nats, of a word that was not heard
_LEAST = 1e-4  # probability: what is less is as good as not heard


class WhisperPhraseCheck:
    """Hears a challenge's words with whisper's checkpoint in `folder`. Use inside `with`."""

    def __init__(self, folder: Path, checkpoint: WhisperCheckpoint = LARGE_V3_TURBO, device: str = "cpu") -> None:
        self._ear = WhisperTranscription(folder, checkpoint, device)

    @property
    def name(self) -> str:
        return f"{self._ear.name}, phrases 1"

    def __enter__(self) -> Self:
        self._ear.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ear.__exit__(kind, error, trace)

    def hear(self, samples: Samples, sample_rate: int, expected: tuple[str, ...]) -> PhraseHearing:
        """What of `expected` was said in `samples` (float32[N, channels] or [N]).

        Raises BadInput for an expected word outside the vocabulary, and for sound that is not finite or too long.
        """
        unknown = [word for word in expected if word not in VOCABULARY]
        if unknown or not expected:
            raise BadInput(f"A phrase is words of the vocabulary; got {', '.join(unknown) or 'none'}.")
        return matched(expected, self._ear.transcribe(samples, sample_rate, _LANGUAGE).words)


def installed(folder: Path, checkpoint: WhisperCheckpoint = LARGE_V3_TURBO) -> bool:
    """Whether whisper can hear: its package is installed and its checkpoint lies in the folder."""
    from importlib.util import find_spec

    return find_spec("whisper") is not None and (folder / checkpoint.file).is_file()


def matched(expected: tuple[str, ...], words: tuple[HeardWord, ...]) -> PhraseHearing:
    """The words heard, held against those expected in their order."""
    heard = tuple(
        HeardWord(text=text, start=word.start, end=word.end, confidence=word.confidence)
        for word in words
        if (text := "".join(letter for letter in word.text.lower() if letter.isalpha()))
    )
    found, fits = [False] * len(expected), [_NOWHERE] * len(expected)
    matcher = SequenceMatcher(None, expected, [word.text for word in heard], autojunk=False)
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            fits[block.a + offset] = math.log(max(_LEAST, heard[block.b + offset].confidence))
            found[block.a + offset] = fits[block.a + offset] >= DOUBTFUL_FIT
    return PhraseHearing(expected=expected, heard=heard, found=tuple(found), fits=tuple(round(fit, 4) for fit in fits))
