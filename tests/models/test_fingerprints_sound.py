"""A copy of a recording is recognised by its sound, whatever was done to it; another recording of the voice is not."""

import io

import av
import numpy as np
import pytest

from greenroom.errors import BadInput
from models.fingerprints_sound import SAME_RECORDING, fingerprint, similarity
from models.roles import Samples
from models.speech import EspeakSpeech

RATE = 22_050
PHRASES = ("window, chicken, october, photograph, magnet.", "mexico, uniform, airport, computer, monkey.")


@pytest.fixture(scope="module")
def recordings() -> list[Samples]:
    """Two phrases of one voice, each with 0.7 s of room before and after."""
    random = np.random.default_rng(3)
    with EspeakSpeech() as speech:
        spoken = [np.pad(speech.speak(text, "en", "alto").samples[:, 0], int(0.7 * RATE)) for text in PHRASES]
    return [(one + random.normal(size=len(one)) * 0.005).astype(np.float32) for one in spoken]


def _coded(samples: Samples, codec: str, container: str) -> Samples:
    """Through an encoder at 64 kbit/s and back."""
    held = io.BytesIO()
    with av.open(held, "w", format=container) as output:
        stream = output.add_stream(codec, rate=RATE, layout="mono")
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = 64_000
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = RATE
        for piece in [*av.AudioResampler(format=stream.format.name, layout="mono", rate=RATE).resample(frame), None]:
            output.mux(stream.encode(piece))
    held.seek(0)
    back = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
    with av.open(held, "r") as opened:
        return np.concatenate(
            [part.to_ndarray()[0] for frame in opened.decode(audio=0) for part in back.resample(frame)]
        ).astype(np.float32)


def _copy(samples: Samples, change: str) -> Samples:
    noise = np.random.default_rng(4).normal(size=len(samples)).astype(np.float32) * np.float32(samples.std() * 0.1)
    match change:
        case "aac":
            return _coded(samples, "aac", "adts")
        case "mp3":
            return _coded(samples, "libmp3lame", "mp3")
        case "quieter":
            return samples * np.float32(0.05)
        case "start cut":
            return samples[RATE:]
        case "end cut":
            return samples[:-RATE]
        case "noise":
            return samples + noise
        case _:
            return _coded((samples + noise)[RATE + 137 : -RATE // 2] * np.float32(0.3), "aac", "adts")


@pytest.mark.parametrize("change", ["aac", "mp3", "quieter", "start cut", "end cut", "noise", "all of it"])
def test_a_copy_is_recognised(recordings: list[Samples], change: str) -> None:
    original = fingerprint(recordings[0], RATE)
    assert similarity(original, fingerprint(_copy(recordings[0], change), RATE)) > SAME_RECORDING
    assert similarity(fingerprint(recordings[1], RATE), fingerprint(_copy(recordings[0], change), RATE)) < 0.7


def test_a_recording_is_like_itself_and_no_other(recordings: list[Samples]) -> None:
    one, other = (fingerprint(recording, RATE) for recording in recordings)
    assert similarity(one, one) == pytest.approx(1.0)
    assert similarity(one, other) < 0.7
    assert similarity(one, other) == pytest.approx(similarity(other, one), abs=1e-6)


def test_the_words_said_again_are_another_recording() -> None:
    with EspeakSpeech() as speech:
        one, other = (fingerprint(speech.speak(PHRASES[0], "en", voice).samples, RATE) for voice in ("alto", "mezzo"))
    assert similarity(one, other) < SAME_RECORDING


def test_silence_and_scraps_are_like_nothing(recordings: list[Samples]) -> None:
    original = fingerprint(recordings[0], RATE)
    for scrap in (np.zeros(0), np.zeros(5 * RATE), recordings[0][: RATE // 2]):
        assert similarity(original, fingerprint(scrap.astype(np.float32), RATE)) == 0.0
    assert similarity(fingerprint(np.zeros(RATE, np.float32), RATE), fingerprint(np.zeros(RATE, np.float32), RATE)) == 0


def test_what_is_no_sound_or_no_fingerprint_is_bad_input(recordings: list[Samples]) -> None:
    original = fingerprint(recordings[0], RATE)
    assert len(original) % 4 == 0
    for broken in (b"", b"not one", original[:-1], original[4:]):
        with pytest.raises(BadInput, match="no sound fingerprint"):
            similarity(original, broken)
    with pytest.raises(BadInput, match="not numbers"):
        fingerprint(np.full(RATE, np.inf, np.float32), RATE)
    with pytest.raises(BadInput, match="8000 Hz"):
        fingerprint(recordings[0], 4_000)
