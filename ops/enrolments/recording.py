"""Reading a recording that someone hands in: any container, size, orientation and frame rate, as frames and sound.

What is read is bounded, whatever the file says of itself: so many seconds, so many frames, so many pixels.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from greenroom.errors import BadInput
from models.roles import Picture, Samples
from ops.media_reading import opened

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

FRAMES_PER_SECOND = 15.0  # looked at: a syllable lasts some 0.2 s
LONGEST = 60.0  # seconds read; the policy wants less
LONGER_SIDE = 640  # pixels looked at: a face of 70 pixels is found and known in it
SAMPLE_RATE = 16_000
_PIXELS = 3840 * 2160 * 2  # of one frame: more is no camera's


@dataclass(frozen=True, slots=True)
class Recording:
    """What is looked at. `samples` is float32[N] mono at `SAMPLE_RATE`; frames are uint8[H, W, 3], upright."""

    moments: tuple[float, ...]  # seconds, of each frame
    frames: tuple[Picture, ...]
    samples: Samples
    has_sound: bool
    seconds: float
    shorter_side: int  # pixels, as recorded
    frames_per_second: float  # as recorded, on average
    longest_gap: float  # seconds between two frames


def read_recording(path: Path) -> Recording:
    """The recording as it is looked at. Raises `BadInput` for a file that is broken or holds no picture."""
    moments, frames, times, shorter = _pictures(path)
    samples = _sound(path)
    seconds = max(times[-1] - times[0], len(samples) / SAMPLE_RATE)
    return Recording(
        moments=tuple(moments),
        frames=tuple(frames),
        samples=samples,
        has_sound=len(samples) > 0,
        seconds=seconds,
        shorter_side=shorter,
        frames_per_second=(len(times) - 1) / max(times[-1] - times[0], 1e-3),
        longest_gap=float(max(np.diff(times), default=seconds)),
    )


def _pictures(path: Path) -> tuple[list[float], list[Picture], list[float], int]:
    """Moments and frames looked at, the moments of all, and the shorter side in pixels."""
    moments: list[float] = []
    frames: list[Picture] = []
    times: list[float] = []
    shorter = 0
    with opened(path) as container:
        if not container.streams.video:
            raise BadInput(f"{path.name} holds no picture.", "Record with the camera on.")
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            if frame.width * frame.height > _PIXELS:
                raise BadInput(f"{path.name} has frames of {frame.width}x{frame.height} pixels.", "Record smaller.")
            moment = float(frame.time) if frame.time is not None else len(times) / 30.0
            if times and moment <= times[-1]:
                continue  # a damaged clock: a frame from the past shows nothing new
            if times and moment - times[0] > LONGEST:
                break
            times.append(moment)
            shorter = min(frame.width, frame.height)
            if not moments or moment - moments[-1] >= 0.9 / FRAMES_PER_SECOND:
                moments.append(moment)
                frames.append(_upright(frame))
    if not frames:
        raise BadInput(f"{path.name} holds no frame that can be read.", "Record it again.")
    return [moment - times[0] for moment in moments], frames, times, shorter


def _upright(frame: "VideoFrame") -> Picture:
    """The frame in RGB, turned as the camera says it was held, its longer side at most `LONGER_SIDE`."""
    scale = min(1.0, LONGER_SIDE / max(frame.width, frame.height))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    picture = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    quarter_turns = round(frame.rotation / 90.0) % 4
    return np.ascontiguousarray(np.rot90(picture, quarter_turns)).astype(np.uint8, copy=False)


def _sound(path: Path) -> Samples:
    from av.audio.resampler import AudioResampler

    blocks: list[Samples] = []
    with opened(path) as container:
        if not container.streams.audio:
            return np.zeros(0, np.float32)
        resampler = AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
        heard = 0
        for frame in container.decode(container.streams.audio[0]):
            for part in resampler.resample(frame):
                block = part.to_ndarray().reshape(-1).astype(np.float32)
                blocks.append(block)
                heard += len(block)
            if heard > LONGEST * SAMPLE_RATE:
                break
        blocks += [part.to_ndarray().reshape(-1).astype(np.float32) for part in resampler.resample(None)]
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
