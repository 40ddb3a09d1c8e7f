"""Role Transcription, flagship: OpenAI's whisper from a checkpoint on disk, any of its hundred languages.

No checkpoint is downloaded here: the operator puts the file named below into the models' folder.
"""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

import numpy as np

from greenroom.errors import BadInput, GenerationFailed, ModelMissing
from models.phrase_hearing import RATE, speech_bytes
from models.roles import HeardWord, Samples, Transcript

if TYPE_CHECKING:
    from whisper.model import Whisper  # type: ignore[import-untyped, unused-ignore]


_TELLING_SECONDS = 0.5  # of speech, that tells a language at all


@dataclass(frozen=True, slots=True)
class WhisperCheckpoint:
    """A checkpoint by its file name, release, licence and SHA-256, which openai-whisper's own table gives."""

    file: str
    revision: str
    licence: str
    sha256: str
    alignment: str | None  # whose alignment heads, by openai-whisper's name; None takes the last half of the layers


def _released(name: str, sha256: str) -> WhisperCheckpoint:
    return WhisperCheckpoint(f"{name}.pt", f"openai-whisper 20250625, {name}", "MIT", sha256, name)


LARGE_V3_TURBO = WhisperCheckpoint(
    file="large-v3-turbo.pt",
    revision="openai-whisper 20250625, turbo",
    licence="MIT",
    sha256="aff26ae408abcba5fbf8813c21e62b0941638c5f6eebfb145be0c9839262a19a",
    alignment="turbo",
)
CHECKPOINTS = (  # of every language, the best first
    _released("large-v3", "e5b1a55b89c1367dacf97e3e19bfd829a01529dbfdeefa8caeb59b3f1b81dadb"),
    LARGE_V3_TURBO,
    _released("large-v2", "81f7c96c852ee8fc832187b0132e569d6c3065a3252ed18e56effd0b6a73e524"),
    _released("medium", "345ae4da62f9b3d59415adc60127b97c714f32e89e936602e85993674d08dcb1"),
    _released("small", "9ecf779972d90ba49c06d968637d720dd632c55bbf19d441fb42bf17a411e794"),
    _released("base", "ed3a0b6b1c0edf879ad9b11b1af5a0e6ab5db9205f891f668f8b0e6c6326e34e"),
    _released("tiny", "65147644a518d12f04e32d6f3b26facc3f8dd46e5390956a9424a650c0ce22b9"),
)


def checkpoint_in(folder: Path) -> WhisperCheckpoint | None:
    """The best of the released checkpoints whose file lies in the folder, whole or not; None where none does."""
    return next((one for one in CHECKPOINTS if (folder / one.file).is_file()), None)


class WhisperTranscription:
    """Transcription with words in time. `folder` holds the checkpoint's file; `device` is torch's, such as cuda.

    Use inside `with`; safe to share between threads (one recording at a time).
    """

    def __init__(self, folder: Path, checkpoint: WhisperCheckpoint = LARGE_V3_TURBO, device: str = "cpu") -> None:
        self._path = folder / checkpoint.file
        self._checkpoint = checkpoint
        self._device = device
        self._model: Whisper | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The checkpoint and the release it is of."""
        return f"whisper {self._checkpoint.file} ({self._checkpoint.revision})"

    def __enter__(self) -> Self:
        with self._lock:
            self._model = self._loaded()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._model = None

    def transcribe(self, samples: Samples, sample_rate: int, language: str | None) -> Transcript:
        """The words of `samples` (float32[N, channels] or [N]); confidence is the words' token probability.

        `language` None: whisper tells it by itself. Raises BadInput for a language whisper has no token for, and for
        sound that is not finite or too long; GenerationFailed when the model's answer is not a number.
        """
        from whisper.tokenizer import LANGUAGES  # type: ignore[import-untyped, unused-ignore]

        spoken = language.lower().replace("_", "-").split("-")[0] if language is not None else None
        if spoken is not None and spoken not in LANGUAGES:
            raise BadInput(f"Whisper does not hear {language!r}.", "Name a language by its BCP 47 tag.")
        sound = np.frombuffer(speech_bytes(samples, sample_rate), "<i2").astype(np.float32) / 32768
        with self._lock:
            if self._model is None:
                raise GenerationFailed("Sound was to be transcribed outside its `with` block.")
            # one temperature: the same sound gives the same words
            try:
                answer = self._model.transcribe(
                    np.pad(sound, (0, max(0, RATE // 10 - len(sound)))),
                    language=spoken,
                    temperature=0.0,
                    word_timestamps=True,
                    condition_on_previous_text=False,
                    fp16=self._device != "cpu",
                )
            except (RuntimeError, ValueError) as failed:
                raise GenerationFailed(f"{self.name} failed: {failed}", self._again()) from failed
        segments = cast("list[dict[str, object]]", answer["segments"])
        silent = [float(cast("float", part["no_speech_prob"])) for part in segments]
        if not all(np.isfinite(silent)) or not all(
            np.isfinite(float(cast("float", p["avg_logprob"]))) for p in segments
        ):
            raise GenerationFailed(f"{self.name} answered with values that are not numbers.", self._again())
        words = [word for part in segments for word in cast("list[dict[str, object]]", part.get("words", []))]
        return Transcript(
            words=tuple(
                HeardWord(
                    text=str(word["word"]).strip().lower(),
                    start=float(cast("float", word["start"])),
                    end=float(cast("float", word["end"])),
                    confidence=float(cast("float", word["probability"])),
                )
                for word in words
            ),
            language=spoken or str(answer["language"]),
            no_speech=max(silent) if silent else None,
        )

    def languages(
        self, samples: Samples, sample_rate: int, spans: Sequence[tuple[float, float]]
    ) -> tuple[tuple[str, float] | None, ...]:
        """The language of each span (start and end in seconds) of float32[N, channels], with its probability.

        None for a span under half a second, which says too little. Raises as `transcribe` does.
        """
        import whisper  # type: ignore[import-untyped, unused-ignore]

        sound = np.frombuffer(speech_bytes(samples, sample_rate), "<i2").astype(np.float32) / 32768
        found: list[tuple[str, float] | None] = []
        with self._lock:
            if self._model is None:
                raise GenerationFailed("Languages were to be told outside the `with` block.")
            for start, end in spans:
                part = sound[max(0, round(start * RATE)) : max(0, round(end * RATE))]
                if len(part) < _TELLING_SECONDS * RATE:
                    found.append(None)
                    continue
                mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(part), self._model.dims.n_mels)
                try:
                    _, shares = self._model.detect_language(mel.to(self._model.device))
                except (RuntimeError, ValueError) as failed:
                    raise GenerationFailed(f"{self.name} failed: {failed}", self._again()) from failed
                language, share = max(cast("dict[str, float]", shares).items(), key=lambda one: one[1])
                if not np.isfinite(share):
                    raise GenerationFailed(f"{self.name} answered with values that are not numbers.", self._again())
                found.append((language, float(share)))
        return tuple(found)

    def _again(self) -> str:
        return f"Put the file of {self._checkpoint.revision} in {self._path.parent} again, or remove it."

    def _loaded(self) -> "Whisper":
        if not self._path.is_file():
            raise ModelMissing(
                f"Whisper's checkpoint {self._checkpoint.file} is not in {self._path.parent}.",
                f"Put the file of {self._checkpoint.revision} there; its SHA-256 is {self._checkpoint.sha256}.",
            )
        try:
            import whisper  # type: ignore[import-untyped, unused-ignore]
        except ImportError as absent:
            raise ModelMissing("Whisper is not installed.", "Install the project's `models` extra.") from absent
        with self._path.open("rb") as opened:
            got = hashlib.file_digest(opened, "sha256").hexdigest()
        if got != self._checkpoint.sha256:
            fact = f"{self._checkpoint.file} has SHA-256 {got}; {self._checkpoint.sha256} is expected."
            raise ModelMissing(fact, f"Put the file of {self._checkpoint.revision} there again.")
        model = whisper.load_model(str(self._path), device=self._device)
        if self._checkpoint.alignment is not None:
            model.set_alignment_heads(whisper._ALIGNMENT_HEADS[self._checkpoint.alignment])
        return cast("Whisper", model)
