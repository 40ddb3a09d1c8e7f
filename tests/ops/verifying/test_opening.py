"""Opening strangers' files: by their bytes, and never anything that they name."""

import http.server
import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from PIL import Image

from greenroom.errors import BadInput
from ops.verifying.bounds import USUAL
from ops.verifying.boxes import encrypted
from ops.verifying.opening import HEAD, Kind, film, kind_of, regular
from ops.verifying.report import Check
from ops.verifying.sampling import outline, sounds, windows
from tests.ops.verifying.conftest import CLIP, House, Picture, scene, write


class Asked(http.server.HTTPServer):
    """A server that notes every address it is asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.paths: list[str] = []


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Asked)
        self.server.paths.append(self.path)
        self.send_error(404)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Asked]:
    with Asked() as found:
        thread = threading.Thread(target=found.serve_forever, daemon=True)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A film of the installation's own, that a stranger would like to see."""
    path = tmp_path / "secret.mp4"
    write(path, scene(12))
    return path


def playlists(secret: Path, server: Asked) -> dict[str, bytes]:
    address = f"http://127.0.0.1:{server.server_port}/piece.ts"
    hls = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n"
    dash = "<MPD><Period><AdaptationSet><BaseURL>{}</BaseURL></AdaptationSet></Period></MPD>"
    return {
        "hls of a file": hls.format(f"file://{secret}").encode(),
        "hls of an address": hls.format(address).encode(),
        "hls after a mark of order": b"\xef\xbb\xbf" + hls.format(address).encode(),
        "concat of a file": f"ffconcat version 1.0\nfile '{secret}'\n".encode(),
        "concat of an address": f"ffconcat version 1.0\nfile '{address}'\n".encode(),
        "subfile": f"subfile,,start,0,end,0,,:{secret}".encode(),
        "dash": dash.format(address).encode(),
        "sdp": f"v=0\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {server.server_port} RTP/AVP 96\n".encode(),
    }


@pytest.mark.parametrize("suffix", [".mp4", ".m3u8", ".txt"])
@pytest.mark.parametrize(
    "kind",
    [
        "hls of a file",
        "hls of an address",
        "hls after a mark of order",
        "concat of a file",
        "concat of an address",
        "subfile",
        "dash",
        "sdp",
    ],
)
def test_a_list_opens_no_other_file_and_no_address(
    tmp_path: Path, secret: Path, server: Asked, kind: str, suffix: str
) -> None:
    path = tmp_path / f"list{suffix}"
    path.write_bytes(playlists(secret, server)[kind])
    with regular(path) as stream, pytest.raises(BadInput):
        windows(stream, USUAL)
    assert server.paths == []


def test_libav_itself_refuses_what_our_look_at_the_first_bytes_lets_through(secret: Path, server: Asked) -> None:
    """The same lists, handed to libav past `kind_of`."""
    for data in playlists(secret, server).values():
        with pytest.raises(BadInput), film(io.BytesIO(data)):
            pass
    assert server.paths == []


def test_without_the_bounds_a_list_does_open_another_file(tmp_path: Path, secret: Path) -> None:
    """What the bounds are against: the same libav, asked plainly, reads the other file."""
    path = tmp_path / "list.txt"
    path.write_text(f"ffconcat version 1.0\nfile '{secret}'\n")
    with av.open(str(path), format="concat", options={"safe": "0"}) as container:
        assert container.streams.video[0].width == 320


def test_a_list_is_told_to_be_nothing(house: House, secret: Path, server: Asked) -> None:
    for number, data in enumerate(playlists(secret, server).values()):
        path = house.folder / f"{number}.mp4"
        path.write_bytes(data)
        report = house.verify(path)
        assert (report.verified, report.clip) == (False, None)
        assert report.answer.startswith("This cannot be looked at: ")
    assert server.paths == []


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(BadInput, match="not a regular file"):
        regular(pipe)


def test_a_codec_that_no_film_comes_in_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "odd.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("snow", rate=24, options={"strict": "experimental"})
        video.width, video.height, video.pix_fmt = 320, 180, "yuv420p"
        for picture in scene(3):
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode())
    with av.open(str(path)) as plainly:
        assert len(list(plainly.decode(video=0))) == 3
    with regular(path) as stream, pytest.raises(BadInput):
        windows(stream, USUAL)


def test_a_frame_that_is_too_large_is_not_decoded(tmp_path: Path) -> None:
    path = tmp_path / "wide.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("ffv1", rate=24)
        video.width, video.height, video.pix_fmt = 12000, 6000, "gray"
        container.mux(video.encode(av.VideoFrame(12000, 6000, "gray")))
        container.mux(video.encode())
    with regular(path) as stream, pytest.raises(BadInput):
        windows(stream, USUAL)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x20ftypisom", Kind.FILM),
        (b"\0\0\0\x20ftypavif", Kind.STILL),
        (b"\0\0\0\x20ftypmif1\0\0\0\0avifmif1miafMA1B", Kind.STILL),
        (b"\0\0\0\x20ftypmsf1\0\0\0\0msf1avisiso8", Kind.STILL),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Kind.HEIC),
        (b"\0\0\0\x14ftypmif1\0\0\0\0mif1avif", Kind.HEIC),  # after its end, it is no brand
        (b"\0\0\0\x20ftypheic\0\0\0\0mif1MiHEmiafMiHB", Kind.HEIC),
        (b"\0\0\0\x18ftypheix\0\0\0\0mif1heix", Kind.HEIC),
        (b"\0\0\0\x18ftyphevc\0\0\0\0msf1hevc", Kind.HEIC),
        (b"\0\0\0\x18ftypisom\0\0\0\0isomavif", Kind.FILM),
        (b"II*\0", Kind.TIFF),
        (b"MM\0*", Kind.TIFF),
        (b"\x1aE\xdf\xa3", Kind.FILM),
        (b"RIFF\0\0\0\0WAVE", Kind.FILM),
        (b"RIFF\0\0\0\0WEBP", Kind.STILL),
        (b"GIF89a", Kind.FILM),
        (b"\x89PNG\r\n\x1a\n", Kind.STILL),
        (b"  \n#EXTM3U", Kind.OTHER),
        (b"ffconcat version", Kind.OTHER),
    ],
)
def test_the_first_bytes_say_who_opens_it(head: bytes, kind: Kind) -> None:
    assert kind_of(head.ljust(HEAD, b"\0")) is kind


def branded(picture: Picture, major: bytes, others: bytes = b"avifmif1miafMA1B") -> bytes:
    """A picture as AVIF, whose brands say this."""
    data = io.BytesIO()
    Image.fromarray(picture).save(data, "AVIF", quality=90)
    found = data.getvalue()
    assert found[8:12] == b"avif"
    assert len(others) == len(found[16:32])
    return found[:8] + major + found[12:16] + others + found[32:]


@pytest.mark.parametrize("major", [b"avif", b"mif1", b"msf1"])
def test_a_still_under_the_name_of_its_container_is_seen_whole(house: House, major: bytes) -> None:
    """A marked picture, as libav would have taken for a film."""
    house.published(house.film(pictures=scene(24, 480, 270), marked=True))
    still = house.folder / "still.avif"
    still.write_bytes(branded(house.marked(scene(1, 480, 270))[0], major))
    with regular(still) as stream:
        found = outline(stream)
        (window,) = windows(stream, USUAL)
    assert (found.container, found.width, found.height, found.sound) == ("picture", 480, 270, False)
    assert [one.shape for one in window.pictures] == [(270, 480, 3)]
    assert house.verify(still).clip == CLIP


@pytest.mark.parametrize(
    ("name", "told"),
    [("heic", "HEIC"), ("mif1 of heic", "HEIC"), ("tiff", "TIFF")],
)
def test_a_picture_that_nothing_here_decodes_is_told_to_be_that_and_what_to_do(
    house: House, name: str, told: str
) -> None:
    file = house.folder / "photograph"
    match name:
        case "heic":
            file.write_bytes(branded(scene(1)[0], b"heic", b"mif1heicmiafMiHB"))
        case "mif1 of heic":
            file.write_bytes(branded(scene(1)[0], b"mif1", b"mif1heicmiafMiHB"))
        case _:
            Image.fromarray(scene(1)[0]).save(file, "TIFF")
    for look in (outline, lambda stream: windows(stream, USUAL), lambda stream: sounds(stream, USUAL)):
        with regular(file) as stream, pytest.raises(BadInput, match=f"a {told} picture is not decoded here"):
            look(stream)
    report = house.verify(file)
    assert (report.verified, report.clip, report.withdrawn) == (False, None, None)
    assert report.invisible.state is Check.NOT_CHECKED
    assert report.answer.startswith(
        f"This cannot be looked at: a {told} picture is not decoded here; save it as JPEG or PNG, and hand that in."
    )
    assert "Nothing leads" not in report.answer


def test_an_ordinary_film_is_not_encrypted(secret: Path) -> None:
    with regular(secret) as stream:
        assert not encrypted(stream)
        assert outline(stream).picture
