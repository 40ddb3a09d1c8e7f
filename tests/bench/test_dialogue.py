"""The bench of what is heard: errors are counted on their side, tables stand between markers, sounds are spoiled."""

import numpy as np
import pytest

from bench.dialogue.__main__ import placed
from bench.dialogue.meters import metered
from bench.dialogue.sounds import RATE, recordings
from bench.dialogue.speechless import told
from bench.dialogue.trials import Trials
from bench.dialogue.voices import pieces
from models.speech import EspeakSpeech


def test_a_right_trial_errs_by_a_refusal_and_any_other_by_an_acceptance(capsys: pytest.CaptureFixture[str]) -> None:
    trials = Trials("a check")
    for accepted in (True, True, False):
        trials.add("right script", accepted)
    trials.add("wrong script", True)
    assert (trials.errors("right script").stopped, trials.errors("right script").of) == (1, 3)
    assert trials.errors("wrong script").value == 1.0
    assert "| right script | false rejects | 1 | 3 | 6.1 to 79.2 % |" in trials.table()
    trials.lines()
    assert '"false accepts": 1' in capsys.readouterr().out


def test_tables_replace_what_stands_between_the_markers() -> None:
    command = "python -m bench.dialogue docs/dialogue.md --recordings FOLDER --whole"
    document = f"before\n<!-- measured: {command} -->\nold\n<!-- end of measured -->\nafter\n"
    assert placed("new\n", document) == document.replace("old", "new")
    with pytest.raises(ValueError, match="no markers"):
        placed("new\n", "a document")


def test_recorded_speech_is_the_projects_own_without_a_folder_and_spoiled_sounds_are_told() -> None:
    found = list(recordings(None))
    assert [len(one.words) for one in found] == [5, 7, 8]
    noise = np.random.default_rng(1).normal(size=(16_000 * 10, 1)).astype(np.float32) * 0.1
    trials = metered("noise", [(noise, 16_000)])
    assert trials.errors("as it is").stopped == 0
    for kind in ("clipped by 12 dB", "4.5 s of silence in the middle", "hum at -10 dB of the sound"):
        assert trials.errors(kind).stopped == 0, kind


def test_each_persons_recordings_are_cut_into_pieces_and_noise_alone_is_no_speech() -> None:
    found = list(recordings(None))
    cut = pieces(found)
    assert [len(one) / RATE for one in cut["kennedy"]] == [4.0, 4.0]
    assert all(len(one) >= 2.5 * RATE for parts in cut.values() for one in parts)
    with EspeakSpeech() as speech:
        trials = told(found, speech, (), every=12)
    assert {kind: trials.errors(kind).stopped for kind in trials.answers if "noise," in kind or kind == "silence"} == {
        "silence": 0, "noise, white": 0, "noise, pink": 0, "noise, brown": 0,
    }  # fmt: skip
    assert trials.errors("speech, the project's voices").stopped == 0
