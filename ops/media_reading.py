"""Media files: what reads picture and sound through PyAV, and names a broken file as one.

Frames are `uint8[H, W, 3]` RGB and come one by one; sound is `float32[N, channels]` in -1 to 1. What was written is in
`ops.media`.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from greenroom.errors import BadInput
from models.roles import Picture, Samples

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.stream import VideoStream

BT709 = 1  # the code point of primaries, transfer and matrix alike (ITU-T H.273)
_MOST_CHANNELS = 7  # of a sound that is read
# what may be opened at all: a playlist or a "concat:" file could read other files or the network
_INPUT_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": "mov,mp4,matroska,webm,flac,wav,ogg,mp3"}
_MISSING_SECONDS = 0.06  # of a file whose header counts no packets: more than a frame, less than anyone sees
_BROKEN = "The file is damaged, cut short, or of a kind that is not supported; make or send it again."


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


def _plain(part: "AudioFrame") -> Samples:
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
    return "bt709" if said == {BT709} else None


def read_stem(data: bytes) -> tuple[Samples, int]:
    """The samples of FLAC bytes, float32[N, channels], and their rate. Raises BadInput for anything else."""
    import av

    try:
        with av.open(io.BytesIO(data), "r", format="flac") as container:
            return _decoded_sound(container, container.streams.audio[0])
    except (av.FFmpegError, EOFError, ValueError, IndexError) as error:
        raise BadInput(f"The stem is not FLAC: {error}.", _BROKEN) from error
