"""Role Speech, embedded: espeak-ng in a worker process, its voices cast apart, its sound made gentler.

The library is GPL-3 and its state is global, so it lives in `models.speech_worker`, restarted when it dies.
Voices are named by range (soprano to bass), the same in every language, contrasting neighbours first.
"""

import contextlib
import importlib.util
import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray

from greenroom.domain.clips import SpokenWord
from greenroom.errors import BadInput, GenerationFailed, ModelMissing
from models.roles import Samples, Spoken
from models.speech_mouth import mouth_openness

_PATIENCE_SECONDS = 30.0
_LONGEST_TEXT = 2_000
_RUNNING_TOGETHER = {"cmn", "yue", "ja", "th", "my", "km", "lo"}  # written without spaces
_NAMES = {"en": "en-us", "zh": "cmn", "fr": "fr", "nn": "nb", "no": "nb", "fil": "tl", "he": "he", "iw": "he"}


@dataclass(frozen=True, slots=True)
class _Voice:
    variant: str  # of espeak-ng: formants and breath
    pitch: int  # 0 to 99
    span: int  # how far intonation moves, 0 to 99
    rate: int  # words a minute


# Casting order: each next voice differs from those before it in register and in formants.
VOICES = {
    "alto": _Voice("f2", 52, 60, 158),
    "baritone": _Voice("m3", 60, 55, 156),
    "soprano": _Voice("f4", 68, 66, 166),
    "bass": _Voice("m7", 20, 48, 146),
    "tenor": _Voice("m1", 95, 62, 168),
    "mezzo": _Voice("f5", 30, 52, 150),
}


class EspeakSpeech:
    """Speech by formant synthesis: more than a hundred languages, no weights, some thousandth of real time.

    Use inside `with`; safe to share between threads (one line at a time).
    """

    def __init__(self) -> None:
        self._worker: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._languages: frozenset[str] = frozenset()
        self._version = "unknown"

    @property
    def name(self) -> str:
        """The synthesiser and its version, once entered."""
        return f"espeak-ng {self._version}"

    def __enter__(self) -> Self:
        with self._lock:
            self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._stop()

    def voices(self, language: str) -> tuple[str, ...]:
        """Voice ids for a BCP 47 language, in casting order. Raises BadInput for a language it cannot speak."""
        self._spoken_name(language)
        return tuple(VOICES)

    def speak(self, text: str, language: str, voice: str) -> Spoken:
        """One line, trimmed and equalised. The same arguments give the same samples.

        Raises BadInput for an unknown language or voice, an empty or overlong text, or one with nothing to speak.
        """
        text = " ".join(text.split())
        if not text or len(text) > _LONGEST_TEXT:
            raise BadInput(f"A line must have 1 to {_LONGEST_TEXT} characters; got {len(text)}.")
        if voice not in VOICES:
            raise BadInput(f"No voice is called {voice!r}.", f"Choose one of {', '.join(VOICES)}.")
        spoken_name = self._spoken_name(language)
        if spoken_name == "ja" and any("\u4e00" <= letter <= "\u9fff" for letter in text):
            raise BadInput("espeak-ng cannot read kanji.", "Write the line in kana.")
        cast_as = VOICES[voice]
        with self._lock:
            reply, sound = self._asked(
                {
                    "text": text,
                    "voice": f"{spoken_name}+{cast_as.variant}",
                    "rate": cast_as.rate,
                    "pitch": cast_as.pitch,
                    "range": cast_as.span,
                }
            )
        if "error" in reply:
            raise GenerationFailed(f"The line cannot be spoken: {reply['error']}.")
        return _shaped(text, spoken_name, reply, sound)

    def _spoken_name(self, language: str) -> str:
        tag = language.lower().replace("_", "-")
        first = tag.split("-")[0]
        for name in (_NAMES.get(tag), tag, _NAMES.get(first), first):
            if name is not None and name in self._languages:
                return name
        if not self._languages:
            raise GenerationFailed("Speech was asked for outside its `with` block.")
        raise BadInput(f"espeak-ng cannot speak {language!r}.", "Name a language by its BCP 47 tag, such as en or es.")

    def _start(self) -> None:
        if importlib.util.find_spec("espeakng_loader") is None:
            raise ModelMissing("Speech needs espeak-ng, which is not installed.", "pip install espeakng-loader")
        self._worker = subprocess.Popen(
            [sys.executable, "-m", "models.speech_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        hello, _ = self._reply()
        self._languages = frozenset(cast("list[str]", hello["languages"]))
        self._version = str(hello["version"])

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        if worker.stdin is not None:
            with contextlib.suppress(OSError):  # it died with a request unread
                worker.stdin.close()
        try:
            worker.wait(timeout=2)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()
        if worker.stdout is not None:
            worker.stdout.close()

    def _asked(self, request: dict[str, object]) -> tuple[dict[str, object], bytes]:
        """The worker's answer; a worker that died is started again, once a request."""
        if not self._languages:
            raise GenerationFailed("Speech was asked for outside its `with` block.")
        for attempt in (1, 2):
            if self._worker is None or self._worker.poll() is not None:
                self._stop()
                self._start()
            try:
                worker = cast("subprocess.Popen[bytes]", self._worker)
                if worker.stdin is None:
                    raise BrokenPipeError
                worker.stdin.write(json.dumps(request).encode() + b"\n")
                worker.stdin.flush()
                return self._reply()
            except (OSError, GenerationFailed):
                self._stop()
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def _reply(self) -> tuple[dict[str, object], bytes]:
        worker = self._worker
        if worker is None or worker.stdout is None:
            raise GenerationFailed("The speech worker is not running.")
        # a worker that hangs is ended, which ends the read below
        watch = threading.Timer(_PATIENCE_SECONDS, worker.kill)
        watch.start()
        try:
            row = worker.stdout.readline()
            if not row.endswith(b"\n"):
                raise GenerationFailed("The speech worker ended before it answered.", "Run `greenroom doctor`.")
            reply = cast("dict[str, object]", json.loads(row))
            size = cast("int", reply.get("bytes", 0))
            sound = worker.stdout.read(size) if size else b""
            if len(sound) != size:
                raise GenerationFailed("The speech worker ended in the middle of its answer.")
            return reply, sound
        finally:
            watch.cancel()


def _shaped(text: str, language: str, reply: dict[str, object], sound: bytes) -> Spoken:
    rate = cast("int", reply["sample_rate"])
    raw = np.frombuffer(sound, np.int16).astype(np.float64) / 32768
    loud = np.flatnonzero(np.abs(raw) > 0.004)
    if loud.size == 0:
        raise BadInput(f"There is nothing to speak in {text[:60]!r}.", "Write words.")
    first = max(0, int(loud[0]) - rate // 200)
    last = min(len(raw), int(loud[-1]) + rate // 50)
    samples = _equalised(raw[first:last], rate)
    lead, seconds = first / rate, (last - first) / rate
    phonemes = cast("list[tuple[float, str]]", reply["phonemes"])
    return Spoken(
        samples=samples[:, None],
        sample_rate=rate,
        words=_words(text, language, cast("list[list[float]]", reply["words"]), lead, seconds),
        mouth=mouth_openness([(time - lead, name) for time, name in phonemes], seconds, samples, rate),
    )


# decibels at hertz: rumble out, a little warmth, the nasal and metallic regions of a formant synthesiser drawn back
_EQUALISER = (
    (0, -40),
    (60, -24),
    (110, 0),
    (220, 2),
    (500, 0.5),
    (1000, 0),
    (2400, -2),
    (3400, -4),
    (5000, -3),
    (8000, -7),
    (11025, -14),
)


def _equalised(samples: NDArray[np.float64], rate: int) -> Samples:
    """The line through a gentle equaliser, faded at both ends against clicks, its peak at 0.7."""
    padded = np.pad(samples, rate // 10)
    frequencies = np.fft.rfftfreq(len(padded), 1 / rate)
    curve = np.array(_EQUALISER, np.float64)
    gains = np.interp(frequencies, curve[:, 0], curve[:, 1])
    shaped = np.fft.irfft(np.fft.rfft(padded) * 10 ** (gains / 20), len(padded))[rate // 10 : -(rate // 10)]
    fade = min(rate // 200, len(shaped) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(fade) / max(1, fade))
    shaped[:fade] *= ramp
    shaped[len(shaped) - fade :] *= ramp[::-1]
    return np.asarray(shaped * (0.7 / np.abs(shaped).max()), np.float32)


def _words(text: str, language: str, events: list[list[float]], lead: float, seconds: float) -> tuple[SpokenWord, ...]:
    """Words as written, each from its first event to the next word's; words spoken as one share its time."""
    marks = sorted((int(position), max(0.0, time - lead)) for time, position, _ in events)
    starts: list[tuple[int, float]] = []
    if language in _RUNNING_TOGETHER:
        starts = [mark for number, mark in enumerate(marks) if number == 0 or mark[0] != marks[number - 1][0]]
    else:
        at = 0
        for token in text.split(" "):
            inside = [time for position, time in marks if at <= position < at + len(token)]
            if inside:
                starts.append((at, min(inside)))
            at += len(token) + 1
    if not starts:
        return (SpokenWord(text=text, start=0.0, seconds=seconds),)
    words: list[SpokenWord] = []
    for number, (position, start) in enumerate(starts):
        begin = 0 if number == 0 else position
        stop = starts[number + 1][0] if number + 1 < len(starts) else len(text)
        end = starts[number + 1][1] if number + 1 < len(starts) else seconds
        words += _shared_out(text[begin:stop].split(), min(start, seconds), max(start, end))
    return tuple(words)


def _shared_out(tokens: list[str], start: float, end: float) -> list[SpokenWord]:
    """Words between two moments, each as long as its share of the letters."""
    letters = sum(len(token) for token in tokens)
    words, at = [], start
    for token in tokens:
        share = (end - start) * len(token) / letters
        words.append(SpokenWord(text=token, start=round(at, 4), seconds=round(share, 4)))
        at += share
    return words
