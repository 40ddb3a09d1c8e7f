"""Who speaks when: voice prints on the project's voices, and pyannote's own loading code on a tiny pipeline."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from greenroom.errors import BadInput, GenerationFailed, ModelMissing
from models.roles import Samples
from models.speakers import PrintSpeakers
from models.speakers_pyannote import PyannoteSpeakers
from models.speech import EspeakSpeech
from models.voice_activity import HarmonicVoiceActivity
from ops.speaker_error import speaker_error

LINES = (
    ("bass", "I think we should go to the market today"),
    ("soprano", "No, the weather is far too cold for that"),
    ("bass", "Then let us stay here and have some tea"),
)


def spoken() -> tuple[Samples, int, list[tuple[float, float, str]]]:
    pieces, script, at = [], [], 0.0
    with EspeakSpeech() as speech:
        for voice, text in LINES:
            said = speech.speak(text, "en", voice)
            seconds = len(said.samples) / said.sample_rate
            script.append((at, at + seconds, voice))
            pieces += [said.samples, np.zeros((said.sample_rate // 2, 1), np.float32)]
            at += seconds + 0.5
    return np.concatenate(pieces), said.sample_rate, script


def test_two_contrasting_voices_are_told_apart_when_their_number_is_known() -> None:
    sound, rate, script = spoken()
    with PrintSpeakers(HarmonicVoiceActivity()) as speakers:
        turns = speakers.turns(sound, rate, 2)
        assert speaker_error(script, turns) < 0.2
        assert len({turn.speaker for turn in turns}) == 2
        assert all(one.end <= two.start + 1e-6 for one, two in pairwise(turns))
        assert speakers.turns(np.zeros((rate, 1), np.float32), rate, 2) == ()


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pipeline's folder with random weights of the published architecture: PyanNet, a WeSpeaker ResNet, PLDA."""
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.embedding import WeSpeakerResNet34
    from pyannote.audio.models.segmentation import PyanNet

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("speaker-diarization")
    segmentation = PyanNet(sincnet={"stride": 10}, lstm={"hidden_size": 8, "num_layers": 1}, linear={"num_layers": 0})
    segmentation.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION, resolution=Resolution.FRAME, duration=10.0, min_duration=None,
        warm_up=(0.0, 0.0), classes=["a", "b", "c"], powerset_max_classes=2, permutation_invariant=True,
    )  # fmt: skip
    embedding = WeSpeakerResNet34()
    embedding.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=10.0, min_duration=None,
        warm_up=(0.0, 0.0), classes=None, permutation_invariant=False,
    )  # fmt: skip
    for name, model in (("segmentation", segmentation), ("embedding", embedding)):
        (folder / name).mkdir()
        model.setup()
        checkpoint = {
            "state_dict": model.state_dict(),
            "hyper_parameters": dict(model.hparams),
            "pytorch-lightning_version": "2.6.0",
            "pyannote.audio": {
                "versions": {"torch": "2.0", "pyannote.audio": "4.0.0"},
                "architecture": {"module": type(model).__module__, "class": type(model).__name__},
                "specifications": model.specifications,
            },
        }
        torch.save(checkpoint, folder / name / "pytorch_model.bin")
    random = np.random.default_rng(0)
    (folder / "plda").mkdir()
    np.savez(
        folder / "plda" / "xvec_transform.npz",
        mean1=np.zeros(256), mean2=np.zeros(128), lda=random.normal(size=(256, 128)),
    )  # fmt: skip
    np.savez(folder / "plda" / "plda.npz", mu=np.zeros(128), tr=np.eye(128), psi=np.linspace(2.0, 0.1, 128))
    (folder / "config.yaml").write_text(
        "version: 4.0.0\n"
        "pipeline:\n  name: pyannote.audio.pipelines.SpeakerDiarization\n  params:\n"
        "    clustering: VBxClustering\n    segmentation: $model/segmentation\n    segmentation_batch_size: 1\n"
        "    embedding: $model/embedding\n    embedding_batch_size: 1\n    embedding_exclude_overlap: true\n"
        "    plda: $model/plda\n"
        "params:\n  clustering:\n    threshold: 0.6\n    Fa: 0.07\n    Fb: 0.8\n"
        "  segmentation:\n    min_duration_off: 0.0\n"
    )
    return folder


def test_a_pipeline_of_a_folder_loads_and_answers_with_the_hub_offline(
    pipeline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    noise = np.random.default_rng(1).normal(size=(16_000 * 4, 2)).astype(np.float32) * 0.1
    with PyannoteSpeakers(pipeline) as speakers:
        turns = speakers.turns(noise, 16_000, 2)
        assert all(0 <= turn.start < turn.end <= 4.0 for turn in turns)
        assert len({turn.speaker for turn in turns}) <= 2
        assert speakers.turns(noise, 16_000, 2) == turns
        with pytest.raises(BadInput, match="finite"):
            speakers.turns(noise * np.nan, 16_000, 2)
    with pytest.raises(GenerationFailed, match="with"):
        speakers.turns(noise, 16_000, 2)


def test_a_pipeline_that_is_absent_half_there_or_out_of_reach_says_so(
    pipeline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelMissing, match=r"no config\.yaml"), PyannoteSpeakers(tmp_path):
        pass
    half = tmp_path / "half"
    half.mkdir()
    (half / "config.yaml").write_bytes((pipeline / "config.yaml").read_bytes())
    (half / "segmentation").mkdir()
    whole = (pipeline / "segmentation" / "pytorch_model.bin").read_bytes()
    (half / "segmentation" / "pytorch_model.bin").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelMissing, match="cannot be loaded"), PyannoteSpeakers(half):
        pass
