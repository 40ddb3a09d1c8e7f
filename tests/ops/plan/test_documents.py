"""Storyboards a person wrote: what is read, and how each mistake is told."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.domain.storyboards import Framing, Storyboard
from greenroom.errors import BadInput
from ops.plan.documents import load_storyboard

_GOOD = """\
title: Chelsea finds a ball
place: garden
seconds: 5
seed: 3
shots:
  - {start: 0, seconds: 5, camera: {framing: close, subject: chelsea}}
actors:
  - {id: chelsea, species: cat, name: Chelsea, likeness: chelsea}
actions:
  - {actor: chelsea, verb: jump, start: 1, seconds: 1}
"""


def test_yaml_and_json_read_alike() -> None:
    storyboard = load_storyboard(_GOOD.encode(), "plan.yaml")
    assert storyboard.shots[0].camera.framing is Framing.CLOSE
    assert load_storyboard(storyboard.model_dump_json().encode(), "plan.json") == storyboard
    assert load_storyboard(storyboard.model_dump_json().encode(), "plan") == storyboard
    assert load_storyboard(b"\xef\xbb\xbf" + _GOOD.encode(), "plan.yml") == storyboard


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"", "plan.yaml is empty"),
        (b"\xff\xfe", "no UTF-8 text: byte 0 is 0xff"),
        (b" " * 1_000_001, "at most 1,000,000"),
        (b"[1, 2]", "holds a list; expected a mapping"),
        (b"title: [", "no YAML: line 1"),
        (b"a: &x [1]\nb: *x\n", "line 2, column 4: an alias"),
        (b"!!python/object/apply:os.getcwd []", "no YAML: line 1"),
        (b"[" * 100_000, "nested too deeply"),
        (b"a\x00b", "no YAML that can be read"),
        (b"title: x\n---\ntitle: y\n", "another document"),
        ((_GOOD + "seed: 4\n").encode(), "line 11: the field 'seed' stands twice"),
        (
            _GOOD.replace("close", "huge").encode(),
            "line 6, column 37, shots[0].camera.framing: got 'huge', expected 'wide'",
        ),
        (
            _GOOD.replace("place:", "plcae:").encode(),
            "line 2, column 1, plcae: got a field that does not exist, did you mean place?",
        ),
        (
            _GOOD.replace("verb: jump, ", "").encode(),
            "line 10, column 5, actions[0].verb: got nothing, expected this field",
        ),
        (
            _GOOD.replace("seconds: 5\nseed", "seconds: .nan\nseed").encode(),
            "line 3, column 1, seconds: got nan, expected a finite",
        ),
        (
            _GOOD.replace("seconds: 5\nseed", "seconds: 60\nseed").encode(),
            "line 3, column 1, seconds: got 60, expected a value less",
        ),
        (
            _GOOD.replace("subject: chelsea", "subject: tom").encode(),
            "shots[0].camera.subject: got 'tom', expected the id of an actor or prop: one of chelsea",
        ),
        (
            _GOOD.replace("start: 1", "start: 9").encode(),
            "line 10, column 34, actions[0].start: got 9, after the end at 5 s",
        ),
        (b"title: x\nseconds: 5\nseed: 1\nshots: []\n", "line 4, column 1, shots: got none, expected at least one"),
    ],
)
def test_every_mistake_is_told_with_its_place(data: bytes, fact: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_storyboard(data, "plan.yaml")
    assert fact in caught.value.fact


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b'{"title": ', "plan.json is no JSON: line 1"),
        (b'{"title": "a", "title": "b"}', "has the field 'title' twice"),
        (b'{"a":' * 50_000, "nested too deeply"),
        (
            b'{"title": 1}',
            "shots: got nothing, expected this field; line 1, column 2, title: got 1, expected a valid string",
        ),
        (b'{"title":"\\ud800","seconds":5,"seed":1,"shots":[{"start":0,"seconds":5}]}', "half of a surrogate pair"),
    ],
)
def test_mistakes_in_json_are_told_by_field(data: bytes, fact: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_storyboard(data, "plan.json")
    assert fact in caught.value.fact


def test_several_mistakes_are_told_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        load_storyboard(_GOOD.replace("close", "huge").replace("seed: 3", "seed: -1").encode(), "plan.yaml")
    assert "seed: got -1" in caught.value.fact
    assert "got 'huge'" in caught.value.fact


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
)
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with contextlib.suppress(BadInput):
        assert isinstance(load_storyboard(data, "plan.yaml"), Storyboard)
