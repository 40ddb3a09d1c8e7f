"""What the review queue serves of a held take: its pictures and its dialogue, to an operator on this machine alone."""

import io
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image
from pydantic import JsonValue

from feed.app import create_app
from feed.studio import StudioSource
from feed.visitors import Doors
from greenroom.domain.base import new_id, now
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.clips import SpokenLine, Take, Timing
from greenroom.domain.consents import Account, Audience, LikenessKind, Terms
from greenroom.domain.enrolments import EnrolmentState
from greenroom.domain.reviews import Review, ReviewSubject
from greenroom.domain.storyboards import Actor, Line, Shot, Storyboard
from greenroom.domain.verdicts import Evidence, EvidenceKind, Gate, Judgement, Outcome, Rule, Verdict
from ledger import enrolments, outputs, reviews, verdicts
from moderation.places import Place, rows
from ops.briefs import Request, account, submit
from ops.enrolments.checking import check
from ops.enrolments.filing import Asked, file
from ops.enrolments.settling import _ask
from ops.enrolments.statement import state_consent
from ops.links import Purpose, make_link
from ops.media import write_master, write_stem
from ops.review import waiting
from ops.studio import Studio
from pipelines.enrol import start
from tests.ops.verifying.conftest import scene, tone

FRAMES, RATE = 48, 24
WORDS = "Good morning, this is the news."


@pytest.fixture
def held(studio: Studio, owner: Account, tmp_path: Path) -> Review:
    return held_take(studio, owner, tmp_path)


def held_take(studio: Studio, owner: Account, tmp_path: Path) -> Review:
    """A take of two seconds that gate 6 holds, with a finding that has a place."""
    _, (brief,) = submit(studio, (Request(prompt="A presenter in a kitchen"),), owner, Lane.INTERACTIVE)
    rules = (Rule(id="text.sexual_hold", reason="Something at 1.0 s scores 0.41."),)
    question = Review(
        id=new_id("rv"),
        kind=ReviewSubject.BRIEF,
        subject=brief.id,
        gate=Gate.SAFETY,
        inputs="cd" * 32,
        rules=rules,
        recorded_at=now(),
    )
    found = rows((Place(second=1.0, label="something 0.41", box=(0.25, 0.125, 0.5, 0.25)),))
    evidence = (
        Evidence(name="places of nudity", kind=EvidenceKind.MEASURED, value=found, model="NudeNet"),
        Evidence(
            name="transcript", kind=EvidenceKind.MEASURED, value="good morning this was the news today", model="whisper"
        ),
        Evidence(name="hash lists", kind=EvidenceKind.NOT_CHECKED, reason="no hash list is configured"),
    )
    verdict = Verdict(
        id=new_id("vd"),
        brief=brief.id,
        judgement=Judgement(
            gate=Gate.SAFETY,
            outcome=Outcome.HOLD,
            rules=rules,
            evidence=evidence,
            policy_version=studio.policy.version,
        ),
        inputs=question.inputs or "",
        code_version="1",
        run="run",
        seconds=1.0,
        recorded_at=now(),
    )
    with studio.ledger.write() as tx:
        take = taken(studio, brief, tmp_path).model_dump(mode="json")
        outputs.put(tx, "ab" * 32, "take", brief.id, take, "1", 1.0)
        outputs.put(tx, "bc" * 32, "storyboard", brief.id, planned(studio, brief), "1", 1.0)
        verdicts.add(tx, verdict)
        return reviews.open_once(tx, question)


def planned(studio: Studio, brief: Brief) -> JsonValue:
    """The plan's product: Ada says one line."""
    ada = Actor(id="a", species="person", name="Ada")
    line = Line(actor="a", text=WORDS, start=0.2)
    shots = (Shot(start=0, seconds=4),)
    board = Storyboard(title="News", seconds=4, seed=1, shots=shots, actors=(ada,), lines=(line,))
    return studio.put_document(board, brief.id).model_dump(mode="json")


def taken(studio: Studio, brief: Brief, folder: Path) -> Take:
    film, sound = scene(FRAMES), tone(FRAMES / RATE)
    info = write_master(folder / "master.mkv", iter(film), RATE, sound)
    stem = write_stem(np.ascontiguousarray(sound))
    line = SpokenLine(actor="a", speaker="Ada", text=WORDS, language="en", voice="v", start=0.2, seconds=1.5)
    return Take(
        generator="previz",
        model="previz 1",
        seed=1,
        master=studio.put_sealed((folder / "master.mkv").read_bytes(), "video/x-matroska", brief.id),
        stems={"dialogue": studio.put_sealed(stem, "audio/flac", brief.id)},
        timing=Timing(lines=(line,)),
        seconds=FRAMES / RATE,
        width=film[0].shape[1],
        height=film[0].shape[0],
        frames_per_second=RATE,
        frame_count=FRAMES,
        frames_sha256=info.frames_sha256,
        construction={},
    )


def asked(studio: Studio, host: str) -> tuple[TestClient, str]:
    """A browser at that address, and the queue's path for the installation's operator."""
    app = create_app(StudioSource(studio), Doors(studio, start))
    operator = account(studio, studio.settings.account)
    link = make_link(studio, operator, Purpose.REVIEW, timedelta(hours=1))
    return TestClient(app, client=(host, 5000)), f"/review/{link}"


def test_a_held_take_is_laid_out_with_pictures_script_and_sound(studio: Studio, held: Review) -> None:
    browser, queue = asked(studio, "127.0.0.1")
    page = browser.get(queue).text
    assert "Suggestive content is looked at by a person first." in page
    high, wide = scene(1)[0].shape[:2]
    assert f'<rect x="{0.25 * wide}" y="{0.125 * high}" width="{0.5 * wide}" height="{0.25 * high}"/>' in page
    assert "something 0.41" in page
    assert "<dt>Ada</dt>" in page
    assert '<span class="changed"><del>is</del> <ins>was</ins></span> the news. <ins>today</ins>' in page
    assert "Heard by whisper: 1 added, 1 changed, of 6 words scripted" in page
    assert "no hash list is configured" in page
    assert "Two persons must approve" in page
    pictures = [browser.get(f"{queue}/{held.id}/pictures/{number}") for number in range(7)]
    sizes = {Image.open(io.BytesIO(one.content)).size for one in pictures}
    assert sizes == {scene(1)[0].shape[1::-1]}
    assert len({one.content for one in pictures}) == 7, "each of another moment"
    assert browser.get(f"{queue}/{held.id}/pictures/7").status_code == 404
    sound = browser.get(f"{queue}/{held.id}/sound")
    assert (sound.headers["content-type"], sound.content[:4]) == ("audio/flac", b"fLaC")
    assert sound.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["192.0.2.7", "elsewhere", "2001:db8::1"])
def test_from_another_machine_nothing_is_shown(studio: Studio, held: Review, host: str) -> None:
    browser, queue = asked(studio, host)
    for path in (queue, f"{queue}/{held.id}", f"{queue}/{held.id}/pictures/0", f"{queue}/{held.id}/sound"):
        answered = browser.get(path)
        assert answered.status_code == 400
        assert "kitchen" not in answered.text


def test_a_held_enrolment_is_laid_out_with_what_was_handed_in(studio: Studio, owner: Account, photograph: Path) -> None:
    said = Terms(audience=Audience.OWNER, statement="She is mine, and I agree.")
    filed = file(studio, Asked("luna", LikenessKind.PET, "cat", said, (photograph,)), owner)
    check(studio, filed.id, "")
    state_consent(studio, filed.id, "")
    # What the policy holds between two bounds, as a photograph of a face that is none would be.
    reason = "No human face is in the picture. Measured 0.62 score, wanted at most 0.5 score. Choose another picture."
    assert _ask(studio, filed, (Rule(id="face.human", reason=reason),), "") is EnrolmentState.REVIEW
    browser, queue = asked(studio, "127.0.0.1")
    page = browser.get(queue).text
    for told in (
        "@luna, pet",
        "asked by @ada",
        "face.human",
        "Measured 0.62 score",
        "Steps that it passed",
        "human face score",
    ):
        assert told in page
    assert "passes at 0.5, a person decides to 0.9" in page
    (question,) = waiting(studio)
    at = f"{queue}/{question.review.id}"
    kinds = [browser.get(f"{at}/pictures/{number}").headers["content-type"] for number in range(2)]
    assert kinds == ["image/png", "image/jpeg"], "the cut-out, and the photograph"
    assert [browser.get(f"{at}/{part}").status_code for part in ("pictures/2", "sound", "film")] == [404, 404, 404]
    answered = browser.post(
        at, data={"decision": "deny", "reason": "A person."}, headers={"sec-fetch-site": "same-origin"}
    )
    assert "Nothing waits for a person" in answered.text
    with studio.ledger.read() as tx:
        assert enrolments.state(tx, filed.id) is EnrolmentState.REFUSED
    assert browser.get(f"{at}/pictures/0").status_code == 404
    assert "That question waits no more" in browser.get(at).text
