"""Role ScriptCheck, embedded: whether a script is what was spoken, by pocketsphinx with a language model of the script.

The language model holds the script's word pairs and a hundred other words; the recogniser chooses among them, and what
it chose is compared with the script in order. That tells another script, a line that is missing and another language;
it does not tell a word that was changed for one that sounds like it, which the pairs around it pull back to the
script. For that each word is heard again against its neighbours (`models.near_words`): one that does not win there is
doubtful, no more (`docs/dialogue.md` has the figures). English only. Words outside its dictionary are pronounced as
espeak-ng reads them, or they would vanish silently. Free transcription stands in `models.transcription`, every language
in `models.transcription_whisper`.
"""

import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from math import log10
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from greenroom.errors import BadInput, GenerationFailed
from models.near_words import contested
from models.phrase_hearing import loaded_decoder, speech_bytes
from models.pronunciations import pronounced
from models.roles import HeardWord, Loaded, Samples, Speech
from models.transcription import decoded_words

if TYPE_CHECKING:
    from pocketsphinx import Decoder  # type: ignore[import-untyped, unused-ignore]

_FOLLOWS = 0.6  # probability that the script's next word is the next; what is left is any word of the model
_CONTESTED = 0.5  # score from which a script is like enough to what is said for its words to be asked one by one
_SHORTEST_BYTES = 6_400  # 0.2 s: the decoder breaks on less
# Words that are not the script's: common, of all lengths and sounds, so that foreign speech has something to be.
OTHER_WORDS = tuple(
    word
    for line in (
        "about after again air animal another answer around away back because before begin between book boy bring",
        "build car carry change children city close color come country day different does door down draw each",
        "earth eat eye face family far father feel few find fire first food found friend garden girl give good",
        "great group grow hand hard head hear help high home house idea important keep kind know land large last",
        "late laugh learn leave letter life light listen little live long look make man many money morning mother",
        "mountain move music name near never next night number often old only open order other paper people",
        "picture place plant play point problem question",
    )
    for word in line.split()
)
_OTHERS = 100


@dataclass(frozen=True, slots=True)
class ScriptHearing:
    """What of a script was heard, in order. `found` and `words` are of equal length; seconds from the sound's start."""

    words: tuple[str, ...]  # of the script, as they were looked for
    found: tuple[bool, ...]
    heard: tuple[HeardWord, ...]  # of the script or of the other words
    unknown: tuple[str, ...] = ()  # words of the script that could not be pronounced, and were not looked for
    doubtful: tuple[bool, ...] = ()  # of `words`: found, but one that sounds like it fits better; empty: not asked

    @property
    def score(self) -> float:
        """Words found in order, as a share of the script's or of those heard, whichever are more; 0 to 1."""
        return sum(self.found) / max(1, len(self.words), len(self.heard))


class ScriptCheck(Loaded, Protocol):
    """Whether a script is what is spoken in a sound, and what it cannot tell."""

    def languages(self) -> frozenset[str]: ...
    def hear(self, samples: Samples, sample_rate: int, words: Sequence[str]) -> ScriptHearing: ...


class PocketSphinxScript:
    """Hears a script's words with the en-us model that pocketsphinx carries; some tenths of real time.

    Use inside `with`; safe to share between threads (one sound at a time). `speech` reads words that the dictionary
    lacks; without it they are left out of the comparison and named.
    """

    name = "pocketsphinx 5.1.1 en-us, script 2"

    def __init__(self, speech: Speech | None = None) -> None:
        self._speech = speech
        self._decoder: Decoder | None = None
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._folder = Path()

    def __enter__(self) -> Self:
        with self._lock:
            self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
            self._decoder = loaded_decoder(compares=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._decoder = None
            self._stack.close()

    def languages(self) -> frozenset[str]:
        """Primary language subtags it hears."""
        return frozenset({"en"})

    def hear(self, samples: Samples, sample_rate: int, words: Sequence[str]) -> ScriptHearing:
        """What of `words` (lower case, without punctuation) is said in `samples`, float32[N, channels] or [N].

        Raises BadInput for a script of no words, and for sound that is not finite or longer than a minute.
        """
        if not words:
            raise BadInput("A script has at least one word.")
        sound = speech_bytes(samples, sample_rate)
        with self._lock:
            if self._decoder is None:
                raise GenerationFailed("A script was to be heard outside its `with` block.")
            unknown = self._taught(self._decoder, dict.fromkeys(words))
            known = tuple(word for word in words if word not in unknown)
            heard = self._searched(self._decoder, sound, known) if known else ()
            hearing = ScriptHearing(known, _found(known, heard), heard, tuple(unknown))
            if hearing.score < _CONTESTED:
                return hearing
            won = contested(self._decoder, sound, known)
        doubtful = (there and not wins for there, wins in zip(hearing.found, won, strict=True))
        return replace(hearing, doubtful=tuple(doubtful))

    def _taught(self, decoder: "Decoder", words: dict[str, None]) -> list[str]:
        """Teach the dictionary what it lacks; the words that nobody could pronounce."""
        lacking = [word for word in words if decoder.lookup_word(word) is None]
        if not lacking or self._speech is None:
            return lacking
        unknown = []
        with self._speech as speech:
            for word in lacking:
                phones = pronounced(word, speech)
                if phones is None:
                    unknown.append(word)
                else:
                    decoder.add_word(word, " ".join(phones), update=True)
        return unknown

    def _searched(self, decoder: "Decoder", sound: bytes, words: tuple[str, ...]) -> tuple[HeardWord, ...]:
        if len(sound) < _SHORTEST_BYTES or not sound.strip(b"\0"):
            return ()
        path = self._folder / "script.arpa"
        path.write_text(_language_model(words), "utf-8")
        decoder.add_lm_file("script", str(path))
        decoder.activate_search("script")
        return decoded_words(decoder, sound)


def _found(words: Sequence[str], heard: Sequence[HeardWord]) -> tuple[bool, ...]:
    """Of each word, whether it was heard, in order."""
    found = [False] * len(words)
    names = [word.text for word in heard]
    for block in SequenceMatcher(None, words, names, autojunk=False).get_matching_blocks():
        found[block.a : block.a + block.size] = [True] * block.size
    return tuple(found)


def _language_model(words: Sequence[str]) -> str:
    """A bigram model in ARPA's format: the script's pairs, backing off to any of its words and the others."""
    script = list(dict.fromkeys(words))
    others = [word for word in OTHER_WORDS if word not in script][:_OTHERS]
    vocabulary = [*script, *others]
    single = log10(1 / (len(vocabulary) + 1))
    follows: dict[str, dict[str, int]] = {}
    for first, second in zip(["<s>", *words], [*words, "</s>"], strict=True):
        counts = follows.setdefault(first, {})
        counts[second] = counts.get(second, 0) + 1
    back_off = log10(1 - _FOLLOWS)
    ones = [f"-99 <s> {back_off:.4f}", f"{single:.4f} </s>"]
    ones += [f"{single:.4f} {word} {back_off if word in follows else 0.0:.4f}" for word in vocabulary]
    twos = [
        f"{log10(_FOLLOWS * count / sum(counts.values())):.4f} {first} {second}"
        for first, counts in follows.items()
        for second, count in counts.items()
    ]
    head = ["\\data\\", f"ngram 1={len(ones)}", f"ngram 2={len(twos)}", ""]
    return "\n".join([*head, "\\1-grams:", *ones, "", "\\2-grams:", *twos, "", "\\end\\", ""])
