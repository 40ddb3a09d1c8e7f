"""A source in memory over one real film, and the feed served over it."""

import hashlib
import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

import av
import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from feed.app import create_app
from feed.arrivals import Arrivals
from feed.source import (
    ClipShown,
    ConsentShown,
    GateShown,
    LikenessShown,
    LogShown,
    Media,
    MediaKind,
    NotChecked,
    Page,
    Provenance,
)
from feed.studio import StudioSource
from feed.visitors import Doors
from greenroom.domain.consents import Account
from greenroom.domain.verdicts import Gate, Outcome
from greenroom.errors import BadInput
from greenroom.settings import Settings
from ops.briefs import account
from ops.studio import WORK, Studio, open_studio
from pipelines.enrol import start
from tests.ops.verifying.planted import Consented, consented

WIDTH, HEIGHT, RATE, SECONDS = 426, 240, 24, 2
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Chelsea>Hello there.</v>\n"
PROMPTS = (
    "@chelsea chases a red ball through a sunny park and says “Hello there”",
    "<script>alert(1)</script> & two boxes fall",
    "A wide shot of a lake at dusk, wind in the trees",
)


class MemorySource:
    """Published clips in a list; `withdrawn` ids answer nothing."""

    def __init__(self, clips: list[ClipShown], film: bytes, poster: bytes) -> None:
        self.clips = clips
        self.withdrawn: set[str] = set()
        self._media = {
            MediaKind.VIDEO: _media(film, "video/mp4"),
            MediaKind.POSTER: _media(poster, "image/jpeg"),
            MediaKind.CAPTIONS: _media(CAPTIONS.encode(), "text/vtt"),
        }

    def page(self, cursor: str | None, limit: int) -> Page:
        visible = [clip for clip in self.clips if clip.id not in self.withdrawn]
        ids = [clip.id for clip in visible]
        if cursor is not None and cursor not in ids:
            raise BadInput("this cursor was never given", "Start from the first page.")
        start = ids.index(cursor) + 1 if cursor else 0
        rows = visible[start : start + limit]
        return Page(clips=tuple(rows), next=rows[-1].id if start + limit < len(visible) else None)

    def clip(self, clip_id: str) -> ClipShown | None:
        return next((clip for clip in self.clips if clip.id == clip_id and clip_id not in self.withdrawn), None)

    def provenance(self, clip_id: str) -> Provenance | None:
        clip = self.clip(clip_id)
        if clip is None:
            return None
        missing = {6: NotChecked(name="hash_lists", reason="no list is installed")}
        missing[7] = NotChecked(name="invisible_mark", reason="policy version 1 has none")
        return Provenance(
            prompt=clip.title,
            consents=tuple(
                ConsentShown(
                    likeness=shown.handle,
                    version=1,
                    audience="everyone",
                    attested_by="installation",
                    given_at=clip.published_at - timedelta(days=2),
                    receipt_sha256=hashlib.sha256(shown.handle.encode()).hexdigest(),
                )
                for shown in clip.likenesses
            ),
            generator="previz",
            model="previz 1",
            seed=7,
            run="2f1c8a54-5d37-4c6a-9a51-6d1f0c1f7f10",
            code_version="b7437db",
            policy_version=1,
            gates=tuple(
                GateShown(
                    number=gate,
                    name=gate.title,
                    outcome=Outcome.ALLOW,
                    not_checked=(missing[gate],) if gate in missing else (),
                )
                for gate in Gate
            ),
            manifest="urn:c2pa:a17e5f95-bd14-4a08-aa93-c928658cf9a1",
            log=LogShown(leaf=3, tree_size=9, root="ab" * 32, included=True),
        )

    def media(self, clip_id: str, kind: MediaKind) -> Media | None:
        clip = self.clip(clip_id)
        if clip is None or (kind is MediaKind.CAPTIONS and not clip.captions):
            return None
        return self._media[kind]


def _media(data: bytes, media_type: str) -> Media:
    return Media(data=data, media_type=media_type, sha256=hashlib.sha256(data).hexdigest())


@pytest.fixture(scope="session")
def film() -> tuple[bytes, bytes]:
    """A dusk with a falling sun: the MP4 (H.264 and AAC) and its poster (JPEG)."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    buffer, poster = io.BytesIO(), io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = container.add_stream("aac", rate=48000, layout="stereo")
        for number in range(RATE * SECONDS):
            picture = np.stack([60 + rows // 2, 70 + rows // 3, 150 - rows // 4], axis=-1).astype(np.uint8)
            picture[(rows - 60 - 2 * number) ** 2 + (columns - 120 - 3 * number) ** 2 < 900] = (255, 209, 102)
            picture[rows > 190 + 8 * np.sin(columns / 40)] = (24, 58, 44)
            if number == RATE // 2:
                Image.fromarray(picture).save(poster, "JPEG")
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode())
        tone = np.tile(0.1 * np.sin(2 * np.pi * 330 * np.arange(48000 * SECONDS) / 48000), (2, 1))
        samples = av.AudioFrame.from_ndarray(tone.astype(np.float32), format="fltp", layout="stereo")
        samples.sample_rate = 48000
        container.mux(sound.encode(samples))
        container.mux(sound.encode())
    return buffer.getvalue(), poster.getvalue()


@pytest.fixture
def source(film: tuple[bytes, bytes]) -> MemorySource:
    start = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    clips = [
        ClipShown(
            id=f"clip{number:09d}",
            title=PROMPTS[number % len(PROMPTS)],
            maker="mira",
            likenesses=(LikenessShown(handle="chelsea", species="cat"),) if number % 3 == 0 else (),
            published_at=start - timedelta(minutes=number),
            seconds=SECONDS,
            width=WIDTH,
            height=HEIGHT,
            captions=number != 2,
            parent="clip000000000" if number == 1 else None,
        )
        for number in range(14)
    ]
    return MemorySource(clips, *film)


@pytest.fixture
def address(source: MemorySource) -> Iterator[str]:
    """The feed on a port of its own, in this process."""
    with served(create_app(source)) as at:
        yield at


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """A real installation, which processes started by the feed find by the environment."""
    monkeypatch.setenv("GREENROOM_HOME", str(tmp_path / "home"))
    with open_studio(Settings.load()) as studio:
        yield studio


@pytest.fixture
def owner(studio: Studio) -> Account:
    return account(studio, "ada")


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """A cat's photograph, CC0."""
    path = tmp_path / "cat.jpg"
    with as_file(files("greenroom").joinpath("demo", "chelsea.png")) as chelsea, Image.open(chelsea) as picture:
        picture.convert("RGB").save(path)
    return path


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """An app on a port of its own, in this process; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


@pytest.fixture
def open_doors(studio: Studio) -> Iterator[str]:
    """The feed of `studio` with its doors, where enrolments are carried as `greenroom serve` carries them."""
    with (
        closing(Arrivals()) as arrivals,
        served(create_app(StudioSource(studio), Doors(studio, start, arrivals))) as at,
    ):
        yield at


@pytest.fixture
def clips_and_doors(source: MemorySource, studio: Studio) -> Iterator[str]:
    """The feed of clips in memory, with the doors of `studio`."""
    with closing(Arrivals()) as arrivals, served(create_app(source, Doors(studio, start, arrivals))) as at:
        yield at


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    """Over an installation. After each test, whatever happened in it: no file that was handed in is left."""
    doors = Doors(studio, lambda enrolment: None)
    yield TestClient(create_app(StudioSource(studio), doors), raise_server_exceptions=False)
    folder = studio.settings.home / WORK
    assert not folder.exists() or list(folder.rglob("*")) == []


@pytest.fixture
def cat(studio: Studio) -> Consented:
    return consented(studio, "chelsea")
