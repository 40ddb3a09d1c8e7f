"""What the models of gate 5 hear: shares of each line on recorded speech, models loaded once, languages by line."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from greenroom.domain.storyboards import Line
from greenroom.errors import ModelMissing
from greenroom.settings import Settings
from models.roles import Samples
from models.transcription import PocketSphinxTranscription
from models.transcription_whisper import WhisperCheckpoint
from ops.hearing import kept, release, script_words, speakers_heard, words_heard
from tests.models.conftest import tiny as tiny  # a fixture of the models' tests

JFK = Path(__file__).parents[1] / "data" / "jfk.flac"
RATE = 16_000
LINES = (
    Line(actor="john", text="What your country can do for you,", start=0.0),
    Line(actor="john", text="ask what you can do for your country!", start=2.7),
)


@pytest.fixture(scope="module")
def sound() -> Samples:
    """“… what your country can do for you, ask what you can do for your country”: float32[N, 1], 5.8 s."""
    with av.open(str(JFK)) as opened:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        pieces = [part.to_ndarray()[0] for frame in opened.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate(pieces)[int(5.2 * RATE) :, None]


@pytest.fixture(autouse=True)
def released() -> Iterator[None]:
    release()
    yield
    release()


def test_the_words_of_a_script_stand_in_the_order_of_its_lines() -> None:
    assert [word.text for word in script_words(LINES[::-1])][:4] == ["what", "your", "country", "can"]


def test_each_line_of_a_recording_has_a_share_of_its_own(sound: Samples, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    heard, _ = words_heard(sound, RATE, LINES, settings, None)
    assert heard is not None
    assert [line.share for line in heard.lines] == [1.0, 1.0]
    assert not heard.exact
    # the second line is not said: the whole has half of its words, the line none
    half, _ = words_heard(sound[: int(2.7 * RATE)], RATE, LINES, settings, None)
    assert half is not None
    assert half.lines[0].share == 1.0
    assert (half.lines[1].share or 0.0) < 0.5
    # in the other order
    other = (LINES[1].model_copy(update={"start": 0.0}), LINES[0].model_copy(update={"start": 3.2}))
    swapped, _ = words_heard(sound, RATE, other, settings, None)
    assert swapped is not None
    assert min(line.share or 0.0 for line in swapped.lines) < 0.7


def test_a_script_in_a_language_that_the_recogniser_does_not_hear_says_so(sound: Samples, tmp_path: Path) -> None:
    german = (Line(actor="john", text="Guten Tag", language="de", start=0.0),)
    heard, reason = words_heard(sound, RATE, german, Settings(home=tmp_path), None)
    assert heard is None
    assert "hears English only, and the script is de" in (reason or "")


def test_whisper_tells_each_line_s_language_where_the_times_are_known(
    sound: Samples, tmp_path: Path, tiny: tuple[Path, WhisperCheckpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.transcription_whisper.CHECKPOINTS", (tiny[1],))
    settings = Settings(home=tmp_path)
    settings.weights.mkdir(parents=True)
    (settings.weights / tiny[1].file).write_bytes((tiny[0] / tiny[1].file).read_bytes())
    heard, _ = words_heard(sound, RATE, LINES[::-1], settings, None, ((2.7, 5.8), (0.0, 2.7)))
    assert heard is not None
    assert heard.exact
    assert [line.text for line in heard.lines] == [line.text for line in LINES]
    assert all(line.spoken and line.sure for line in heard.lines)
    untimed, _ = words_heard(sound, RATE, LINES, settings, None)
    assert untimed is not None
    assert untimed.lines == ()


def test_a_model_is_loaded_once_and_one_that_fails_is_tried_again() -> None:
    one = kept("free", PocketSphinxTranscription)
    assert kept("free", PocketSphinxTranscription) is one
    release()
    assert kept("free", PocketSphinxTranscription) is not one
    tries = []

    def missing() -> PocketSphinxTranscription:
        tries.append(1)
        raise ModelMissing("it is not there")

    for _ in range(2):
        with pytest.raises(ModelMissing):
            kept("broken", missing)
    assert len(tries) == 2


def test_a_diarisation_that_is_half_there_says_so(sound: Samples, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    (settings.weights / "speaker-diarization").mkdir(parents=True)
    heard, reason = speakers_heard(sound, RATE, [(0.0, 2.7, "john")], settings)
    assert heard is None
    assert "holds no config.yaml" in (reason or "")
