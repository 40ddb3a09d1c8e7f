"""The sound of a take: dialogue, foley and ambience as stems of equal length, and the timing captions are made of."""

from collections.abc import Mapping

import numpy as np

from greenroom.domain.clips import SoundEvent, SpokenLine, SpokenWord, Timing
from greenroom.domain.storyboards import Storyboard
from models.previz.sound.ambience import ambience
from models.previz.sound.foley import foley
from models.previz.sound.signals import RATE, Mono, Stereo, faded, heard_from, panned, resampled, room
from models.previz.staging.grounds import is_outdoors
from models.previz.world import Vector, World
from models.roles import Samples, Spoken
from models.speech_voices import cast_voices

_LINE_LEVEL = 0.11  # root mean square of a line's voiced parts: about -19 dBFS
_LINE_PEAK = 0.8
_DUCK_DB = -8.0
_DUCK_ATTACK, _DUCK_RELEASE = 0.12, 0.45
_INDOOR_ROOM, _OUTDOOR_ROOM = (0.32, 0.16), (0.12, 0.05)  # seconds, wet


def soundtrack(storyboard: Storyboard, world: World, spoken: Mapping[int, Spoken]) -> tuple[dict[str, Samples], Timing]:
    """Stems dialogue, foley and ambience, float32[N, 2] at 48 kHz, N = seconds * 48000, and when what is heard.

    `spoken` gives the sound of each line by its index in the storyboard; a line not in it is silent and not in the
    timing. Animals the storyboard asks for are in the foley stem. The same arguments give the same samples.
    """
    count = round(storyboard.seconds * RATE)
    dialogue, lines = _dialogue(storyboard, world, spoken, count)
    touches, events = foley(world, count, lambda time: _frame_at(world, time))
    bed, calls, named = ambience(
        storyboard.place, storyboard.time_of_day, storyboard.weather, storyboard.sounds, storyboard.seed, count
    )
    foreground = touches + calls
    loudest = float(np.abs(foreground).max()) if count else 0.0
    if loudest > 0.95:
        foreground *= 0.95 / loudest
    bed *= _ducking(lines, count)[:, None]
    bed *= faded(np.ones(count), 0.03, 0.03)[:, None]
    sounds: list[SoundEvent] = sorted(
        (event for event in [*events, *named] if event.start < storyboard.seconds),
        key=lambda event: (event.start, event.label),
    )
    stems = {"dialogue": dialogue, "foley": foreground, "ambience": bed}
    return {name: stem.astype(np.float32) for name, stem in stems.items()}, Timing(
        lines=tuple(lines), sounds=tuple(sounds)
    )


def _dialogue(
    storyboard: Storyboard, world: World, spoken: Mapping[int, Spoken], count: int
) -> tuple[Stereo, list[SpokenLine]]:
    track = np.zeros((count, 2))
    lines: list[SpokenLine] = []
    actors = {actor.id: actor for actor in storyboard.actors}
    voices = cast_voices(storyboard)
    for index, line in enumerate(storyboard.lines):
        if index not in spoken:
            continue
        voice = _levelled(resampled(spoken[index].samples[:, 0], spoken[index].sample_rate))
        first = round(line.start * RATE)
        voice = voice[: max(0, count - first)]
        if len(voice) == 0:
            continue
        if first + len(voice) == count:  # cut by the end of the clip
            voice = faded(voice, 0.0, 0.05)
        middle = line.start + len(voice) / RATE / 2
        side, _ = heard_from(world.frames[_frame_at(world, middle)].camera, _mouth(world, line.actor, middle))
        tail, wet = _OUTDOOR_ROOM if is_outdoors(world.setting_at(middle).place) else _INDOOR_ROOM
        placed = room(voice, tail, wet, storyboard.seed + index)
        placed[: len(voice)] += panned(voice, side * 0.5) - voice[:, None]
        part = placed[: count - first]
        track[first : first + len(part)] += part
        seconds = len(voice) / RATE
        actor = actors[line.actor]
        lines.append(
            SpokenLine(
                actor=line.actor,
                speaker=actor.name,
                text=line.text,
                language=line.language,
                voice=voices[line.actor],
                delivery=line.delivery,
                phonemes=tuple(one for one in spoken[index].phonemes if one.start + one.seconds <= seconds),
                start=line.start,
                seconds=round(seconds, 4),
                words=tuple(
                    SpokenWord(text=word.text, start=word.start, seconds=min(word.seconds, seconds - word.start))
                    for word in spoken[index].words
                    if word.start < seconds
                ),
            )
        )
    peak = float(np.abs(track).max()) if count else 0.0
    return (track * (0.95 / peak) if peak > 0.95 else track), sorted(lines, key=lambda line: line.start)


def _levelled(voice: Mono) -> Mono:
    """A line brought to one level: its loud half decides, so that pauses do not make it louder."""
    block = RATE // 50
    whole = voice[: len(voice) // block * block]
    if len(whole) == 0:
        return voice
    rms = np.sort(np.sqrt(np.mean(whole.reshape(-1, block) ** 2, axis=1)))
    loud = float(np.sqrt(np.mean(rms[len(rms) // 2 :] ** 2)))
    gain = min(_LINE_LEVEL / max(1e-6, loud), _LINE_PEAK / max(1e-6, float(np.abs(voice).max())))
    return voice * gain


def _mouth(world: World, actor: str, time: float) -> Vector:
    state = world.frames[_frame_at(world, time)].bodies.get(actor)
    if state is None:
        return world.frames[_frame_at(world, time)].camera.target
    return (state.position[0], state.position[1], state.position[2] + 1.5)


def _frame_at(world: World, time: float) -> int:
    return int(np.clip(round(time * world.frames_per_second), 0, len(world.frames) - 1))


def _ducking(lines: list[SpokenLine], count: int) -> Mono:
    """The bed's gain: lower while a line is spoken, there in time for its first sound, back slowly."""
    wanted = np.zeros(count)
    for line in lines:
        start, end = line.start, line.start + line.seconds
        knots = [start - _DUCK_ATTACK, start, end, end + _DUCK_RELEASE]
        depth = np.interp(np.arange(count) / RATE, knots, [0.0, 1.0, 1.0, 0.0])
        wanted = np.maximum(wanted, depth)
    return np.asarray(10 ** (_DUCK_DB * (0.5 - 0.5 * np.cos(np.pi * wanted)) / 20))
