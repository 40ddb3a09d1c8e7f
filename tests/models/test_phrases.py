"""Challenge phrases: hard enough to guess, never a word twice, compared as they are written."""

import random
import secrets
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from models.phrases import PHRASE_LENGTH, VOCABULARY, draw, entropy_bits, normalised


def test_a_phrase_has_at_least_twenty_bits() -> None:
    assert len(set(VOCABULARY)) == len(VOCABULARY)
    assert PHRASE_LENGTH in (5, 6)
    assert entropy_bits() >= 20


def test_a_phrase_is_drawn_of_different_words_from_the_system_s_randomness() -> None:
    drawn = {draw(secrets.SystemRandom()) for _ in range(200)}
    assert len(drawn) == 200  # a repeat among 200 has a chance of one in a thousand
    assert all(len(set(phrase)) == PHRASE_LENGTH and set(phrase) <= set(VOCABULARY) for phrase in drawn)
    assert {word for phrase in drawn for word in phrase} == set(VOCABULARY)


@given(st.integers())
def test_the_same_seed_draws_the_same_phrase(seed: int) -> None:
    assert draw(random.Random(seed)) == draw(random.Random(seed))


@given(st.lists(st.sampled_from(VOCABULARY), min_size=1), st.sampled_from([" ", ", ", " - ", "\n", "! "]))
def test_writing_does_not_matter(words: list[str], between: str) -> None:
    assert normalised(between.join(word.title() for word in words)) == tuple(words)


@given(st.text())
def test_what_is_normalised_stays_so(text: str) -> None:
    assert normalised(" ".join(normalised(text))) == normalised(text)


def test_accents_and_apostrophes_are_taken_off() -> None:
    assert normalised("L'Été, don’t—stop_it 42") == ("lete", "dont", "stop", "it", "42")


def test_the_list_loads_no_model() -> None:
    code = "import sys, models.phrases; print([m for m in ('numpy', 'torch', 'pocketsphinx') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
