"""Whether picture and sound of a published clip agree: impacts and speech, measured on the encoded file.

The plan says when an impact or a line is due; neither the file's picture nor its sound is taken at its word. Heard: an
impact is the steepest rise of the sound's energy near it, a line is where its voice lies in the soundtrack by
cross-correlation. Seen: frames drawn again from the plan are compared with the file's frames around that moment, and
how many frames later the file shows them is the picture's lag. What is silent there, or where nothing moves, is not
measured, and counted as such.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from greenroom.domain.storyboards import Storyboard
from models.previz.film import Drawing
from models.previz.generator import speak
from models.previz.staging.stage import stage
from models.previz.world import Contact, World
from models.roles import Picture, Spoken
from models.speech import EspeakSpeech
from ops.stages.storyboard import parent_storyboard
from ops.studio import Studio

RATE = 48_000
_WIDTH = 160  # pixels: frames are compared this small
_AROUND = 2  # frames to each side that a picture may be off
_NEAR = 0.12  # seconds to each side in which an onset is looked for
_APART = 0.25  # seconds from other sounds that an impact must be, to be heard by itself
_MOST = 4  # moments of a kind in each clip
_RISE = 2.0  # times the energy after an onset must be that before it
_MOVES = 0.15  # of a grey value: less changes from frame to frame in what stands still

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment measured. `heard` and `seen`: seconds after the plan's; None: it could not be told."""

    what: str
    time: float
    heard: float | None
    seen: float | None

    @property
    def apart(self) -> float | None:
        """Seconds that the sound comes after the picture."""
        return None if self.heard is None or self.seen is None else self.heard - self.seen


def measured(studio: Studio, clip_id: str, clip: Path) -> tuple[Moment, ...]:
    """The moments of a published clip of an installation, on its file."""
    plan = parent_storyboard(studio, clip_id)
    with EspeakSpeech() as speech:
        spoken = speak(speech, plan)
    return moments(clip, plan, stage(plan, spoken), spoken)


def moments(clip: Path, storyboard: Storyboard, world: World, spoken: Mapping[int, Spoken]) -> tuple[Moment, ...]:
    """The loudest impacts and the first lines of a clip, measured on its file."""
    sound, pictures = _sound(clip), list(_pictures(clip))
    drawing = _Again(world, pictures[0].shape[1] / pictures[0].shape[0])
    found = []
    for contact in _impacts(world, storyboard, spoken):
        lag = drawing.lag(pictures, round(contact.time * world.frames_per_second))
        found.append(Moment(f"{contact.a} meets {contact.b}", contact.time, _onset(sound, contact.time), lag))
    for index, line in list(enumerate(storyboard.lines))[:_MOST]:
        if index in spoken:
            middle = line.start + 0.5 * len(spoken[index].samples) / spoken[index].sample_rate
            lag = drawing.lag(pictures, round(middle * world.frames_per_second))
            found.append(Moment(f"line {index + 1}", line.start, _voice(sound, line.start, spoken[index]), lag))
    return tuple(found)


def _sound(clip: Path) -> Floats:
    """The clip's sound, mono, with its first sample at the time zero of its picture."""
    parts: list[Floats] = []
    with av.open(str(clip)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        start: float | None = None
        for frame in container.decode(audio=0):
            start = float(frame.time or 0.0) if start is None else start
            parts += [one.to_ndarray()[0].astype(np.float64) for one in resampler.resample(frame)]
        parts += [one.to_ndarray()[0].astype(np.float64) for one in resampler.resample(None)]
    sound = np.concatenate(parts)
    lead = round((start or 0.0) * RATE)
    return np.concatenate([np.zeros(lead), sound]) if lead >= 0 else sound[-lead:]


def _pictures(clip: Path) -> Iterator[Picture]:
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        height = max(2, round(_WIDTH * stream.height / stream.width / 2) * 2)
        for frame in container.decode(stream):
            yield np.asarray(frame.reformat(_WIDTH, height, "rgb24").to_ndarray(), np.uint8)


def _impacts(world: World, storyboard: Storyboard, spoken: Mapping[int, Spoken]) -> Sequence[Contact]:
    """Impacts that are heard by themselves, the strongest first."""
    talk = [
        (line.start - _APART, line.start + len(spoken[index].samples) / spoken[index].sample_rate + _APART)
        for index, line in enumerate(storyboard.lines)
        if index in spoken
    ]
    alone = [
        one
        for one in world.contacts
        if one.kind == "impact"
        and _APART < one.time < storyboard.seconds - _APART
        and not any(begin < one.time < end for begin, end in talk)
        and not any(other is not one and abs(other.time - one.time) < _APART for other in world.contacts)
    ]
    return sorted(alone, key=lambda one: -one.impulse)[:_MOST]


def _onset(sound: Floats, time: float) -> float | None:
    """Seconds after `time` at which the energy rises most within a few milliseconds, None where it hardly rises."""
    step, first = RATE // 1000, round((time - _NEAR) * RATE)
    part = np.diff(sound[max(0, first) : round((time + _NEAR) * RATE)])  # the difference weighs what is sharp
    energy = np.convolve(part**2, np.ones(2 * step), "valid")[::step] + 1e-12
    rise = energy[4:] / energy[:-4]
    best = int(np.argmax(rise))
    return None if rise[best] < _RISE else (best + 4) / 1000 - _NEAR


def _voice(sound: Floats, start: float, line: Spoken) -> float | None:
    """Seconds after its planned start that a line's own waveform lies in the soundtrack."""
    own = np.interp(
        np.arange(round(len(line.samples) * RATE / line.sample_rate)) / RATE,
        np.arange(len(line.samples)) / line.sample_rate,
        line.samples[:, 0],
    )[: 2 * RATE]
    reach = round(_NEAR * RATE)
    first = round(start * RATE) - reach
    lead = max(0, -first)
    there = np.concatenate([np.zeros(lead), sound[max(0, first) : first + len(own) + 2 * reach]])
    if len(there) < len(own):
        return None
    size = 1 << (len(there) + len(own)).bit_length()
    match = np.fft.irfft(np.fft.rfft(there, size) * np.conj(np.fft.rfft(own, size)), size)[: len(there) - len(own) + 1]
    best = int(np.argmax(np.abs(match)))
    alike = abs(match[best]) / (np.linalg.norm(own) * np.linalg.norm(there[best : best + len(own)]) + 1e-12)
    return None if alike < 0.2 else (best - reach) / RATE


class _Again:
    """Frames of a world drawn again, small."""

    def __init__(self, world: World, aspect: float) -> None:
        self._world = replace(world, width=_WIDTH, height=max(2, round(_WIDTH / aspect / 2) * 2))
        self._drawing = Drawing(self._world, {})
        self._drawn: dict[int, Floats] = {}

    def lag(self, pictures: Sequence[Picture], frame: int) -> float | None:
        """Seconds that the file shows a frame of the plan later than planned; None where nothing moves."""
        count = len(self._world.frames)
        candidates = [one for one in range(frame - _AROUND, frame + _AROUND + 1) if 0 <= one < count]
        drawn = [self._draw(one) for one in candidates]
        off = [float(np.abs(one - pictures[min(frame, count - 1)].mean(axis=2)).mean()) for one in drawn]
        best = candidates[int(np.argmin(off))]
        spread = max(float(np.abs(one - other).mean()) for one, other in pairwise(drawn))
        return None if spread < _MOVES else (frame - best) / self._world.frames_per_second

    def _draw(self, frame: int) -> Floats:
        if frame not in self._drawn:
            picture = self._drawing.draw(frame).result().picture
            self._drawn[frame] = picture.mean(axis=2)
        return self._drawn[frame]
