"""Music under a clip: the composer's notes played, in a hall, its beats at start + k * 60 / tempo to the sample."""

from collections.abc import Callable

import numpy as np

from greenroom.domain.storyboards import Music
from models.previz.sound import instruments
from models.previz.sound.composer import Note, compose
from models.previz.sound.instruments import Instrument, hertz_of
from models.previz.sound.signals import RATE, Mono, Stereo, add, panned, shaped
from models.spectra import convolved

_LEVEL = 0.066  # root mean square of the loud parts: about -24 dBFS, some 13 under a voice once ducked
_PITCHED: dict[str, Instrument] = {
    "piano": instruments.piano, "keys": instruments.keys, "pluck": instruments.pluck,
    "pizzicato": instruments.pizzicato, "marimba": instruments.marimba, "bells": instruments.bells,
    "strings": instruments.strings, "spiccato": instruments.spiccato, "pad": instruments.pad,
    "brass": instruments.brass, "bass": instruments.bass, "drone": instruments.drone,
}  # fmt: skip
_DRUMS: dict[str, Callable[[np.random.Generator, float], Mono]] = {
    "kick": instruments.kick, "taiko": instruments.taiko, "snare": instruments.snare, "clap": instruments.clap,
    "hat": instruments.hat, "tick": instruments.tick,
}  # fmt: skip
_GAINS = {
    ("chords", "pad"): 0.55, ("chords", "strings"): 0.5, ("chords", "brass"): 0.5, ("chords", "pluck"): 0.35,
    ("chords", "pizzicato"): 0.45, ("bass", "bass"): 0.8, ("bass", "drone"): 0.4, ("bass", "strings"): 0.45,
    ("bass", "pizzicato"): 0.9, ("lead", "keys"): 0.5, ("lead", "piano"): 0.55, ("lead", "bells"): 0.45,
    ("lead", "marimba"): 0.6, ("lead", "spiccato"): 0.5,
}  # fmt: skip
_DRUM_GAINS = {"kick": 0.8, "taiko": 0.9, "snare": 0.6, "clap": 0.7, "hat": 0.5, "tick": 0.5}
_FADE = 0.5  # seconds it takes to go where the clip ends before it does
_HALL_SECONDS, _HALL_WET = 1.5, 0.16


def music(plan: Music, seed: int, count: int) -> Stereo:
    """The music stem, float64[count, 2]: silent before `plan.start`, over by the end of its span or of the clip."""
    span = min(count / RATE, plan.start + (plan.seconds if plan.seconds is not None else count / RATE)) - plan.start
    out = np.zeros((count, 2))
    if span <= 0.25:
        return out
    beat = 60.0 / plan.tempo
    score = compose(plan.mood, span / beat, seed)
    random = np.random.default_rng([seed % 2**32, 43])
    made: dict[tuple[str, float, float], Mono] = {}
    length = round(span * RATE)
    dry, sent = np.zeros((length, 2)), np.zeros(length)
    for note in score.notes:
        signal = _played(note, beat, made, random)
        gain = _DRUM_GAINS[note.instrument] if note.part == "drums" else _GAINS.get((note.part, note.instrument), 0.5)
        at = round((plan.start + note.beat * beat) * RATE) - round(plan.start * RATE)
        add(dry, panned(signal * gain, note.side), at / RATE)
        if note.instrument not in ("kick", "bass"):
            part = signal[: max(0, length - at)]
            sent[at : at + len(part)] += part * gain
    mixed = dry + _hall(sent, seed)
    mixed = np.stack([shaped(mixed[:, side], ((20, 0), (9000, 0), (16000, -6))) for side in (0, 1)], axis=1)
    loud = np.sqrt(np.mean(mixed**2, axis=1))
    level = float(np.sqrt(np.mean(loud[loud > np.percentile(loud, 40)] ** 2))) if np.any(loud) else 1.0
    mixed *= _LEVEL / max(1e-9, level)
    mixed[:96] *= np.linspace(0, 1, 96)[:length, None]
    fade = min(length, round(_FADE * RATE))
    mixed[length - fade :] *= (0.5 + 0.5 * np.cos(np.pi * np.arange(fade) / fade))[:, None]
    add(out, mixed, plan.start)
    return out


def _played(note: Note, beat: float, made: dict[tuple[str, float, float], Mono], random: np.random.Generator) -> Mono:
    """A note's sound; notes alike are made once and played again, as loud as they are."""
    if note.part == "drums":
        key = (note.instrument, 0.0, 0.0)
        if key not in made:
            made[key] = _DRUMS[note.instrument](random, 1.0)
        return made[key] * note.force
    key = (note.instrument, note.midi, note.beats)
    if key not in made:
        made[key] = _PITCHED[note.instrument](hertz_of(note.midi), note.beats * beat, 0.7)
    return made[key] * (note.force / 0.7)


def _hall(sent: Mono, seed: int) -> Stereo:
    """A concert room: a smooth tail, different in each ear."""
    random = np.random.default_rng([seed % 2**32, 47])
    time = np.arange(int(_HALL_SECONDS * RATE)) / RATE
    out = []
    for _ in (0, 1):
        tail = random.standard_normal(len(time)) * np.exp(-6.9 * time / _HALL_SECONDS) * (1 - np.exp(-time / 0.02))
        tail = shaped(tail, ((100, -18), (300, 0), (3000, -3), (8000, -18)))
        out.append(convolved(sent, tail / float(np.sqrt(np.sum(tail**2))))[: len(sent)] * _HALL_WET * 2.5)
    return np.stack(out, axis=1)
