"""In Chromium: a verifier in a page of another site asks for soft bindings, and can ask for nothing else."""

from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI, Response
from playwright.sync_api import Browser, Page

from feed.soft_bindings import DISCOVERY
from ops.studio import Studio
from tests.feed.conftest import served
from tests.ops.verifying.conftest import scene, tone
from tests.ops.verifying.planted import published

# As such a verifier does it: from the document that leads there, by the film's bytes, to the bytes of its manifest.
RESOLVED = """async ([feed, discovery, film]) => {
    const found = await (await fetch(feed + discovery)).json();
    const api = feed + found.apiEndpoint;
    const bytes = Uint8Array.from(atob(film), (one) => one.charCodeAt(0));
    const asked = {method: "POST", body: bytes, headers: {"Content-Type": "video/mp4"}};
    const answer = await (await fetch(api + "/matches/byContent?alg=org.greenroom.mark.1", asked)).json();
    const named = answer.matches[0].manifestId;
    const manifest = await fetch(api + "/manifests/" + encodeURIComponent(named));
    return [named, manifest.headers.get("content-type"), (await manifest.arrayBuffer()).byteLength];
}"""
FAILS = """async ([address, how]) => {
    try {
        await fetch(address, how);
        return false;
    } catch (error) {
        return error instanceof TypeError;
    }
}"""


@pytest.fixture
def elsewhere(browser: Browser) -> Iterator[Page]:
    """A page of another site: by another name of this machine, on another port."""
    app = FastAPI()
    app.add_api_route("/", lambda: Response("<!doctype html><title>Verifier</title>", media_type="text/html"))
    with served(app) as at:
        page = browser.new_context().new_page()
        page.goto(f"http://localhost:{urlsplit(at).port}/")
        yield page
        page.context.close()


def test_a_verifier_on_another_site_comes_from_a_film_to_its_manifest(
    elsewhere: Page, open_doors: str, studio: Studio
) -> None:
    clip = published(studio, scene(24), tone(1.0))
    film = studio.get(clip.marked.file)
    named, kind, size = elsewhere.evaluate(RESOLVED, [open_doors, DISCOVERY, b64encode(film).decode()])
    assert (named, kind) == (clip.marked.manifest, "application/c2pa")
    assert size == clip.marked.sidecar.size


def test_no_page_elsewhere_asks_as_somebody_or_for_anything_else(elsewhere: Page, open_doors: str) -> None:
    assert elsewhere.evaluate(FAILS, [open_doors + DISCOVERY, {}]) is False
    assert elsewhere.evaluate(FAILS, [open_doors + DISCOVERY, {"credentials": "include"}]) is True
    for path in ("/api/clips", "/verify", "/api/openapi.json"):
        assert elsewhere.evaluate(FAILS, [open_doors + path, {}]) is True
    sent = {"method": "POST", "body": "x", "headers": {"Content-Type": "video/mp4"}}
    assert elsewhere.evaluate(FAILS, [f"{open_doors}/api/verify", sent]) is True
