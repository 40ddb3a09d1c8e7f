"""Whose voice it is: one speaker's parts lie together, others' apart; the weights are read whole or not at all."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from bench.dialogue.sounds import JFK, LINES, RATE, decoded
from greenroom.errors import BadInput, ModelFailed, ModelMissing
from models.catalogue import weight
from models.roles import Samples
from models.speech import EspeakSpeech
from models.torch_records import read_tensors
from models.voice_encoder import WEIGHT, Voice, VoiceEncoder, _encoded, speakers_of, voice_of


@pytest.fixture(scope="module")
def kennedy() -> Samples:
    return decoded(JFK)


@pytest.fixture(scope="module")
def robot() -> Samples:
    """A line of one of the project's voices, at 16 kHz."""
    with EspeakSpeech() as speech:
        said = speech.speak(LINES[0], "en", "robot")
    times = np.arange(round(len(said.samples) * RATE / said.sample_rate)) / RATE
    mono = np.interp(times, np.arange(len(said.samples)) / said.sample_rate, said.samples[:, 0])
    return mono.astype(np.float32)


def told(sound: Samples) -> list[Voice]:
    with VoiceEncoder() as encoder:
        return [voice_of(group) for group in speakers_of(encoder.windows(sound, RATE))]


def test_one_speakers_parts_are_alike_and_another_voice_is_not(kennedy: Samples, robot: Samples) -> None:
    (before,), (after,), (other,) = told(kennedy[: 5 * RATE]), told(kennedy[5 * RATE :]), told(robot)
    assert before.shape == (256,)
    assert float(before @ after) > 0.75
    assert float(before @ other) < 0.65


def test_two_who_speak_in_turn_are_two_voices(kennedy: Samples, robot: Samples) -> None:
    pause = np.zeros(RATE // 2, np.float32)
    voices = told(np.concatenate([kennedy[: 5 * RATE], pause, robot]))
    assert len(voices) == 2
    (first,), (second,) = told(kennedy[: 5 * RATE]), told(robot)
    assert [float(voices[0] @ first) > 0.9, float(voices[1] @ second) > 0.9] == [True, True]


def test_the_rate_the_channels_and_the_level_change_little(kennedy: Samples) -> None:
    with VoiceEncoder() as encoder:
        plain = voice_of(encoder.windows(kennedy, RATE))
        finer = np.interp(np.arange(len(kennedy) * 3) / 3, np.arange(len(kennedy)), kennedy)
        stereo = (0.2 * np.stack([finer, finer], 1)).astype(np.float32)
        assert float(plain @ voice_of(encoder.windows(stereo, 3 * RATE))) > 0.98


def test_the_layers_are_torchs_own() -> None:
    tensors = read_tensors(weight(WEIGHT).path(), "model_state")
    layers = torch.nn.LSTM(40, 256, 3, batch_first=True)
    layers.load_state_dict({name[5:]: torch.tensor(one) for name, one in tensors.items() if name.startswith("lstm.")})
    spectra = np.random.default_rng(1).random((3, 160, 40)).astype(np.float32)
    _, (states, _) = layers(torch.from_numpy(spectra))
    dense = torch.relu(states[-1] @ torch.tensor(tensors["linear.weight"]).T + torch.tensor(tensors["linear.bias"]))
    wanted = (dense / dense.norm(dim=1, keepdim=True)).detach().numpy()
    assert np.abs(_encoded(tensors, spectra) - wanted).max() < 1e-5


@pytest.mark.parametrize("count", [0, 1, 100, RATE, 20 * RATE])
def test_silence_and_noise_have_no_voice(count: int) -> None:
    noise = np.random.default_rng(1).normal(size=count).astype(np.float32) * 0.1
    with VoiceEncoder() as encoder:
        assert encoder.windows(np.zeros((count, 2), np.float32), RATE) == ()
        assert encoder.windows(noise, RATE) == ()


def test_sound_that_is_no_sound_is_refused_and_the_encoder_works_only_loaded() -> None:
    with VoiceEncoder() as encoder, pytest.raises(BadInput):
        encoder.windows(np.full(RATE, np.nan, np.float32), RATE)
    with pytest.raises(ModelMissing):
        encoder.windows(np.zeros(RATE, np.float32), RATE)


def test_tensors_are_read_as_torch_saved_them_and_nothing_else_is(tmp_path: Path) -> None:
    path = tmp_path / "tensors.pt"
    kept = {"a": torch.arange(6, dtype=torch.float32).reshape(2, 3), "b": torch.ones(4)}
    torch.save({"state": kept}, path, _use_new_zipfile_serialization=False)
    found = read_tensors(path, "state")
    assert {name: one.tolist() for name, one in found.items()} == {name: one.tolist() for name, one in kept.items()}
    for broken in (path.read_bytes()[:-8], path.read_bytes()[:300], b"", b"no pickle", pickle.dumps(os.getcwd) * 5):
        path.write_bytes(broken)
        with pytest.raises(ModelFailed):
            read_tensors(path, "state")


def test_a_pickle_that_would_run_something_runs_nothing(tmp_path: Path) -> None:
    path, proof = tmp_path / "tensors.pt", tmp_path / "ran"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(proof),)

    path.write_bytes(pickle.dumps(Evil()) * 5)
    with pytest.raises(ModelFailed):
        read_tensors(path, "state")
    assert not proof.exists()
