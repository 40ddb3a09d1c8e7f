"""C2PA's resolution of soft bindings answers a page of any site, as nothing else does, and never knows who asks."""

from base64 import b64encode

import pytest
from fastapi.testclient import TestClient

from feed.soft_bindings import DISCOVERY, PREFIX
from greenroom.domain.base import clip_bytes
from greenroom.domain.clips import Publication
from ops.credentials.soft_bindings import MARK
from ops.studio import Studio
from tests.ops.verifying.conftest import scene, tone
from tests.ops.verifying.planted import published


@pytest.fixture
def clip(studio: Studio) -> Publication:
    return published(studio, scene(24), tone(1.0))


def test_a_page_of_any_site_may_ask_and_brings_nothing_of_who_asks(client: TestClient, clip: Publication) -> None:
    value = b64encode(clip_bytes(clip.clip)).decode()
    address, asked = f"{PREFIX}/matches/byBinding", {"alg": MARK, "value": value}
    origin = {"origin": "https://verifier.example", "sec-fetch-site": "cross-site"}
    said = {"cookie": "session=somebody", "authorization": "Bearer somebody"}
    plain, known = (client.get(address, params=asked, headers=origin | more) for more in ({}, said))
    assert plain.json() == known.json() == {"matches": [{"manifestId": clip.marked.manifest}]}
    refused, absent, found = client.get(address), client.get(f"{PREFIX}/none"), client.get(DISCOVERY)
    assert (refused.status_code, absent.status_code, found.status_code) == (400, 404, 200)
    for answer in (plain, known, refused, absent, found):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        for never in ("access-control-allow-credentials", "set-cookie"):
            assert never not in answer.headers


@pytest.mark.parametrize("path", [DISCOVERY, f"{PREFIX}/matches/byContent", f"{PREFIX}/manifests/urn:c2pa:1"])
def test_a_browser_that_asks_beforehand_is_told_what_may_be_sent(client: TestClient, path: str) -> None:
    asked = {
        "origin": "https://verifier.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    answer = client.options(path, headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET, POST"
    assert "Content-Type" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers


def test_nothing_else_answers_a_page_of_another_site(client: TestClient, clip: Publication) -> None:
    elsewhere = ("/", f"/clips/{clip.clip}", f"/media/{clip.clip}/video", "/api/clips", "/verify", "/api/openapi.json")
    answers = [client.get(one, headers={"origin": "https://verifier.example"}) for one in elsewhere]
    answers += [client.post("/api/verify", content=b"x"), client.options("/api/verify"), client.options("/api/clips")]
    answers += [client.get("/api/c2pa"), client.get("/.well-known/other"), client.get("/mine/none/li-1")]
    for answer in answers:
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["cross-origin-resource-policy"] == "same-site"


def test_what_answers_any_site_takes_no_proof_of_who_asks(client: TestClient) -> None:
    """No cookie, no header and no link is a parameter of it, so none can be abused."""
    paths = client.get("/api/openapi.json").json()["paths"]
    taken = {
        (one["in"], one["name"])
        for path, methods in paths.items()
        if path.startswith(PREFIX) or path == DISCOVERY
        for question in methods.values()
        for one in question.get("parameters", ())
    }
    names = ("alg", "value", "maxResults", "returnActiveManifest")
    assert taken == {*(("query", one) for one in names), ("path", "manifest_id")}
