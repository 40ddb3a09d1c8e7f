"""The process that speaks: espeak-ng behind a pipe, so that its licence (GPL-3) stays with this process.

Run as `python -m models.speech_worker`. One JSON line in, one JSON line out, and after a reply that announces
`bytes` that many bytes of 16-bit little-endian mono sound. Requests: {"text", "voice", "rate", "pitch", "range"};
replies: {"bytes", "sample_rate", "words": [[seconds, character, length]], "phonemes": [[seconds, ipa]]} or {"error"}.
The first line, unasked, is {"version", "languages"}. Input closed: the worker ends. Nothing else writes to its output.
"""

import ctypes
import json
import os
import sys
from typing import BinaryIO

_SYNCHRONOUS, _PHONEME_EVENTS, _PHONEME_IPA, _DONT_EXIT = 2, 0x1, 0x2, 0x8000
_UTF8, _END_PAUSE = 1, 0x1000
_RATE, _PITCH, _RANGE = 1, 3, 4
_END, _WORD, _PHONEME = 0, 1, 7


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("rest", ctypes.c_byte * 24),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class _Espeak:
    """The library, loaded once: its state is global, so there is one in a process (speak_lib.h)."""

    def __init__(self) -> None:
        import espeakng_loader

        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = str(espeakng_loader.get_data_path()).encode()
        options = _PHONEME_EVENTS | _PHONEME_IPA | _DONT_EXIT
        self.sample_rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 0, data, options))
        if self.sample_rate <= 0:
            raise OSError(f"espeak-ng did not start: {self.sample_rate}")
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(1))  # else breath noise starts from the clock
        self._callback = _Callback(self._heard)  # kept: the library holds only its address
        self._library.espeak_SetSynthCallback(self._callback)
        self._sound = bytearray()
        self._words: list[list[float]] = []
        self._phonemes: list[list[float | str]] = []

    @property
    def version(self) -> str:
        self._library.espeak_Info.restype = ctypes.c_char_p
        return bytes(self._library.espeak_Info(None)).decode()

    @property
    def languages(self) -> list[str]:
        self._library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        voices = self._library.espeak_ListVoices(None)
        found, at = set(), 0
        while voices[at]:
            # languages: a byte of priority, then the name, then zero
            name = bytes(voices[at].contents.languages)[1:].decode()
            # what can be chosen is the voice's file name, which may be shorter: fr for fr-fr
            found |= {name, name.split("-")[0], bytes(voices[at].contents.identifier).decode().split("/")[-1]}
            at += 1
        return sorted(name for name in found if self._library.espeak_SetVoiceByName(f"{name}+f2".encode()) == 0)

    def _heard(self, wave: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[_Event]") -> int:
        if wave and count > 0:
            self._sound += ctypes.string_at(wave, count * 2)
        at = 0
        while events[at].type != _END:
            event = events[at]
            if event.type == _WORD:
                self._words.append([event.milliseconds / 1000, event.text_position - 1, event.length])
            elif event.type == _PHONEME:
                name = bytes(event.id.string).split(b"\0")[0].decode("utf-8", "replace")
                self._phonemes.append([event.milliseconds / 1000, name])
            at += 1
        return 0

    def speak(self, text: str, voice: str, rate: int, pitch: int, span: int) -> tuple[dict[str, object], bytes]:
        self._sound, self._words, self._phonemes = bytearray(), [], []
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            return {"error": f"espeak-ng has no voice {voice!r}"}, b""
        for parameter, value in ((_RATE, rate), (_PITCH, pitch), (_RANGE, span)):
            self._library.espeak_SetParameter(parameter, value, 0)
        data = text.encode() + b"\0"
        code = self._library.espeak_Synth(data, len(data), 0, 1, 0, _UTF8 | _END_PAUSE, None, None)
        if code != 0:
            return {"error": f"espeak-ng failed with code {code}"}, b""
        self._library.espeak_Synchronize()
        sound = bytes(self._sound)
        return {
            "bytes": len(sound),
            "sample_rate": self.sample_rate,
            "words": self._words,
            "phonemes": self._phonemes,
        }, sound


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until the input is closed."""
    espeak = _Espeak()

    def send(reply: dict[str, object], sound: bytes = b"") -> None:
        replies.write(json.dumps(reply, ensure_ascii=True).encode() + b"\n" + sound)
        replies.flush()

    send({"version": espeak.version, "languages": espeak.languages})
    for row in requests:
        # the library carries phase and noise from line to line: a fork for each line starts every one alike
        child = os.fork()
        if child == 0:
            asked = json.loads(row)
            send(*espeak.speak(asked["text"], asked["voice"], asked["rate"], asked["pitch"], asked["range"]))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status != 0:  # its answer may be cut short: end too, and be started afresh
            sys.exit(1)


def main() -> None:
    """Keep the real output for replies: whatever the library prints goes to standard error."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, replies)


if __name__ == "__main__":
    main()
