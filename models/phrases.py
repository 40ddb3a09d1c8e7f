"""The words a person is asked to say, drawn anew for each attempt, so that no recording made before answers it.

Every word is known to children, has two to four syllables (long words carry more evidence), is in the embedded
recogniser's dictionary, and is told apart by it from all the others: `bench/phrases.py` measured the list, and words
that were taken for another were dropped. Hearing whether they were said belongs to `models.transcription`.
"""

import re
import unicodedata
from collections.abc import Sequence
from math import log2
from typing import Protocol, TypeVar

_Item = TypeVar("_Item")

VOCABULARY = (
    "airport",
    "banana",
    "calendar",
    "charlie",
    "chicago",
    "chicken",
    "chocolate",
    "cinema",
    "computer",
    "dinosaur",
    "factory",
    "football",
    "highway",
    "hospital",
    "january",
    "jupiter",
    "library",
    "lightning",
    "magnet",
    "mexico",
    "microphone",
    "monkey",
    "museum",
    "october",
    "photograph",
    "piano",
    "pineapple",
    "rocket",
    "sandwich",
    "snowflake",
    "uniform",
    "window",
)
PHRASE_LENGTH = 5  # words: few enough to say in one breath


class Draws(Protocol):
    """What drawing needs of a random source; `secrets.SystemRandom` in production, a seeded one in tests."""

    def sample(self, population: Sequence[_Item], k: int) -> list[_Item]: ...


def draw(rng: Draws) -> tuple[str, ...]:
    """A phrase of `PHRASE_LENGTH` different words, every order as likely: `entropy_bits()` bits."""
    return tuple(rng.sample(VOCABULARY, PHRASE_LENGTH))


def entropy_bits() -> float:
    """How hard a phrase is to guess, in bits: 24.5 for five different words of 32."""
    return sum(log2(len(VOCABULARY) - drawn) for drawn in range(PHRASE_LENGTH))


def normalised(text: str) -> tuple[str, ...]:
    """The words of a text as a recogniser's answer and a challenge are compared: letters and digits, lower case.
    Accents are taken off, what is not a letter, digit or apostrophe parts words, apostrophes are dropped.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter) and letter not in "'’")
    return tuple(re.findall(r"\w+", bare.replace("_", " ")))
