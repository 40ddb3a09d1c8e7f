"""A model on disk speaks behind the same role: a tiny one of the same architecture, drawn by the test."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from greenroom.domain.storyboards import Delivery
from greenroom.errors import BadInput, ModelMissing
from greenroom.settings import Settings
from models.speech import VOICES, EspeakSpeech
from models.speech_transformers import TransformersSpeech, folders_of
from ops.doctor import State, examine
from ops.speech import speech_for

torch = pytest.importorskip("torch")
LINE = "Hola amigos, buenos días a todos"


def write_model(folder: Path, speakers: int = 1) -> None:
    """A VITS of a few thousand weights, as `save_pretrained` writes any."""
    from transformers import VitsConfig, VitsModel, VitsTokenizer

    folder.mkdir(parents=True)
    letters = ["_", *"abcdefghijklmnopqrstuvwxyzáéíóúñ ", "<unk>"]
    (folder / "letters.json").write_text(json.dumps({letter: number for number, letter in enumerate(letters)}))
    tokenizer = VitsTokenizer(str(folder / "letters.json"), pad_token="_", phonemize=False, normalize=True)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(7)
    config = VitsConfig(
        vocab_size=len(letters), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, ffn_dim=16, flow_size=16,
        spectrogram_bins=9, upsample_initial_channel=16, upsample_rates=[8, 8, 4], upsample_kernel_sizes=[16, 16, 8],
        resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1, 3, 5]], prior_encoder_num_flows=1,
        prior_encoder_num_wavenet_layers=1, posterior_encoder_num_wavenet_layers=1, duration_predictor_num_flows=1,
        depth_separable_num_layers=1, wavenet_dilation_rate=1, num_speakers=speakers,
        speaker_embedding_size=8 if speakers > 1 else 0, use_stochastic_duration_prediction=False,
    )  # fmt: skip
    model = VitsModel(config)
    weights = model.state_dict()
    weights["duration_predictor.proj.weight"] *= 0.1
    weights["duration_predictor.proj.bias"].fill_(1.6)  # about five frames a letter, as trained models speak
    model.save_pretrained(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("speech")
    write_model(found / "mms-tts-spa")
    write_model(found / "de", speakers=3)
    return found


@pytest.fixture(scope="module")
def speech(folder: Path) -> Iterator[TransformersSpeech]:
    with TransformersSpeech(folder, EspeakSpeech()) as speaking:
        yield speaking


def test_a_line_is_spoken_with_words_and_sounds_in_time(speech: TransformersSpeech) -> None:
    spoken = speech.speak(LINE, "es", "alto")
    seconds = len(spoken.samples) / spoken.sample_rate
    assert spoken.samples.dtype == np.float32
    assert spoken.samples.shape[1] == 1
    assert [word.text for word in spoken.words] == LINE.split()
    starts = [word.start for word in spoken.words]
    assert starts == sorted(starts)
    assert all(word.seconds > 0.02 for word in spoken.words)
    assert spoken.words[-1].start + spoken.words[-1].seconds <= seconds + 0.001
    assert "".join(one.sound for one in spoken.phonemes) in "holaamigosbuenosdíasatodos"
    assert len(spoken.phonemes) > 20
    assert len(spoken.mouth) == len(spoken.lips) == int(np.ceil(seconds * 100))


def test_the_same_line_is_the_same_sound_and_others_differ(speech: TransformersSpeech) -> None:
    once, again, bass = (speech.speak(LINE, "es-MX", voice).samples for voice in ("alto", "alto", "bass"))
    assert np.array_equal(once, again)
    assert not np.array_equal(once[: len(bass)], bass[: len(once)])


def test_a_voice_of_another_tract_takes_about_as_long(speech: TransformersSpeech) -> None:
    alto, bass, child = (len(speech.speak(LINE, "es", voice).samples) for voice in ("alto", "bass", "treble"))
    assert 0.8 * alto < bass < 1.25 * alto
    assert 0.8 * alto < child < 1.25 * alto


def test_a_model_of_several_speakers_gives_each_voice_one(speech: TransformersSpeech) -> None:
    voices = [speech.speak("guten tag", "de", voice).samples for voice in ("alto", "baritone", "soprano")]
    assert all(not np.array_equal(one[:2000], other[:2000]) for one in voices for other in voices if one is not other)


def test_deliveries_reach_a_model_too(speech: TransformersSpeech) -> None:
    plain, sad = (len(speech.speak(LINE, "es", "alto", how).samples) for how in (Delivery.PLAIN, Delivery.SAD))
    assert sad > 1.1 * plain


def test_a_language_without_a_model_is_spoken_by_the_other(speech: TransformersSpeech) -> None:
    with EspeakSpeech() as espeak:
        said = espeak.speak("Hello there.", "en", "alto")
    assert np.array_equal(speech.speak("Hello there.", "en", "alto").samples, said.samples)
    assert speech.voices("es") == speech.voices("en") == tuple(VOICES)
    with pytest.raises(BadInput):
        speech.voices("xx-none")


@pytest.mark.parametrize(
    ("text", "voice"), [("", "alto"), ("123 !?", "alto"), ("Hola", "nobody"), ("x" * 3000, "alto")]
)
def test_what_cannot_be_spoken_is_bad_input(speech: TransformersSpeech, text: str, voice: str) -> None:
    with pytest.raises(BadInput):
        speech.speak(text, "es", voice)


def test_the_name_says_whose_weights_speak(speech: TransformersSpeech) -> None:
    assert "es " in speech.name
    assert "espeak-ng" in speech.name


def test_an_empty_folder_and_another_architecture_say_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no speech model"):
        folders_of(tmp_path)
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "config.json").write_text('{"model_type": "bert"}')
    with TransformersSpeech(tmp_path, EspeakSpeech()) as speech, pytest.raises(ModelMissing, match="vits"):
        speech.speak("Hola", "es", "alto")


def test_the_setting_chooses_it(folder: Path, tmp_path: Path) -> None:
    assert isinstance(speech_for(Settings(home=tmp_path)), EspeakSpeech)
    chosen = Settings(home=tmp_path, speech_folder=folder)
    assert isinstance(speech_for(chosen), TransformersSpeech)
    finding = next(one for one in examine(chosen) if one.part == "speech models")
    assert finding.state is State.READY
    assert finding.uses.startswith("de, es")
