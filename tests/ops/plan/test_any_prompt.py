"""Properties of every plan, whatever the prompt."""

import itertools
import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.domain.consents import Likeness
from greenroom.domain.storyboards import Actor, Prop, Storyboard
from models.previz.moves import MOVES
from models.previz.staging.verbs import VERBS
from ops.plan.describe import describe
from ops.plan.languages import seconds_to_say
from ops.plan.placing import radius_of
from ops.plan.vocabulary import vocabulary

Planned = Callable[..., Storyboard]
MakeLikeness = Callable[..., Likeness]

_KNOWN = sorted({word for phrase in vocabulary().phrases() for word in phrase})
_ODD = [
    "@chelsea",
    "@nobody",
    '"Hello there!"',
    "“Où es-tu?”",
    "says:",
    ".",
    ",",
    "「やあ",
    "xyzzy",
    "12",
    "—",
    "'tis'",
]
_WORDS = st.sampled_from(_KNOWN + _ODD)
_PROSE = st.lists(_WORDS, max_size=60).map(" ".join)
_ANY = st.text(max_size=2000)
_SECONDS = st.floats(4.0, 12.0).map(lambda value: round(value, 2))


def sound(plan: Storyboard) -> None:
    """What holds for every plan, beyond what its type already keeps."""
    time = 0.0
    for shot in plan.shots:
        assert shot.start == pytest.approx(time, abs=0.011)
        time = shot.start + shot.seconds
    assert time == pytest.approx(plan.seconds, abs=0.011)
    for action in plan.actions:
        assert action.start + action.seconds <= plan.seconds + 0.101
        assert action.verb in MOVES or action.verb in VERBS
    for line in plan.lines:
        assert len(line.text.split()) <= max(1.0, 6 * (plan.seconds - line.start))  # as gate 3 asks
        assert line.start + seconds_to_say(line.text, line.language) <= plan.seconds
    ends = [(line.start, line.start + seconds_to_say(line.text, line.language)) for line in plan.lines]
    assert all(later[0] >= earlier[1] - 0.02 for earlier, later in itertools.pairwise(ends))
    for setting, present in zip(plan.settings, plan.present, strict=True):
        apart(
            [actor for actor in plan.actors if actor.id in present],
            [prop for prop in plan.props if not prop.z and prop.place in (None, setting.place)],
        )
    assert describe(plan)


def apart(actors: list[Actor], props: list[Prop]) -> None:
    """Who and what is in a shot together does not stand in each other."""
    circles = [(actor.x, actor.y, radius_of(actor)) for actor in actors]
    circles += [(prop.x, prop.y, prop.size / 2) for prop in props]
    rowed = [None] * len(actors) + [prop.shape for prop in props]
    for number, (x, y, radius) in enumerate(circles):
        for before, (a, b, other) in enumerate(circles[:number]):
            if rowed[number] == rowed[before] == "domino":
                continue  # they stand close, to fall
            assert math.hypot(x - a, y - b) >= radius + other


@settings(max_examples=150, deadline=None)
@given(prompt=_PROSE, seed=st.integers(0, 2**63 - 1), seconds=_SECONDS)
def test_any_words_give_a_sound_plan_and_the_same_one_again(
    planned: Planned, likeness: MakeLikeness, prompt: str, seed: int, seconds: float
) -> None:
    chelsea = likeness("chelsea", "cat")
    plan = planned(prompt, chelsea, seed=seed, seconds=seconds)
    sound(plan)
    assert plan == planned(prompt, chelsea, seed=seed, seconds=seconds)
    assert "chelsea" in {actor.likeness for actor in plan.actors}


@settings(max_examples=100, deadline=None)
@given(prompt=_ANY)
def test_any_text_gives_a_sound_plan(planned: Planned, prompt: str) -> None:
    sound(planned(prompt))


@settings(max_examples=60, deadline=None)
@given(first=_PROSE, second=_PROSE, seconds=_SECONDS)
def test_any_remix_of_anything_is_sound(
    planned: Planned, likeness: MakeLikeness, first: str, second: str, seconds: float
) -> None:
    parent = planned(first)
    remix = planned(second, likeness("chelsea", "cat"), parent=parent, seconds=seconds)
    sound(remix)
    assert {actor.id for actor in parent.actors} <= {actor.id for actor in remix.actors}


def test_lines_of_very_short_words_are_sayable(planned: Planned) -> None:
    sound(planned('a man says "' + "I a " * 80 + '"', seconds=12))


@pytest.mark.parametrize(
    "prompt",
    [
        "un gato persigue una pelota roja en el parque",
        "公園で猫が赤いボールを追いかける",
        "一只猫在公园里追红球，说：“你好！”",
        "एक बिल्ली पार्क में गेंद का पीछा करती है",
        "قطة تطارد كرة حمراء",
        "кошка гонится за мячом",
        "🐱🏃🔴🌳",
        "a\u200bcat\u0301 ‮chases\u202c a ba\u00adll",
        "“" * 1000,
        "and then " * 220,
        "says " * 400,
        "a cat says '" * 150,
        '"' + "9" * 1998 + '"',
    ],
)
def test_other_scripts_and_oddities_do_not_stop_the_planner(planned: Planned, prompt: str) -> None:
    plan = planned(prompt)
    sound(plan)
    assert plan.shots
    assert (
        plan.not_planned or plan.lines or plan.actions or not any(one.isalnum() for one in prompt) or "then" in prompt
    )
