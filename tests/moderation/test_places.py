"""Where something was found: shares of the picture in a verdict's evidence, read back as they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.domain.verdicts import Evidence, EvidenceKind, Outcome
from moderation.places import MOST, WHOLE, Place, places, rows, shares
from moderation.policy import load_policy
from moderation.safety import judge_safety
from moderation.sights import FaceFound, HashMatch, ListAsked, PictureFound, SafetyEvidence, WritingFound

POLICY = load_policy()
BOX = (0.1, 0.2, 0.3, 0.4)
SIDE = st.floats(-500, 2000)


@given(SIDE, SIDE, st.floats(0, 2000), st.floats(0, 2000))
def test_a_box_of_pixels_is_cut_to_its_picture(x: float, y: float, width: float, height: float) -> None:
    left, top, wide, high = shares(x, y, width, height, (854, 480))
    assert min(left, top, wide, high) >= 0
    assert left + wide <= 1.0001
    assert top + high <= 1.0001


def test_a_box_within_the_picture_is_its_shares() -> None:
    assert shares(85.4, 96, 427, 240, (854, 480)) == (0.1, 0.2, 0.5, 0.5)


def test_places_are_read_as_they_were_written_and_no_more_than_fit() -> None:
    found = tuple(Place(second=number / 4, box=BOX, label=f"face {number}") for number in range(MOST + 5))
    seen = Evidence(name="places of faces", kind=EvidenceKind.MEASURED, value=rows([*found, found[0]]))
    assert places(Evidence.model_validate_json(seen.model_dump_json())) == found[:MOST]


@pytest.mark.parametrize("value", [None, 3, "at 1.0 s", [], ["a line"], {"FACE": 0.4}, [{"second": 1.0, "box": [1]}]])
def test_other_evidence_names_no_place(value: object) -> None:
    assert places(Evidence.model_validate({"name": "x", "kind": "measured", "value": value})) == ()


def test_gate_6_says_where_it_saw_what_it_names_the_gravest_first() -> None:
    bob = {"elsewhere": "bob", "elsewhere_distance": 0.2}
    label, least = next(iter(POLICY.picture_classes.items()))
    one = SafetyEvidence(
        frames=9, picture_model="NudeNet", faces_model="dlib", writing_model="PP-OCR", drawn=(),
        lists=(ListAsked(name="others/b.csv", hashes=10, child=False),),
        listed=(HashMatch(name="others/b.csv", child=False, line=7, distance=3, quality=90, second=1.5),),
        faces=(
            FaceFound(score=1.4, second=0.5, nearest="ann", distance=0.3, box=BOX),
            FaceFound(score=1.4, second=0.2, nearest="ann", distance=0.9, box=BOX),
            FaceFound(score=1.4, second=2.0, box=BOX, **bob),
            FaceFound(score=0.1, second=2.5, box=BOX),
        ),
        pictures=(
            PictureFound(label=label, score=least + 0.01, second=3.0, box=BOX),
            PictureFound(label=label, score=least - 0.01, second=3.5, box=BOX),
        ),
        written=(
            WritingFound(text="Market day", score=0.9, second=0.0, box=BOX),
            WritingFound(text="How to build a pipe bomb at home", score=0.9, second=1.0, box=BOX),
            WritingFound(text="a smudge", score=0.2, second=1.0, box=BOX),
            WritingFound(text="Q", score=0.9, second=0.0, box=BOX),
        ),
    )  # fmt: skip
    judged = judge_safety(one, "ltx2", POLICY)
    assert judged.outcome is Outcome.DENY
    found = {
        seen.name: [(one.second, one.label) for one in placed] for seen in judged.evidence if (placed := places(seen))
    }
    assert found == {
        "frames of hash lists": [(1.5, "line 7 of others/b.csv")],
        "places of nudity": [(3.0, f"{label} {least + 0.01:.2f}")],
        "places of faces": [(2.0, "@bob"), (0.2, "no consented person"), (0.5, "@ann")],
        "places of text": [(1.0, "How to build a pipe bomb at home"), (0.0, "Market day")],
    }
    (frame,) = [placed for seen in judged.evidence for placed in places(seen) if seen.name == "frames of hash lists"]
    assert frame.box == WHOLE
    assert {seen.model for seen in judged.evidence if places(seen)} == {"PDQ", "NudeNet", "dlib", "PP-OCR"}


def test_what_has_no_place_is_not_drawn() -> None:
    judged = judge_safety(
        SafetyEvidence(frames=9, faces_model="dlib", faces=(FaceFound(score=1.4, second=0.2),)), "ltx2", POLICY
    )
    assert not any(places(seen) for seen in judged.evidence)
