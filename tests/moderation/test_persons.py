"""Real people enter a prompt by the handle of a likeness alone; what only looks like one is left in peace."""

import time

import pytest

from moderation.persons import person_rules
from moderation.policy import load_policy
from moderation.prompt import judge_prompt

POLICY = load_policy()


def rules(prompt: str, *people: str) -> set[str]:
    return {rule.id for rule in person_rules(prompt, POLICY.persons, people)}


@pytest.mark.parametrize(
    "prompt",
    [
        "Taylor Swift sings in a garden",
        "taylor swift sings in a garden",
        "T4ylor Sw1ft sings in a garden",
        "TaylorSwift sings in a garden",
        "T a y l o r  S w i f t sings",
        "Tay lor Sw ift sings",
        "Taylor-Swift sings",
        "Таylоr Swіft sings",  # Cyrillic look-alikes
        "Taylorr Swifft sings",
        "Beyoncé dances on a roof",
        "putin rides a horse",
        "the singer of Shake It Off waves",
        "Kylian Mbappé kicks a ball",
        "Xi Jinping reads a book",
        "a robot with the face of Elon Musk",
    ],
)
def test_a_living_person_who_is_not_enrolled_is_refused(prompt: str) -> None:
    assert rules(prompt) == {"prompt.real_person"}


@pytest.mark.parametrize(
    "prompt",
    [
        "Albert Einstein writes on a blackboard",
        "Winst0n Churchill waves",
        "Martin Luther King gives a speech",
        "Hitler",
    ],
)
def test_a_dead_person_is_refused(prompt: str) -> None:
    assert rules(prompt) == {"prompt.deceased"}


@pytest.mark.parametrize(
    "prompt", ["Julius Caesar orders a salad", "Young Mozart plays for the court", "Jeanne d'Arc, ombres chinoises"]
)
def test_nobody_speaks_for_who_died_more_than_a_hundred_years_ago(prompt: str) -> None:
    assert rules(prompt) == set()


@pytest.mark.parametrize(
    "prompt",
    [
        "Anna says hello",
        "Anna and Ben walk along Martin Luther King Boulevard",
        "a man sits before the Lincoln Memorial",
        "a woman crosses the Abraham Lincoln Bridge",
        "a man stands beside a statue of Nelson Mandela",
        "an orchestra plays a symphony by Ludwig van Beethoven",
        "a cat in New York City says hello",
        "a child flies a kite",
        "two kids chase a dog while a 12 year old girl laughs",
        "a swift taylor sews a coat",
        "the king of hearts waves",
        "Golden Gate Bridge says welcome",
        "a president gives a speech to penguins",
        "Happy Birthday sings the crowd",
        "@taylor_swift dances",
    ],
)
def test_invented_people_places_and_things_are_left_in_peace(prompt: str) -> None:
    assert rules(prompt) == set()


def test_a_question_after_facts_of_a_life_is_no_scene_and_hides_none_behind_it() -> None:
    assert rules("When was Taylor Swift born?") == rules("what does George W Bush do for a living") == set()
    assert rules("When was she born? Taylor Swift dances in a kitchen.") == {"prompt.real_person"}
    assert rules("What does he do for a living? George W Bush walks a dog.") == {"prompt.real_person"}
    assert rules("Is it a birth day? My 5 year old daughter plays") == {"prompt.minor_likeness"}


@pytest.mark.parametrize(
    "prompt",
    [
        "Michael Berger says that he is sorry",
        "a clip in the voice of Petra Lindholm",
        "the politician Harald Osterkamp dances",
        "a man played by Rolf Untermeyer",
    ],
)
def test_what_may_be_a_real_person_goes_to_a_person(prompt: str) -> None:
    assert rules(prompt) == {"prompt.maybe_person"}
    assert POLICY.reviewable("prompt.maybe_person")


@pytest.mark.parametrize(
    "prompt",
    [
        "my 12 year old daughter dances",
        "our little girl sings",
        "my toddler eats a cake",
        "her six-year-old son runs",
        "my daughter, aged 9, waves",
    ],
)
def test_a_real_child_is_refused(prompt: str) -> None:
    assert "prompt.minor_likeness" in rules(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "@mia as a child plays in the sand",
        "a 9 year old @mia eats cake",
        "@mia is 12 years old and dances",
        "@mia, aged 7, waves",
        "young @mia runs",
        "@mia as a schoolgirl",
    ],
)
def test_nobody_enrolled_is_made_a_minor_but_a_pet_has_any_age(prompt: str) -> None:
    assert rules(prompt, "mia") == {"prompt.minor_likeness"}
    assert rules(prompt) == set()


def test_an_enrolled_person_may_be_called_by_the_name_that_is_their_handle() -> None:
    assert rules("Taylor Swift (@taylor_swift) sings", "taylor_swift") == set()
    assert rules("@mia stands next to a child", "mia") == set()
    assert rules("@mia is 42 years old and dances", "mia") == set()


def test_the_gate_speaks() -> None:
    assert "prompt.real_person" in {rule.id for rule in judge_prompt("Tom Hanks waves", POLICY).rules}


def test_a_text_eight_times_as_long_takes_less_than_three_times_eight_as_long() -> None:
    def seconds(times: int) -> float:
        started = time.process_time()
        rules("a cat sits in a garden and looks at the sun, " * times)
        return time.process_time() - started

    assert min(seconds(640) for _ in range(3)) < 24 * min(seconds(80) for _ in range(3))
