"""In Chromium: the review queue is worked by keyboard from opening to the decided clip, and by form without script."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

import ops.links
from feed.app import create_app
from feed.studio import StudioSource
from feed.visitors import Doors
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.consents import Account, Audience, LikenessKind, Terms
from greenroom.domain.reviews import Decision
from greenroom.domain.verdicts import Gate, Outcome
from ledger import reviews, verdicts
from ops.briefs import Request, account, submit
from ops.enrolments.filing import Asked
from ops.enrolments.whole import enrol
from ops.likenesses import withdraw
from ops.links import Purpose, make_link
from ops.review import answer, waiting
from ops.stages import consent, prompt
from ops.stages.handling import handle
from ops.studio import Studio
from pipelines.enrol import start
from tests.feed.conftest import served
from tests.feed.test_reviewing import held_take

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


def test_two_at_once_are_told_of_each_other_and_the_next_case_is_open(
    browser: Browser, queue: str, studio: Studio, held: tuple[Brief, ...]
) -> None:
    (first, *_) = waiting(studio)
    page = opened(browser, queue, DESKTOP)
    shows(page, PROMPTS[0])
    answer(studio, first.review.id, Decision.APPROVE, account(studio, studio.settings.account), "A cat")
    page.keyboard.press("d")
    page.keyboard.type("Not this")
    page.keyboard.press("Enter")
    shows(page, PROMPTS[1])
    expect(page.get_by_role("alert")).to_contain_text(f"answered before: approved by @{studio.settings.account}")
    expect(page.locator("#reason")).to_have_value("")
    page.goto(f"{queue}/{first.review.id}")
    expect(page.get_by_role("alert")).to_contain_text("That question waits no more")
    with studio.ledger.read() as tx:
        made = reviews.decision(tx, first.review.id)
    assert made is not None
    assert made.decision is Decision.APPROVE
    page.context.close()


def test_what_is_taken_back_while_it_is_looked_at_is_decided_by_nobody(
    browser: Browser, queue: str, studio: Studio, owner: Account, photograph: Path
) -> None:
    said = Terms(audience=Audience.EVERYONE, statement="He is mine, and I agree.")
    enrol(studio, Asked("tom", LikenessKind.PET, "cat", said, (photograph,)), owner)
    asked = Request(prompt=f"@tom {PROMPTS[0]}", likenesses=("tom",))
    _, (brief,) = submit(studio, (asked,), owner, Lane.INTERACTIVE)
    assert judged(studio, brief) is Outcome.HOLD
    page = opened(browser, queue, PHONE)
    shows(page, brief.prompt)
    withdraw(studio, "tom", owner, "I changed my mind.")
    page.get_by_label("Why?").fill("A cat")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("alert")).to_contain_text("the consent of @tom was withdrawn")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits for a person")
    page.context.close()


def test_what_was_written_is_not_lost_with_a_link_that_ended(
    browser: Browser, queue: str, studio: Studio, held: tuple[Brief, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(browser, queue, DESKTOP)
    shows(page, PROMPTS[0])
    page.get_by_label("Why?").fill("A cat sits in a garden, just so")
    later = SimpleNamespace(time=lambda: time.time() + 2 * 3600)
    monkeypatch.setattr(ops.links, "time", later)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("this link ended at")
    expect(page.get_by_text("greenroom review list --link")).to_be_visible()
    expect(page.locator(".words")).to_have_text("A cat sits in a garden, just so")
    assert len(waiting(studio)) == 3
    page.context.close()


def test_an_empty_queue_says_so(browser: Browser, queue: str) -> None:
    page = opened(browser, queue, PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits for a person")
    for key in "jkabd?":
        page.keyboard.press(key)
    assert page.evaluate(FLAWS) == []
    page.context.close()


def test_pictures_are_blurred_until_a_key_says_so_and_enter_twice_is_one_answer(
    browser: Browser, queue: str, studio: Studio, owner: Account, tmp_path: Path
) -> None:
    question = held_take(studio, owner, tmp_path)
    page = opened(browser, queue, DESKTOP)
    shows(page, "A presenter in a kitchen")
    blurred = "() => getComputedStyle(document.querySelector('.still img')).filter"
    assert "blur" in page.evaluate(blurred)
    box = page.locator(".still rect").first.bounding_box()
    picture = page.locator(".still").first.bounding_box()
    assert box is not None
    assert picture is not None
    across, down = (box["x"] - picture["x"]) / picture["width"], (box["y"] - picture["y"]) / picture["height"]
    assert (across, down) == (pytest.approx(0.25, abs=0.02), pytest.approx(0.125, abs=0.02))
    assert not page.locator("#film").is_visible()
    page.keyboard.press("b")
    assert page.evaluate(blurred) == "none"
    page.keyboard.press("p")
    page.wait_for_function("() => document.querySelector('#film').currentTime > 0.2", timeout=30_000)
    page.keyboard.press("p")
    assert page.evaluate("() => document.querySelector('#film').paused")
    page.keyboard.press("b")
    assert "blur" in page.evaluate(blurred)
    page.keyboard.press("d")
    expect(page.locator("#reason")).to_be_in_viewport()
    page.keyboard.type("Not this")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Denied")
    expect(page.get_by_role("alert")).to_have_count(0)
    with studio.ledger.read() as tx:
        assert reviews.decision(tx, question.id) is not None
    page.context.close()
