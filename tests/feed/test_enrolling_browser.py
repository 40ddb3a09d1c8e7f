"""In Chromium: a pet is enrolled from a file after a look, and its owner sees it, changes it and takes it back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from greenroom.domain.base import now
from greenroom.domain.consents import Account, Attestation
from ledger import consents, enrolments, likenesses, withdrawals
from ops.links import Purpose, make_link
from ops.studio import Studio

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
HOUR = timedelta(hours=1)


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(browser: Browser, open_doors: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that must not complain, nor scroll sideways at its end, and is closed before its server ends."""
    page = browser.new_page(viewport=request.param)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    page.close()
    assert wide <= request.param["width"]
    assert complaints == []


def enrol_cat(page: Page, address: str, photograph: Path) -> None:
    page.goto(address)
    page.get_by_text("My pet").click()
    page.get_by_label("Handle").fill("@Luna")
    page.get_by_label("What is it? in a word").fill("cat")
    page.get_by_label("Everyone here").check()
    page.get_by_text("Limits", exact=False).click()
    page.get_by_label("Never, in your own words").fill("never swimming")
    page.get_by_label("In your own words this goes").fill("Luna is my cat, and I agree.")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Files").set_input_files(photograph)
    page.get_by_role("button", name="Hand them in").click()


def test_a_pet_is_enrolled_and_taken_back(
    page: Page, open_doors: str, studio: Studio, owner: Account, photograph: Path, tmp_path: Path
) -> None:
    enrol_cat(page, f"{open_doors}/enrol/{make_link(studio, owner, Purpose.ENROL, HOUR)}", photograph)
    expect(page.locator("#cutout-picture")).to_be_visible(timeout=60_000)
    page.wait_for_function("() => document.querySelector('#cutout-picture').naturalWidth > 400")
    assert page.locator("#steps li .gate").all_inner_texts() == [
        "What you handed in",
        "No human face",
        "Cut out",
        "Consent",
    ]
    page.get_by_role("button", name="This is right").click()
    expect(page.locator("#checks-title")).to_have_text("@luna is enrolled")
    expect(page.locator("#end")).to_contain_text("signed with your own key")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the receipt").click()
    assert download.value.suggested_filename == "luna-1.receipt"

    with studio.ledger.read() as tx:
        likeness = likenesses.by_handle(tx, "luna")
        assert likeness is not None
        consent = consents.in_force(tx, likeness.id, now())
    assert consent is not None
    assert (consent.attested_by, consent.restrictions) == (Attestation.OWNER_KEY, ("never swimming",))
    # its private half is in the browser, and cannot be read out of it
    assert page.evaluate(_KEY) == [False, "private", "InvalidAccessError"]

    page.goto(f"{open_doors}/mine/{make_link(studio, owner, Purpose.MINE, HOUR)}")
    expect(page.get_by_role("heading", name="@luna")).to_contain_text("in force")
    page.get_by_text("Change what you allow").click()
    page.get_by_label("People I approve").check()
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("status")).to_contain_text("new version is in force")
    expect(page.locator(".versions li").first).to_contain_text("People I approve")
    page.get_by_text("Withdraw @luna").click()
    page.get_by_label("Type @luna to confirm").fill("@luna")
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.get_by_role("heading", name="@luna")).to_contain_text("withdrawn")
    with studio.ledger.read() as tx:
        assert withdrawals.of_likeness(tx, likeness.id)


_KEY = """async () => {
  const opening = indexedDB.open("greenroom", 1);
  await new Promise((done) => { opening.onsuccess = done; });
  const request = opening.result.transaction("keys").objectStore("keys").get("ada");
  await new Promise((done) => { request.onsuccess = done; });
  const key = request.result.privateKey;
  const error = await crypto.subtle.exportKey("pkcs8", key).then(() => null, (refused) => refused.name);
  return [key.extractable, key.type, error];
}"""


def test_what_was_refused_says_why_and_begins_again(
    page: Page, open_doors: str, studio: Studio, owner: Account, photograph: Path
) -> None:
    enrol_cat(page, f"{open_doors}/enrol/{make_link(studio, owner, Purpose.ENROL, HOUR)}", photograph)
    page.get_by_role("button", name="No, it is not").click(timeout=60_000)
    expect(page.locator("#checks-title")).to_have_text("It was refused")
    expect(page.locator("#end")).to_contain_text("did not confirm it")
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", name="Its photographs")).to_be_focused()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("Handle")).to_have_value("@Luna")


def test_a_mistake_is_read_out_and_nothing_is_lost(
    browser: Browser, open_doors: str, studio: Studio, owner: Account
) -> None:
    page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    page.goto(f"{open_doors}/enrol/{make_link(studio, owner, Purpose.ENROL, HOUR)}")
    page.get_by_label("Handle").fill("a!")
    page.get_by_label("In your own words this goes").fill("It is me.")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("'a!' cannot be a name")
    page.get_by_label("Handle").fill("mira")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Show that it is you, now")).to_be_focused()
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name="Use a file instead").click()
    expect(page.locator("#asked")).to_contain_text("Within five minutes: turn your head")
    with studio.ledger.read() as tx:
        drawn = enrolments.newest_challenge(tx, owner.id)
    assert drawn is not None
    assert " ".join(drawn.words) in page.locator("#asked").inner_text()
    page.close()
