"""What was said: the embedded recogniser on real speech, and whisper's own loading code on a tiny checkpoint."""

import hashlib
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from greenroom.errors import BadInput, GenerationFailed, ModelMissing
from models.roles import Samples
from models.transcription import PocketSphinxTranscription
from models.transcription_whisper import (
    CHECKPOINTS,
    LARGE_V3_TURBO,
    WhisperCheckpoint,
    WhisperTranscription,
    checkpoint_in,
)

JFK = Path(__file__).parents[1] / "data" / "jfk.flac"


def _jfk(seconds: float) -> tuple[Samples, int]:
    with av.open(str(JFK)) as opened:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=16_000)
        pieces = [part.to_ndarray()[0] for frame in opened.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate(pieces)[: int(seconds * 16_000), None], 16_000


def test_the_embedded_recogniser_hears_the_speech_s_words_in_time() -> None:
    samples, rate = _jfk(11)
    with PocketSphinxTranscription() as hearing:
        transcript = hearing.transcribe(samples, rate, "en-US")
    words = [word.text for word in transcript.words]
    assert "fellow" in words  # four words of five, at the best: "my fellow america"
    assert " ".join(words).count("can do for you") == 2
    starts = [word.start for word in transcript.words]
    assert starts == sorted(starts)
    assert all(word.start < word.end <= 11.1 and 0 <= word.confidence <= 1 for word in transcript.words)


def test_it_says_which_language_it_hears_and_that_it_must_be_entered() -> None:
    silence = np.zeros((16_000, 1), np.float32)
    with PocketSphinxTranscription() as hearing:
        assert hearing.transcribe(silence, 16_000, "en").words == ()
        with pytest.raises(BadInput, match="English only"):
            hearing.transcribe(silence, 16_000, "de")
    with pytest.raises(GenerationFailed, match="with"):
        hearing.transcribe(silence, 16_000, "en")


def test_whisper_tells_the_language_of_each_span_but_of_the_shortest(tiny: tuple[Path, WhisperCheckpoint]) -> None:
    samples, rate = _jfk(3)
    with WhisperTranscription(*tiny) as hearing:
        told = hearing.languages(samples, rate, ((0.0, 2.0), (2.0, 2.4), (1.0, 9.0)))
        assert told == hearing.languages(samples, rate, ((0.0, 2.0), (2.0, 2.4), (1.0, 9.0)))
    assert [one is None for one in told] == [False, True, False]
    assert all(0 < one[1] <= 1 and len(one[0]) <= 3 for one in told if one is not None)
    with pytest.raises(GenerationFailed, match="with"):
        hearing.languages(samples, rate, ((0.0, 2.0),))


def test_whisper_runs_from_a_checkpoint_on_disk_and_repeats_itself(tiny: tuple[Path, WhisperCheckpoint]) -> None:
    samples, rate = _jfk(3)
    with WhisperTranscription(*tiny) as hearing:
        once, again = (hearing.transcribe(samples, rate, "fr-FR") for _ in range(2))
        assert once == again
        assert once.language == "fr"
        assert all(0 <= word.confidence <= 1 and word.start <= word.end for word in once.words)
        with pytest.raises(BadInput, match="does not hear"):
            hearing.transcribe(samples, rate, "tlh")
    assert "tiny-random.pt" in hearing.name
    with pytest.raises(GenerationFailed, match="with"):
        hearing.transcribe(samples, rate, "en")


def test_a_checkpoint_that_is_absent_or_altered_says_how_to_get_it(
    tiny: tuple[Path, WhisperCheckpoint], tmp_path: Path
) -> None:
    with pytest.raises(ModelMissing, match=r"large-v3-turbo\.pt is not in") as missing, WhisperTranscription(tmp_path):
        pass
    assert LARGE_V3_TURBO.sha256 in missing.value.remedy
    _, checkpoint = tiny
    (tmp_path / checkpoint.file).write_bytes(b"altered")
    with (
        pytest.raises(ModelMissing, match="is expected"),
        WhisperTranscription(tmp_path, checkpoint),
    ):
        pass


def test_whisper_tells_the_language_and_whether_anybody_speaks(tiny: tuple[Path, WhisperCheckpoint]) -> None:
    from whisper.tokenizer import LANGUAGES  # type: ignore[import-untyped, unused-ignore]

    samples, rate = _jfk(3)
    with WhisperTranscription(*tiny) as hearing:
        told = hearing.transcribe(samples, rate, None)
    assert told.language in LANGUAGES
    assert told.no_speech is not None
    assert 0 <= told.no_speech <= 1


def test_a_model_whose_weights_are_not_numbers_fails_with_its_reason(
    tiny: tuple[Path, WhisperCheckpoint], tmp_path: Path
) -> None:
    import torch

    folder, checkpoint = tiny
    broken = torch.load(folder / checkpoint.file, weights_only=True)
    broken["model_state_dict"]["decoder.ln.weight"] *= float("nan")
    torch.save(broken, tmp_path / "broken.pt")
    sha256 = hashlib.sha256((tmp_path / "broken.pt").read_bytes()).hexdigest()
    samples, rate = _jfk(2)
    broken_one = WhisperCheckpoint("broken.pt", "of this test", "CC0-1.0", sha256, None)
    with (
        WhisperTranscription(tmp_path, broken_one) as ear,
        pytest.raises(GenerationFailed, match=r"broken\.pt") as failed,
    ):
        ear.transcribe(samples, rate, "en")
    assert "again, or remove it" in failed.value.remedy


def test_the_best_checkpoint_of_a_folder_is_taken_and_their_hashes_are_whisper_s_own(tmp_path: Path) -> None:
    import whisper  # type: ignore[import-untyped, unused-ignore]

    assert checkpoint_in(tmp_path) is None
    for name in ("tiny.pt", "medium.pt"):
        (tmp_path / name).touch()
    found = checkpoint_in(tmp_path)
    assert found is not None
    assert found.file == "medium.pt"
    for one in CHECKPOINTS:
        assert f"/{one.sha256}/" in whisper._MODELS[one.file.removesuffix(".pt")]


def test_nothing_heavy_loads_with_the_modules() -> None:
    code = (
        "import sys, models.transcription, models.transcription_whisper, models.phrase_hearing, models.mouth_sync,"
        " models.fingerprints_sound;"
        "print([m for m in ('torch', 'whisper', 'pocketsphinx', 'scipy', 'av') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
