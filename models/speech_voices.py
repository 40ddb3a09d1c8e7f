"""The voices of the speech role and how a delivery changes them: data alone, no sound is made here.

Voices are named by range, the same in every language. A voice is a set of formants and breath (a variant of
espeak-ng), a pitch, how far intonation moves, a rate, and the length of its vocal tract against a grown person's: a
shorter one puts every formant higher, which is what makes a child's voice a child's and not a grown-up's speaking high.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from greenroom.domain.storyboards import Actor, Build, Delivery, Storyboard

_UNITS_AN_OCTAVE = 48.0  # of espeak-ng's pitch, 0 to 99, 50 is the variant's own (its pitch_adjust_tab)


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice. `pitch` and `span` (how far intonation moves) are espeak-ng's, 0 to 99."""

    variant: str  # of espeak-ng: formants and breath
    pitch: int
    span: int
    rate: int  # words a minute
    tract: float = 1.0  # how much shorter the vocal tract is than the variant's: formants stand this much higher
    breath: float = 0.03  # share of the voice that is breath, 0 to 1
    tremor: float = 0.0  # how far pitch and level shake, five times a second; 0 to 1
    metal: float = 0.0  # how much of a robot's comb is in it, 0 to 1


@dataclass(frozen=True, slots=True)
class Manner:
    """What a delivery does to any voice."""

    semitones: float = 0.0
    span: float = 1.0  # intonation, times
    rate: float = 1.0
    tract: float = 1.0
    tilt: float = 0.0  # decibels that the spectrum above 1.5 kHz is raised by
    breath: float = 0.0  # added to the voice's own
    drive: float = 0.0  # how hard the voice is pressed, 0 to 1
    gain: float = 0.0  # decibels, against a plain line
    voiced: bool = True


# Casting order: each next voice differs from those before it in register and in formants.
VOICES: Mapping[str, Voice] = {
    "alto": Voice("f2", 52, 60, 158, 1.0, 0.05),
    "baritone": Voice("m3", 60, 55, 156, 0.97, 0.03),
    "soprano": Voice("f4", 68, 66, 166, 1.05, 0.04),
    "bass": Voice("m5", 36, 52, 144, 0.93, 0.03),
    "tenor": Voice("m1", 95, 62, 168, 1.02, 0.03),
    "mezzo": Voice("f5", 30, 52, 150, 0.97, 0.07),
    "treble": Voice("f4", 80, 68, 160, 1.20, 0.06),
    "basso": Voice("m2", 48, 44, 126, 0.93, 0.10, tremor=0.7),
    "contralto": Voice("f3", 34, 46, 128, 0.96, 0.12, tremor=0.8),
    "descant": Voice("f2", 72, 66, 172, 1.16, 0.05),
    "robot": Voice("m4", 68, 36, 150, 0.98, 0.0, metal=0.4),
}
_BUILT = {  # the voices of a build, first choice first; any other build has those of grown people
    Build.CHILD: ("treble", "descant"),
    Build.ELDER: ("basso", "contralto"),
    Build.STOCKY: ("bass", "mezzo", "baritone"),
    Build.TALL: ("baritone", "alto", "bass"),
    Build.SLIM: ("tenor", "soprano", "alto"),
}
_GROWN = ("alto", "baritone", "soprano", "bass", "tenor", "mezzo")
_SMALL = frozenset({"cat", "rabbit", "fox"})

MANNERS: Mapping[Delivery, Manner] = {
    Delivery.PLAIN: Manner(),
    Delivery.WHISPERED: Manner(span=0.8, rate=0.9, tilt=2.0, gain=-8.0, voiced=False),
    Delivery.SHOUTED: Manner(4.5, 1.2, 0.96, 1.02, tilt=6.0, drive=0.45, gain=6.0),
    Delivery.CHEERFUL: Manner(2.5, 1.5, 1.07, 1.03, tilt=2.0, gain=1.0),
    Delivery.SAD: Manner(-1.5, 0.8, 0.85, 0.985, tilt=-2.0, breath=0.10, gain=-3.0),
    Delivery.ANGRY: Manner(1.5, 1.15, 1.10, 0.99, tilt=4.5, drive=0.3, gain=3.0),
}


def asked_of_espeak(voice: Voice, delivery: Delivery) -> dict[str, int]:
    """Rate, pitch and range to ask espeak-ng for, so that played with the tract's speed they come out as meant."""
    manner = MANNERS[delivery]
    faster = voice.tract * manner.tract
    pitch = voice.pitch + _UNITS_AN_OCTAVE * (manner.semitones / 12 - math.log2(faster))
    return {
        "rate": round(voice.rate * manner.rate / faster),
        "pitch": min(99, max(0, round(pitch))),
        "range": min(99, max(0, round(voice.span * manner.span))),
    }


def cast_voices(storyboard: Storyboard, known: Sequence[str] = tuple(VOICES)) -> dict[str, str]:
    """The voice of every actor by id: the plan's, else one of `known` that suits and that nobody else has."""
    given = {actor.id: actor.voice for actor in storyboard.actors if actor.voice is not None}
    speakers = dict.fromkeys(line.actor for line in storyboard.lines)
    actors = {actor.id: actor for actor in storyboard.actors}
    for name in (*speakers, *(actor.id for actor in storyboard.actors)):
        if name not in given:
            suited = [voice for voice in (*suited_voices(actors[name]), *_GROWN, *known) if voice in known]
            suited = suited or list(known)
            free = [voice for voice in suited if voice not in given.values()]
            given[name] = free[0] if free else suited[len(given) % len(suited)]
    return given


def suited_voices(actor: Actor) -> tuple[str, ...]:
    """The voices that suit a species and a build, first choice first."""
    if actor.species == "robot":
        return ("robot",)
    if actor.species in _SMALL:
        return ("treble", "soprano", "descant")
    return _GROWN if actor.build is None else _BUILT.get(actor.build, _GROWN)
