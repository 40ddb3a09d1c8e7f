"""How well an owner's words are kept, on pairs of restriction and prompt with what should become of each."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.consents import Audience, Consent
from greenroom.domain.storyboards import Action, Actor, Line, Prop, Shot, Storyboard
from moderation.concepts import lexicon_of
from moderation.plain_words import Grade, PlanWords, excluded, words_of
from moderation.policy import load_policy
from moderation.storyboard import judge_storyboard
from moderation.wordforms import forms, forms_of_form

POLICY = load_policy()
LEXICON = lexicon_of(POLICY.concepts)
DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
Pair = tuple[str, str, str]


def pairs(name: str) -> list[Pair]:
    lines = (DATA / f"{name}.tsv").read_text("utf-8").splitlines()
    rows = [tuple(line.split("\t")) for line in lines if not line.startswith("#")]
    return [(restriction, prompt, breaks) for restriction, prompt, breaks in rows]


def grade(restriction: str, prompt: str) -> Grade:
    return excluded(restriction, PlanWords(words_of(prompt)), LEXICON).grade


def unseen() -> list[Pair]:
    """What nothing was changed for: the half held out while tuning, and the pairs written last."""
    found = pairs("restrictions")
    return [pair for number, pair in enumerate(found) if number // 2 % 2] + pairs("restrictions_third")


@pytest.mark.parametrize("name", ["restrictions", "restrictions_second", "unseen"])
def test_nothing_that_breaks_a_restriction_passes_and_little_else_is_refused(name: str) -> None:
    found = unseen() if name == "unseen" else pairs(name)
    counted = Counter((breaks, grade(restriction, prompt)) for restriction, prompt, breaks in found)
    breaking = sum(count for (breaks, _), count in counted.items() if breaks == "yes")
    harmless = sum(count for (breaks, _), count in counted.items() if breaks == "no")
    assert counted["yes", Grade.NONE] <= 0.02 * breaking
    assert counted["no", Grade.CLEAR] <= 0.05 * harmless
    assert counted["no", Grade.DOUBTFUL] <= 0.15 * harmless
    assert counted["unclear", Grade.NONE] == 0


def test_there_are_enough_pairs() -> None:
    assert len(pairs("restrictions")) >= 150


@pytest.mark.parametrize(
    ("restriction", "prompt", "expected"),
    [
        ("no politics", "no politics please, @tom naps", Grade.NONE),
        ("no politics", "@tom never stops talking about politics", Grade.CLEAR),
        ("no politics", "@tom does not sleep, she votes", Grade.CLEAR),
        ("no smoking", "@tom is never without a cigarette", Grade.CLEAR),
        ("never swimming", "@tom goes sw1mm1ng", Grade.CLEAR),
        ("never swimming", "@tom goes s w i m m i n g", Grade.CLEAR),
        ("never swimming", "@tom goes ѕwіmming", Grade.CLEAR),  # Cyrillic look-alikes
        ("never swimming", "@tom goes swiming", Grade.DOUBTFUL),
        ("no beer", "@beer_dog plays in a park", Grade.NONE),
        ("never dancing with dogs", "@tom dances with a puppy", Grade.CLEAR),
        ("never dancing with dogs", "@tom dances with a mop", Grade.NONE),
        ("never smoking cigarettes", "@tom smokes a cigar", Grade.CLEAR),
        ("no zebras", "@tom strokes a llama", Grade.DOUBTFUL),
        ("no flibbertigibbets", "@tom walks", Grade.DOUBTFUL),
        ("no flibbertigibbets", "@tom walks with a flibbertigibbet", Grade.CLEAR),
        ("only indoors", "@tom walks", Grade.DOUBTFUL),
        ("never", "@tom walks", Grade.DOUBTFUL),
    ],
)
def test_negation_evasion_and_doubt(restriction: str, prompt: str, expected: Grade) -> None:
    assert grade(restriction, prompt) is expected


def test_a_prompt_in_another_language_is_doubtful_whatever_it_says() -> None:
    assert "storyboard.doubtful" in judged(
        "@tom schwimmt mit der Katze im See und lacht", restrictions=("no swimming",)
    )
    assert judged("@tom dances in a garden", restrictions=("no swimming",)) == set()


def judged(prompt: str, storyboard: Storyboard | None = None, **terms: object) -> set[str]:
    brief = Brief(
        id="b", batch="ba", prompt=prompt, requester="mina", likenesses=("tom",), seconds=4.0, seed=1,
        lane=Lane.INTERACTIVE, day=date(2026, 11, 1), recorded_at=NOW,
    )  # fmt: skip
    consent = Consent.model_validate(
        {
            "id": "c", "likeness": "l", "version": 1, "audience": Audience.EVERYONE, "statement": "yes", "salt": "0",
            "given_at": NOW, "recorded_at": NOW,
        } | terms
    )  # fmt: skip
    return {rule.id for rule in judge_storyboard(storyboard or plan(), brief, {"tom": consent}, POLICY).rules}


def plan(**changes: object) -> Storyboard:
    fields = {"title": "Play", "seconds": 4.0, "seed": 1, "shots": (Shot(start=0, seconds=4.0),)}
    return Storyboard.model_validate(fields | changes)


def test_actions_places_props_lines_and_sounds_are_read() -> None:
    tom = Actor(id="a", species="cat", name="Tom", likeness="tom")
    other = Actor(id="b", species="dog", name="Rex")
    said = Line(actor="a", text="The election is near", start=1)
    assert judged("@tom waits", plan(actors=(tom, other)), never=("dogs",)) == {"storyboard.never"}
    assert judged("@tom waits", plan(place="beach"), restrictions=("no water",)) == {"storyboard.restriction"}
    assert judged("@tom waits", plan(actors=(tom,), lines=(said,)), never=("politics",)) == {"storyboard.never"}
    assert judged("@tom waits", plan(props=(Prop(id="gun", shape="box"),)), never=("guns",)) == {"storyboard.never"}
    swims = Action(actor="a", verb="swim", start=0, seconds=1)
    assert judged("@tom waits", plan(actors=(tom,), actions=(swims,)), restrictions=("never swimming",)) == {
        "storyboard.restriction"
    }
    siren = {"label": "gunshot", "start": 0}
    assert judged("@tom waits", plan(sounds=(siren,)), never=("guns",)) == {"storyboard.never"}


def test_why_something_was_left_out_is_nobodys_wish() -> None:
    """The planner's own reason, in brackets behind the words, is not read as if the maker had asked for it."""
    tom = Actor(id="a", species="cat", name="Tom", likeness="tom")
    missed = plan(actors=(tom,), not_planned=("ride pony (nobody can swim with it here: they go beside it)",))
    assert judged("@tom waits", missed, restrictions=("never swimming",)) == set()
    named = plan(actors=(tom,), not_planned=("swimming pool (one place at a time: park)",))
    assert judged("@tom waits", named, restrictions=("never swimming",)) == {"storyboard.restriction"}


def test_a_likeness_is_no_animal_beside_itself() -> None:
    tom = Actor(id="a", species="cat", name="Tom", likeness="tom")
    assert judged("@tom the cat naps", plan(actors=(tom,)), never=("cats",)) == set()
    assert judged("@tom the cat chases a cat", plan(actors=(tom,)), never=("cats",)) == {"storyboard.never"}


def test_what_an_exclusion_by_name_cannot_settle_is_held() -> None:
    assert judged("@tom hits something", never=("violence",)) == {"storyboard.doubtful"}
    assert judged("@tom kicks a ball", never=("violence",)) == set()


def test_every_word_of_the_lexicon_meets_its_own_concept() -> None:
    for name, concept in POLICY.concepts.concepts.items():
        assert set(concept.under) <= set(POLICY.concepts.concepts), name
        for word in concept.words:
            said = word.removeprefix("=").replace("_", " ")
            assert grade(f"no {name}", f"@tom likes {said}") is not Grade.NONE, (name, word)


def test_forms_are_made_from_the_base() -> None:
    assert {"swims", "swimming", "swam"} <= forms("swim")
    assert "wins" not in forms("wine")
    assert {"dance", "dances"} <= forms_of_form("dancing")
    assert "knife" in forms_of_form("knives")


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_is_graded(prompt: str, restriction: str) -> None:
    assert grade(restriction, prompt) in Grade
