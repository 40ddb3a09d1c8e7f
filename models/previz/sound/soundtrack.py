"""The sound of a take: dialogue, foley, ambience and music as stems of equal length, and when what is heard."""

from collections.abc import Mapping

import numpy as np

from greenroom.domain.clips import SoundEvent, SpokenLine, Timing
from greenroom.domain.storyboards import Storyboard
from models.previz.sound.ambience import asked_for, bed
from models.previz.sound.dialogue import dialogue
from models.previz.sound.foley import foley
from models.previz.sound.listening import Listener
from models.previz.sound.music import music
from models.previz.sound.rooms import Reverb, is_airless
from models.previz.sound.scenes_heard import Heard, heard_settings
from models.previz.sound.signals import RATE, Mono, Stereo, faded, shaped
from models.previz.world import World
from models.roles import Samples, Spoken

_DUCKED = {"ambience": -8.0, "music": -10.0}  # decibels under speech
_DUCK_ATTACK, _DUCK_RELEASE = 0.15, 0.5
_CEILING = 0.95
_SUIT = ((20, -4), (150, -4), (500, -16), (2000, -36), (8000, -60))  # what a space suit lets through


def soundtrack(storyboard: Storyboard, world: World, spoken: Mapping[int, Spoken]) -> tuple[dict[str, Samples], Timing]:
    """Stems dialogue, foley, ambience and, where the plan has it, music, and when what is heard.

    Each is float32[N, 2] at 48 kHz, N = seconds * 48000. `spoken` gives the sound of each line by its index in the
    storyboard; a line not in it is silent and not in the timing. Calls of animals that the plan asks for are in the
    foley stem. The same arguments give the same samples.
    """
    count = round(storyboard.seconds * RATE)
    listener = Listener(world)
    heard = heard_settings(world, count)
    gates = [(one.setting.place, one.gate) for one in heard]
    voices, things = Reverb(gates, count, storyboard.seed), Reverb(gates, count, storyboard.seed + 1)
    said, lines = dialogue(storyboard, world, spoken, listener, voices, count)
    touches, events = foley(world, listener, things, count)
    asked, calls, named = asked_for(storyboard.sounds, world, listener, things, storyboard.seed, count)
    ducking = _ducking(lines, count)
    stems = {
        "dialogue": _under(said + voices.answer()),
        "foley": _under(_through_suits(touches + calls + things.answer(), heard)),
        "ambience": (bed(heard, storyboard.seed, count) + asked)
        * _ducked(ducking, "ambience")
        * faded(np.ones(count), 0.03, 0.03)[:, None],
    }
    if storyboard.music is not None:
        stems["music"] = music(storyboard.music, storyboard.seed, count) * _ducked(ducking, "music")
    sounds: list[SoundEvent] = sorted(
        (event for event in [*events, *named] if event.start < storyboard.seconds),
        key=lambda event: (event.start, event.label),
    )
    timing = Timing(lines=tuple(lines), sounds=tuple(sounds), music=storyboard.music)
    return {name: _ended(stem).astype(np.float32) for name, stem in stems.items()}, timing


def _through_suits(track: Stereo, heard: tuple[Heard, ...]) -> Stereo:
    """The track, dull and faint where there is no air."""
    away = [one.gate for one in heard if is_airless(one.setting.place)]
    if not away:
        return track
    share = np.clip(np.sum(away, axis=0), 0, 1)[:, None]
    dull = np.stack([shaped(track[:, side], _SUIT) for side in (0, 1)], axis=1)
    return np.asarray(track * np.sqrt(1 - share**2) + dull * share)


def _under(track: Stereo) -> Stereo:
    """The track, no sample of it above the ceiling."""
    peak = float(np.abs(track).max(initial=0.0))
    return track * (_CEILING / peak) if peak > _CEILING else track


def _ended(track: Stereo) -> Stereo:
    """The track with its last 15 ms faded: what still rings at the end of the clip does not click."""
    last = min(len(track), int(0.015 * RATE))
    out = track.copy()
    out[len(out) - last :] *= np.linspace(1, 0, last)[:, None]
    return out


def _ducking(lines: list[SpokenLine], count: int) -> Mono:
    """How much somebody speaks, 0 to 1: there in time for the first sound, back slowly."""
    wanted = np.zeros(count)
    time = np.arange(count) / RATE
    for line in lines:
        start, end = line.start, line.start + line.seconds
        knots = [start - _DUCK_ATTACK, start, end, end + _DUCK_RELEASE]
        wanted = np.maximum(wanted, np.interp(time, knots, [0.0, 1.0, 1.0, 0.0]))
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * wanted))


def _ducked(ducking: Mono, stem: str) -> Stereo:
    return np.asarray(10 ** (_DUCKED[stem] * ducking / 20))[:, None]
