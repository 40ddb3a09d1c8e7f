"""Music keeps its tempo to the sample, begins and ends where it should, and moods differ."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.domain.storyboards import Mood, Music
from models.previz.sound.composer import BEATS, compose
from models.previz.sound.music import music

RATE = 48_000


@pytest.mark.parametrize("tempo", [60.0, 97.0, 140.0])
def test_beats_fall_where_the_tempo_says(tempo: float) -> None:
    plan = Music(mood=Mood.HAPPY, tempo=tempo, start=0.7)
    stem = music(plan, 3, 8 * RATE).mean(axis=1)
    assert np.abs(stem[: int(0.699 * RATE)]).max() < 1e-6
    # energy rises at every beat more than between beats
    power = np.convolve(stem**2, np.ones(240), "same")
    rise = np.maximum(0.0, power[480:] - power[:-480])
    step = 60 / tempo * RATE

    def at(phase: float) -> float:
        places = 0.7 * RATE - 240 + (np.arange(int(5 * RATE / step)) + phase) * step
        return float(np.mean([rise[max(0, int(place) - 120) : int(place) + 360].max() for place in places]))

    assert at(0.0) > 2 * at(0.27)
    assert at(0.0) > 2 * at(0.77)


def test_the_first_note_sounds_at_the_start_to_a_few_milliseconds() -> None:
    stem = music(Music(mood=Mood.PLAYFUL, tempo=120, start=1.0), 9, 6 * RATE).mean(axis=1)
    first = int(np.argmax(np.abs(stem) > 0.02 * np.abs(stem).max()))
    assert RATE <= first < RATE + 480


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(Mood), st.floats(1.0, 40.0), st.integers(0, 99))
def test_every_score_fits_and_ends_on_its_tonic(mood: Mood, beats: float, seed: int) -> None:
    score = compose(mood, beats, seed)
    assert score.notes
    assert all(note.beat >= 0 and note.beats > 0 and 0 < note.force <= 1 for note in score.notes)
    assert all(24 <= note.midi <= 108 for note in score.notes if note.part != "drums")
    last = max(note.beat for note in score.notes)
    assert last <= max(0.0, beats - 1)
    assert last % (BEATS / 2) == 0
    ending = {note.midi % 12 for note in score.notes if note.beat == last and note.part in ("bass", "chords")}
    root = next(note.midi % 12 for note in score.notes if note.beat == last and note.part == "bass")
    assert ending >= {root, (root + 7) % 12}


@pytest.mark.parametrize("mood", list(Mood))
def test_music_ends_without_a_cut_and_is_the_same_every_time(mood: Mood) -> None:
    plan = Music(mood=mood, tempo=100, start=0.5, seconds=3.5)
    once, again = (music(plan, 4, 5 * RATE) for _ in range(2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, music(plan, 5, 5 * RATE))
    assert np.abs(once[int(4.0 * RATE) :]).max() < 1e-9
    assert np.abs(once).max() < 0.6
    assert np.abs(np.diff(once, axis=0)).max() < 0.1


def test_moods_are_told_apart_by_drums_and_brightness() -> None:
    def drums(mood: Mood) -> int:
        return sum(note.part == "drums" for note in compose(mood, 16, 1).notes)

    assert drums(Mood.CALM) == drums(Mood.SAD) == 0
    assert drums(Mood.EPIC) > 10
    assert drums(Mood.HAPPY) > 20


def test_no_music_where_there_is_no_time_for_it() -> None:
    assert not music(Music(start=5.0), 1, 5 * RATE).any()
