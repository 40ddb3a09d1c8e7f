"""Opening a stranger's file: by its bytes, never by its name, and so that it can make us open nothing else.

libav is handed the bytes and no name. A playlist, a "concat" list or a reference inside it would have to be opened by a
protocol, and none is allowed; and only containers and codecs that films really come in are tried at all, since the
obscure ones are where its faults are found.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from greenroom.errors import BadInput

if TYPE_CHECKING:
    from av.container import InputContainer
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

_CONTAINERS = "mov,matroska,gif,avi,flv,mpegts,wav,w64,aiff,flac,ogg,mp3,aac"
_CODECS = (
    "h264,hevc,av1,libdav1d,vp8,vp9,libvpx,libvpx-vp9,mpeg4,mpeg1video,mpeg2video,h263,flv,msmpeg4,msmpeg4v2,mjpeg,gif,png,"
    "prores,dnxhd,ffv1,huffyuv,ffvhuff,utvideo,theora,qtrle,rawvideo,zmbv,"
    "aac,mp1float,mp2float,mp3float,mp3,opus,libopus,vorbis,flac,alac,ac3,eac3,amrnb,amrwb,adpcm_ms,adpcm_ima_wav,"
    "adpcm_ima_qt,pcm_alaw,pcm_mulaw,pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,"
    "pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be"
)
_MOST_PIXELS = 8192 * 4320  # of one frame: above it is no film, but an attempt on memory
_MOST_STILL = 120_000_000  # pixels of a picture: more than any camera's
_TOO_LARGE = f"a picture of more than {_MOST_STILL // 1_000_000} million pixels is too large to be looked at"
_BUFFER = 1 << 18  # bytes that libav asks for at a time
_STILLS = ("PNG", "JPEG", "WEBP", "AVIF", "BMP")
_LISTED = {  # of nothing that libav is asked to open may it open anything else
    "protocol_whitelist": "none",
    "format_whitelist": _CONTAINERS,
    "codec_whitelist": _CODECS,
    "max_streams": "64",
}
_CODING = {"codec_whitelist": _CODECS, "max_pixels": str(_MOST_PIXELS)}


HEAD = 64  # bytes of a file by which it is told what it is
_AVIF = (b"avif", b"avis")  # brands of ISO base media files (ISO/IEC 14496-12, 23008-12)
_OF_PICTURES = (b"mif1", b"msf1", b"mif2", b"miaf")  # pictures in some codec, which another brand names
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"heif")


class Kind(StrEnum):
    FILM = "film"  # moving pictures, sound, or both
    STILL = "still"
    HEIC = "HEIC"  # a still that nothing here decodes: libav would take it for a film of its first tile
    TIFF = "TIFF"
    OTHER = "other"  # nothing that can carry a mark


def regular(path: Path) -> BufferedReader:
    """The file, for reading. Raises `BadInput` for what is none (a pipe would be waited for), empty or unreadable."""
    name = os.fsencode(path.name).decode(errors="replace")
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise BadInput(f"{name}: there is no such file") from error
    except (OSError, ValueError) as error:
        raise BadInput(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size == 0:
        os.close(descriptor)
        raise BadInput(f"{name}: " + ("the file is empty" if stat.S_ISREG(found.st_mode) else "not a regular file"))
    return os.fdopen(descriptor, "rb")


def kind_of(head: bytes) -> Kind:
    """What a file is by its first `HEAD` bytes, as far as it decides who opens it."""
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return Kind.TIFF
    stills = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM")
    if head.startswith(stills) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return Kind.STILL
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return Kind.OTHER if text.startswith((b"#EXT", b"ffconcat", b"<", b"%PDF", b"PK\x03\x04")) else Kind.FILM


def _by_brand(head: bytes) -> Kind:
    """A file of one of the many formats that its brands tell apart: the first says what it is best read as."""
    major, end = head[8:12], min(int.from_bytes(head[:4]), len(head))
    others = [head[place : place + 4] for place in range(16, end - 3, 4)]
    if major in _AVIF or (major in _OF_PICTURES and any(one in _AVIF for one in others)):
        return Kind.STILL
    return Kind.HEIC if major in (*_HEIC, *_OF_PICTURES) else Kind.FILM


class _Nameless:
    """A stream that libav can read and seek in, and cannot learn a name from."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


@contextmanager
def film(stream: BinaryIO) -> Iterator["InputContainer"]:
    """The stream, demuxed, with its decoders held to `_CODECS`. Raises `BadInput` for what libav cannot open."""
    import av

    stream.seek(0)
    try:
        # PyAV asks no more of a file than `_Nameless` has, whatever its annotation says
        container = av.open(_Nameless(stream), "r", options=_LISTED, metadata_errors="ignore", buffer_size=_BUFFER)
    except (av.FFmpegError, ValueError, EOFError) as error:
        raise BadInput(f"neither a film nor a sound that can be opened: {_first_words(error)}") from error
    with container:
        for one in (*container.streams.video, *container.streams.audio):
            if one.codec_context is not None:
                one.codec_context.options = dict(_CODING)
                one.codec_context.thread_count = 2
        yield container


def stills(stream: BinaryIO, most: int) -> Iterator["Image"]:
    """The picture, turned as its camera was held, RGB; of one that moves, up to `most` pictures. Raises `BadInput`."""
    from PIL import ImageOps, ImageSequence

    with _still(stream) as picture:
        for frame in islice(ImageSequence.Iterator(picture), most):
            yield ImageOps.exif_transpose(frame).convert("RGB")


def size_of_still(stream: BinaryIO) -> tuple[int, int]:
    """Width and height of a picture, before it is decoded. Raises `BadInput`."""
    with _still(stream) as picture:
        return picture.size


@contextmanager
def _still(stream: BinaryIO) -> Iterator["ImageFile"]:
    from PIL import Image

    stream.seek(0)
    try:
        with Image.open(stream, formats=_STILLS) as picture:
            if picture.width * picture.height > _MOST_STILL:
                raise BadInput(_TOO_LARGE)
            yield picture
    except Image.DecompressionBombError as error:
        raise BadInput(_TOO_LARGE) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise BadInput(f"no picture that can be opened: {_first_words(error)}") from error


def _first_words(error: BaseException) -> str:
    """What a library says, without the place in memory or the name it gave the stream."""
    return str(error).splitlines()[0].replace("'<none>'", "it")[:200] if str(error) else type(error).__name__
