"""The plan as `greenroom make --plan` prints it."""

from collections.abc import Callable

from greenroom.domain.storyboards import Storyboard
from ops.plan.describe import describe

Planned = Callable[..., Storyboard]


def test_a_plan_in_plain_lines(planned: Planned) -> None:
    lines = describe(
        planned('close-up, a cat chases a red ball in a park and a man says "Go on!" in a quux', seconds=5)
    )
    assert any(line.startswith("shot 1, 0.0-5.0 s: close") and line.endswith("park, day, clear") for line in lines)
    assert "actor Man: person, voice baritone" in lines
    assert any(line.startswith("prop ball: red ball, 0.24 m") for line in lines)
    assert any("Cat: chase (ball)" in line for line in lines)
    assert any(line.startswith("line, at ") and line.endswith("en: Man: “Go on!”") for line in lines)
    assert lines[-2:] == ["left out:", "  quux"]
