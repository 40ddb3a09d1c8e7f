"""In Chromium, before a camera that answers the challenge: a head that turns and speaks, or a photograph held up.

The page draws the challenge before it turns the camera on; between the two, the recording is made that the camera
will show, timed to the page's guidance.
"""

import shutil
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Error, Page, Route, expect, sync_playwright

from bench.captures.film import filmed, setting_of
from bench.captures.flat import STILL
from bench.captures.identity import POOL, identity
from bench.captures.motion import FRAMES_PER_SECOND, Turns, poses, turns
from bench.captures.sound import RATE, Phrase, in_room, openness, spoken
from greenroom.domain.consents import Account
from greenroom.domain.enrolments import Direction
from ledger import enrolments, likenesses, verifications
from models.roles import Samples
from models.speech import EspeakSpeech
from ops.enrolments.settling import adult
from ops.links import Purpose, make_link
from ops.studio import Studio

pytestmark = pytest.mark.realtime

_SEED = 5
_CHALLENGE = 2  # answered well within every bound
# Seconds after the camera opens, as enrol.js guides, and a second for the page to begin filming:
_TURNS, _TURN, _SPEAKS, _SECONDS = 3.0, 3.2, 14.5, 26.0
_NO_BROWSER = "no Chromium can be started here"


class Camera:
    """The files that Chromium takes for its camera and microphone, filled when a challenge is drawn."""

    def __init__(self, folder: Path) -> None:
        self.picture, self.sound = folder / "camera.y4m", folder / "microphone.wav"
        self.show(np.zeros((2, 240, 320, 3), np.uint8), np.zeros(RATE, np.float32))

    def show(self, frames: NDArray[np.uint8], samples: Samples) -> None:
        """Show these frames (uint8[T, H, W, 3]) and let these samples (float32[N] at 16 kHz) be heard."""
        with self.picture.open("wb") as file:
            height, width = frames.shape[1:3]
            file.write(f"YUV4MPEG2 W{width} H{height} F{FRAMES_PER_SECOND}:1 Ip A1:1 C420mpeg2\n".encode())
            for frame in frames:
                planes = av.VideoFrame.from_ndarray(frame, format="rgb24").to_ndarray(format="yuv420p")
                file.write(b"FRAME\n" + planes.tobytes())
        with wave.open(str(self.sound), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            sound.writeframes((samples * 32767).astype("<i2").tobytes())


@contextmanager
def chromium(camera: Camera) -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera.picture}",
        f"--use-file-for-fake-audio-capture={camera.sound}%noloop",
    ]
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=flags)
        except Error as error:
            pytest.skip(f"{_NO_BROWSER}: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


def guided(directions: list[Direction]) -> Turns:
    """The turns of a head that follows the page's arrows."""
    rng = np.random.default_rng(_SEED)
    count = round(_SECONDS * FRAMES_PER_SECOND)
    each = [turns([one], _TURNS + number * _TURN, count, rng)[0] for number, one in enumerate(directions)]
    return Turns(np.sum([one.yaw for one in each], axis=0), np.sum([one.pitch for one in each], axis=0))


def alive(number: int, directions: list[Direction], said: Phrase) -> tuple[NDArray[np.uint8], Samples]:
    """A head that turns as asked, one direction after the other, and then says the phrase."""
    rng = np.random.default_rng(_SEED)
    asked = guided(directions)
    mouth = openness(said, _SPEAKS, len(asked.yaw), 0.95)
    frames = filmed(number, poses(asked, mouth, rng), setting_of(_SEED), _SEED)
    return frames, in_room(said, _SPEAKS, _SECONDS, rng)


def held_up(number: int, directions: list[Direction], said: Phrase) -> tuple[NDArray[np.uint8], Samples]:
    """One still of the same person, slid where the arrows point; the phrase is said beside it."""
    asked = guided(directions)
    still = filmed(number, [STILL], setting_of(_SEED), _SEED)[0]
    slid = [(round(-40 * up), round(40 * left)) for left, up in zip(asked.yaw, asked.pitch, strict=True)]
    frames = np.stack([np.roll(still, one, (0, 1)) for one in slid])
    return frames, in_room(said, _SPEAKS, _SECONDS, np.random.default_rng(_SEED))


Made = Callable[[int, list[Direction], Phrase], tuple[NDArray[np.uint8], Samples]]


def answer(page: Page, address: str, camera: Camera, made: Made) -> None:
    """Go through the page as a person does, with a camera that shows what `made` makes of the challenge."""

    def drawn(route: Route) -> None:
        response = route.fetch()
        asked = response.json()
        with EspeakSpeech() as speech:
            said = spoken(speech, tuple(asked["words"]), identity(POOL[0]).voice)
        camera.show(*made(POOL[0], [Direction(one) for one in asked["directions"]], said))
        route.fulfill(response=response)

    page.route("**/challenge", drawn)
    page.goto(address)
    page.get_by_label("Handle").fill("@mira")
    page.get_by_label("In your own words this goes").fill("This is me, and I agree.")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Turn the camera on").click()
    page.get_by_role("button", name="Start").click(timeout=90_000)
    page.get_by_role("button", name="Hand it in").click(timeout=60_000)
    expect(page.locator("#end")).to_be_visible(timeout=120_000)


@pytest.fixture
def verified(studio: Studio, owner: Account) -> Account:
    """The owner, whom an operator looked at."""
    with studio.ledger.write() as tx:
        verifications.add(tx, adult(owner.id, owner.id))
    return owner


def test_a_person_is_enrolled_before_the_camera(
    open_doors: str, studio: Studio, verified: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of honest answers to any challenge some are held (docs/consent.md, BPCER): this one is always the same.
    monkeypatch.setattr("ops.enrolments.challenge.secrets.SystemRandom", lambda: Random(_CHALLENGE))
    camera = Camera(tmp_path)
    with chromium(camera) as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        link = make_link(studio, verified, Purpose.ENROL, timedelta(hours=1))
        answer(page, f"{open_doors}/enrol/{link}", camera, alive)
        assert page.locator("#end").get_attribute("data-state") == "enrolled", page.locator("#checks").inner_text()
    with studio.ledger.read() as tx:
        likeness = likenesses.by_handle(tx, "mira")
    assert likeness is not None
    assert (likeness.owner, likeness.species) == (verified.id, "person")


def test_a_photograph_held_before_the_camera_is_refused(
    open_doors: str, studio: Studio, verified: Account, tmp_path: Path
) -> None:
    camera = Camera(tmp_path)
    with chromium(camera) as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        link = make_link(studio, verified, Purpose.ENROL, timedelta(hours=1))
        answer(page, f"{open_doors}/enrol/{link}", camera, held_up)
        assert page.locator("#end").get_attribute("data-state") == "refused"
        refused = page.locator("#steps li").filter(has=page.locator(".deny")).locator(".gate")
        assert set(refused.all_inner_texts()) & {"Movements", "Mouth", "A head, not a picture"}
    with studio.ledger.read() as tx:
        filed = enrolments.of_handle(tx, "mira")
        assert likenesses.by_handle(tx, "mira") is None
    assert len(filed) == 1
