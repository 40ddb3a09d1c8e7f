"""In Chromium: a clip plays with its captions, the provenance panel opens, and no page breaks its own policy."""

import pytest
from playwright.sync_api import Browser

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def test_the_clip_plays_and_the_panel_opens(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=DESKTOP)  # type: ignore[arg-type]
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    card = page.locator("article").first
    assert not card.locator("blockquote").is_visible()
    card.locator("summary").click()
    assert "chases a red ball" in card.locator("blockquote").inner_text()
    assert card.locator(".gates li").count() == 8
    video = card.locator("video")
    video.evaluate("video => { video.muted = true; return video.play(); }")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.5", timeout=15_000)
    assert video.evaluate("video => [video.videoWidth, video.videoHeight]") == [426, 240]
    assert video.evaluate("video => video.textTracks[0].cues[0].text") == "<v Chelsea>Hello there.</v>"
    assert complaints == []
    page.close()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
@pytest.mark.parametrize("path", ["/", "/clips/clip000000000", "/clips/clip000000001", "/nothing-here"])
def test_no_page_scrolls_sideways(browser: Browser, address: str, viewport: dict[str, int], path: str) -> None:
    page = browser.new_page(viewport=viewport)  # type: ignore[arg-type]
    page.goto(address + path)
    page.evaluate("() => document.querySelectorAll('details').forEach(panel => panel.open = true)")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= viewport["width"]
    page.close()
