"""Whether a script is what was said: recorded speech with its own script, another one, a changed word."""

from pathlib import Path

import av
import numpy as np
import pytest

from greenroom.errors import BadInput, GenerationFailed
from models.pronunciations import phones_of
from models.script_hearing import PocketSphinxScript
from models.speech import EspeakSpeech

JFK = Path(__file__).parents[1] / "data" / "jfk.flac"
SAID = ["ask", "what", "you", "can", "do", "for", "your", "country"]


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    with av.open(str(JFK)) as opened:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=16_000)
        pieces = [part.to_ndarray()[0] for frame in opened.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate(pieces)[int(7.9 * 16_000) :]


def test_its_own_script_is_heard_in_time_and_another_is_not(sound: np.ndarray) -> None:
    with PocketSphinxScript() as ear:
        own = ear.hear(sound, 16_000, SAID)
        other = ear.hear(sound, 16_000, ["he", "was", "not", "an", "ill", "disposed", "young", "man"])
        changed = ear.hear(sound, 16_000, [*SAID[:-1], "umbrella"])
        assert ear.hear(sound, 16_000, SAID) == own
    assert own.score == 1.0
    assert [word.start for word in own.heard] == sorted(word.start for word in own.heard)
    assert other.score < 0.5
    assert changed.found == (*[True] * 7, False)


def test_a_word_changed_for_one_that_sounds_like_it_is_found_but_doubtful(sound: np.ndarray) -> None:
    with PocketSphinxScript() as ear:
        own = ear.hear(sound, 16_000, SAID)
        near = ear.hear(sound, 16_000, [*SAID[:-1], "county"])
        far = ear.hear(sound, 16_000, ["he", "was", "not", "an", "ill", "disposed", "young", "man"])
    assert not own.doubtful[-1]  # "country"
    assert not near.found[-1] or near.doubtful[-1]
    assert far.doubtful == ()  # another script is not asked word by word


def test_a_word_outside_the_dictionary_is_pronounced_or_named() -> None:
    with EspeakSpeech() as speech:
        spoken = speech.speak("The zorblax is a good friend", "en", "baritone")
    words = ["the", "zorblax", "is", "a", "good", "friend"]
    with PocketSphinxScript(EspeakSpeech()) as taught, PocketSphinxScript() as untaught:
        assert taught.hear(spoken.samples, spoken.sample_rate, words).unknown == ()
        assert untaught.hear(spoken.samples, spoken.sample_rate, words).unknown == ("zorblax",)
    assert phones_of("zˈɔːɹblæks") == ("Z", "AO", "R", "B", "L", "AE", "K", "S")


def test_silence_holds_no_word_and_bad_input_is_refused() -> None:
    with PocketSphinxScript() as ear:
        assert ear.hear(np.zeros((16_000, 1), np.float32), 16_000, SAID).score == 0.0
        with pytest.raises(BadInput, match="at least one"):
            ear.hear(np.zeros(16_000, np.float32), 16_000, ())
        with pytest.raises(BadInput, match="not numbers"):
            ear.hear(np.full(16_000, np.nan, np.float32), 16_000, SAID)
    with pytest.raises(GenerationFailed, match="with"):
        ear.hear(np.zeros(16_000, np.float32), 16_000, SAID)
