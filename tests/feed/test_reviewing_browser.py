"""In Chromium: the review queue is worked by keyboard from opening to the decided clip, and by form without script."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from feed.app import create_app
from feed.studio import StudioSource
from feed.visitors import Doors
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.consents import Account
from greenroom.domain.reviews import Decision
from greenroom.domain.verdicts import Gate, Outcome
from ledger import reviews, verdicts
from ops.briefs import Request, account, submit
from ops.links import Purpose, make_link
from ops.review import waiting
from ops.stages import consent, prompt
from ops.stages.handling import handle
from ops.studio import Studio
from pipelines.enrol import start
from tests.feed.conftest import served

FLAWS = (Path(__file__).parent / "page_flaws.js").read_text()
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1000, "height": 900}
PROMPTS = ("კატა ზის ბაღში და მზეს უყურებს", "ძაღლი დარბის პარკში", "ორი ჩიტი მღერის ხეზე")  # no word rule reads them


@pytest.fixture
def operator(studio: Studio) -> Account:
    return account(studio, studio.settings.account)


@pytest.fixture
def held(studio: Studio, owner: Account) -> tuple[Brief, ...]:
    """Three briefs that gate 2 holds for a person, the first filed first."""
    made = []
    for text in PROMPTS:
        _, (brief,) = submit(studio, (Request(prompt=text),), owner, Lane.INTERACTIVE)
        judged(studio, brief)
        made.append(brief)
    return tuple(made)


@pytest.fixture
def carried() -> list[str]:
    """The batches that the page carried on."""
    return []


@pytest.fixture
def queue(studio: Studio, operator: Account, carried: list[str]) -> Iterator[str]:
    """The address of the queue, for the installation's operator."""
    app = create_app(StudioSource(studio), Doors(studio, start, carry=carried.append))
    with served(app) as at:
        yield f"{at}/review/{make_link(studio, operator, Purpose.REVIEW, timedelta(hours=1))}"


def judged(studio: Studio, brief: Brief) -> Outcome | None:
    handle(studio, consent.DEFINITION, brief.id, "run")
    return handle(studio, prompt.DEFINITION, brief.id, "run").outcome


def opened(browser: Browser, address: str, viewport: dict[str, int], *, script: bool = True) -> Page:
    page = browser.new_context(viewport=viewport, java_script_enabled=script).new_page()  # type: ignore[arg-type]
    page.goto(address)
    return page


def shows(page: Page, prompt: str) -> None:
    """The case of this prompt is open, and its keys are at work."""
    expect(page.locator("#what")).to_have_text(prompt)
    page.wait_for_load_state("load")


def test_the_queue_is_worked_by_keyboard(
    browser: Browser, queue: str, studio: Studio, held: tuple[Brief, ...], carried: list[str]
) -> None:
    page = opened(browser, queue, DESKTOP)
    press = page.keyboard.press
    shows(page, PROMPTS[0])
    expect(page.get_by_text("The word rules can read the prompt.")).to_be_visible()  # the policy's own sentence
    press("j")
    shows(page, PROMPTS[1])
    press("k")
    shows(page, PROMPTS[0])
    press("?")
    assert page.locator("#keys").get_attribute("open") is not None
    press("a")
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.type("A cat sits in a garden, just so")
    press("Escape")
    press("Enter")
    shows(page, PROMPTS[0])  # nothing was decided
    press("a")
    press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Approved")
    shows(page, PROMPTS[1])
    press("d")
    page.keyboard.type("A dog that nobody asked for")
    press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Denied")
    shows(page, PROMPTS[2])
    assert carried == [held[0].batch]
    assert [judged(studio, brief) for brief in held] == [Outcome.ALLOW, Outcome.DENY, Outcome.HOLD]
    with studio.ledger.read() as tx:
        judgement = verdicts.latest(tx, held[0].id)[Gate.PROMPT].judgement
    seen = next(evidence for evidence in judgement.evidence if evidence.name == "review")
    assert seen.reason == "A cat sits in a garden, just so"
    page.context.close()


def test_the_forms_work_without_a_script(browser: Browser, queue: str, studio: Studio, held: tuple[Brief, ...]) -> None:
    page = opened(browser, queue, PHONE, script=False)
    page.get_by_label("Why?").fill("Not this")
    page.get_by_role("button", name="Deny").click()
    expect(page.locator("#what")).to_have_text(PROMPTS[1])
    page.get_by_role("link", name=PROMPTS[2]).click()
    page.get_by_label("Why?").fill("Two birds")
    page.get_by_role("button", name="Approve").click()
    assert [judged(studio, brief) for brief in held] == [Outcome.DENY, Outcome.HOLD, Outcome.ALLOW]
    page.context.close()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_flaw(
    browser: Browser, queue: str, held: tuple[Brief, ...], viewport: dict[str, int], scheme: str
) -> None:
    page = browser.new_context(viewport=viewport, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(queue)
    page.keyboard.press("?")
    assert page.evaluate(FLAWS) == []
    assert complaints == []
    page.context.close()


def test_only_an_operator_with_a_link_of_their_own_sees_it(
    queue: str, studio: Studio, owner: Account, held: tuple[Brief, ...]
) -> None:
    base = queue.rpartition("/")[0]
    for who, purpose in ((owner, Purpose.REVIEW), (account(studio, studio.settings.account), Purpose.MINE)):
        refused = httpx.get(f"{base}/{make_link(studio, who, purpose, timedelta(hours=1))}")
        assert refused.status_code == 400
        assert PROMPTS[0] not in refused.text
    (first, *_) = waiting(studio)
    elsewhere = httpx.post(
        f"{queue}/{first.review.id}", data={"decision": "approve", "reason": "x"}, headers={"origin": "http://a.test"}
    )
    assert elsewhere.status_code == 400
    with studio.ledger.read() as tx:
        assert reviews.decision(tx, first.review.id) is None


def test_what_was_decided_meanwhile_is_said(queue: str, studio: Studio, held: tuple[Brief, ...]) -> None:
    (first, *_) = waiting(studio)
    said = {"decision": Decision.APPROVE.value, "reason": "A cat"}
    site = {"sec-fetch-site": "same-origin"}
    assert httpx.post(f"{queue}/{first.review.id}", data=said, headers=site).status_code == 303
    again = httpx.post(f"{queue}/{first.review.id}", data=said, headers=site)
    assert (again.status_code, "answered before" in again.text) == (400, True)
