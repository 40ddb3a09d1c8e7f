"""Captions: a take's timing as WebVTT (W3C WebVTT), with who speaks and how, music, and the sounds that matter.

The first cue and a note say that the clip is AI-generated and by whom: who does not see the label reads it, and a
player shows it at the top of the picture, so that it stands beside a line that is spoken at once. Cues keep to common
subtitling practice: at most 42 columns a row and two rows, from 0.8 to 6 seconds, cut between words. Sounds stand in
brackets; the same sound that goes on (steps, bounces) is one cue, and one sound is named at a time.
"""

import re
from dataclasses import dataclass, replace

from greenroom.domain.clips import SoundEvent, SpokenLine, Timing
from greenroom.domain.storyboards import Delivery, Mood
from ops.caption_rows import rows

_ROW = 42
_SHORTEST, _LONGEST = 0.8, 6.0
_DISCLOSURE_SECONDS = 2.5  # at least; read at 15 letters a second
_LETTERS_A_SECOND = 15
_SOUND_SECONDS = 1.2
_LONGEST_SOUND = 3.0
_SHORTEST_SOUND = 0.4
_MATTERS = 0.2  # weight under which a sound is not named while somebody speaks
_GOES_ON_SECONDS = 1.5  # touches of one kind closer than this are one sound
_FAINT = 0.04  # share of the hardest blow under which a blow is not named
_MANNERS = {
    Delivery.WHISPERED: "whispering", Delivery.SHOUTED: "shouting", Delivery.CHEERFUL: "cheerfully",
    Delivery.SAD: "sadly", Delivery.ANGRY: "angrily",
}  # fmt: skip
_MOODS = {
    Mood.CALM: "calm music", Mood.HAPPY: "upbeat music", Mood.SAD: "sad music", Mood.TENSE: "tense music",
    Mood.EPIC: "epic music", Mood.PLAYFUL: "playful music",
}  # fmt: skip
_STEPS = re.compile(r"(footsteps|paw steps|hoofbeats) on ")
_READING = re.compile(r"([\u3400-\u4dbf\u4e00-\u9fff々]+)[(（《]([ぁ-ゖァ-ヺー]+)[)）》]")


@dataclass(frozen=True, slots=True)
class _Cue:
    start: float
    end: float
    text: str
    setting: str = ""


@dataclass(frozen=True, slots=True)
class _Sound:
    """Sounds of one name that follow each other. `weight` is what it matters: blows by their impulse, steps least."""

    label: str
    start: float
    end: float
    weight: float


def disclosure(maker: str) -> str:
    """What the captions say of a clip made by the account named `maker`, as the visible label does."""
    return f"AI-generated with Greenroom by @{maker}"


def webvtt(timing: Timing, seconds: float, maker: str) -> str:
    """The captions of a clip of `seconds`: disclosure, lines with their speakers, music, sounds; ordered by time."""
    said = disclosure(maker)
    read = max(_DISCLOSURE_SECONDS, len(said) / _LETTERS_A_SECOND)
    shown = "\n".join(map(_escape, rows(f"[{said}]", _ROW)))
    first = _Cue(0.0, min(read, seconds), shown, " line:0 align:center")
    cues: list[_Cue] = []
    for line in timing.lines:
        cues += _line_cues(line, seconds)
    music = timing.music
    if music is not None and music.start < seconds:
        end = min(seconds, music.start + min(_LONGEST_SOUND, music.seconds or seconds))
        if end - music.start >= 0.05:
            cues.append(_Cue(music.start, end, f"[♪ {_MOODS[music.mood]}]", " line:15%"))
    cues += _sound_cues(timing, seconds)
    cues.sort(key=lambda cue: (cue.start, cue.end))
    parts = ["WEBVTT", f"NOTE {_escape(said)}. Captions were written from the take's own timing."]
    for number, cue in enumerate([first, *cues], start=1):
        parts.append(f"{number}\n{_clock(cue.start)} --> {_clock(cue.end)}{cue.setting}\n{cue.text}")
    return "\n\n".join(parts) + "\n"


def _line_cues(line: SpokenLine, seconds: float) -> list[_Cue]:
    """A line in pieces of two rows; each piece stands from its first word to the next piece's, or to the line's end."""
    manner = _MANNERS.get(line.delivery)
    said = " ".join(line.text.split())
    pieces = [rows(piece, _ROW) for piece in _pieces(f"[{manner}] {said}" if manner and said else said)]
    starts = _starts(line, ["".join(piece) for piece in pieces], len(f"[{manner}]") if manner else 0)
    cues: list[_Cue] = []
    for number, piece in enumerate(pieces):
        last = number + 1 == len(pieces)
        start = starts[number]
        end = max(line.start + line.seconds, start + _SHORTEST) if last else starts[number + 1]
        end = min(end, start + _LONGEST, seconds)
        if end - start < 0.05:
            continue
        text = "\n".join(_ruby(_escape(row)) for row in piece)
        how = f"[{manner}] " if manner is not None and not number else ""  # in the reader's language, not the line's
        said_now = _tagged(text.removeprefix(how), line.language)
        cues.append(_Cue(start, end, f"<v {_name(line.speaker)}>{how}{said_now}"))
    return cues


def _pieces(text: str) -> list[str]:
    """A text in pieces that fit two rows."""
    by_row = rows(text, _ROW)
    pieces = []
    for number in range(0, len(by_row), 2):
        pair = by_row[number : number + 2]
        glued = " ".join(pair)
        pieces.append(glued if glued in text else "".join(pair))
    return pieces


def _starts(line: SpokenLine, pieces: list[str], before: int) -> list[float]:
    """When each piece begins: with the word its first letter belongs to. `before` letters of the first are not said."""
    ends: list[int] = []
    letters = 0
    for word in line.words:
        letters += len("".join(word.text.split()))
        ends.append(letters)
    found: list[float] = []
    at = -before
    for piece in pieces:
        spoken = next((number for number, end in enumerate(ends) if end > at), None)
        if at <= 0 or spoken is None:
            share = max(0, at) / max(1, sum(len(one.replace(" ", "")) for one in pieces))
            start = line.start + (line.seconds * share if at > 0 else 0.0)
        else:
            word = line.words[spoken]
            inside = (at - (ends[spoken - 1] if spoken else 0)) / max(1, len("".join(word.text.split())))
            start = line.start + word.start + word.seconds * inside
        found.append(max(start, found[-1] if found else start))
        at += len("".join(piece.split()))
    return found


def _sound_cues(timing: Timing, seconds: float) -> list[_Cue]:
    """Sounds in brackets, one at a time: what matters more stands, what matters less gives way to it and to lines."""
    hardest = max((sound.impulse or 0.0 for sound in timing.sounds), default=0.0)
    ordered = sorted(timing.sounds, key=lambda sound: (sound.start, sound.label))
    groups: list[_Sound] = []
    for sound in ordered:
        if sound.start >= seconds or (sound.impulse is not None and sound.impulse < _FAINT * hardest):
            continue
        weight = _weight(sound, hardest)
        end = sound.start + sound.seconds
        at = next((place for place in reversed(range(len(groups))) if _continues(groups[place], sound)), None)
        if at is None:
            groups.append(_Sound(sound.label, sound.start, end, weight))
        else:
            old = groups[at]
            groups[at] = replace(old, end=max(old.end, end), weight=max(old.weight, weight))
    cues: list[_Cue] = []
    spoken = [(line.start, line.start + line.seconds) for line in timing.lines]
    for one in sorted(groups, key=lambda group: (-group.weight, group.start)):
        end = min(seconds, one.start + min(max(one.end - one.start, _SOUND_SECONDS), _LONGEST_SOUND))
        taken = [(cue.start, cue.end) for cue in cues] + (spoken if one.weight < _MATTERS else [])
        if any(begin <= one.start < until for begin, until in taken):
            continue
        end = min([end, *(begin for begin, _ in taken if begin > one.start)])
        if end - one.start >= min(_SHORTEST_SOUND, seconds - one.start) and end - one.start >= 0.05:
            cues.append(_Cue(one.start, end, "\n".join(rows(f"[{one.label}]", _ROW)[:2])))
    return [replace(cue, text="\n".join(_escape(row) for row in cue.text.split("\n"))) for cue in cues]


def _continues(group: _Sound, sound: SoundEvent) -> bool:
    return group.label == sound.label and sound.start - group.end < _GOES_ON_SECONDS


def _weight(sound: SoundEvent, hardest: float) -> float:
    """What a sound matters: what the plan asks for most, blows by their force, steps little."""
    if _STEPS.match(sound.label):
        return 0.1
    return 1.0 if sound.impulse is None else _MATTERS + 0.7 * sound.impulse / max(hardest, 1e-9)


def _tagged(text: str, language: str) -> str:
    return text if language.split("-")[0].lower() == "en" else f"<lang {_name(language)}>{text}</lang>"


def _ruby(text: str) -> str:
    """A reading given in brackets, 漢字(かんじ), as ruby."""
    return _READING.sub(r"<ruby>\1<rt>\2</rt></ruby>", text)


def _escape(text: str) -> str:
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _name(text: str) -> str:
    """An annotation of a tag: no line break and no closing bracket may stand in it."""
    return _escape(text) or "Speaker"


def _clock(seconds: float) -> str:
    whole = max(0, round(seconds * 1000))
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"
