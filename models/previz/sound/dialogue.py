"""What is said: each line at its level and in its manner, from its speaker's mouth, with the times captions need."""

from collections.abc import Mapping

import numpy as np

from greenroom.domain.clips import SpokenLine, SpokenPhoneme, SpokenWord
from greenroom.domain.storyboards import Line, Storyboard
from models.previz.sound.listening import Listener
from models.previz.sound.rooms import Reverb
from models.previz.sound.signals import RATE, Mono, Stereo, add, faded, resampled
from models.previz.world import Vector, World
from models.roles import Spoken
from models.speech_voices import MANNERS, cast_voices

_LINE_LEVEL = 0.11  # root mean square of a plain line's voiced parts: about -19 dBFS
_LINE_PEAK = 0.8
_NEAR = 0.65  # voices are recorded near: this share of distance and side is not heard
_HEARD_MANNER = 0.75  # of a delivery's gain: a shout must not drown, a whisper not vanish
_MOUTH = 0.9  # of a body's height


def dialogue(
    storyboard: Storyboard, world: World, spoken: Mapping[int, Spoken], listener: Listener, reverb: Reverb, count: int
) -> tuple[Stereo, list[SpokenLine]]:
    """All lines, float64[count, 2], and what was said when; a line without its sound in `spoken` is left out."""
    track = np.zeros((count, 2))
    lines: list[SpokenLine] = []
    names = {actor.id: actor.name for actor in storyboard.actors}
    voices = cast_voices(storyboard)
    for index, line in enumerate(storyboard.lines):
        if index not in spoken:
            continue
        voice = _levelled(resampled(spoken[index].samples[:, 0], spoken[index].sample_rate), line)
        voice = voice[: max(0, count - round(line.start * RATE))]
        if len(voice) == 0:
            continue
        seconds = len(voice) / RATE
        if round(line.start * RATE) + len(voice) == count:  # cut by the end of the clip
            voice = faded(voice, 0.0, 0.05)
        dry, sent = listener.placed(voice, line.start, mouths(world, line.actor), near=_NEAR)
        add(track, dry, line.start)
        reverb.send(sent * (0.9 if MANNERS[line.delivery].gain > 2 else 0.6), line.start)  # a shout wakes the room
        words, phonemes = _heard(spoken[index], seconds)
        lines.append(
            SpokenLine(
                actor=line.actor,
                speaker=names[line.actor],
                text=line.text,
                language=line.language,
                voice=voices[line.actor],
                start=line.start,
                seconds=round(seconds, 4),
                words=words,
                phonemes=phonemes,
                delivery=line.delivery,
            )
        )
    return track, sorted(lines, key=lambda line: line.start)


def mouths(world: World, actor: str) -> tuple[Vector, ...]:
    """Where an actor's mouth is in every frame; while it is away, where the camera looks."""
    height = next((body.height for body in world.bodies if body.id == actor), 1.7)
    found = []
    for frame in world.frames:
        state = frame.bodies.get(actor)
        if state is None:
            found.append(frame.camera.target)
        else:
            found.append((state.position[0], state.position[1], state.position[2] + _MOUTH * height))
    return tuple(found)


def _heard(spoken: Spoken, seconds: float) -> tuple[tuple[SpokenWord, ...], tuple[SpokenPhoneme, ...]]:
    """Words and phonemes of what is heard of a line, the last cut off with it."""
    words = tuple(
        word.model_copy(update={"seconds": min(word.seconds, seconds - word.start)})
        for word in spoken.words
        if word.start < seconds
    )
    phonemes = tuple(
        one.model_copy(update={"seconds": min(one.seconds, seconds - one.start)})
        for one in spoken.phonemes
        if one.start < seconds
    )
    return words, phonemes


def _levelled(voice: Mono, line: Line) -> Mono:
    """A line brought to one level and its manner's: its loud half decides, so that pauses do not make it louder."""
    block = RATE // 50
    whole = voice[: len(voice) // block * block]
    if len(whole) == 0:
        return voice
    rms = np.sort(np.sqrt(np.mean(whole.reshape(-1, block) ** 2, axis=1)))
    loud = float(np.sqrt(np.mean(rms[len(rms) // 2 :] ** 2)))
    level = _LINE_LEVEL * 10 ** (_HEARD_MANNER * MANNERS[line.delivery].gain / 20)
    gain = min(level / max(1e-6, loud), _LINE_PEAK / max(1e-6, float(np.abs(voice).max())))
    return voice * gain
