"""What is looked at and listened to of a file: all of a short one, chosen windows of a long one.

A film of two hours is never decoded whole: a few windows are, spread over it, each from a picture that stands for
itself. Broken packets are passed over, since a damaged copy is a copy too.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import numpy as np

from greenroom.errors import BadInput
from models.roles import Picture, Samples
from ops.verifying.bounds import Bounds
from ops.verifying.opening import HEAD, Kind, film, kind_of, size_of_still, stills

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

Frame = TypeVar("Frame")
Packet = TypeVar("Packet")
Looked = TypeVar("Looked")

_MOST_SHOWN = 1280 * 720  # pixels of a frame that is looked at; a larger one is shrunk to it
_MOST_STILL = 1920 * 1080  # the same of a single picture
_BROKEN_PACKETS = 64  # passed over before the rest is given up
_SOUND_RATE = 48_000  # hertz, the most that is kept
_PIECE = 15.0  # seconds of sound that a window of a long file holds


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of the file, uint8[H, W, 3] RGB, and where it stands in it."""

    second: float
    picture: Picture


@dataclass(frozen=True, slots=True)
class Window:
    """Pictures of one stretch of the file, all of one size."""

    shown: tuple[Shown, ...]

    @property
    def pictures(self) -> list[Picture]:
        return [one.picture for one in self.shown]


def spread(found: Sequence[Looked], most: int) -> list[Looked]:
    """At most so many of them, evenly."""
    places = np.unique(np.linspace(0, len(found) - 1, min(most, len(found))).round().astype(int)) if found else ()
    return [found[place] for place in places]


@dataclass(frozen=True, slots=True)
class Heard:
    """A stretch of the file's sound, float32[N, channels]."""

    second: float
    samples: Samples
    rate: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What a file says it holds, before anything is decoded. `frames` and `seconds` are None where it does not."""

    container: str
    width: int = 0
    height: int = 0
    frames: int | None = None
    seconds: float | None = None
    picture: bool = False
    sound: bool = False
    undecoded: tuple[str, ...] = ()  # streams whose codec is not one of those that are opened


def outline(stream: BinaryIO) -> Outline:
    """What the file says of itself. Raises `BadInput` for one that is neither film, sound nor picture."""
    if _kind(stream) is Kind.STILL:
        width, height = size_of_still(stream)
        return Outline(container="picture", width=width, height=height, frames=1, picture=True)
    with film(stream) as container:
        video, audio = _video(container), _audio(container)
        undecoded = tuple(
            one.type for one in container.streams if one.type in ("video", "audio") and not one.codec_context
        )
        if video is None and audio is None and not undecoded:
            raise BadInput("it holds neither picture nor sound")
        return Outline(
            container=container.format.name,
            width=video.width if video is not None else 0,
            height=video.height if video is not None else 0,
            frames=_frames(container, video) if video is not None else None,
            seconds=_seconds(container),
            picture=video is not None,
            sound=audio is not None,
            undecoded=undecoded,
        )


def windows(stream: BinaryIO, bounds: Bounds) -> list[Window]:
    """The pictures to look at. Raises `BadInput` when there is none that can be decoded."""
    if _kind(stream) is Kind.STILL:
        return [Window(tuple(_of_one_size(_stills(stream, bounds.frames))))]
    with film(stream) as container:
        video = _video(container)
        if video is None:
            raise BadInput("it holds no picture")
        affordable = min(bounds.most_frames, bounds.pixels // max(1, video.width * video.height))
        affordable = max(bounds.windows, affordable)
        expected, seconds = _frames(container, video), _seconds(container)
        found = []
        if expected is None or seconds is None or expected <= affordable:
            found = [_window(container, video, affordable, bounds.frames)]
        else:
            for number in range(bounds.windows):
                _seek(container, (number + 0.5) / bounds.windows * seconds)
                found.append(_window(container, video, affordable // bounds.windows, bounds.frames // 4))
        found = [one for one in found if one.shown]
        if not found:
            raise BadInput("no picture of it can be decoded")
        return found


def sounds(stream: BinaryIO, bounds: Bounds) -> list[Heard]:
    """The sound to listen to. Raises `BadInput` when there is none that can be decoded."""
    if _kind(stream) is Kind.STILL:
        raise BadInput("it holds no sound")
    with film(stream) as container:
        audio = _audio(container)
        if audio is None:
            raise BadInput("it holds no sound")
        seconds = _seconds(container)
        if seconds is None or seconds <= bounds.sound_seconds:
            found = [_piece(container, audio, bounds.sound_seconds)]
        else:
            found = []
            count = max(1, int(bounds.sound_seconds // _PIECE))
            for number in range(count):
                _seek(container, (number + 0.5) / count * seconds)
                found.append(_piece(container, audio, _PIECE))
        heard = [one for one in found if one is not None]
        if not heard:
            raise BadInput("no sound of it can be decoded")
        return heard


def _window(container: "InputContainer", video: "VideoStream", most: int, kept: int) -> Window:
    """Up to `most` frames from where the container stands, of which about `kept` are kept, evenly."""
    shown: list[Shown] = []
    every = 1
    for count, frame in enumerate(islice(_pictures(container, video), most)):
        if count % every == 0:
            second = float(frame.time) if frame.time is not None else float(count)
            shown.append(Shown(second, pixels(frame)))
            if len(shown) > 2 * kept:  # its length was not known before
                shown, every = shown[::2], every * 2
    if len(shown) > kept:
        places = np.unique(np.linspace(0, len(shown) - 1, kept).round().astype(int))
        shown = [shown[place] for place in places]
    return Window(tuple(_of_one_size(shown)))


def _piece(container: "InputContainer", audio: "AudioStream", seconds: float) -> Heard | None:
    rate = min(audio.codec_context.sample_rate or _SOUND_RATE, _SOUND_RATE)
    blocks: list[Samples] = []
    start, length = 0.0, 0
    for second, block in _narrowed(
        _samples(container, audio), "mono" if audio.codec_context.channels == 1 else "stereo", rate
    ):
        start = max(0.0, second) if not blocks else start
        blocks.append(block)
        length += len(block)
        if length >= seconds * rate:
            break
    if not blocks:
        return None
    samples = np.concatenate(blocks)[: round(seconds * rate)]
    return Heard(start, np.ascontiguousarray(np.clip(np.nan_to_num(samples), -4.0, 4.0)), rate)


def _narrowed(frames: Iterator["AudioFrame"], layout: str, rate: int) -> Iterator[tuple[float, Samples]]:
    """Frames as float32[N, channels] of one layout and rate, with their second.

    A stream may change what it is on the way, and a frame that is not converted must not be looked into: from eight
    channels on PyAV reads past the end of its planes.
    """
    import av
    from av.audio.resampler import AudioResampler

    converting: AudioResampler | None = None
    before = None
    for frame in frames:
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if converting is None or kind != before:
            converting, before = AudioResampler(format="fltp", layout=layout, rate=rate), kind
        try:
            parts = converting.resample(frame)
        except (av.FFmpegError, ValueError):
            converting = None
            continue
        for part in parts:
            if part.layout.name == layout:
                yield float(frame.time or 0.0), part.to_ndarray().T.astype(np.float32)


def _pictures(container: "InputContainer", video: "VideoStream") -> Iterator["VideoFrame"]:
    return _over_broken(container.demux(video), video.decode)


def _samples(container: "InputContainer", audio: "AudioStream") -> Iterator["AudioFrame"]:
    return _over_broken(container.demux(audio), audio.decode)


def _over_broken(packets: Iterator[Packet], decode: Callable[[Packet], list[Frame]]) -> Iterator[Frame]:
    """The frames of packets, over broken ones where the rest can still be read."""
    import av

    broken = 0
    while broken < _BROKEN_PACKETS:
        try:
            packet = next(packets, None)
            frames = decode(packet) if packet is not None else None
        except (av.FFmpegError, EOFError, ValueError):
            broken += 1
            continue
        if frames is None:
            return
        yield from frames


def pixels(frame: "VideoFrame") -> Picture:
    """A frame as it is to be seen: turned as the file says, its colours by the matrix it names, at most 1280x720."""
    from av.video.reformatter import Colorspace, Interpolation

    scale = min(1.0, math.sqrt(_MOST_SHOWN / (frame.width * frame.height)))
    width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    matrix = Colorspace.ITU601 if frame.colorspace in (5, 6) else Colorspace.ITU709
    how = Interpolation.AREA if scale < 1 else Interpolation.BICUBIC
    rgb = frame.reformat(width=width, height=height, format="rgb24", src_colorspace=matrix, interpolation=how)
    turned = np.rot90(rgb.to_ndarray(), k=round(frame.rotation / 90) % 4)
    return np.ascontiguousarray(turned, np.uint8)


def _stills(stream: BinaryIO, most: int) -> Iterator[Shown]:
    for number, picture in enumerate(stills(stream, most)):
        scale = min(1.0, math.sqrt(_MOST_STILL / (picture.width * picture.height)))
        if scale < 1:
            picture = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
        yield Shown(float(number), np.ascontiguousarray(picture, np.uint8))


def _of_one_size(shown: Iterator[Shown] | list[Shown]) -> Iterator[Shown]:
    """Those of the first one's size: a stream may change it on the way."""
    first = None
    for one in shown:
        first = one.picture.shape if first is None else first
        if one.picture.shape == first:
            yield one


def _seek(container: "InputContainer", second: float) -> None:
    import av

    try:
        container.seek(round(second * 1_000_000))
    except av.FFmpegError:
        return  # a file that cannot be searched is read on from where it stands


def _video(container: "InputContainer") -> "VideoStream | None":
    from av.stream import Disposition

    for one in container.streams.video:
        if one.codec_context is not None and not one.disposition & Disposition.attached_pic:
            return one
    return None


def _audio(container: "InputContainer") -> "AudioStream | None":
    return next((one for one in container.streams.audio if one.codec_context is not None), None)


def _seconds(container: "InputContainer") -> float | None:
    return container.duration / 1_000_000 if container.duration and container.duration > 0 else None


def _frames(container: "InputContainer", video: "VideoStream") -> int | None:
    if video.frames > 0:
        return video.frames
    seconds, rate = _seconds(container), float(video.average_rate or 0)
    return max(1, round(seconds * rate)) if seconds is not None and rate > 0 else None


def _kind(stream: BinaryIO) -> Kind:
    """A film or a still. Raises `BadInput` for anything else."""
    stream.seek(0)
    kind = kind_of(stream.read(HEAD))
    if kind in (Kind.HEIC, Kind.TIFF):
        raise BadInput(f"a {kind} picture is not decoded here; save it as JPEG or PNG, and hand that in")
    if kind is Kind.OTHER:
        raise BadInput("neither a film, a sound nor a picture")
    return kind
