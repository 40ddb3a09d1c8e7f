"""Recordings as files: H.264 and AAC in MP4, the same bytes of frames for the same pictures."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from bench.captures.motion import FRAMES_PER_SECOND
from bench.captures.sound import RATE
from models.roles import Samples


def write(path: Path, frames: NDArray[np.uint8], samples: Samples, quality: int = 23) -> None:
    """Write an MP4; `quality` is x264's constant rate factor."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=FRAMES_PER_SECOND)
        video.width, video.height = frames.shape[2], frames.shape[1]
        video.pix_fmt = "yuv420p"
        # x264 gives other pictures from run to run with several threads, and (measured) with its macroblock tree
        video.codec_context.thread_count = 1
        video.options = {"preset": "veryfast", "crf": str(quality), "x264-params": "mbtree=0"}
        audio = container.add_stream("aac", rate=RATE, layout="mono")
        audio.bit_rate = 64_000
        for number, pixels in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            picture.pts, picture.time_base = number, Fraction(1, FRAMES_PER_SECOND)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        sound = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None]), format="fltp", layout="mono")
        sound.sample_rate, sound.pts, sound.time_base = RATE, 0, Fraction(1, RATE)
        container.mux(audio.encode(sound))
        container.mux(audio.encode(None))


def read(path: Path) -> tuple[NDArray[np.uint8], Samples]:
    """Frames uint8[T, H, W, 3] and samples float32[N] of a recording that `write` made."""
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.stack(frames), np.concatenate(blocks, axis=1)[0]
