"""In Chromium: a file is chosen and looked at without a script, and no page of it has a flaw."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from ops.studio import WORK, Studio
from tests.ops.verifying.conftest import scene, tone
from tests.ops.verifying.planted import consented, published

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
FLAWS = (Path(__file__).parent / "page_flaws.js").read_text()


def look_at(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(str(file))
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_selector("#verdict", timeout=120_000)
    page.wait_for_load_state()  # its style too: a page can be asked before


def test_a_file_is_looked_at_without_a_script(
    browser: Browser, open_doors: str, studio: Studio, tmp_path: Path
) -> None:
    clip = published(studio, scene(24), tone(1.0), (consented(studio, "chelsea"),))
    film = tmp_path / "film.mp4"
    film.write_bytes(studio.get(clip.marked.file))
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(open_doors)
    page.get_by_role("link", name="Is a file one of ours?").click()
    look_at(page, film)
    assert page.locator("#verdict").inner_text() == "Made here, and unaltered"
    page.get_by_role("link", name="To the clip as it was published").click()
    assert page.url == f"{open_doors}/clips/{clip.clip}"
    page.context.close()
    assert list((studio.settings.home / WORK).rglob("*")) == [], "nothing of it is kept"


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_flaw(
    browser: Browser, open_doors: str, tmp_path: Path, viewport: dict[str, int], scheme: str
) -> None:
    strange = tmp_path / "strange.png"
    Image.fromarray(scene(1, 120, 60, seed=4)[0]).save(strange)  # too small for a mark, so that it is not searched
    context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{open_doors}/verify")
    assert page.evaluate(FLAWS) == []
    look_at(page, strange)
    assert page.locator("#verdict").inner_text() == "Unknown here"
    assert page.evaluate(FLAWS) == []
    assert complaints == []
    context.close()
