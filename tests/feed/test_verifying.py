"""The verify page and its API: the verdict in words first, nothing kept of what is handed in, nothing told of anyone
whose clip was withdrawn."""

import asyncio
import io
import itertools
import socket
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi import Request
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from starlette.exceptions import HTTPException

from feed import uploads
from feed.app import create_app
from feed.soft_bindings import PREFIX
from feed.studio import StudioSource
from feed.visitors import LARGEST_FORM, BoundedRoute, Doors
from greenroom.domain.clips import Publication
from ops.studio import WORK, Studio
from tests.ops.verifying.conftest import scene, tone
from tests.ops.verifying.planted import Consented, published, withdraw


@pytest.fixture
def clip(studio: Studio, cat: Consented) -> Publication:
    return published(studio, scene(24), tone(1.0), (cat,), prompt="@chelsea <b>chases</b> a red ball")


@pytest.fixture
def film(studio: Studio, clip: Publication) -> bytes:
    return studio.get(clip.marked.file)


def picture() -> bytes:
    data = io.BytesIO()
    Image.fromarray(scene(1, seed=99)[0]).save(data, "PNG")
    return data.getvalue()


def test_the_page_asks_for_a_file_without_a_script(client: TestClient) -> None:
    page = client.get("/verify")
    assert page.status_code == 200
    assert 'enctype="multipart/form-data"' in page.text
    assert "<script" not in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert 'href="/verify"' in client.get("/").text


def test_a_published_file_is_told_in_words_and_leads_to_its_clip(
    client: TestClient, film: bytes, clip: Publication
) -> None:
    page = client.post("/verify", files={"file": ("any name.bin", film)})
    assert page.status_code == 200
    assert "Made here, and unaltered" in page.text
    assert "not a byte was changed" in page.text
    assert "@mira made it with previz 1" in page.text
    assert f'href="/clips/{clip.clip}"' in page.text
    assert "&lt;b&gt;chases&lt;/b&gt;" in page.text
    assert "<b>chases" not in page.text
    verdict, marks = page.text.index("Made here"), page.text.index("What was looked for")
    assert verdict < marks
    told = client.post("/api/verify", content=film).json()
    assert (told["verified"], told["clip"], told["withdrawn"], told["edited"]) == (True, clip.clip, False, False)
    assert told["origin"]["consents"][0]["likeness"] == "chelsea"


def test_a_withdrawn_clip_is_told_to_be_that_and_nothing_of_anyone(
    client: TestClient, studio: Studio, film: bytes, cat: Consented, clip: Publication
) -> None:
    withdraw(studio, cat)
    page = client.post("/verify", files={"file": ("a.mp4", film)}).text
    told = client.post("/api/verify", content=film)
    assert (told.json()["withdrawn"], told.json()["verified"]) == (True, False)
    assert ">Withdrawn</h1>" in page
    for secret in ("mira", "chelsea", "red ball", "previz", "everyone", clip.marked.manifest, clip.brief):
        assert secret not in page
        assert secret not in told.text
    assert f'href="/clips/{clip.clip}"' not in page


def test_a_file_from_elsewhere_is_unknown(client: TestClient, clip: Publication) -> None:
    page = client.post("/verify", files={"file": ("a.png", picture(), "image/png")}).text
    assert ">Unknown here</h1>" in page
    assert "That says nothing about whether it is real" in page


def test_what_is_no_file_is_asked_for_again(client: TestClient) -> None:
    for sent in ({"other": ("a", b"x")}, {"file": ("", b"")}):
        answer = client.post("/verify", files=sent)
        assert answer.status_code == 400
        assert "No file came with this" in answer.text
    assert client.post("/api/verify", content=b"").json()["error"].startswith("No file came")


def test_a_file_that_is_too_large_is_refused_as_soon_as_that_shows(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 1000)
    monkeypatch.setattr(uploads, "_HEADERS", 0)
    assert client.post("/api/verify", content=b"x" * 1001).status_code == 413

    def unsized() -> Iterator[bytes]:
        yield from (b"x" * 400 for _ in range(9))

    assert client.post("/api/verify", content=unsized()).status_code == 413
    page = client.post("/verify", files={"file": ("a", b"x" * 5000)})
    assert page.status_code == 413
    assert "/static/feed.css" in page.text


def test_more_files_at_once_than_there_is_room_for_are_told_to_wait(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads.Uploads, "_place", uploads.Uploads(studio, at_once=0)._place)
    client = TestClient(create_app(StudioSource(studio), Doors(studio, lambda enrolment: None)))
    assert client.post("/api/verify", content=b"x").status_code == 503


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=300) | st.sampled_from([b"\r\n--x", b"--x--", b"\r\n--xy\r\n", b"\r\n--x\r\n" * 3]),
    cuts=st.lists(st.integers(0, 800), max_size=20),
    before=st.booleans(),
)
def test_a_form_gives_the_same_file_however_it_is_cut(
    tmp_path: Path, content: bytes, cuts: list[int], before: bool
) -> None:
    """The boundary is one that the content does not hold, as RFC 2046 asks of who writes it."""
    line = b"b0undary" + b64encode(content).replace(b"=", b"")[:20].replace(b"/", b"_")
    if b"\r\n--" + line in content:
        return
    other = b'--%b\r\nContent-Disposition: form-data; name="note"\r\n\r\n%b\r\n' % (line, b"hello" * 9)
    head = b'--%b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nX: y\r\n\r\n' % line
    body = (other if before else b"") + head + content + b"\r\n--%b--\r\n" % line
    edges = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})

    async def pieces() -> AsyncIterator[bytes]:
        for start, end in itertools.pairwise(edges):
            yield body[start:end]

    async def gathered() -> bytes:
        return b"".join([piece async for piece in uploads._part(pieces(), line.decode())])

    assert asyncio.run(gathered()) == content


@pytest.mark.parametrize("kind", ["application/octet-stream", "multipart/form-data; boundary=b"])
def test_a_file_that_only_trickles_gives_its_place_back(
    open_doors: str, studio: Studio, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Else a few connections, a byte now and then on each, would close the verifier for everybody."""
    monkeypatch.setattr(uploads, "_PAUSE", 0.5)
    with socket.create_connection((urlsplit(open_doors).hostname, urlsplit(open_doors).port), timeout=0.1) as visitor:
        visitor.sendall(f"POST /api/verify HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n".encode())
        visitor.sendall(b"Content-Length: 5000000\r\n\r\n")
        answer = b""
        for _ in range(200):
            if answer:
                break
            visitor.sendall(b"x")
            with suppress(TimeoutError):
                answer = visitor.recv(100)
    assert answer.startswith(b"HTTP/1.1 408 ")
    folder = studio.settings.home / WORK
    until(lambda: list(folder.rglob("*")) == [])


def test_a_file_that_comes_steadily_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each pause is shorter than may be, and all of them together are longer."""
    monkeypatch.setattr(uploads, "_PAUSE", 0.4)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(8):
            await asyncio.sleep(0.1)
            yield bytes(32 * 1024)

    async def gathered() -> int:
        return sum([len(piece) async for piece in uploads._paced(pieces())])

    assert asyncio.run(gathered()) == 8 * 32 * 1024


def test_one_visitor_does_not_take_all_places(studio: Studio) -> None:
    found = uploads.Uploads(studio)

    def place(host: str) -> AbstractContextManager[None]:
        return found._place(uploads._visitor(Request({"type": "http", "client": (host, 9)})))

    with place("203.0.113.7"), place("::ffff:203.0.113.7"):
        with pytest.raises(HTTPException) as refused, place("203.0.113.7"):
            pass
        assert refused.value.status_code == 429
        with place("2001:db8::1"), place("2001:db8::2"):
            with pytest.raises(HTTPException), place("2001:db8::3"):
                pass
            with place("2001:db8:0:1::3"):
                pass
    with place("203.0.113.7"):
        pass
    with place("127.0.0.1"), place("127.0.0.1"), place("127.0.0.1"):  # a web server before this one
        pass


def test_a_form_that_goes_on_before_its_file_is_refused(client: TestClient) -> None:
    note = b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\n%b\r\n'
    file = b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nit\r\n--b--\r\n'
    kind = {"content-type": "multipart/form-data; boundary=b"}
    assert client.post("/api/verify", content=note % b"x" * 9 + file, headers=kind).status_code == 200
    assert client.post("/api/verify", content=note % b"x" * 99 + file, headers=kind).status_code == 400

    async def pieces() -> AsyncIterator[bytes]:
        yield note % bytes(100)
        for _ in range(100):
            yield bytes(1024)
        pytest.fail("it is read to its end")

    async def gathered() -> None:
        async for _ in uploads._part(pieces(), "b"):
            pass

    with pytest.raises(HTTPException, match=uploads.NO_FILE):
        asyncio.run(gathered())


def test_a_form_that_is_cut_short_is_no_file(client: TestClient) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf of it'
    answer = client.post("/api/verify", content=body, headers={"content-type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 400
    assert "cut short" in answer.json()["error"]


def test_a_visitor_who_leaves_halfway_leaves_nothing(open_doors: str, studio: Studio) -> None:
    """A real connection, closed in the middle of a file."""
    folder = studio.settings.home / WORK
    with socket.create_connection((urlsplit(open_doors).hostname, urlsplit(open_doors).port)) as visitor:
        visitor.sendall(b"POST /api/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n" + b"x" * 100_000)
        until(lambda: folder.exists() and list(folder.rglob("file")) != [])
    until(lambda: list(folder.rglob("*")) == [])


@pytest.mark.parametrize("path", [f"{PREFIX}/matches/byBinding", "/api/enrol/no-link/begin"])
def test_words_that_do_not_end_are_refused_as_soon_as_that_shows(open_doors: str, path: str) -> None:
    """A body that the framework reads whole, before anyone asks who sent it."""
    at = urlsplit(open_doors)
    with socket.create_connection((at.hostname, at.port), timeout=20) as visitor:
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {10**9}\r\n\r\n"
        visitor.sendall(head.encode() + b'{"alg": "' + b"x" * 2 * LARGEST_FORM)
        assert visitor.recv(100).startswith(b"HTTP/1.1 413 ")


def test_no_route_lets_the_framework_read_a_body_without_a_bound(studio: Studio) -> None:
    app = create_app(StudioSource(studio), Doors(studio, lambda enrolment: None))
    reading = [one for one in routes(app.routes) if one.body_field is not None]
    assert len(reading) >= 4
    assert [one.path for one in reading if not isinstance(one, BoundedRoute)] == []


def routes(found: Iterable[object]) -> Iterator[APIRoute]:
    for one in found:
        if isinstance(one, APIRoute):
            yield one
        elif (included := getattr(one, "original_router", None)) is not None:
            yield from routes(included.routes)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
