"""Media files: what writes picture and sound through PyAV, and stills of them.

Belongs here: containers, codecs, colour matrices. They are read in `ops.media_reading`; loudness is in
`ops.sound_levels`, captions in `ops.captions`. Frames are `uint8[H, W, 3]` RGB and come one by one; sound is
`float32[N, channels]` in -1 to 1. Picture is stored as BT.709, limited range, converted with that matrix and tagged so
(ITU-R BT.709-6).
"""

import errno
import hashlib
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image

from greenroom.errors import BadInput, StoreUnavailable
from models.roles import Picture, Samples
from ops.media_reading import BT709
from ops.overlap import consume

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_LIMITED = 1
_SOUND_BLOCK = 4800  # samples handed to the encoder at a time
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}


@dataclass(frozen=True, slots=True)
class MasterInfo:
    """What was written: `frames_sha256` is over the RGB bytes as they were handed in, in order."""

    frame_count: int
    frames_sha256: str


def write_master(
    path: Path, frames: Iterable[Picture], fps: int, samples: Samples, sample_rate: int = 48_000
) -> MasterInfo:
    """Write a near-lossless file to cut and judge from: H.264 4:4:4 CRF 8 and FLAC (`.mkv` or `.mp4`).

    Raises BadInput for no frame or frames of differing size, StoreUnavailable when the disk is full.
    """
    video = {"preset": "veryfast", "crf": "8"}
    return _write(path, frames, fps, samples, sample_rate, "yuv444p", "High 4:4:4 Predictive", video, "flac", None)


def write_delivery(
    path: Path,
    frames: Iterable[Picture],
    fps: int,
    samples: Samples,
    sample_rate: int = 48_000,
    *,
    crf: int = 20,
    audio_bit_rate: int = 160_000,
) -> MasterInfo:
    """Write what a browser plays: H.264 High yuv420p and AAC in an MP4 whose index comes first.

    `crf` 18 is finer, 28 coarser. Width and height must be even. Raises as `write_master`.
    """
    # x264's macroblock tree decides differently in one of ten runs over the same frames; without it all are the same.
    video = {"preset": "medium", "crf": str(crf), "x264-params": "mbtree=0"}
    return _write(path, frames, fps, samples, sample_rate, "yuv420p", "High", video, "aac", audio_bit_rate)


def _write(
    path: Path,
    frames: Iterable[Picture],
    fps: int,
    samples: Samples,
    sample_rate: int,
    pixel_format: str,
    profile: str,
    options: dict[str, str],
    audio_codec: str,
    audio_bit_rate: int | None,
) -> MasterInfo:
    import av

    stream_of_frames = iter(frames)
    first = next(stream_of_frames, None)
    if first is None:
        raise BadInput("A film of no frames cannot be written.", "Hand in at least one frame.")
    _must_be_picture(first, first.shape)
    if samples.ndim != 2 or samples.shape[1] not in (1, 2):
        raise BadInput(f"Sound must be float32[N, 1] or [N, 2]; got shape {samples.shape}.")
    height, width = first.shape[:2]
    if pixel_format == "yuv420p" and (width % 2 or height % 2):
        raise BadInput(f"Width and height must be even for yuv420p; got {width}x{height}.")
    sha = hashlib.sha256()
    count = 0
    with disk_errors(path):
        movflags = {"movflags": "+faststart"} if path.suffix == ".mp4" else {}
        with av.open(str(path), "w", options=movflags) as container:
            picture = _picture_stream(container, fps, width, height, pixel_format, profile, options)
            sound = cast("AudioStream", container.add_stream(audio_codec, rate=sample_rate, layout=_layout(samples)))
            if audio_bit_rate is not None:
                sound.bit_rate = audio_bit_rate
            heard = 0

            def encode(frame: Picture) -> None:
                nonlocal count, heard
                _must_be_picture(frame, first.shape)
                sha.update(np.ascontiguousarray(frame).data)
                container.mux(picture.encode(_to_yuv(frame, count, pixel_format)))
                count += 1
                # sound follows picture closely, so that the streams interleave and a player can start at once
                until = min(len(samples), count * sample_rate // fps)
                heard = _encode_sound(container, sound, samples, heard, until, sample_rate)

            consume(encode, itertools.chain((first,), stream_of_frames))
            _encode_sound(container, sound, samples, heard, len(samples), sample_rate)
            container.mux(picture.encode(None))
            container.mux(sound.encode(None))
    return MasterInfo(frame_count=count, frames_sha256=sha.hexdigest())


def _picture_stream(
    container: "OutputContainer",
    fps: int,
    width: int,
    height: int,
    pixel_format: str,
    profile: str,
    options: dict[str, str],
) -> "VideoStream":
    stream = container.add_stream("libx264", rate=fps, options=options)
    stream.width, stream.height, stream.pix_fmt = width, height, pixel_format
    context = stream.codec_context
    context.time_base = Fraction(1, fps)
    context.profile = profile
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = _LIMITED
    context.thread_count = 0
    return stream


def _to_yuv(frame: Picture, number: int, pixel_format: str) -> "VideoFrame":
    import av
    from av.video.reformatter import Colorspace, Interpolation

    # FULL_CHR_H_INP reads every pixel's chroma, ACCURATE_RND and BITEXACT make the result the same on every machine
    how = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP | Interpolation.BITEXACT
    rgb = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
    yuv = rgb.reformat(format=pixel_format, dst_colorspace=Colorspace.ITU709, interpolation=how)
    yuv.pts = number
    yuv.color_primaries = yuv.color_trc = yuv.colorspace = BT709
    yuv.color_range = _LIMITED
    return yuv


def _encode_sound(
    container: "OutputContainer", stream: "AudioStream", samples: Samples, start: int, until: int, rate: int
) -> int:
    import av

    floating = stream.codec_context.name == "aac"
    for at in range(start, until, _SOUND_BLOCK):
        block = np.clip(samples[at : min(at + _SOUND_BLOCK, until)], -1.0, 1.0)
        if floating:
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(block.T.astype(np.float32)), format="fltp", layout=_layout(samples)
            )
        else:
            whole = np.clip(np.round(block * 32768.0), -32768, 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(whole.reshape(1, -1)), format="s16", layout=_layout(samples)
            )
        frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
        container.mux(stream.encode(frame))
    return until


def _layout(samples: Samples) -> str:
    return "stereo" if samples.shape[1] == 2 else "mono"


def _must_be_picture(frame: Picture, shape: tuple[int, ...]) -> None:
    if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape[2] != 3 or frame.shape != shape:
        raise BadInput(
            f"Every frame must be uint8[H, W, 3] of one size; got {frame.dtype}{list(frame.shape)}, "
            f"expected uint8{list(shape)}."
        )


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """A disk that takes no more bytes becomes StoreUnavailable, and the half-written file goes."""
    try:
        yield
    except OSError as error:
        path.unlink(missing_ok=True)
        if error.errno in _FULL:
            raise StoreUnavailable(
                f"{path.name} cannot be written: {error.strerror}.", "Free some space, or choose another folder."
            ) from error
        raise


def write_stem(samples: Samples, sample_rate: int = 48_000) -> bytes:
    """A stem as FLAC bytes, 16 bits; the same samples give the same bytes."""
    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=sample_rate, layout=_layout(samples))
        _encode_sound(container, stream, samples, 0, len(samples), sample_rate)
        container.mux(stream.encode(None))
    return buffer.getvalue()


def poster(frame: Picture, quality: int = 88) -> bytes:
    """One frame as JPEG bytes."""
    buffer = io.BytesIO()
    Image.fromarray(frame).save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()


def contact_sheet(frames: Sequence[Picture], columns: int = 4, tile_width: int = 320) -> bytes:
    """Frames side by side, row by row, as JPEG bytes: a clip at a glance. Raises BadInput for none."""
    if not frames:
        raise BadInput("A contact sheet needs at least one frame.")
    height, width = frames[0].shape[:2]
    tile_height = max(1, round(tile_width * height / width))
    columns = min(columns, len(frames))
    rows = -(-len(frames) // columns)
    sheet = Image.new("RGB", (columns * tile_width, rows * tile_height))
    for number, frame in enumerate(frames):
        tile = Image.fromarray(frame).resize((tile_width, tile_height), Image.Resampling.LANCZOS)
        sheet.paste(tile, ((number % columns) * tile_width, (number // columns) * tile_height))
    return poster(np.asarray(sheet))
