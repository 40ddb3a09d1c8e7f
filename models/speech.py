"""Role Speech, embedded: espeak-ng in a worker process, its voices cast apart, its sound made gentler.

The library is GPL-3 and its state is global, so it lives in `models.speech_worker`, restarted when it dies.
Voices (`speech_voices.py`) are the same in every language; what makes each of them somebody's is `speech_timbre.py`.
"""

import contextlib
import importlib.util
import json
import subprocess
import threading
import zlib
from types import TracebackType
from typing import Self, cast

import numpy as np

from greenroom.domain.clips import SpokenPhoneme, SpokenWord
from greenroom.domain.storyboards import Delivery
from greenroom.errors import BadInput, GenerationFailed, ModelMissing
from greenroom.processes import running
from models.roles import Spoken
from models.speech_mouth import mouth_and_lips
from models.speech_reading import reading
from models.speech_timbre import SPOKEN_RATE, voiced_as
from models.speech_voices import MANNERS, asked_of_espeak
from models.speech_voices import VOICES as VOICES

_PATIENCE_SECONDS = 30.0
_LONGEST_TEXT = 2_000
_RUNNING_TOGETHER = {"cmn", "yue", "ja", "th", "my", "km", "lo"}  # written without spaces
_NAMES = {"en": "en-us", "zh": "cmn", "fr": "fr", "nn": "nb", "no": "nb", "fil": "tl", "he": "he", "iw": "he"}


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

    def speak(self, text: str, language: str, voice: str, delivery: Delivery = Delivery.PLAIN) -> Spoken:
        """One line, trimmed, with its words and phonemes in time. The same arguments give the same samples.

        Raises BadInput for an unknown language or voice, an empty or overlong text, one with nothing to speak, and
        Japanese kanji whose reading is not known.
        """
        text = " ".join(text.split())
        if not text or len(text) > _LONGEST_TEXT:
            raise BadInput(f"A line must have 1 to {_LONGEST_TEXT} characters; got {len(text)}.")
        if voice not in VOICES:
            raise BadInput(f"No voice is called {voice!r}.", f"Choose one of {', '.join(VOICES)}.")
        spoken_name = self._spoken_name(language)
        said = reading(text, spoken_name)
        cast_as, manner = VOICES[voice], MANNERS[delivery]
        with self._lock:
            reply, sound = self._asked(
                {"text": said.said, "voice": f"{spoken_name}+{cast_as.variant}"}
                | dict[str, object](asked_of_espeak(cast_as, delivery))
            )
        if "error" in reply:
            raise GenerationFailed(f"The line cannot be spoken: {reply['error']}.")
        rate = cast("int", reply["sample_rate"])
        raw = np.frombuffer(sound, np.int16).astype(np.float64) / 32768
        loud = np.flatnonzero(np.abs(raw) > 0.004)
        if loud.size == 0:
            raise BadInput(f"There is nothing to speak in {text[:60]!r}.", "Write words.")
        first = max(0, int(loud[0]) - rate // 200)
        last = min(len(raw), int(loud[-1]) + rate // 50)
        faster = cast_as.tract * manner.tract
        samples = voiced_as(raw[first:last], rate, cast_as, manner, zlib.crc32(said.said.encode())).astype(np.float32)
        lead, seconds = first / rate, len(samples) / SPOKEN_RATE
        marks = [
            ((time - lead) / faster, said.origin[min(int(at), len(said.origin) - 1)])
            for time, at, _ in cast("list[list[float]]", reply["words"])
        ]
        phonemes = _phonemes(
            [((time - lead) / faster, name) for time, name in cast("list[tuple[float, str]]", reply["phonemes"])],
            seconds,
        )
        mouth, lips = mouth_and_lips(phonemes, seconds, samples, SPOKEN_RATE)
        return Spoken(
            samples=samples[:, None],
            sample_rate=SPOKEN_RATE,
            words=_words(text, spoken_name, marks, seconds),
            mouth=mouth,
            lips=lips,
            phonemes=phonemes,
        )

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
            running("models.speech_worker"),
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


def _phonemes(events: list[tuple[float, str]], seconds: float) -> tuple[SpokenPhoneme, ...]:
    """Every sound until the next one's start or a pause; a mark of espeak-ng for a pause has no name."""
    found = []
    for number, (start, name) in enumerate(events):
        end = events[number + 1][0] if number + 1 < len(events) else seconds
        start, end = max(0.0, min(start, seconds)), min(end, seconds)
        if name and end > start:
            found.append(SpokenPhoneme(sound=name, start=round(start, 4), seconds=round(end - start, 4)))
    return tuple(found)


def _words(text: str, language: str, events: list[tuple[float, int]], seconds: float) -> tuple[SpokenWord, ...]:
    """Words as written, each from its first event to the next word's; words spoken as one share its time."""
    marks = sorted((position, max(0.0, time)) for time, position in events)
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
