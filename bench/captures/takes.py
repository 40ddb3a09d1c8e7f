"""A person answers a script before a camera: movements and phrase in time, filmed and heard. Nothing false here."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.captures.film import filmed, setting_of
from bench.captures.identity import identity
from bench.captures.motion import FRAMES_PER_SECOND, Timeline, Turns, length_of_turns, poses, turns
from bench.captures.sound import RATE, Phrase, in_room, openness, spoken
from greenroom.domain.enrolments import Direction
from models.roles import Samples
from models.speech import EspeakSpeech


@dataclass(frozen=True, slots=True)
class Script:
    """What a challenge asks: words to say and ways to turn, each in order."""

    words: tuple[str, ...]
    directions: tuple[Direction, ...]


@dataclass(frozen=True, slots=True)
class Take:
    """frames uint8[T, H, W, 3] at 15 a second; samples float32[N] at 16 kHz; when what happened."""

    frames: NDArray[np.uint8]
    samples: Samples
    when: Timeline


def plan(script: Script, phrase_seconds: float, seed: int) -> Timeline:
    """When the movements and the phrase happen; which comes first is the seed's choice."""
    rng = np.random.default_rng([84, seed])
    moving = length_of_turns(script.directions, [85, seed])
    lead, between, end = rng.uniform(0.4, 0.8), rng.uniform(0.2, 0.5), rng.uniform(0.3, 0.6)
    turns_first = rng.random() < 0.65
    first = lead + (moving if turns_first else phrase_seconds)
    second = first + between
    last = second + (phrase_seconds if turns_first else moving)
    one, other = (lead, first), (second, last)
    return Timeline(one if turns_first else other, other if turns_first else one, last + end)


def movements(script: Script, when: Timeline, seed: int) -> Turns:
    """The turns of a script at the time planned for them."""
    count = round(when.seconds * FRAMES_PER_SECOND)
    return turns(script.directions, when.movements[0], count, np.random.default_rng([85, seed]))[0]


def take(
    speech: EspeakSpeech,
    number: int,
    script: Script,
    seed: int,
    *,
    room: int | None = None,
    dubbed: Phrase | None = None,
) -> Take:
    """The identity `number` answers `script`.

    `room` is the seed of where, when that is not this take's own; `dubbed` is heard instead of what is said.
    """
    said = spoken(speech, script.words, identity(number).voice)
    heard = said if dubbed is None else dubbed
    when = plan(script, max(said.seconds, heard.seconds), seed)
    asked = movements(script, when, seed)
    rng = np.random.default_rng([86, seed])
    mouth = openness(said, when.phrase[0] + rng.uniform(-0.04, 0.04), len(asked.yaw), rng.uniform(0.75, 1.0))
    frames = filmed(number, poses(asked, mouth, rng), setting_of(seed if room is None else room), seed)
    return Take(frames, in_room(heard, when.phrase[0], len(frames) / FRAMES_PER_SECOND, rng), when)


def cut(one: Take, start: float, end: float) -> tuple[NDArray[np.uint8], Samples]:
    """The part of a take from `start` to `end` seconds, pictures and sound."""
    first, last = max(0, round(start * FRAMES_PER_SECOND)), min(len(one.frames), round(end * FRAMES_PER_SECOND))
    step = RATE / FRAMES_PER_SECOND
    return one.frames[first:last], one.samples[round(first * step) : round(last * step)]
