"""The feed over HTTP: pages, JSON, ranges, what is escaped, what is forbidden, and what is gone."""

from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feed.app import create_app
from feed.source import MediaKind, Page

if TYPE_CHECKING:
    from tests.feed.conftest import MemorySource

CLIP = "clip000000000"


@pytest.fixture
def client(source: "MemorySource") -> TestClient:
    return TestClient(create_app(source), raise_server_exceptions=False)


def test_a_page_shows_twelve_clips_and_leads_to_the_rest(client: TestClient) -> None:
    first = client.get("/")
    assert first.status_code == 200
    assert first.text.count("<article") == 12
    second = client.get("/?cursor=clip000000011")
    assert second.text.count("<article") == 2
    assert 'rel="next"' in first.text
    assert 'rel="next"' not in second.text


def test_a_card_shows_maker_likeness_label_and_provenance(client: TestClient) -> None:
    text = client.get(f"/clips/{CLIP}").text
    for fact in (
        "@mira",
        "@chelsea",
        ">AI</span>",
        "everyone, version 1",
        "previz 1",
        "leaf 3 of 9",
        "urn:c2pa:a17e5f95",
    ):
        assert fact in text
    for gate in ("consent", "prompt", "storyboard", "take", "dialogue", "safety", "marks", "publication"):
        assert f'<span class="gate">{gate}</span>' in text
    assert "invisible mark: policy version 1 has none" in text
    assert 'kind="captions"' in text


def test_a_clip_without_captions_has_no_track(client: TestClient) -> None:
    assert "<track" not in client.get("/clips/clip000000002").text
    assert client.get("/media/clip000000002/captions.vtt").status_code == 404


def test_without_a_log_proof_nothing_is_ticked(
    client: TestClient, source: "MemorySource", monkeypatch: pytest.MonkeyPatch
) -> None:
    proved = source.provenance(CLIP)
    assert proved is not None
    assert 'class="tick"' in client.get(f"/clips/{CLIP}").text
    monkeypatch.setattr(source, "provenance", lambda clip_id: proved.model_copy(update={"log": None}))
    text = client.get(f"/clips/{CLIP}").text
    assert 'class="tick"' not in text
    assert "log proof missing" in text


def test_what_people_wrote_is_escaped(client: TestClient) -> None:
    text = client.get("/").text
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; two boxes fall" in text


def test_a_withdrawn_clip_is_gone_from_the_next_request_on(client: TestClient, source: "MemorySource") -> None:
    paths = [f"/clips/{CLIP}", f"/api/clips/{CLIP}", *(f"/media/{CLIP}/{kind}" for kind in MediaKind)]
    tag = client.get(paths[2]).headers["etag"]
    assert [client.get(path).status_code for path in paths] == [200] * 5
    source.withdrawn.add(CLIP)
    assert [client.get(path).status_code for path in paths] == [404] * 5
    assert client.get(paths[2], headers={"If-None-Match": tag}).status_code == 404
    assert CLIP not in [clip["id"] for clip in client.get("/api/clips").json()["clips"]]


@pytest.mark.parametrize(
    "path", ["/", f"/clips/{CLIP}", "/none", "/clips/none", "/static/feed.css", f"/media/{CLIP}/clip.mp4"]
)
def test_every_answer_forbids_scripts_frames_and_sniffing(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "private, no-cache"


def test_nothing_on_a_page_comes_from_elsewhere(client: TestClient) -> None:
    for path in ("/", f"/clips/{CLIP}", "/none"):
        assert "http://" not in client.get(path).text
        assert "https://" not in client.get(path).text
        assert " style=" not in client.get(path).text


@pytest.mark.parametrize("path", ["/none", "/clips/none", "/clips/%00", "/clips/..%2f..", f"/media/{CLIP}/keys.pem"])
def test_a_wrong_address_gets_a_page_in_the_same_look(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "/static/feed.css" in answer.text


def test_the_api_answers_errors_in_json(client: TestClient) -> None:
    assert client.get("/api/clips/none").json()["error"] == "There is no such clip."
    assert client.get("/api/clips?limit=0").status_code == 400
    assert client.get("/api/clips?cursor=never-given").json() == {
        "error": "this cursor was never given",
        "remedy": "Start from the first page.",
    }


def test_the_api_pages_by_key_through_every_clip_once(client: TestClient) -> None:
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        answer = client.get("/api/clips", params={"limit": 4} | ({"cursor": cursor} if cursor else {})).json()
        seen += [clip["id"] for clip in answer["clips"]]
        cursor = answer["next"]
    assert seen == [f"clip{number:09d}" for number in range(14)]
    assert client.get(f"/api/clips/{CLIP}").json()["provenance"]["gates"][7]["name"] == "publication"


def test_something_broken_says_so_without_its_insides(source: "MemorySource", monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(cursor: str | None, limit: int) -> Page:
        raise RuntimeError("secret insides")

    monkeypatch.setattr(source, "page", broken)
    client = TestClient(create_app(source), raise_server_exceptions=False)
    for path in ("/", "/api/clips"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "content-security-policy" in answer.headers


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(0, 200_000), length=st.none() | st.integers(-5, 200_000))
def test_a_range_gives_exactly_its_bytes(
    client: TestClient, film: tuple[bytes, bytes], first: int, length: int | None
) -> None:
    whole = film[0]
    last = "" if length is None else str(max(0, first + length))
    answer = client.get(f"/media/{CLIP}/clip.mp4", headers={"Range": f"bytes={first}-{last}"})
    expected = whole[first : int(last) + 1] if last else whole[first:]
    if expected:
        assert answer.status_code == 206
        assert answer.content == expected
        end = first + len(expected) - 1
        assert answer.headers["content-range"] == f"bytes {first}-{end}/{len(whole)}"
    else:
        assert answer.status_code == 416
        assert answer.headers["content-range"] == f"bytes */{len(whole)}"


def test_other_ranges_tags_and_heads(client: TestClient, film: tuple[bytes, bytes]) -> None:
    path, whole = f"/media/{CLIP}/clip.mp4", film[0]
    assert client.get(path, headers={"Range": "bytes=-100"}).content == whole[-100:]
    assert client.get(path, headers={"Range": "bytes=0-1,5-6"}).content == whole
    assert client.get(path, headers={"Range": "lines=1-2"}).content == whole
    assert client.get(path, headers={"Range": "bytes=0-9", "If-Range": '"other"'}).status_code == 200
    tag = client.get(path).headers["etag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    head = client.head(path)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(whole)), b"")
