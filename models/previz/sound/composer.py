"""A small composer: chords, bass, a figure, a melody and drums for a mood, as notes on beats. No sound is made here.

Everything stands on beats counted from 0; `music.py` puts beat k at start + k * 60 / tempo. The seed chooses the key,
which of the mood's progressions is played and how the melody goes. The last chord is the tonic, so that it ends.
"""

from dataclasses import dataclass

import numpy as np

from greenroom.domain.storyboards import Mood

BEATS = 4  # in a bar


@dataclass(frozen=True, slots=True)
class Note:
    """One note. `midi` is its pitch; a drum has none."""

    part: str
    instrument: str
    beat: float
    beats: float  # how long
    midi: float
    force: float  # 0 to 1
    side: float = 0.0  # -1 left to 1 right


@dataclass(frozen=True, slots=True)
class Score:
    """What is to be played: `beats` is how long it is, the last chord's ringing included."""

    notes: tuple[Note, ...]
    beats: float


@dataclass(frozen=True, slots=True)
class _Manner:
    minor: bool
    progressions: tuple[tuple[int, ...], ...]  # degrees of the scale, one a half bar or a bar
    chord: str  # instrument
    voicing: str  # "held", "pulse", "off" (beats) or "broken"
    bass: str
    bass_beats: tuple[float, ...]
    lead: str
    lead_rhythms: tuple[tuple[float, ...], ...]  # onsets in a bar
    drums: tuple[tuple[str, float, float], ...]  # drum, beat in the bar, force
    low: int  # midi of the lowest tonic
    colour: bool = False  # sevenths and ninths


_MANNERS: dict[Mood, _Manner] = {
    Mood.CALM: _Manner(
        False, ((0, 3, 5, 4), (0, 5, 3, 4), (3, 0, 4, 5)), "pad", "held", "bass", (0.0,), "keys",
        ((0, 1.5, 2.5), (0.5, 2, 3), (0, 2)), (), 48, True),
    Mood.HAPPY: _Manner(
        False, ((0, 4, 5, 3), (0, 3, 4, 0), (0, 5, 3, 4)), "pluck", "pulse", "bass", (0.0, 1.5, 2.0, 3.0), "bells",
        ((0, 0.5, 1, 2, 3), (0, 1, 1.5, 2.5, 3.5), (0.5, 1, 2, 2.5, 3)),
        (("kick", 0, 0.9), ("kick", 2, 0.8), ("clap", 1, 0.7), ("clap", 3, 0.8), ("hat", 0.5, 0.7), ("hat", 1.5, 0.6),
         ("hat", 2.5, 0.7), ("hat", 3.5, 0.6), ("hat", 0, 0.4), ("hat", 2, 0.4)), 50),
    Mood.SAD: _Manner(
        True, ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 4)), "strings", "held", "drone", (0.0,), "piano",
        ((0, 1, 2.5), (0, 2, 3), (1, 2)), (), 45),
    Mood.TENSE: _Manner(
        True, ((0, 0, 5, 4), (0, 1, 0, 6), (0, 5, 0, 4)), "strings", "held", "drone", (0.0,), "spiccato",
        (tuple(0.5 * step for step in range(8)),),
        (("tick", 0, 0.5), ("tick", 1, 0.35), ("tick", 2, 0.5), ("tick", 3, 0.35), ("taiko", 0, 0.5),
         ("tick", 3.5, 0.3)), 43),
    Mood.EPIC: _Manner(
        True, ((0, 5, 2, 6), (0, 3, 5, 6), (5, 6, 0, 0)), "brass", "held", "strings", (0.0, 2.0), "spiccato",
        (tuple(0.5 * step for step in range(8)),),
        (("taiko", 0, 1.0), ("taiko", 1.5, 0.6), ("taiko", 2, 0.9), ("taiko", 3, 0.5), ("taiko", 3.5, 0.6),
         ("snare", 1, 0.4), ("snare", 3, 0.5)), 45),
    Mood.PLAYFUL: _Manner(
        False, ((0, 3, 0, 4), (0, 5, 1, 4), (0, 4, 3, 4)), "pizzicato", "off", "pizzicato", (0.0, 2.0), "marimba",
        ((0, 0.5, 1.5, 2, 3), (0, 1, 1.5, 2, 2.5, 3), (0.5, 1, 2, 3, 3.5)),
        (("tick", 1, 0.5), ("tick", 3, 0.5), ("hat", 0.5, 0.4), ("hat", 2.5, 0.4), ("kick", 0, 0.5)), 48),
}  # fmt: skip
_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
_RING_BEATS = 2.0  # the last chord is held so long at least


def compose(mood: Mood, beats: float, seed: int) -> Score:
    """Music of about `beats` beats: whole bars of it and a last chord on a beat, so that it ends by itself."""
    random = np.random.default_rng([seed % 2**32, 41, list(Mood).index(mood)])
    manner = _MANNERS[mood]
    tonic = manner.low + int(random.integers(0, 6))
    degrees = manner.progressions[int(random.integers(len(manner.progressions)))]
    last = max(0, int(np.floor((beats - _RING_BEATS) / 2)) * 2)  # the final chord falls on a first or third beat
    step = 2 if last <= 4 * BEATS and mood not in (Mood.CALM, Mood.TENSE) else 4
    notes: list[Note] = []
    motif = _motif(random, manner)
    for number, beat in enumerate(range(0, last, step)):
        length = min(step, last - beat)
        degree = degrees[number % len(degrees)]
        if beat + step >= last and last >= 2 * step:
            degree = 4 if mood is not Mood.CALM else 3  # what wants to go home
        chord = _chord(manner, tonic, degree)
        notes += _harmony(manner, chord, beat, length, random)
        notes += _bass(manner, tonic, degree, beat, length)
        notes += _lead(manner, motif, tonic, chord, beat, length, number, random)
    for bar in range(0, last, BEATS):
        for drum, at, force in manner.drums:
            if bar + at < last:
                notes.append(
                    Note("drums", drum, bar + at, 0.5, 0, force * random.uniform(0.88, 1.0), 0.3 * (drum == "hat"))
                )
    notes += _ending(manner, tonic, last, max(_RING_BEATS, beats - last))
    return Score(
        tuple(sorted(notes, key=lambda note: (note.beat, note.part, note.midi))), max(beats, last + _RING_BEATS)
    )


def _scale(manner: _Manner) -> tuple[int, ...]:
    return _MINOR if manner.minor else _MAJOR


def _pitch(manner: _Manner, tonic: int, degree: int) -> int:
    scale = _scale(manner)
    return tonic + 12 * (degree // 7) + scale[degree % 7]


def _chord(manner: _Manner, tonic: int, degree: int) -> list[int]:
    """Four notes about the octave over the tonic, so that chords lie near each other."""
    steps = (0, 2, 4, 6) if manner.colour else (0, 2, 4)
    notes = []
    for one in steps:
        pitch = _pitch(manner, tonic + 12, degree + one)
        if manner.minor and degree == 4 and one == 2:
            pitch += 1  # the leading note
        while pitch > tonic + 12 + 10:
            pitch -= 12
        notes.append(pitch)
    return sorted(notes)


def _harmony(manner: _Manner, chord: list[int], beat: int, length: int, random: np.random.Generator) -> list[Note]:
    spread = np.linspace(-0.5, 0.5, len(chord))
    if manner.voicing == "held":
        return [
            Note("chords", manner.chord, beat, length, midi, 0.6, float(side))
            for midi, side in zip(chord, spread, strict=True)
        ]
    when = [at for at in np.arange(0, length, 0.5) if (manner.voicing == "pulse") == (at % 1 == 0) or at in (1.5, 3.5)]
    found = []
    for at in when:
        force = 0.5 * random.uniform(0.85, 1.0) * (1.15 if at % 2 == 0 else 0.9)
        found += [
            Note("chords", manner.chord, beat + float(at), 0.5, midi, force, float(side))
            for midi, side in zip(chord, spread, strict=True)
        ]
    return found


def _bass(manner: _Manner, tonic: int, degree: int, beat: int, length: int) -> list[Note]:
    root = _pitch(manner, tonic - 12, degree)
    root -= 12 if root > tonic - 4 else 0
    found = []
    beats = [at for at in manner.bass_beats if at < length]
    for number, at in enumerate(beats):
        end = beats[number + 1] if number + 1 < len(beats) else length
        fifth = 7 if number % 2 and manner.bass != "drone" else 0
        found.append(
            Note(
                "bass",
                manner.bass,
                beat + at,
                min(end - at, length - at),
                root + fifth * (number == len(beats) - 1),
                0.8,
            )
        )
    return found


def _motif(random: np.random.Generator, manner: _Manner) -> list[tuple[float, int]]:
    """Onsets in a bar and steps of the scale from a chord note: what is repeated and varied."""
    rhythm = manner.lead_rhythms[int(random.integers(len(manner.lead_rhythms)))]
    step, found = 0, []
    for at in rhythm:
        found.append((float(at), step))
        step = int(np.clip(step + random.choice([-2, -1, 1, 1, 2]), -3, 4))
    return found


def _lead(
    manner: _Manner,
    motif: list[tuple[float, int]],
    tonic: int,
    chord: list[int],
    beat: int,
    length: int,
    number: int,
    random: np.random.Generator,
) -> list[Note]:
    """The motif over this chord: chord notes where a beat is strong, neighbours of the scale between."""
    scale = sorted(tonic + 12 * octave + one for octave in range(4) for one in _scale(manner))
    figure = manner.lead == "spiccato"
    home = chord[-1] + (0 if figure else 12)
    place = int(np.argmin([abs(one - home) for one in scale]))
    found = []
    start = 0.0 if length == BEATS or number % 2 == 0 else 2.0  # a half bar plays its half of the motif
    for at, step in motif:
        if not start <= at < start + length:
            continue
        if figure:  # an ostinato runs through the chord
            midi = chord[int(at * 2) % len(chord)] + (12 if int(at * 2) % 4 == 3 else 0)
        else:
            midi = scale[int(np.clip(place + step, 0, len(scale) - 1))]
            if at % 2 == 0:
                midi = min((one + octave for one in chord for octave in (0, 12, 24)), key=lambda one: abs(one - midi))
            if number % 4 == 3 and random.uniform() < 0.3:
                continue  # it breathes at the end of a phrase
        force = (0.75 if at % 2 == 0 else 0.6) * random.uniform(0.88, 1.0)
        found.append(Note("lead", manner.lead, beat + at - start, 0.5 if figure else 0.9, midi, force, 0.15))
    return found


def _ending(manner: _Manner, tonic: int, beat: int, beats: float) -> list[Note]:
    """The tonic, everybody, once, and left to ring."""
    chord = _chord(manner, tonic, 0)
    spread = np.linspace(-0.5, 0.5, len(chord))
    held = min(beats * 0.6, 3.0)
    notes = [
        Note("chords", manner.chord, beat, held, midi, 0.6, float(side))
        for midi, side in zip(chord, spread, strict=True)
    ]
    notes.append(Note("bass", manner.bass, beat, held, _pitch(manner, tonic - 12, 0), 0.8))
    notes.append(Note("lead", manner.lead, beat, held, chord[0] + (12 if manner.lead != "spiccato" else 0), 0.6, 0.15))
    if manner.drums:
        notes.append(Note("drums", manner.drums[0][0], beat, 0.5, 0, 0.9))
    return notes
