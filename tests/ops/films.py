"""Small films for tests of gate 6: any container, with sound or without, of any number of frames, turned or not."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from models.roles import Picture

CODECS = {".mp4": "libx264", ".mov": "libx264", ".mkv": "libx264", ".webm": "libvpx-vp9"}


def film(path: Path, frames: Iterable[Picture], fps: int = 12, sound: bool = False) -> Path:
    """Write `frames` (uint8[H, W, 3], even sides) to `path`, by its suffix; `sound` adds a silent track."""
    pictures = list(frames)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(CODECS[path.suffix], rate=fps)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        track = container.add_stream("libopus" if path.suffix == ".webm" else "aac", rate=48_000) if sound else None
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if track is not None:
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.float32), format="flt", layout="mono")
            silence.sample_rate, silence.pts, silence.time_base = 48_000, 0, Fraction(1, 48_000)
            container.mux(track.encode(silence))
            container.mux(track.encode(None))
    return path
