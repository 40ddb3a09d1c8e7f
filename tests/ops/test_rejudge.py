"""A published clip is judged again by a newer policy, once; what that refuses stays until a person takes it away."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from greenroom.domain.base import new_id, now
from greenroom.domain.briefs import Lane
from greenroom.domain.clips import Publication
from greenroom.domain.removals import RemovalCause
from greenroom.domain.reviews import Decision, ReviewDecision
from greenroom.domain.verdicts import Gate, Outcome, Verdict
from greenroom.settings import Settings
from ledger import clips, publications, reviews, verdicts
from moderation.policy import TextRule
from ops.as_published import due
from ops.briefs import account
from ops.rejudge import Stands, judge_again
from ops.removals import remove
from ops.studio import Studio, open_studio

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
    with open_studio(Settings.load({}, home=home)) as opened:
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


@pytest.mark.parametrize(("decision", "stands"), [(Decision.APPROVE, Stands.ALLOWED), (Decision.DENY, Stands.REFUSED)])
def test_what_is_a_person_s_to_decide_is_asked_and_their_answer_counts(
    studio: Studio, decision: Decision, stands: Stands
) -> None:
    clip, later = clip_of(studio), newer(studio, no_parks(Outcome.HOLD))
    assert judge_again(later, clip.brief, "run-again").became is Stands.ASKED
    operator = account(later, "studio")
    with later.ledger.read() as tx:
        waiting = [one for one in reviews.waiting(tx) if one.subject == clip.brief]
    assert {one.gate for one in waiting} <= set(JUDGED)
    assert Gate.PROMPT in {one.gate for one in waiting}
    for one in waiting:
        answer = ReviewDecision(
            id=new_id("rd"), review=one.id, decision=decision, by=operator.id, reason="seen", recorded_at=now()
        )
        with later.ledger.write() as writing:
            reviews.decide(writing, answer)
    found = judge_again(later, clip.brief, "run-again")
    assert found.became is stands
    assert judge_again(later, clip.brief, "run-again").judged == 0


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
