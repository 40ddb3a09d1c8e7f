"""When lines are said: in their own clause, and with the camera on who says them."""

from collections.abc import Callable

import pytest

from greenroom.domain.consents import Likeness
from greenroom.domain.storyboards import Framing, Shot, Storyboard

Planned = Callable[..., Storyboard]
MakeLikeness = Callable[..., Likeness]

DEMO = '@chelsea chases a red ball through a sunny park, then sits and says "What a lovely day for a little walk!"'


def span(plan: Storyboard, actor: str, verb: str) -> tuple[float, float]:
    one = next(one for one in plan.actions if (one.actor, one.verb) == (actor, verb))
    return one.start, one.start + one.seconds


def shot_at(plan: Storyboard, time: float) -> Shot:
    return [shot for shot in plan.shots if shot.start <= time][-1]


def test_who_sits_and_says_it_speaks_seated(planned: Planned, likeness: MakeLikeness) -> None:
    plan = planned(DEMO, likeness("chelsea", "cat"))
    line = plan.lines[0]
    sits, until = span(plan, "chelsea", "sit")
    assert 1.0 <= sits < line.start < sits + 0.6
    assert until == 5.0
    assert plan.not_planned == ()


def test_the_camera_is_on_who_speaks(planned: Planned, likeness: MakeLikeness) -> None:
    plan = planned(DEMO, likeness("chelsea", "cat"))
    camera = shot_at(plan, plan.lines[0].start).camera
    assert (camera.framing, camera.subject) == (Framing.CLOSE, "chelsea")
    assert plan.shots[0].camera.framing is Framing.WIDE
    assert plan.shots[0].seconds >= 1.3


def test_a_conversation_cuts_from_speaker_to_speaker(planned: Planned) -> None:
    plan = planned('a man says "Hello there, my friend", then a woman says "Good morning."')
    assert [shot_at(plan, line.start).camera.subject for line in plan.lines] == ["man", "woman"]
    assert Framing.WIDE not in {shot_at(plan, line.start).camera.framing for line in plan.lines}


def test_a_line_while_dancing_is_said_dancing(planned: Planned) -> None:
    plan = planned('a fox dances while saying "I love this music so very much!"')
    begins, ends = span(plan, "fox", "dance")
    assert begins < plan.lines[0].start < 1.0
    assert ends == 5.0


def test_a_line_after_a_leap_is_said_after_it(planned: Planned) -> None:
    plan = planned('a cat jumps over a box and says "That was easy."')
    _, landed = span(plan, "cat", "jump")
    assert plan.lines[0].start >= landed


@pytest.mark.parametrize("seconds", [4.0, 5.0, 8.0, 12.0])
def test_what_is_told_before_a_line_is_kept_however_short(planned: Planned, seconds: float) -> None:
    plan = planned('a woman walks to a chair, sits down and says "I am so tired today."', seconds=seconds)
    walks, sits = span(plan, "woman", "walk"), span(plan, "woman", "sit")
    assert walks[1] <= sits[0] + 0.02 < plan.lines[0].start
    assert walks[1] - walks[0] >= 0.7
