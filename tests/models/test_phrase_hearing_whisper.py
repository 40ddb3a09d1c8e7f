"""A challenge's words as whisper hears them: what it heard is matched in order, and only what it was sure of counts."""

from pathlib import Path

import numpy as np
import pytest

from greenroom.errors import BadInput
from models.phrase_hearing import Answer, answer
from models.phrase_hearing_whisper import WhisperPhraseCheck, installed, matched
from models.roles import HeardWord
from models.transcription_whisper import WhisperCheckpoint

ASKED = ("banana", "museum", "october", "highway", "magnet")


def heard(*words: str, confidence: float = 0.9) -> tuple[HeardWord, ...]:
    return tuple(
        HeardWord(text=word, start=float(number), end=number + 0.5, confidence=confidence)
        for number, word in enumerate(words)
    )


def test_the_phrase_as_a_sentence_with_its_commas_was_said() -> None:
    found = matched(ASKED, heard("Banana,", "museum,", "October,", "highway,", "magnet."))
    assert (found.score, found.extra, answer(found)) == (1.0, 0, Answer.SAID)


def test_another_order_other_words_and_silence_were_not() -> None:
    for words in (("magnet", "highway", "october", "museum", "banana"), ("tomato", "cinema"), ()):
        found = matched(ASKED, heard(*words))
        assert answer(found) is Answer.OTHER
        assert found.score <= 0.2


def test_a_list_of_every_word_is_no_answer() -> None:
    found = matched(ASKED, heard(*(one for word in ASKED for one in ("airport", "chicken", word))))
    assert all(found.found)
    assert found.extra == 10
    assert answer(found) is Answer.OTHER


def test_a_word_it_guessed_was_not_heard() -> None:
    sure, guessed = heard(*ASKED[:4]), heard(ASKED[4], confidence=0.01)
    found = matched(ASKED, (*sure, *guessed))
    assert found.found == (True, True, True, True, False)
    assert answer(found) is not Answer.SAID


def test_it_hears_with_the_checkpoint_in_a_folder(tiny: tuple[Path, WhisperCheckpoint], tmp_path: Path) -> None:
    folder, checkpoint = tiny
    assert installed(folder, checkpoint)
    assert not installed(tmp_path, checkpoint)
    noise = np.random.default_rng(1).normal(size=16_000).astype(np.float32) * 0.1
    with WhisperPhraseCheck(folder, checkpoint) as ear:
        found = ear.hear(noise, 16_000, ASKED)
        assert answer(found) is Answer.OTHER
        assert ear.hear(noise, 16_000, ASKED) == found
        with pytest.raises(BadInput, match="vocabulary"):
            ear.hear(noise, 16_000, ("tomato",))
