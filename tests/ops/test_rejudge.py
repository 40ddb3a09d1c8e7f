"""A published clip is judged again by a newer policy, once; what that refuses stays until a person takes it away."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray

from feed.app import create_app
from feed.studio import StudioSource
from feed.visitors import Doors
from greenroom.domain.base import now
from greenroom.domain.briefs import Lane
from greenroom.domain.clips import Publication, Take
from greenroom.domain.removals import RemovalCause
from greenroom.domain.reviews import Decision
from greenroom.domain.verdicts import Gate, Outcome, Verdict
from greenroom.settings import Settings
from ledger import clips, notices, publications, verdicts
from models.hash_lists import picture_hashes
from moderation.policy import TextRule
from ops.as_published import due
from ops.briefs import account
from ops.links import Purpose, make_link
from ops.media_reading import read_frames
from ops.rejudge import Stands, judge_again
from ops.removals import remove
from ops.review import answer, waiting
from ops.stages.handling import Stage, read_work
from ops.studio import Studio, open_studio, work_folder
from ops.waiting import unfinished
from pipelines.enrol import start

pytestmark = pytest.mark.timeout(300)
ASK = ("make", "a red ball bounces past a dog in a park", "--size", "256x144", "--seconds", "4", "--seed", "7")
JUDGED = (Gate.PROMPT, Gate.STORYBOARD, Gate.DIALOGUE, Gate.SAFETY)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home folder of an installation that published one clip."""
    home = tmp_path_factory.mktemp("made") / "home"
    script = "from greenroom.cli.main import main; main()"
    environment = {**os.environ, "GREENROOM_HOME": str(home)}
    subprocess.run([sys.executable, "-c", script, *ASK], env=environment, capture_output=True, check=True)
    return home


@pytest.fixture
def studio(made: Path, tmp_path: Path) -> Iterator[Studio]:
    home = Path(shutil.copytree(made, tmp_path / "home"))
    with open_studio(Settings.load({"GREENROOM_OPERATORS": "vera"}, home=home)) as opened:
        yield opened


def newer(studio: Studio, *rules: TextRule) -> Studio:
    """The installation under the next version of its policy, with these word rules besides."""
    version = studio.policy.version + 1
    text = studio.policy.text.model_copy(update={"version": version, "rules": (*studio.policy.text.rules, *rules)})
    return replace(studio, policy=studio.policy.model_copy(update={"version": version, "text": text}))


def no_parks(action: Outcome) -> TextRule:
    return TextRule(id="text.parks", category="parks", action=action, sentence="No parks.", any=("parks?",))


def clip_of(studio: Studio) -> Publication:
    with studio.ledger.read() as tx:
        (found,) = publications.every_visible(tx)
    return found


def judged(studio: Studio, brief: str) -> list[Verdict]:
    with studio.ledger.read() as tx:
        return [one for one in verdicts.of_brief(tx, brief) if one.run == "run-again"]


def test_under_the_policy_it_was_published_by_nothing_is_asked(studio: Studio) -> None:
    clip = clip_of(studio)
    found = judge_again(studio, clip.brief, "run-again")
    assert (found.became, found.clip, found.rules, found.judged) == (Stands.ALLOWED, clip.clip, (), 0)
    assert judged(studio, clip.brief) == []


def test_a_newer_policy_asks_each_gate_once_and_makes_nothing(studio: Studio) -> None:
    clip, later = clip_of(studio), newer(studio)
    found = judge_again(later, clip.brief, "run-again")
    assert (found.became, found.judged) == (Stands.ALLOWED, 4)
    anew = judged(later, clip.brief)
    assert [one.judgement.gate for one in anew] == list(JUDGED)
    assert {one.judgement.policy_version for one in anew} == {later.policy.version}
    assert all(one.judgement.evidence for one in anew)
    again = judge_again(later, clip.brief, "run-again")
    assert (again.became, again.judged) == (Stands.ALLOWED, 0)
    assert len(judged(later, clip.brief)) == 4


def test_what_it_refuses_is_told_with_its_rules_and_stays_before_viewers(studio: Studio) -> None:
    clip, later = clip_of(studio), newer(studio, no_parks(Outcome.DENY))
    found = judge_again(later, clip.brief, "run-again")
    assert found.became is Stands.REFUSED
    assert {rule.id for rule in found.rules} == {"text.parks"}
    assert found.judged == 4, "one refusal does not spare the others"
    assert clip_of(later).clip == clip.clip
    assert judge_again(later, clip.brief, "run-again").judged == 0
    operator = account(later, "studio")
    with later.ledger.write() as tx:
        shown = clips.by_id(tx, clip.clip)
        assert shown is not None
        remove(tx, shown, RemovalCause.TAKEDOWN, operator, "the new policy")
    gone = judge_again(later, clip.brief, "run-again")
    assert (gone.became, gone.clip) == (Stands.GONE, None)


@pytest.mark.parametrize(
    ("decision", "stands", "told"),
    [
        (Decision.APPROVE, Stands.ALLOWED, "it stays published"),
        (Decision.DENY, Stands.REFUSED, "Its clip is shown until an operator takes it down."),
    ],
)
def test_what_is_a_person_s_to_decide_is_asked_once_and_the_clip_stays_where_it_is(
    studio: Studio, decision: Decision, stands: Stands, told: str
) -> None:
    clip, later = clip_of(studio), newer(studio, no_parks(Outcome.HOLD))
    assert judge_again(later, clip.brief, "run-again").became is Stands.ASKED
    asked, vera = waiting(later), account(later, "vera")
    assert {one.shown for one in asked} == {clip.clip}
    assert Gate.PROMPT in {one.review.gate for one in asked}
    for one in asked:
        answered = answer(later, one.review.id, decision, vera, "seen")
        assert (answered.batch, answered.shown) == (None, clip.clip), "nothing is carried on, so nothing is made"
    assert clip_of(later).clip == clip.clip
    found = judge_again(later, clip.brief, "run-again")
    assert (found.became, found.judged) == (stands, 0), "their answer is its verdict"
    assert waiting(later) == ()
    assert unfinished(later, now() - now()) == ()
    with later.ledger.read() as tx:
        texts = [one.text for one in notices.of_account(tx, account(later, later.settings.account).id)]
    assert any(told in text for text in texts)


@pytest.mark.parametrize(
    ("decision", "told"),
    [(Decision.APPROVE, "stays published"), (Decision.DENY, "is still shown: greenroom takedown request")],
)
def test_the_page_says_what_becomes_of_a_published_clip(studio: Studio, decision: Decision, told: str) -> None:
    clip, later = clip_of(studio), newer(studio, no_parks(Outcome.HOLD))
    judge_again(later, clip.brief, "run-again")
    question = next(one.review for one in waiting(later) if one.review.gate is Gate.PROMPT)
    link = make_link(later, account(later, "vera"), Purpose.REVIEW, timedelta(hours=1))
    browser = TestClient(create_app(StudioSource(later), Doors(later, start)), client=("127.0.0.1", 5000))
    page = f"/review/{link}/{question.id}"
    assert f"{clip.clip}</a> and judged again" in browser.get(page).text
    said = {"decision": decision.value, "reason": "seen"}
    assert f"{clip.clip} {told}" in browser.post(page, data=said, headers={"sec-fetch-site": "same-origin"}).text


def test_a_hash_list_that_came_since_is_held_against_what_is_published(studio: Studio) -> None:
    clip, path = clip_of(studio), studio.settings.hash_lists / "others" / "known.txt"
    assert judge_again(studio, clip.brief, "run-again").judged == 0
    path.parent.mkdir(parents=True)
    path.write_text("a5" * 32 + "\n")
    found = judge_again(studio, clip.brief, "run-again")
    assert (found.became, found.judged) == (Stands.ALLOWED, 1), "gate 6 alone, and no frame is on it"
    assert judge_again(studio, clip.brief, "run-again").judged == 0
    frame = a_frame(studio, clip.brief)
    path.write_text("".join(f"{int(word):016x}" for word in picture_hashes(frame)[0][0]) + "\n")
    found = judge_again(studio, clip.brief, "run-again")
    assert (found.became, {rule.id for rule in found.rules}) == (Stands.ASKED, {"safety.hash_listed"})
    assert clip_of(studio).clip == clip.clip
    assert judge_again(studio, clip.brief, "run-again").judged == 0
    path.unlink()
    assert judge_again(studio, clip.brief, "run-again").became is Stands.ALLOWED, "as it was published"


def a_frame(studio: Studio, brief: str) -> NDArray[np.uint8]:
    """The first frame of a brief's take, uint8[H, W, 3]."""
    with studio.ledger.read() as tx:
        made = Take.model_validate(read_work(tx, brief, "").products[Stage.TAKE].document)
    with work_folder(studio) as folder:
        (folder / "master.mkv").write_bytes(studio.get(made.master))
        return next(iter(read_frames(folder / "master.mkv")))


def test_a_gate_that_crashes_holds_the_clip_and_is_asked_again(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    import moderation.safety
    import ops.stages.safety

    def broken(*_: object) -> None:
        raise RuntimeError("the model fell over")

    clip, later = clip_of(studio), newer(studio)
    monkeypatch.setattr(ops.stages.safety, "judge_safety", broken)
    found = judge_again(later, clip.brief, "run-again")
    assert found.became is Stands.REFUSED
    assert [rule.id for rule in found.rules] == ["evidence.crashed"]
    monkeypatch.setattr(ops.stages.safety, "judge_safety", moderation.safety.judge_safety)
    assert judge_again(later, clip.brief, "run-again").became is Stands.ALLOWED


def test_the_lane_rescan_stands_for_every_lane_of_the_day(studio: Studio) -> None:
    clip = clip_of(studio)
    day = now().date()
    assert due(studio, day, Lane.RESCAN) == due(studio, day, Lane.INTERACTIVE) == (clip.brief,)
    assert due(studio, day, Lane.TREND) == ()
