"""Role Speech, flagship: VITS models on disk (such as MMS-TTS), through transformers; every other language falls back.

No model is downloaded here: the operator puts folders as `save_pretrained` writes them under one folder, each named by
its language (`es`, `spa` or `mms-tts-spa`). Words and sounds are timed by the model's own durations; its letters stand
in for phonemes where it reads letters. A model of one speaker gives every voice by the length of the vocal tract, a
model of several a speaker to each.
"""

import hashlib
import importlib.util
import json
import threading
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.clips import SpokenPhoneme, SpokenWord
from greenroom.domain.storyboards import Delivery
from greenroom.errors import BadInput, ModelMissing
from models.roles import Speech, Spoken
from models.speech_mouth import mouth_and_lips
from models.speech_timbre import SPOKEN_RATE, voiced_as
from models.speech_voices import MANNERS, VOICES

if TYPE_CHECKING:
    from transformers import VitsModel, VitsTokenizer

_LONGEST_TEXT = 2_000
_QUIET = 0.01  # share of the loudest sample under which a line's ends are silence
_CODES = {
    "eng": "en", "spa": "es", "fra": "fr", "deu": "de", "jpn": "ja", "zho": "cmn", "zh": "cmn", "hin": "hi",
    "por": "pt", "ita": "it", "rus": "ru", "kor": "ko", "nld": "nl", "pol": "pl", "tur": "tr", "swe": "sv",
    "ara": "ar", "ukr": "uk", "vie": "vi", "ind": "id", "fin": "fi", "dan": "da", "nob": "nb", "ell": "el",
}  # fmt: skip
# How much shorter than a model's one speaker's a voice's tract is: pitch and formants move together
_TRACTS = {
    "alto": 1.0, "baritone": 0.84, "soprano": 1.09, "bass": 0.77, "tenor": 0.91, "mezzo": 0.95, "treble": 1.22,
    "basso": 0.80, "contralto": 0.92, "descant": 1.17, "robot": 0.88,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Letter:
    """What a model read: the number of its word, what it is, and when it sounds, in seconds."""

    word: int
    sound: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Loaded:
    """One language's model, ready to speak."""

    model: "VitsModel"
    tokenizer: "VitsTokenizer"


class TransformersSpeech:
    """Speech by the VITS models of a folder; a language that has none there is spoken by `otherwise`.

    Use inside `with`; safe to share between threads (one line at a time). A model is loaded with its first line.
    """

    def __init__(self, folder: Path, otherwise: Speech) -> None:
        self._folder = folder
        self._otherwise = otherwise
        self._folders: dict[str, Path] = {}
        self._loaded: dict[str, _Loaded] = {}
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Language and weights of every model, once entered, and what speaks the rest."""
        models = ", ".join(f"{language} {_weights(folder)}" for language, folder in sorted(self._folders.items()))
        return f"vits ({models}); {self._otherwise.name}"

    def __enter__(self) -> Self:
        with self._lock:
            self._folders = folders_of(self._folder)
            missing = [name for name in ("torch", "transformers") if importlib.util.find_spec(name) is None]
            if missing:
                raise ModelMissing(f"Speech by a model needs {' and '.join(missing)}.", "make setup-all installs it.")
            self._otherwise.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._loaded.clear()
            self._otherwise.__exit__(kind, error, trace)

    def voices(self, language: str) -> tuple[str, ...]:
        """Voice ids for a BCP 47 language, in casting order. Raises BadInput for a language nothing here speaks."""
        return tuple(VOICES) if _tag(language) in self._folders else self._otherwise.voices(language)

    def speak(self, text: str, language: str, voice: str, delivery: Delivery = Delivery.PLAIN) -> Spoken:
        """One line, trimmed, its words timed. The same arguments give the same samples on one machine.

        Raises BadInput for an unknown language or voice, an empty or overlong text, or one with nothing to speak, and
        ModelMissing for a folder that holds no model that can be loaded.
        """
        if _tag(language) not in self._folders:
            return self._otherwise.speak(text, language, voice, delivery)
        text = " ".join(text.split())
        if not text or len(text) > _LONGEST_TEXT:
            raise BadInput(f"A line must have 1 to {_LONGEST_TEXT} characters; got {len(text)}.")
        if voice not in VOICES:
            raise BadInput(f"No voice is called {voice!r}.", f"Choose one of {', '.join(VOICES)}.")
        with self._lock:
            return self._spoken(text, self._model(_tag(language)), voice, delivery)

    def _model(self, language: str) -> _Loaded:
        if language not in self._loaded:
            self._loaded[language] = _load(self._folders[language])
        return self._loaded[language]

    def _spoken(self, text: str, loaded: _Loaded, voice: str, delivery: Delivery) -> Spoken:
        manner, cast_as = MANNERS[delivery], VOICES[voice]
        speakers = int(loaded.model.config.num_speakers)
        several = speakers > 1
        tract = (1.0 if several else _TRACTS[voice]) * 2 ** (manner.semitones / 24)
        faster = tract * manner.tract
        speaker = list(VOICES).index(voice) % speakers if several else None
        raw, rate, letters = _synthesised(text, loaded, speaker, manner.rate / faster)
        loud = np.flatnonzero(np.abs(raw) > _QUIET * float(np.abs(raw).max(initial=0.0)))
        if loud.size == 0:
            raise BadInput(f"There is nothing to speak in {text[:60]!r}.", "Write words.")
        first, last = max(0, int(loud[0]) - rate // 200), min(len(raw), int(loud[-1]) + rate // 50)
        made = replace(cast_as, tract=tract, breath=min(cast_as.breath, 0.04))
        samples = voiced_as(raw[first:last], rate, made, manner, zlib.crc32(text.encode())).astype(np.float32)
        seconds, lead = len(samples) / SPOKEN_RATE, first / rate
        times = [
            _Letter(one.word, one.sound, *(min(max(0.0, (at - lead) / faster), seconds) for at in (one.start, one.end)))
            for one in letters
        ]
        phonemes = tuple(
            SpokenPhoneme(sound=one.sound, start=round(one.start, 4), seconds=round(one.end - one.start, 4))
            for one in times
            if one.end > one.start and one.sound.strip()
        )
        mouth, lips = mouth_and_lips(phonemes, seconds, samples, SPOKEN_RATE)
        return Spoken(samples[:, None], SPOKEN_RATE, _words(text, times, seconds), mouth, lips, phonemes)


def folders_of(folder: Path) -> dict[str, Path]:
    """The folder of each language's model, by language. Raises ModelMissing where there is none."""
    found = {}
    for config in sorted(folder.glob("*/config.json")):
        found[_tag(config.parent.name.rsplit("-", 1)[-1])] = config.parent
    if not found:
        remedy = "Put a VITS model as save_pretrained writes it in a folder named by its language, such as es or spa."
        raise ModelMissing(f"{folder} holds no speech model.", remedy)
    return found


def _tag(language: str) -> str:
    first = language.lower().replace("_", "-").split("-")[0]
    return _CODES.get(first, first)


def _weights(folder: Path) -> str:
    """What tells a model's weights from another's: the first of their SHA-256."""
    path = folder / "model.safetensors"
    if not path.is_file():
        return "without weights"
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:12]


def _load(folder: Path) -> _Loaded:
    from transformers import VitsModel, VitsTokenizer

    kind = json.loads((folder / "config.json").read_text("utf-8")).get("model_type")
    if kind != "vits":
        raise ModelMissing(f"{folder} holds a model of type {kind!r}; vits is expected.", "MMS-TTS models are of it.")
    try:
        model = VitsModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
        tokenizer = VitsTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError) as broken:
        raise ModelMissing(
            f"The speech model in {folder} cannot be loaded: {broken}", "Put it there whole."
        ) from broken
    model.train(False)
    return _Loaded(model, tokenizer)


def _synthesised(
    text: str, loaded: _Loaded, speaker: int | None, rate: float
) -> tuple[NDArray[np.float64], int, list[_Letter]]:
    """The model's sound, its rate in hertz, and every letter it read in time."""
    import torch

    tokens, words = _tokens(text, loaded.tokenizer)
    if not tokens:
        raise BadInput(f"There is nothing the model can read in {text[:60]!r}.", "Write words in its script.")
    blank = bool(loaded.tokenizer.add_blank)
    ids = cast("list[int]", loaded.tokenizer.convert_tokens_to_ids(tokens))
    if blank:
        ids = [0, *(one for token in ids for one in (token, 0))]
    durations: list[NDArray[np.float64]] = []

    def keep(module: "torch.nn.Module", given: object, logarithms: "torch.Tensor") -> None:
        scale = 1.0 / (rate * float(loaded.model.config.speaking_rate))
        durations.append(torch.ceil(torch.exp(logarithms) * scale)[0, 0].double().numpy())

    hook = loaded.model.duration_predictor.register_forward_hook(keep)
    try:
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(zlib.crc32(text.encode()))
            made = loaded.model(
                input_ids=torch.tensor([ids]),
                attention_mask=torch.ones(1, len(ids), dtype=torch.long),
                speaker_id=speaker,
                speaking_rate=rate * float(loaded.model.config.speaking_rate),
            )
    finally:
        hook.remove()
    step = float(np.prod(loaded.model.config.upsample_rates)) / float(loaded.model.config.sampling_rate)
    ends = np.cumsum(durations[0]) * step
    starts = ends - durations[0] * step
    # a blank belongs to the token before it: a sound goes on until the next begins
    letters = []
    for number, (token, word) in enumerate(zip(tokens, words, strict=True)):
        at = 2 * number + 1 if blank else number
        letters.append(_Letter(word, token, float(starts[at]), float(ends[at + 1] if blank else ends[at])))
    return made.waveform[0].double().numpy(), int(loaded.model.config.sampling_rate), letters


def _tokens(text: str, tokenizer: "VitsTokenizer") -> tuple[list[str], list[int]]:
    """What the model reads, and the number of the word each token belongs to; a space belongs to the word before."""
    tokens: list[str] = []
    words: list[int] = []
    known = tokenizer.get_vocab()  # type: ignore[no-untyped-call, unused-ignore]
    try:
        for number, word in enumerate(text.split(" ")):
            read, _ = tokenizer.prepare_for_tokenization(word)
            letters = [letter for letter in read if letter in known and letter != " "]
            if letters and tokens and " " in known:
                tokens.append(" ")
                words.append(words[-1])
            tokens += letters
            words += [number] * len(letters)
    except ImportError as lacking:  # models that read phonemes or Roman letters need a package of their own
        raise ModelMissing(f"This speech model cannot read its text: {lacking}", "Install what it names.") from lacking
    return tokens, words


def _words(text: str, times: list[_Letter], seconds: float) -> tuple[SpokenWord, ...]:
    """Words as written, each from its first sound to its last; one the model cannot read takes no time."""
    found = []
    reached = 0.0
    for number, word in enumerate(text.split(" ")):
        own = [one for one in times if one.word == number and one.sound.strip()]
        start = max(reached, own[0].start) if own else reached
        reached = min(seconds, max(start, own[-1].end)) if own else reached
        found.append(SpokenWord(text=word, start=round(start, 4), seconds=round(reached - start, 4)))
    return tuple(found)
