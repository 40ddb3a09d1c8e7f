"""Media files: what writes and reads picture and sound through PyAV, and names a broken file as one.

Belongs here: containers, codecs, colour matrices, stills. Loudness is in `ops.sound_levels`, captions in
`ops.captions`. Frames are `uint8[H, W, 3]` RGB and come one by one; sound is `float32[N, channels]` in -1 to 1.
Picture is stored as BT.709, limited range, converted with that matrix and tagged so (ITU-R BT.709-6).
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
from ops.overlap import consume

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.video.stream import VideoStream

_BT709 = 1  # the code point of primaries, transfer and matrix alike (ITU-T H.273)
_LIMITED = 1
_MOST_CHANNELS = 7  # of a sound that is read
_SOUND_BLOCK = 4800  # samples handed to the encoder at a time
# what may be opened at all: a playlist or a "concat:" file could read other files or the network
_INPUT_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": "mov,mp4,matroska,webm,flac,wav,ogg,mp3"}
_MISSING_SECONDS = 0.06  # of a file whose header counts no packets: more than a frame, less than anyone sees
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}


@dataclass(frozen=True, slots=True)
class MasterInfo:
    """What was written: `frames_sha256` is over the RGB bytes as they were handed in, in order."""

    frame_count: int
    frames_sha256: str


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a file holds, counted packet by packet and not only as its header says. Absent streams are None or 0."""

    container: str  # as the demuxer calls it: "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"
    video_codec: str | None
    audio_codec: str | None
    width: int
    height: int
    frames_per_second: float
    frame_count: int
    seconds: float
    sample_rate: int
    channels: int
    pixel_format: str | None
    colour: str | None  # "bt709" where primaries, transfer and matrix all say so


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
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = _LIMITED
    context.thread_count = 0
    return stream


def _to_yuv(frame: Picture, number: int, pixel_format: str) -> "av.VideoFrame":  # type: ignore[name-defined]  # noqa: F821
    import av
    from av.video.reformatter import Colorspace, Interpolation

    # FULL_CHR_H_INP reads every pixel's chroma, ACCURATE_RND and BITEXACT make the result the same on every machine
    how = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP | Interpolation.BITEXACT
    rgb = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
    yuv = rgb.reformat(format=pixel_format, dst_colorspace=Colorspace.ITU709, interpolation=how)
    yuv.pts = number
    yuv.color_primaries = yuv.color_trc = yuv.colorspace = _BT709
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


@contextmanager
def opened(path: Path) -> Iterator["InputContainer"]:
    """The file, demuxed; whatever libav says of it while it is read becomes BadInput."""
    import av

    if not path.is_file():  # also keeps pipes and devices out, on which reading could wait for ever
        raise BadInput(f"{path.name} is not a file.", "Name a media file that exists.")
    try:
        with av.open(f"file:{path}", "r", options=_INPUT_OPTIONS, metadata_errors="ignore") as container:
            for stream in (*container.streams.video, *container.streams.audio):
                if stream.codec_context is None:  # libav leaves it out for a codec it cannot decode
                    raise BadInput(f"{path.name} has a stream of an unknown codec.", _BROKEN)
            yield container
    except (av.FFmpegError, EOFError, ValueError) as error:
        raise BadInput(f"{path.name} cannot be read as picture or sound: {error}.", _BROKEN) from error


_BROKEN = "The file is damaged, cut short, or of a kind that is not supported; make or send it again."


def read_frames(path: Path) -> Iterator[Picture]:
    """Every frame in order, converted with the matrix the file names (BT.709 where it names none).

    Raises BadInput when the file is broken, cut short, or holds no picture.
    """
    from av.video.reformatter import Colorspace, Interpolation

    how = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.BITEXACT
    with opened(path) as container:
        if not container.streams.video:
            raise BadInput(f"{path.name} holds no picture.")
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        expected, count = stream.frames, 0
        named = stream.codec_context.colorspace in (5, 6)  # BT.601, 625 and 525 lines (H.273)
        matrix = Colorspace.ITU601 if named else Colorspace.ITU709
        for frame in container.decode(stream):
            count += 1
            rgb = frame.reformat(format="rgb24", src_colorspace=matrix, interpolation=how)
            yield rgb.to_ndarray().astype(np.uint8, copy=False)
        if count == 0 or count < expected:
            raise BadInput(f"{path.name} holds {count} frames; its header says {expected}.", _BROKEN)


def read_sound(path: Path) -> tuple[Samples, int]:
    """The first sound stream as float32[N, channels] from time zero, and its sample rate in hertz.

    Encoder delay that the container declares (AAC priming) is left out. Raises BadInput as `read_frames`.
    """
    with opened(path) as container:
        if not container.streams.audio:
            raise BadInput(f"{path.name} holds no sound.")
        stream = container.streams.audio[0]
        samples, rate = _decoded_sound(container, stream)
    return samples, rate


def _decoded_sound(container: "InputContainer", stream: "AudioStream") -> tuple[Samples, int]:
    from av.audio.resampler import AudioResampler

    resampler = AudioResampler(format="fltp")
    blocks: list[Samples] = []
    rate, lead = stream.codec_context.sample_rate, 0
    for frame in container.decode(stream):
        if not blocks and frame.time is not None:
            lead = round(frame.time * rate)
        blocks += [_plain(part) for part in resampler.resample(frame)]
    blocks += [_plain(part) for part in resampler.resample(None)]
    if not blocks:
        raise BadInput("The sound stream is empty.", _BROKEN)
    whole = np.concatenate(blocks).astype(np.float32)
    if lead < 0:
        whole = whole[-lead:]
    elif lead > 0:
        whole = np.concatenate([np.zeros((lead, whole.shape[1]), np.float32), whole])
    return np.ascontiguousarray(whole), rate


def _plain(part: "av.AudioFrame") -> Samples:  # type: ignore[name-defined]  # noqa: F821
    """float32[N, channels]. Raises BadInput from eight channels on, where PyAV reads past the end of the planes."""
    if part.layout.nb_channels > _MOST_CHANNELS:
        raise BadInput(f"The sound has {part.layout.nb_channels} channels; at most {_MOST_CHANNELS} can be read.")
    return cast("Samples", part.to_ndarray().T.astype(np.float32))


def probe(path: Path) -> MediaInfo:
    """What the file holds, after walking every packet (nothing is decoded: milliseconds for a clip).

    Raises BadInput when it is no media file, is cut short, or has a packet marked corrupt.
    """
    with opened(path) as container:
        packets: dict[int, int] = {}
        end = 0.0
        for packet in container.demux():
            if packet.size == 0:
                continue
            if packet.is_corrupt:
                raise BadInput(f"{path.name} has a corrupt packet.", _BROKEN)
            packets[packet.stream_index] = packets.get(packet.stream_index, 0) + 1
            if packet.pts is not None and packet.time_base is not None:
                end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        video = next(iter(container.streams.video), None)
        audio = next(iter(container.streams.audio), None)
        for stream in (video, audio):
            counted = packets.get(stream.index, 0) if stream is not None else 1
            declared = stream.frames if stream is not None else 0
            if counted == 0 or counted < declared:
                raise BadInput(f"{path.name} ends early: {counted} packets of {declared}.", _BROKEN)
        if video is None and audio is None:
            raise BadInput(f"{path.name} holds neither picture nor sound.")
        stated = container.duration / 1_000_000 if container.duration else end
        if stated > end + _MISSING_SECONDS:
            raise BadInput(f"{path.name} ends at {end:.2f} s; its header says {stated:.2f} s.", _BROKEN)
        return MediaInfo(
            container=container.format.name,
            video_codec=video.codec_context.name if video is not None else None,
            audio_codec=audio.codec_context.name if audio is not None else None,
            width=video.width if video is not None else 0,
            height=video.height if video is not None else 0,
            frames_per_second=float(video.average_rate or 0) if video is not None else 0.0,
            frame_count=packets[video.index] if video is not None else 0,
            seconds=round(end, 6),
            sample_rate=audio.codec_context.sample_rate if audio is not None else 0,
            channels=audio.codec_context.channels if audio is not None else 0,
            pixel_format=video.pix_fmt if video is not None else None,
            colour=_colour(video) if video is not None else None,
        )


def _colour(stream: "VideoStream") -> str | None:
    context = stream.codec_context
    said = {context.color_primaries, context.color_trc, context.colorspace}
    return "bt709" if said == {_BT709} else None


def write_stem(samples: Samples, sample_rate: int = 48_000) -> bytes:
    """A stem as FLAC bytes, 16 bits; the same samples give the same bytes."""
    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=sample_rate, layout=_layout(samples))
        _encode_sound(container, stream, samples, 0, len(samples), sample_rate)
        container.mux(stream.encode(None))
    return buffer.getvalue()


def read_stem(data: bytes) -> tuple[Samples, int]:
    """The samples of FLAC bytes, float32[N, channels], and their rate. Raises BadInput for anything else."""
    import av

    try:
        with av.open(io.BytesIO(data), "r", format="flac") as container:
            return _decoded_sound(container, container.streams.audio[0])
    except (av.FFmpegError, EOFError, ValueError, IndexError) as error:
        raise BadInput(f"The stem is not FLAC: {error}.", _BROKEN) from error


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
