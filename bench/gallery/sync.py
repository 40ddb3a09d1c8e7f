"""Whether picture and sound of a published clip agree: blows, steps and speech, measured on the encoded file.

The plan says when a blow or a line is due; neither the file's picture nor its sound is taken at its word. Heard: a blow
is the steepest rise of energy near it in the stem of effects, and the stem, as the voice of a line, lies in the file's
sound where it correlates with it. Seen: frames drawn again from the plan are compared, where they move, with the file's
around that moment, and how many frames later the file shows them is the picture's lag. What is silent there, or where
nothing moves, is not measured, and counted as such.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from greenroom.domain.storyboards import Storyboard
from models.previz.film import Drawing
from models.previz.generator import speak
from models.previz.sound.soundtrack import soundtrack
from models.previz.staging.stage import stage
from models.previz.world import Contact, World
from models.roles import Picture, Spoken
from models.speech import EspeakSpeech
from ops.stages.storyboard import parent_storyboard
from ops.studio import Studio

RATE = 48_000
_WIDTH = 320  # pixels: frames are compared this small
_AROUND = 2  # frames to each side that a picture may be off
_NEAR = 0.12  # seconds to each side in which a sound is looked for
_BEGINS = 0.06  # seconds to each side in which its onset is
_LONG = 0.15  # seconds of an impact's sound that are looked for
_HEARD = 0.03  # newton seconds: what is softer drowns in the place's own sound
_TOGETHER = 0.004  # seconds: two feet that land at once are one blow
_APART = 0.1  # seconds from other sounds that an impact must be, to be heard by itself
_FAINT = 0.15  # of its impulse: what is weaker does not drown it
_MOST = 4  # moments of a kind in each clip
_RISE = 2.0  # times the energy after an onset must be that before it
_CLEARER = 1.03  # times as far off as the frame that fits best the next must be, or nothing moves there

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
    effects = soundtrack(storyboard, world, spoken)[0]["foley"].mean(axis=1).astype(np.float64)
    drawing = _Again(world, pictures[0].shape[1] / pictures[0].shape[0])
    found = []
    for contact in _impacts(world, storyboard, spoken):
        lag = drawing.lag(pictures, round(contact.time * world.frames_per_second))
        found.append(Moment(f"{contact.a} meets {contact.b}", contact.time, _blow(sound, effects, contact.time), lag))
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
    """Impacts, and the steps of whoever walks, that are heard by themselves: the strongest of each."""
    talk = [
        (line.start - _APART, line.start + len(spoken[index].samples) / spoken[index].sample_rate + _APART)
        for index, line in enumerate(storyboard.lines)
        if index in spoken
    ]
    alone = [
        one
        for one in world.contacts
        if one.kind != "slide"
        and one.impulse > _HEARD
        and _APART < one.time < storyboard.seconds - _APART
        and not any(begin < one.time < end for begin, end in talk)
        and not any(
            _TOGETHER < abs(other.time - one.time) < _APART and other.impulse > _FAINT * one.impulse
            for other in world.contacts
        )
    ]
    alone = list({one.time: one for one in alone}.values())
    steps = sorted((one for one in alone if one.kind == "footstep"), key=lambda one: -one.impulse)
    blows = sorted((one for one in alone if one.kind != "footstep"), key=lambda one: -one.impulse)
    return [*blows[:_MOST], *steps[: _MOST // 2]]


def _blow(sound: Floats, effects: Floats, time: float) -> float | None:
    """Seconds after `time` that an impact begins in the file: in the stem, and the stem in the file."""
    begins = _onset(effects, time)
    first = max(0, round((time - 0.01) * RATE))
    lag = _lag(sound, effects[first : first + round(_LONG * RATE)], first / RATE)
    return None if begins is None or lag is None else begins + lag


def _onset(sound: Floats, time: float) -> float | None:
    """Seconds after `time` at which the energy rises most within a few milliseconds, None where it hardly rises."""
    step, first = RATE // 1000, round((time - _BEGINS) * RATE)
    part = np.diff(sound[max(0, first) : round((time + _BEGINS) * RATE)])  # the difference weighs what is sharp
    energy = np.convolve(part**2, np.ones(2 * step), "valid")[::step] + 1e-12
    rise = energy[4:] / energy[:-4]
    best = int(np.argmax(rise))
    return None if rise[best] < _RISE else (best + 4) / 1000 - _BEGINS


def _voice(sound: Floats, start: float, line: Spoken) -> float | None:
    """Seconds after its planned start that a line's own waveform lies in the file's sound."""
    own = np.interp(
        np.arange(round(len(line.samples) * RATE / line.sample_rate)) / RATE,
        np.arange(len(line.samples)) / line.sample_rate,
        line.samples[:, 0],
    )[: 2 * RATE]
    return _lag(sound, own, start)


def _lag(sound: Floats, own: Floats, start: float) -> float | None:
    """Seconds after `start` that a waveform lies in a sound; None where nothing there is like it."""
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
        moves = np.ptp(drawn, axis=0)  # the label, and what else stands still or is not drawn again, has no say
        shown = pictures[min(frame, count - 1)].mean(axis=2)
        off = [float((np.abs(one - shown) * moves).sum() / (moves.sum() + 1e-9)) for one in drawn]
        best = int(np.argmin(off))
        clear = min(one for index, one in enumerate(off) if index != best) > _CLEARER * off[best]
        return (frame - candidates[best]) / self._world.frames_per_second if clear else None

    def _draw(self, frame: int) -> Floats:
        if frame not in self._drawn:
            picture = self._drawing.draw(frame).result().picture
            self._drawn[frame] = picture.mean(axis=2)
        return self._drawn[frame]
