"""The pages that take something in, as anyone must be able to use them: named, legible, by keyboard, without a camera,
and with nothing from elsewhere."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from greenroom.domain.base import new_id, now
from greenroom.domain.consents import Account, Audience, LikenessKind, Terms
from greenroom.domain.enrolments import Enrolment, EnrolmentOutcome, EnrolmentState, EnrolmentStep
from greenroom.domain.verdicts import Rule
from ledger import enrolments
from moderation.presentation import Measured, judge_step, load_presentation_policy
from ops.enrolments.filing import Asked, file
from ops.enrolments.settling import confirm, refuse
from ops.enrolments.whole import carried
from ops.links import Purpose, make_link
from ops.studio import Studio

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
HOUR = timedelta(hours=1)
FLAWS = Path(__file__).with_name("page_flaws.js").read_text("utf-8")
_SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
_DENIED = ["--deny-permission-prompts"]
_GIVEN = ["--use-fake-ui-for-media-stream"]


@contextmanager
def chromium(browser: Browser, camera: list[str]) -> Iterator[Browser]:
    """Another one beside `browser`, with a camera that is given or denied."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    flags = ["--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream", *camera]
    other = browser.browser_type.launch(executable_path=found, args=flags)
    yield other
    other.close()


@pytest.fixture
def link(studio: Studio, owner: Account) -> str:
    return f"/enrol/{make_link(studio, owner, Purpose.ENROL, HOUR)}"


@pytest.fixture
def filed(studio: Studio, owner: Account, photograph: Path) -> Enrolment:
    """A pet's enrolment that no run has looked at."""
    terms = Terms(audience=Audience.EVERYONE, never=("alcohol",), restrictions=("never swimming",), statement="Mine.")
    return file(studio, Asked("tom", LikenessKind.PET, "cat", terms, (photograph,)), owner)


def flaws(page: Page) -> list[str]:
    """What is wrong with the page in light and in dark."""
    found = []
    for scheme in _SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {flaw}" for flaw in page.evaluate(FLAWS)]
    return found


def test_what_is_wrong_with_a_page_is_seen(browser: Browser) -> None:
    page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    page.set_content(_BAD)
    found = sorted(flaw.split(":")[0] for flaw in page.evaluate(FLAWS))
    assert found == [
        "contrast 1.28",
        "contrast 4.24 of the placeholder",
        "inline",
        "no label",
        "no name",
        "small, 20x20",
        "wider than the screen",
    ]
    page.close()


_BAD = """<!doctype html><html lang="en"><title>t</title><h1>Title</h1><p>b</p><p>c</p><p>d</p>
<p style="background: #fff; color: #000"><span class="x">white</span></p>
<style>.x { color: #e3e3e3 } .more { display: inline-block; width: 20px; height: 20px }
  input { height: 50px; background: #f7f7f7; color: #000 } input::placeholder { color: #767676 }
  div { width: 1000px; height: 1px }</style>
<input placeholder="grey"><a class="more" href="/"></a><div></div></html>"""


def say(page: Page, handle: str = "mira") -> None:
    page.get_by_label("Handle").fill(handle)
    page.get_by_label("In your own words this goes").fill("This is me, and I agree.")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("h2:visible")).to_be_focused()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_is_named_and_legible(
    browser: Browser,
    clips_and_doors: str,
    studio: Studio,
    owner: Account,
    link: str,
    filed: Enrolment,
    viewport: dict[str, int],
) -> None:
    page = browser.new_page(viewport=viewport)  # type: ignore[arg-type]
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))

    page.goto(clips_and_doors + link)
    page.get_by_text("My pet").click()
    page.get_by_text("Limits", exact=False).click()
    assert flaws(page) == []
    page.get_by_label("What is it? in a word").fill("dog")
    say(page)
    assert flaws(page) == []
    page.get_by_role("button", name="Hand them in").click()
    expect(page.get_by_role("alert")).to_have_text("Choose a file first.")
    page.get_by_role("button", name="Back").click()
    page.get_by_text("Me", exact=True).click()
    say(page)
    assert flaws(page) == []
    page.get_by_role("button", name="Use a file instead").click()
    expect(page.locator("#asked")).to_be_focused()
    assert flaws(page) == []

    page.goto(f"{clips_and_doors}/mine/{make_link(studio, owner, Purpose.MINE, HOUR)}")
    assert "Nothing is enrolled" in page.inner_text("main")
    assert flaws(page) == []
    carried(studio, filed.id)
    confirm(studio, filed.id, owner, right=True)
    page.reload()
    page.get_by_text("Change what you allow").click()
    page.get_by_text("Withdraw @tom").click()
    assert flaws(page) == []
    page.goto(f"{clips_and_doors}/clips/clip000000000/takedown")
    assert flaws(page) == []
    assert complaints == []
    page.goto(f"{clips_and_doors}/enrol/nothing")  # its status is an error to the console
    assert flaws(page) == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(clips_and_doors).netloc}
    page.close()


def test_the_page_runs_no_script_but_its_own(browser: Browser, open_doors: str, link: str) -> None:
    page = browser.new_page()
    answer = page.goto(open_doors + link)
    assert answer is not None
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";") if part.strip()
    )
    assert (policy["default-src"], policy["script-src"], policy["connect-src"]) == ("'none'", "'self'", "'self'")
    assert policy["style-src"] == "'self'"
    assert page.evaluate(_BREAKS_IN) == {"inline": False, "handler": False, "elsewhere": False}
    page.close()


_BREAKS_IN = """async () => {
  window.done = { inline: false, handler: false };
  document.body.append(Object.assign(document.createElement("script"), { textContent: "window.done.inline = true" }));
  document.body.insertAdjacentHTML("beforeend", "<p id=hit onclick='window.done.handler = true'></p>");
  document.getElementById("hit").click();
  const violated = new Promise((told) => { document.addEventListener("securitypolicyviolation", () => told(false)); });
  const late = new Promise((told) => { setTimeout(() => told(true), 2000); });
  fetch("http://127.0.0.2:9/", { mode: "no-cors" }).catch(() => {});
  return { ...window.done, elsewhere: await Promise.race([violated, late]) };
}"""


def test_without_a_camera_a_file_is_handed_in_and_the_refusal_says_what_to_do(
    browser: Browser, open_doors: str, link: str, film: tuple[bytes, bytes]
) -> None:
    with chromium(browser, _DENIED) as other:
        page = other.new_page(viewport=PHONE)  # type: ignore[arg-type]
        page.goto(open_doors + link)
        say(page)
        page.get_by_role("button", name="Turn the camera on").click()
        expect(page.get_by_role("alert")).to_contain_text("not allowed")
        expect(page.get_by_role("alert")).to_contain_text("use a file instead")
        assert flaws(page) == []
        page.get_by_role("button", name="Use a file instead").click()
        expect(page.locator("#asked")).to_contain_text("Within five minutes")
        landscape = {"name": "dusk.mp4", "mimeType": "video/mp4", "buffer": film[0]}
        page.get_by_label("Your recording MP4").set_input_files(landscape)  # type: ignore[arg-type]
        page.wait_for_function("() => document.querySelector('#playback').videoWidth === 426")
        assert flaws(page) == []
        page.get_by_role("button", name="Hand it in").click()
        expect(page.get_by_role("heading", name="It was refused")).to_be_focused(timeout=60_000)
        assert page.locator(".todo li").all_inner_texts() == [
            "Record the whole answer: turn your head as asked, then say the words."
        ]
        assert "long enough to answer a challenge. Measured 2.03 s" in page.inner_text("#steps")
        assert "container.length" not in page.inner_text("main")
        assert flaws(page) == []
        page.reload()  # the address keeps what came of it
        expect(page.get_by_role("heading", name="It was refused")).to_be_visible()
        page.get_by_role("link", name="Try again").click()
        expect(page.get_by_role("button", name="Go on")).to_be_visible()


def test_by_keyboard_alone_and_without_motion(browser: Browser, open_doors: str, link: str) -> None:
    with chromium(browser, _GIVEN) as other:
        page = other.new_page(viewport=DESKTOP, reduced_motion="reduce")  # type: ignore[arg-type]
        page.goto(open_doors + link)
        keys = page.keyboard
        for key in ("Tab", "Enter", "Tab"):  # past the head, to what is enrolled
            keys.press(key)
        expect(page.locator("input[value=person]")).to_be_focused()
        keys.press("Tab")
        keys.type("mira")
        reached(page, "textarea[name=statement]")
        keys.type("This is me, and I agree.")
        reached(page, "#terms button[type=submit]")
        keys.press("Enter")
        expect(page.get_by_role("heading", name="Show that it is you, now")).to_be_focused()
        reached(page, "#camera-on")
        keys.press("Space")
        expect(page.get_by_role("button", name="Start")).to_be_focused()
        assert flaws(page) == []
        keys.press("Enter")
        expect(page.get_by_role("button", name="Stop")).to_be_focused()
        expect(page.locator("#cue-count")).to_have_text("1 of 3")
        assert page.locator("#arrow").evaluate("arrow => getComputedStyle(arrow).animationName") == "none"
        assert page.locator("#say").inner_text() in {"Turn to your left", "Turn to your right", "Look up", "Look down"}
        assert flaws(page) == []
        keys.press("Enter")  # what is stopped can be begun again
        expect(page.get_by_role("button", name="Start")).to_be_focused()


def reached(page: Page, what: str) -> None:
    """Press Tab until `what` has the focus."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"Tab never comes to {what}")


def test_who_waits_for_a_person_is_told_so_and_finds_the_decision(
    browser: Browser, open_doors: str, studio: Studio, link: str, filed: Enrolment
) -> None:
    step = load_presentation_policy().of(filed.kind)[1]
    judged = judge_step(step, {"human_face_score": Measured(0.7)})
    row = EnrolmentStep(
        enrolment=filed.id,
        number=step.number,
        name=step.name,
        outcome=judged.outcome,
        rules=judged.rules,
        policy_version=1,
        code_version="1",
        run="",
        seconds=0.1,
        recorded_at=now(),
    )
    waits = EnrolmentOutcome(
        id=new_id("eo"),
        enrolment=filed.id,
        state=EnrolmentState.REVIEW,
        rules=judged.rules,
        run="",
        recorded_at=now(),
    )
    with studio.ledger.write() as tx:
        enrolments.add_step(tx, row)
        enrolments.settle(tx, waits)
    page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    page.goto(f"{open_doors}{link}#{filed.id}")
    expect(page.get_by_role("heading", name="A person decides")).to_be_focused()
    expect(page.locator("#end")).to_contain_text("Nothing more is asked of you")
    expect(page.locator(".outcome.hold")).to_have_text("a person looks")
    assert flaws(page) == []
    refuse(studio, filed, (Rule(id="review.denied", reason="That is a drawing of a cat."),), "")
    page.reload()
    expect(page.get_by_role("heading", name="It was refused")).to_be_visible()
    expect(page.locator("#end .note")).to_have_text("That is a drawing of a cat.")
    assert flaws(page) == []
    page.close()
