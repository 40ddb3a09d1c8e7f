"""Whoever makes a clip learns from no reason who else is enrolled, nor how near they came; whoever decides sees it."""

from pathlib import Path

import pytest

from greenroom.domain.base import new_id, now
from greenroom.domain.briefs import Lane
from greenroom.domain.consents import Account
from greenroom.domain.verdicts import Gate, Judgement, Verdict
from ledger import reviews, verdicts
from moderation.deliberation import Deliberation
from moderation.dialogue_voices import VoiceNear, VoiceOfClip, VoicesHeard, VoiceStanding, judge_voices
from moderation.policy import load_policy
from moderation.safety import judge_safety
from moderation.sights import FaceFound, HashMatch, ListAsked, SafetyEvidence
from ops.briefs import Request, submit
from ops.judge_clip import judge_clip
from ops.report import gate_line, made
from ops.review import waiting
from ops.review_case import case
from ops.stages.handling import question
from ops.studio import Studio

POLICY = load_policy()
BOX = (0.1, 0.1, 0.3, 0.3)


def a_face() -> Judgement:
    face = FaceFound(score=1.4, second=2.0, elsewhere="bob", elsewhere_distance=0.42, box=BOX)
    evidence = SafetyEvidence(
        frames=10, picture_model="NudeNet", faces_model="dlib", writing_model="PP-OCR", drawn=("person ann",),
        faces=(face,),
    )  # fmt: skip
    return judge_safety(evidence, "previz", POLICY)


def a_listed_picture() -> Judgement:
    asked = ListAsked(name="child_safety/bob.csv", hashes=9, child=True)
    match = HashMatch(name=asked.name, child=True, line=42, distance=17, quality=90, second=2.0)
    evidence = SafetyEvidence(
        frames=10, picture_model="NudeNet", faces_model="dlib", writing_model="PP-OCR", drawn=("dog rex",),
        lists=(asked,), listed=(match,),
    )  # fmt: skip
    return judge_safety(evidence, "previz", POLICY)


def a_voice() -> Judgement:
    near = VoiceNear(handle="bob", standing=VoiceStanding.ELSEWHERE, similarity=0.842)
    deliberation = Deliberation(Gate.DIALOGUE, POLICY)
    heard = VoicesHeard(model="a model", compared=1, voices=(VoiceOfClip(start=1.0, end=4.0, near=(near,)),))
    judge_voices(deliberation, heard, speech=True, constructed=False)
    return deliberation.judgement()


@pytest.mark.parametrize(
    ("judgement", "told", "hidden"),
    [
        (a_face(), "A face at 2.0 s may be of an enrolled person", ("@bob", "0.42")),
        (a_listed_picture(), "The frame at 2.0 s is too near to a picture of a hash list", ("bob.csv", "42", "17")),
        (a_voice(), "A voice between 1.0 and 4.0 s may be that of an enrolled person", ("@bob", "0.84")),
    ],
)
def test_a_reason_says_where_and_not_who_and_a_case_says_who(
    judgement: Judgement,
    told: str,
    hidden: tuple[str, ...],
    studio: Studio,
    owner: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ops.judge_clip.ASKED", (lambda *_: judgement,))
    _, (brief,) = submit(studio, (Request(prompt="A dog runs"),), owner, Lane.INTERACTIVE)
    verdict = Verdict(
        id=new_id("vd"), brief=brief.id, judgement=judgement, inputs="ab" * 32, code_version="1", run="run-1",
        seconds=0.1, recorded_at=now(),
    )  # fmt: skip
    with studio.ledger.write() as tx:
        verdicts.add(tx, verdict)
        reviews.open_once(tx, question(verdict))
        line = gate_line(tx, verdict)
    # 1. What `make --json`, `trace`, the feed and `judge clip` have of a verdict.
    for document in (line, made(studio, brief.id), judge_clip(studio, Path(__file__))):
        said = document.model_dump_json(exclude={"brief", "timings"})
        assert told in said
        assert not [one for one in hidden if one in said]
    # 2. What the review page and `greenroom review show` have of it.
    (asked,) = waiting(studio)
    found = case(studio, asked.review.id)
    shown = f"{[one.model_dump_json() for one in found.evidence]} {found.shots}"
    assert not [one for one in hidden if one not in shown]
