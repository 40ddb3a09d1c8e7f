"""Files that are broken, huge, locked or hostile: a clear answer, within bounds, and never a crash."""

import json
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import av
import c2pa
import numpy as np
import pytest
from PIL import Image

from feed.verifying import headline
from ops.credentials.chain import Trust
from ops.credentials.offline import context
from ops.credentials.reading import State
from ops.verify import verify_file
from ops.verifying.bounds import USUAL, Bounds
from ops.verifying.found import Asked, Ended, Found, ToHold, ToRead, Why
from ops.verifying.readers import Reader, Readers
from ops.verifying.report import Check, Source
from ops.verifying.worker import Question
from tests.ops.verifying.conftest import CLIP, RATE, House, read, scene, tone, write

NOWHERE = "https://manifests.example/one.c2pa"
_CREATED = {
    "action": "c2pa.created",
    "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
}


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.97])
def test_truncated(house: House, share: float) -> None:
    film = house.published(house.film())
    cut = house.folder / "cut.mp4"
    cut.write_bytes(film.read_bytes()[: int(share * film.stat().st_size)])
    report = house.verify(cut, marks=False)
    assert not report.verified
    assert report.answer


def test_encrypted(house: House) -> None:
    locked = house.folder / "locked.mp4"
    options = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": "00" * 16, "encryption_kid": "11" * 16}
    with av.open(str(locked), "w", options=options) as container:
        video = container.add_stream("libx264", rate=RATE)
        video.width, video.height, video.pix_fmt = 320, 180, "yuv420p"
        for picture in scene(12):
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode())
    report = house.verify(locked, marks=False)
    assert report.answer == "This is encrypted: neither its picture nor its sound can be looked at."
    assert not report.verified


def test_4k(house: House) -> None:
    film = house.folder / "4k.mp4"
    write(film, scene(6, 3840, 2160), preset="ultrafast")
    report = house.verify(film)
    assert report.invisible.state is Check.MISSING
    assert "Nothing leads from this to a clip" in report.answer


def test_two_hours_are_looked_at_in_windows(house: House) -> None:
    film = house.folder / "long.mp4"
    with av.open(str(film), "w") as container:
        video = container.add_stream("libx264", rate=2, options={"preset": "ultrafast", "g": "60"})
        video.width, video.height, video.pix_fmt = 160, 90, "yuv420p"
        for number in range(2 * 7200):
            grey = np.full((90, 160, 3), number % 200 + 20, np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(video.encode())
    report = house.verify(film)
    assert report.invisible.picture is not None
    assert report.invisible.picture.state is Check.MISSING
    assert "Of its 120 minutes only parts were looked at." in report.answer


@pytest.mark.parametrize(
    ("name", "size", "frames"), [("odd", (321, 181), 12), ("one frame", (320, 180), 1), ("tiny", (16, 16), 3)]
)
def test_odd_sizes_and_lengths(house: House, name: str, size: tuple[int, int], frames: int) -> None:
    film = house.folder / f"{name}.mkv"
    with av.open(str(film), "w") as container:
        video = container.add_stream("ffv1", rate=RATE)
        video.width, video.height, video.pix_fmt = *size, "bgr0"
        for picture in scene(frames, *size):
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode())
    report = house.verify(film)
    assert report.invisible.picture is not None
    assert report.invisible.picture.state is Check.MISSING
    assert "Nothing leads from this to a clip" in report.answer


def test_silent_and_sound_only(house: House) -> None:
    film, sound = house.folder / "silent.mp4", house.folder / "sound.wav"
    write(film, scene(12), np.zeros((24000, 2), np.float32))
    assert "Nothing leads from this to a clip" in house.verify(film).answer
    with av.open(str(sound), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48000, layout="stereo")
        whole = np.ascontiguousarray((tone(1) * 32767).astype(np.int16).reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="stereo")
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
    report = house.verify(sound)
    assert report.invisible.sound is not None
    assert report.invisible.sound.state is Check.MISSING


@pytest.mark.parametrize(
    "data",
    [b"\0", b"\0" * 5000, b"\xff" * 5000, b"%PDF-1.7\n", b"PK\x03\x04" + b"\0" * 64, b"<svg/>", "Grüße".encode()],
    ids=["one byte", "zeros", "ones", "pdf", "zip", "svg", "text"],
)
def test_no_media_at_all(house: House, data: bytes) -> None:
    file = house.folder / "file.mp4"
    file.write_bytes(data)
    report = house.verify(file, marks=False)
    assert (report.verified, report.clip) == (False, None)
    assert report.answer.startswith("This cannot be looked at: ")


def test_a_picture_that_would_fill_the_memory(house: House) -> None:
    """A PNG of a few kilobytes that says it has 10 thousand million pixels, and one that has 400 million."""
    bomb = house.folder / "bomb.png"
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    bomb.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + b"\0" * 4)
    assert house.verify(bomb, marks=False).answer.startswith("This cannot be looked at: ")
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert "too large to be looked at" in house.verify(bomb, marks=False).answer


def test_a_film_whose_frames_would_fill_the_memory(house: House) -> None:
    """Over its bound of memory the process that reads ends, and what it had read by then counts."""
    film = house.folder / "film.mp4"
    write(film, scene(24, 1280, 720), preset="ultrafast")
    report = house.verify(film, USUAL.model_copy(update={"memory": 60_000_000}), marks=False)
    assert not report.verified
    assert report.answer


# manifests


def signed(
    house: House, source: Path, target: Path, thumbnail: bytes = b"", remote: str | None = None, parents: int = 0
) -> bytes:
    """A film with a manifest that no pipeline of ours makes."""
    definition: dict[str, object] = {
        "claim_generator_info": [{"name": "somebody", "version": "1"}],
        "title": "x",
        "format": "video/mp4",
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [_CREATED]}}],
    }
    if thumbnail:
        definition["thumbnail"] = {"format": "image/jpeg", "identifier": "thumbnail"}
    signer = c2pa.Signer.from_callback(house.chain.sign, c2pa.C2paSigningAlg.ES256, house.chain.certificates, None)
    with (
        context(Trust(house.chain.root)) as trust,
        c2pa.Builder(json.dumps(definition), context=trust) as builder,
        source.open("rb") as film,
        target.open("w+b") as out,
    ):
        if thumbnail:
            import io

            builder.add_resource("thumbnail", io.BytesIO(thumbnail))
        if remote is not None:
            builder.set_no_embed()
            builder.set_remote_url(remote)
        for number in range(parents):
            with source.open("rb") as parent:
                builder.add_ingredient(
                    json.dumps({"title": f"part {number}", "relationship": "componentOf"}), "video/mp4", parent
                )
        return bytes(builder.sign(signer, "video/mp4", film, out))


def test_a_manifest_elsewhere_is_never_fetched(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    film = house.folder / "remote.mp4"
    signed(house, house.film(), film, remote=NOWHERE)
    assert NOWHERE.encode() in film.read_bytes()
    report = house.verify(film, marks=False)
    assert report.credentials.state is State.ABSENT
    assert report.credentials.failures[0].startswith("remote.not_fetched")
    assert "They" not in report.answer
    assert "they were not fetched" in report.answer


def test_a_manifest_of_50_megabytes(house: House) -> None:
    film = house.folder / "big.mp4"
    signed(house, house.film(), film, thumbnail=np.random.default_rng(1).bytes(50_000_000))
    assert film.stat().st_size > 50_000_000
    report = house.verify(film, marks=False)
    assert report.credentials.state is State.TRUSTED
    assert (report.verified, report.clip) == (False, None)


def test_a_manifest_with_hundreds_of_ingredients(house: House) -> None:
    film, plain = house.folder / "many.mp4", house.film()
    signed(house, plain, film, parents=300)
    report = house.verify(film, marks=False)
    assert not report.verified
    assert len(report.credentials.ingredient_failures) <= 32


def test_an_ingredient_that_names_itself(house: House) -> None:
    """The parent's place in the store is overwritten with the manifest's own name: whoever follows it comes round."""
    parent = house.published(house.film())
    remix = house.published(house.film("0remxremxremx"), "0remxremxremx", parent=parent)
    own, above = (house.records.known[clip].manifest.encode() for clip in ("0remxremxremx", CLIP))
    data = remix.read_bytes()
    assert data.count(above) > 1
    for times in (1, data.count(above)):
        loop = house.folder / "loop.mp4"
        loop.write_bytes(data.replace(above, own, times))
        report = house.verify(loop, marks=False)
        assert not report.verified
        assert report.answer


@pytest.mark.parametrize("depth", [10, 1000, 100_000])
def test_boxes_within_boxes(house: House, depth: int) -> None:
    """A manifest store whose boxes hold each other, and nothing else."""
    film = house.published(house.film()).read_bytes()
    at = film.index(b"uuid\xd8\xfe\xc3\xd6") - 4
    nested = b""
    for _ in range(min(depth, 5000)):
        nested = struct.pack(">I", len(nested) + 8) + b"jumb" + nested
    if depth > 5000:
        nested = struct.pack(">I", 8) + b"jumb"
        nested = nested * depth
    head = film[at + 8 : at + 8 + 16 + 4 + 9]  # uuid, version and flags, purpose: "manifest" and its zero
    body = head + b"\0" * 8 + nested
    bomb = house.folder / "nested.mp4"
    bomb.write_bytes(film[:at] + struct.pack(">I", len(body) + 8) + b"uuid" + body + film[at:])
    report = house.verify(bomb, marks=False)
    assert not report.verified
    assert report.answer


def test_a_copy_of_a_hostile_copy_is_read_after_it(house: House) -> None:
    """Whatever a file did to the process that read it, the next one is read as ever."""
    film = house.published(house.film())
    rng = np.random.default_rng(3)
    for _ in range(5):
        data = bytearray(film.read_bytes())
        for place in rng.integers(0, len(data), 200):
            data[place] = rng.integers(0, 256)
        broken = house.folder / "broken.mp4"
        broken.write_bytes(data)
        assert not house.verify(broken, marks=False).verified
    assert house.verify(film).verified
    assert read(film)


def test_a_long_strip_is_not_searched(house: House) -> None:
    """A search costs by the shape: that of this one would take minutes."""
    strip = house.folder / "strip.png"
    Image.fromarray(np.tile(scene(1, 96, 64)[0], (120, 1, 1))).save(strip)
    report = house.verify(strip)
    assert report.invisible.picture is not None
    assert report.invisible.picture.state is Check.MISSING
    assert "Not everything was looked at" not in report.answer


def test_compiled_code_may_be_kept_elsewhere(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "compiled"))
    still = house.folder / "still.png"
    Image.fromarray(scene(1, 160, 90)[0]).save(still)
    readers = Readers(at_once=1)
    for _ in range(2):
        report = verify_file(still, house.records, tmp_path, readers=readers)
        assert report.invisible.picture is not None
        assert report.invisible.picture.state is Check.MISSING
        readers.close()


class Hurried(Reader):
    """A reader that has no time for one kind of question."""

    def __init__(self, kind: type[Asked]) -> None:
        super().__init__()
        self._kind = kind

    def ask(self, question: Question) -> Found:
        if isinstance(question, self._kind):
            question = question.model_copy(update={"bounds": Bounds(seconds=0.0)})
        return super().ask(question)


@pytest.fixture
def hurried(request: pytest.FixtureRequest) -> Iterator[Readers]:
    readers = Readers(1, lambda: Hurried(request.param))
    yield readers
    readers.close()


@pytest.mark.parametrize("hurried", [ToRead, ToHold], indirect=True)
def test_a_published_file_that_could_not_be_read_to_its_end_is_not_called_another(
    house: House, hurried: Readers
) -> None:
    """On a busy machine a reading is ended, and no file is to blame for that."""
    report = verify_file(house.published(house.film()), house.records, house.folder, readers=hurried)
    assert (report.verified, report.clip, report.resolved_by) == (False, CLIP, Source.BYTES)
    assert report.answer.startswith(f"This is clip {CLIP}, byte for byte as it was published here, but")
    assert "Not everything was looked at: reading it took longer than a file may take." in report.answer
    assert "it is not the file" not in report.answer
    assert headline(report) == ("Made here, but not confirmed", "hold")


@pytest.mark.parametrize("hurried", [ToHold], indirect=True)
def test_what_could_not_be_compared_in_time_says_so(house: House, hurried: Readers) -> None:
    report = verify_file(house.published(house.film()), house.records, house.folder, readers=hurried)
    assert report.visible.reason == "reading it took longer than a file may take"
    assert report.disagreements == ("label: reading it took longer than a file may take",)


def test_a_search_that_ends_well_does_not_hide_that_the_reading_did_not(house: House) -> None:
    class Halved(Reader):
        def ask(self, question: Question) -> Found:
            found = super().ask(question)
            cut = Ended(why=Why.MEMORY)
            return found.model_copy(update={"ended": cut}) if isinstance(question, ToRead) else found

    film, readers = house.film(marked=False), Readers(1, Halved)
    report = verify_file(film, house.records, house.folder, readers=readers)
    readers.close()
    assert report.invisible.picture is not None
    assert report.invisible.picture.state is Check.MISSING
    assert "Not everything was looked at: reading it took more memory than a file may take." in report.answer


def test_a_name_may_be_any_bytes(house: House) -> None:
    """A file system keeps bytes; a name in Latin-1 is no text in UTF-8."""
    named = Path(os.fsdecode(os.fsencode(house.folder) + b"/caf\xe9 %41.mp4"))
    named.write_bytes(house.published(house.film()).read_bytes())
    report = house.verify(named, marks=False)
    assert report.disagreements == ()
    assert (report.verified, report.edited) == (True, False)
    empty = Path(os.fsdecode(os.fsencode(house.folder) + b"/\xff.mp4"))
    empty.touch()
    assert "the file is empty" in json.loads(house.verify(empty).model_dump_json())["answer"]
