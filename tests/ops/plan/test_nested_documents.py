"""Storyboards as a person writes them: nested, in short texts, with much left out; how mistakes in them are told."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from greenroom.domain.storyboards import (
    Action,
    Angle,
    Build,
    Camera,
    CameraMove,
    Delivery,
    Framing,
    Garment,
    Storyboard,
    TimeOfDay,
    Transition,
)
from greenroom.errors import BadInput
from ops.plan.describe import describe
from ops.plan.documents import load_storyboard
from ops.plan.schema import document_schema, written
from ops.plan.shot_timing import spread

DOCS = Path(__file__).parents[3] / "docs"
EXAMPLES = sorted((DOCS / "examples").glob("*.yaml"))
PAGE = (DOCS / "storyboards.md").read_text("utf-8")
Planned = Callable[..., Storyboard]

BOARD = """\
actors:
  - anna: a tall woman, red coat, blonde hair
  - ben: boy
  - tom: cat, black and white, @tom
props:
  - ball: yellow ball, 0.3 m
place: seaside
shots:
  - seconds: 2
    camera: close on anna, low angle, push in
    actions:
      - anna sprints to ball
      - anna throws ball to ben
  - seconds: 3
    place: kitchen
    actors: ben and tom
    actions:
      - {actor: ben, verb: jump, start: 1}
    lines:
      - ben: Hello there
      - {actor: ben, text: "¡Qué bonito!", delivery: cheerful}
    sounds: [rain]
"""


def board(text: str = BOARD, name: str = "my_board.yaml") -> Storyboard:
    return load_storyboard(text.encode(), name)


def fault(text: str) -> str:
    with pytest.raises(BadInput) as caught:
        board(text)
    return caught.value.fact


# --- what is read --------------------------------------------------------------------------------------------------


def test_times_in_a_shot_begin_with_it_and_are_filled_in() -> None:
    plan = board()
    run, throw, jump = plan.actions
    assert run == Action(actor="anna", verb="run", target="ball", start=0, seconds=1)
    assert throw == Action(actor="anna", verb="throw", target="ball", to="ben", start=1, seconds=1)
    assert jump == Action(actor="ben", verb="jump", start=3, seconds=2)
    first, second = plan.lines
    assert (first.start, first.text, first.language) == (2.2, "Hello there", "en")
    assert second.start > first.start + 0.5
    assert (second.language, second.delivery) == ("es", Delivery.CHEERFUL)
    assert (plan.sounds[0].start, plan.sounds[0].seconds) == (2, 3)


def test_short_texts_stand_for_fields() -> None:
    plan = board()
    anna, ben, tom = plan.actors
    assert (anna.name, anna.species, anna.build, anna.hair) == ("Anna", "person", Build.TALL, "blonde")
    assert anna.clothes == (Garment(kind="coat", colour="red"),)
    assert (ben.build, ben.pronoun, anna.pronoun, tom.pronoun) == (Build.CHILD, "he", "she", None)
    assert (tom.species, tom.colours, tom.likeness) == ("cat", ("black", "white"), "tom")
    assert (plan.props[0].shape, plan.props[0].colour, plan.props[0].size) == ("ball", "yellow", 0.3)
    expected = Camera(framing=Framing.CLOSE, angle=Angle.LOW, move=CameraMove.PUSH_IN, subject="anna")
    assert plan.shots[0].camera == expected
    assert plan.place == "beach"
    assert plan.present == (("anna", "ben", "tom"), ("ben", "tom"))


def test_title_length_and_seed_may_be_left_out() -> None:
    plan = board()
    assert (plan.title, plan.seconds) == ("My Board", 5)
    assert plan.seed == board().seed
    assert load_storyboard(BOARD.encode(), "a.yaml", seed=7).seed == 7
    assert load_storyboard((BOARD + "seed: 9\n").encode(), "a.yaml", seed=7).seed == 9


def test_shots_without_a_length_share_what_is_left() -> None:
    plan = board("seconds: 8\nshots:\n  - {seconds: 2}\n  - camera: wide\n  - camera: close\n")
    assert [(shot.start, shot.seconds) for shot in plan.shots] == [(0, 2), (2, 3), (5, 3)]


def test_actions_of_one_actor_follow_each_other_and_told_times_are_kept() -> None:
    spaced = spread([{"actor": "a"}, {"actor": "b"}, {"actor": "a", "start": 3}, {"actor": "a"}], 5)
    assert [(one["start"], one["seconds"]) for one in spaced] == [(0, 3), (0, 5), (3, 1), (4, 1)]
    spaced = spread([{"actor": "a", "seconds": 1}, {"actor": "a"}, {"actor": "a", "seconds": 2}], 5)
    assert [(one["start"], one["seconds"]) for one in spaced] == [(0, 1), (1, 2), (3, 2)]


def test_everybody_gets_a_place_of_their_own() -> None:
    plan = board()
    spots = {(actor.x, actor.y) for actor in plan.actors}
    assert len(spots) == 3
    assert board(BOARD.replace("  - ben: boy", "  - {id: ben, x: 1.5}")).actors[1].x == 1.5


def test_a_plan_written_out_is_the_same_plan_again(planned: Planned) -> None:
    for prompt in (
        "Shot 1: a boy throws a ball to a girl in a park. Shot 2: at night on a beach a dog runs. Happy music",
        'a woman in a red coat whispers "Come here" to a man and he sits on a chair, low angle',
        "an anime robot rides a skateboard down a street in the rain, then it dances",
    ):
        plan = planned(prompt, seconds=7)
        assert load_storyboard(plan.model_dump_json().encode(), "plan.json") == plan


# --- what is told --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "instead", "told"),
    [
        ("place: seaside", "place: seasied", "line 7, column 1, place: got 'seasied', expected a place; did you mean"),
        (
            "place: kitchen",
            "place: kichen",
            "line 15, column 5, shots[1].place: got 'kichen', expected a place; did you",
        ),
        ("a tall woman", "a tall womann", "line 2, column 5, actors[0]: got 'womann'"),
        ("red coat", "red cout", "line 2, column 5, actors[0]: got 'cout', expected a species, a build, a garment"),
        ("yellow ball", "yellow bal", "line 6, column 5, props[0]: got 'bal', expected a shape, a colour or a size"),
        ("sprints to ball", "sprnts to ball", "line 12, column 9, shots[0].actions[0]: got 'sprnts', expected a verb"),
        ("sprints to ball", "sprints to bal", "line 12, column 9, shots[0].actions[0]: got 'bal', expected the id"),
        ("anna throws", "ana throws", "line 13, column 9, shots[0].actions[1]: got 'ana', expected the id of an actor"),
        ("low angle", "lo angel", "line 10, column 5, shots[0].camera: got 'lo angel', expected a framing, an angle"),
        ("on anna", "on ana", "line 10, column 5, shots[0].camera.subject: got 'ana', expected the id of an actor or"),
        ("verb: jump", "verb: jmup", "line 18, column 22, shots[1].actions[0].verb: got 'jmup', expected a verb; did"),
        ("start: 1", "start: 4", "shots[1].actions[0].start: got 4, expected a time in the shot, which has 3 s"),
        ("start: 1", "start: 1, seconds: 4", "shots[1].actions[0].seconds: got 4, and it ends 2 s after the shot"),
        ("cheerful", "chearful", "shots[1].lines[1].delivery: got 'chearful', expected 'plain'"),
        ("cheerful", "chearful", "did you mean cheerful?"),
        ("- ben: Hello", "- bne: Hello", "line 20, column 9, shots[1].lines[0].actor: got 'bne', expected the id"),
        ("Hello there", "Hello there " * 6, "shots[1].lines[0].text: takes"),
        ("delivery: cheerful", "language: tlhh", "shots[1].lines[1].language: got 'tlhh', expected a language with a"),
        ("actors: ben and tom", "actors: tom", "got 'ben', who acts in shot 2 and is not there; expected one of its"),
        ("- seconds: 3", "- {seconds: 3, start: 1}\n  - seconds: 3", "shots[1].start: got 1, which overlaps the shot"),
        ("- seconds: 3", "- seconds: 3\n    start: 2.5", "shots[1].start: got 2.5, which leaves a gap after the shot"),
        ("- seconds: 3", "- secnds: 3", "line 14, column 5, shots[1].secnds: got a field that does not exist, did you"),
        ("sounds: [rain]", "sounds: rain", "line 22, column 5, shots[1].sounds: got 'rain', expected a list of sounds"),
        ("place: seaside", "music: loud, 120 bpm", "line 7, column 1, music: got 'loud', expected a mood"),
    ],
)
def test_a_mistake_is_told_where_it_was_written(got: str, instead: str, told: str) -> None:
    assert got in BOARD
    assert told in fault(BOARD.replace(got, instead))


def test_mistakes_come_in_the_order_of_their_lines() -> None:
    wrong = BOARD.replace("place: seaside", "place: sea side").replace("verb: jump", "verb: jmup")
    wrong = wrong.replace("yellow ball, 0.3 m", "{id: ball, shape: bal}")
    lines = [int(one) for one in re.findall(r"line (\d+)", fault(wrong))]
    assert lines == sorted(lines)
    assert len(lines) >= 2


def test_mistakes_of_every_kind_are_told_at_once() -> None:
    told = fault("place: sqaure\nshots:\n  - seconds: 5\n    camera: clsoe on anna\n")
    assert "line 1, column 1, place: got 'sqaure', expected a place; did you mean square?" in told
    assert "line 4, column 5, shots[0].camera: got 'clsoe'" in told
    assert "shots[0].camera.subject: got 'anna'" in told


def test_mistakes_in_json_have_their_lines_too() -> None:
    text = '{\n "shots": [\n  {"seconds": 4,\n   "camera": {"framing": "wied"}}\n ]\n}'
    with pytest.raises(BadInput, match=r"line 4, column 15, shots\[0\].camera.framing: got 'wied'"):
        load_storyboard(text.encode(), "a.json")


# --- the docs ------------------------------------------------------------------------------------------------------


def test_the_schema_in_the_docs_is_the_code_s() -> None:
    assert (DOCS / "storyboard.schema.json").read_text("utf-8") == written(), "run make docs"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_a_storyboard_and_keeps_the_schema(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=../storyboard.schema.json\n")
    jsonschema.Draft202012Validator(document_schema()).validate(yaml.safe_load(text))
    assert describe(load_storyboard(text.encode(), path.name))


def test_the_page_s_example_is_the_plan_it_says() -> None:
    text = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]
    jsonschema.Draft202012Validator(document_schema()).validate(yaml.safe_load(text))
    plan = load_storyboard(text.encode(), "example.yaml")
    assert plan.seconds == 9
    assert [(setting.place, setting.time_of_day) for setting in plan.settings] == [
        ("square", TimeOfDay.DUSK),
        ("square", TimeOfDay.DUSK),
        ("beach", TimeOfDay.NIGHT),
    ]
    assert [shot.transition for shot in plan.shots] == [Transition.CUT, Transition.CUT, Transition.DISSOLVE]
    assert [(one.actor, one.verb, one.start) for one in plan.actions] == [
        ("emil", "walk", 0.0),
        ("rex", "run", 5.5),
        ("emil", "wave", 7.0),
    ]
    assert plan.shots[2].clothes == {"emil": (Garment(kind="sweater", colour="blue"),)}


SLOTS = {  # a field that tells which row of the page's table it is, and a document to put it in
    "framing": "actors: [anna]\nshots: [{{seconds: 4, camera: {}}}]",
    "species": "actors: [{}]\nshots: [{{seconds: 4}}]",
    "shape": "props: [{}]\nshots: [{{seconds: 4}}]",
    "verb": "actors: [anna, ben]\nprops: [ball]\nshots: [{{seconds: 4, actions: [{}]}}]",
    "text": "actors: [anna]\nshots: [{{seconds: 4, lines: [{}]}}]",
    "mood": "music: {}\nshots: [{{seconds: 4}}]",
    "kind": "actors: [{{id: anna, clothes: {}}}]\nshots: [{{seconds: 4}}]",
}


@pytest.mark.parametrize(("fields", "text"), re.findall(r"^\| `([{\[].*?)` \| `(.*?)` \|$", PAGE, re.MULTILINE))
def test_short_texts_in_the_page_stand_for_what_it_says(fields: str, text: str) -> None:
    slot = next(document for field, document in SLOTS.items() if f"{field}:" in fields)
    short = f"{{{text}}}" if ": " in text else json.dumps(text)
    if ": " in text:
        name, _, rest = text.partition(": ")
        short = f"{{{name}: {json.dumps(rest)}}}"
    one, other = board(slot.format(fields) + "\nseed: 1"), board(slot.format(short) + "\nseed: 1")
    assert one == other
