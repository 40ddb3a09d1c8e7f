"""What encoders make of a film: encoded and decoded again in memory, on one thread.

Colours go through BT.709, as in `ops.media`. Frames are uint8[T, H, W, 3] of even width and height.
"""

import io
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.video.stream import VideoStream

Film = NDArray[np.uint8]
_BT709 = 1  # ITU-T H.273


@dataclass(frozen=True, slots=True)
class Codec:
    """An encoder of libav with its settings, and the container its stream travels in."""

    encoder: str
    options: Mapping[str, str] = field(default_factory=dict)
    container: str = "mp4"

    def through(self, film: Film, frames_per_second: float = 24.0) -> Film:
        """The film as it is seen after this encoder."""
        return decoded(self.encoded(film, frames_per_second))

    def encoded(self, film: Film, frames_per_second: float = 24.0) -> bytes:
        """The file. Raises ValueError for an odd width or height."""
        import av
        from av.video.reformatter import Colorspace, Interpolation

        height, width = film.shape[1:3]
        if width % 2 or height % 2:
            raise ValueError(f"width and height must be even, got {width}x{height}")
        how = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP
        rate = Fraction(frames_per_second).limit_denominator(1000)
        buffer = io.BytesIO()
        with av.open(buffer, "w", format=self.container) as container:
            stream = cast("VideoStream", container.add_stream(self.encoder, rate=rate, options=dict(self.options)))
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            context = stream.codec_context
            context.thread_count = 1
            context.color_primaries = context.color_trc = context.colorspace = _BT709
            context.color_range = 1
            for number, picture in enumerate(film):
                rgb = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
                frame = rgb.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709, interpolation=how)
                frame.pts, frame.time_base = number, 1 / rate
                frame.colorspace, frame.color_range = _BT709, 1
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        _at_usual_priority()
        return buffer.getvalue()


def decoded(file: bytes) -> Film:
    """The frames of a file in memory."""
    import av
    from av.video.reformatter import Colorspace, Interpolation

    how = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
    with av.open(io.BytesIO(file), "r") as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        frames = container.decode(stream)
        return np.stack(
            [
                frame.reformat(format="rgb24", src_colorspace=Colorspace.ITU709, interpolation=how).to_ndarray()
                for frame in frames
            ]
        )


def h264(crf: int, preset: str = "medium") -> Codec:
    """x264; `crf` 18 is finer, 33 coarser."""
    return Codec("libx264", {"crf": str(crf), "preset": preset})


def hevc(crf: int, preset: str = "medium") -> Codec:
    """x265, on one thread."""
    quiet = "log-level=none:pools=none:frame-threads=1"
    return Codec("libx265", {"crf": str(crf), "preset": preset, "x265-params": quiet})


def av1(crf: int, preset: int = 8) -> Codec:
    """SVT-AV1, on one processor."""
    return Codec("libsvtav1", {"crf": str(crf), "preset": str(preset), "svtav1-params": "lp=1"})


def vp9(crf: int, speed: int = 4) -> Codec:
    """libvpx-vp9 at constant quality: `deadline` good, `cpu-used` as given."""
    options = {"crf": str(crf), "b": "0", "deadline": "good", "cpu-used": str(speed), "row-mt": "0"}
    return Codec("libvpx-vp9", options, "webm")


PUBLISHED = Codec("libx264", {"crf": "20", "preset": "medium", "x264-params": "mbtree=0"})
"""What Greenroom publishes: the settings of `ops.media.write_delivery`."""

UPLOAD = h264(23, "veryfast")
"""What a site makes of an upload: H.264 CRF 23 by a fast preset."""


def _at_usual_priority() -> None:
    """Undo what SVT-AV1 does to a process of root: real-time threads, beside which nothing else on the machine runs."""
    for thread in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # it ended meanwhile, or may not
            os.sched_setscheduler(int(thread.name), os.SCHED_OTHER, os.sched_param(0))
