"""Captions: a take's timing as WebVTT (W3C WebVTT), with who speaks, and the sounds that matter in brackets.

The first cue says that the clip is AI-generated: who does not see the label reads it. Cues keep to common subtitling
practice: at most 42 characters a row and two rows, from 0.8 to 6 seconds, cut between words.
"""

import textwrap
from dataclasses import dataclass

from greenroom.domain.clips import SoundEvent, SpokenLine, Timing

DISCLOSURE = "AI-generated video and sound"
_ROW = 42
_SHORTEST, _LONGEST = 0.8, 6.0
_DISCLOSURE_SECONDS = 2.0
_SOUND_SECONDS = 1.2
_REPEAT_SECONDS = 3.0  # a sound of the same name is not named again before


@dataclass(frozen=True, slots=True)
class _Cue:
    start: float
    end: float
    text: str
    setting: str = ""


def webvtt(timing: Timing, seconds: float) -> str:
    """The captions of a clip of `seconds`: disclosure, lines with their speakers, sounds; ordered by time."""
    cues = [_Cue(0.0, min(_DISCLOSURE_SECONDS, seconds), f"[{DISCLOSURE}]", " line:0 align:center")]
    for line in timing.lines:
        cues += _line_cues(line, seconds)
    cues += _sound_cues(timing.sounds, seconds)
    cues.sort(key=lambda cue: (cue.start, cue.end))
    parts = ["WEBVTT", f"NOTE {DISCLOSURE}. Captions were written from the take's own timing."]
    for number, cue in enumerate(cues, start=1):
        parts.append(f"{number}\n{_clock(cue.start)} --> {_clock(cue.end)}{cue.setting}\n{cue.text}")
    return "\n\n".join(parts) + "\n"


def _line_cues(line: SpokenLine, seconds: float) -> list[_Cue]:
    """A line in pieces of two rows; each piece stands from its first word to its last."""
    pieces = textwrap.wrap(" ".join(line.text.split()), width=2 * _ROW - 8) or []
    lengths = [len(piece) for piece in pieces]
    cues: list[_Cue] = []
    word = 0
    for number, piece in enumerate(pieces):
        share = sum(lengths[:number]) / max(1, sum(lengths))
        start = line.start + line.seconds * share
        if word < len(line.words):
            start = line.start + line.words[word].start if number else line.start
        word += len(piece.split())
        cues.append(_Cue(start, start, piece))
    rows: list[_Cue] = []
    for number, cue in enumerate(cues):
        last = number + 1 == len(cues)
        end = line.start + line.seconds if last else cues[number + 1].start
        end = max(end, cue.start + _SHORTEST) if last else end
        end = min(end, cue.start + _LONGEST, seconds)
        if end - cue.start < 0.05:
            continue
        text = "\n".join(textwrap.wrap(_escape(cue.text), width=_ROW, break_long_words=False))
        rows.append(_Cue(cue.start, end, f"<v {_name(line.speaker)}>{_tagged(text, line.language)}"))
    return rows


def _sound_cues(sounds: tuple[SoundEvent, ...], seconds: float) -> list[_Cue]:
    """Sounds in brackets, the same sound named once in a while and not at every bounce."""
    cues: list[_Cue] = []
    last: dict[str, float] = {}
    for sound in sorted(sounds, key=lambda sound: (sound.start, sound.label)):
        if sound.start >= seconds or sound.start - last.get(sound.label, -_REPEAT_SECONDS) < _REPEAT_SECONDS:
            continue
        last[sound.label] = sound.start
        end = min(seconds, sound.start + min(max(sound.seconds, _SOUND_SECONDS), _REPEAT_SECONDS))
        if end - sound.start >= 0.05:
            cues.append(_Cue(sound.start, end, f"[{_escape(sound.label)}]"))
    return cues


def _tagged(text: str, language: str) -> str:
    return text if language.split("-")[0].lower() == "en" else f"<lang {_name(language)}>{text}</lang>"


def _escape(text: str) -> str:
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _name(text: str) -> str:
    """An annotation of a tag: no line break and no closing bracket may stand in it."""
    return _escape(text) or "Speaker"


def _clock(seconds: float) -> str:
    whole = max(0, round(seconds * 1000))
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"
