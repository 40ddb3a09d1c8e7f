"""The frames of a film that its checks look at: decoded once, sampled by time and by change of scene.

Only what is looked at is converted to RGB: of the others the grey of an eighth of the sides says whether the picture
changed (`models.scene_changes`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import BadInput
from models.roles import Picture
from models.scene_changes import SceneChanges
from ops.media_reading import opened

if TYPE_CHECKING:
    from av import VideoFrame

SAMPLE_SECONDS = 0.5  # a frame is looked at this often at the least
LONGEST = 1280  # pixels of the longer side; larger frames are looked at in this size
_GREY_SIDE = 8  # pixels across and down that one of the small grey frame stands for
_PLANAR = ("yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj422p", "yuvj444p")  # luma is a plane of bytes


def sampled(path: Path) -> Iterator[tuple[float, Picture]]:
    """Frames to look at, uint8[H, W, 3] as a player shows them, each with its second.

    The first, then one for each `SAMPLE_SECONDS`, and each that begins another picture. Raises `BadInput` when the
    file is broken, cut short, or holds no picture.
    """
    from av.video.reformatter import Colorspace, Interpolation

    how = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.BITEXACT
    with opened(path) as container:
        if not container.streams.video:
            raise BadInput(f"{path.name} holds no picture.", "Name a film, or a picture made into one.")
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        rate = float(stream.average_rate or 25)
        expected, count, due, changes = stream.frames, 0, 0.0, SceneChanges()
        for frame in container.decode(stream):
            second = frame.time if frame.time is not None else count / rate
            count += 1
            grey = _grey(frame)
            if not changes.changed(grey) and second < due - 1e-6:
                continue
            changes.looked(grey)
            due = second + SAMPLE_SECONDS
            scale = min(1.0, LONGEST / max(frame.width, frame.height))
            matrix = Colorspace.ITU601 if frame.colorspace in (5, 6) else Colorspace.ITU709  # as ops.media_reading does
            rgb = frame.reformat(
                width=max(1, round(frame.width * scale)),
                height=max(1, round(frame.height * scale)),
                format="rgb24",
                src_colorspace=matrix,
                interpolation=how,
            )
            picture = rgb.to_ndarray().astype(np.uint8, copy=False)
            # a telephone films lying down and says so: turned as a player turns it, or no face in it is found
            yield round(second, 3), np.ascontiguousarray(np.rot90(picture, round(frame.rotation / 90) % 4))
        if count == 0 or count < expected:
            raise BadInput(f"{path.name} holds {count} frames; its header says {expected}.", "Make or send it again.")


def _grey(frame: "VideoFrame") -> NDArray[np.float32]:
    """The luma of every fourth pixel, in averages of four: enough to tell a picture from the next, whatever its grain.

    Pictures of less than 16 pixels are taken whole.
    """
    if frame.format.name in _PLANAR:
        plane = frame.planes[0]
        luma = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
    else:
        luma = np.asarray(frame.reformat(format="gray").to_ndarray(), np.uint8)
    if min(luma.shape) < 2 * _GREY_SIDE:
        return np.asarray(luma, np.float32)
    high, wide = (side // _GREY_SIDE * _GREY_SIDE for side in luma.shape)
    every = np.asarray(luma[:high:4, :wide:4], np.float32)
    return np.asarray(every.reshape(high // _GREY_SIDE, 2, wide // _GREY_SIDE, 2).mean(axis=(1, 3)), np.float32)
