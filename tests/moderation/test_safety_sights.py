"""Gate 6 on hash lists, faces, writing and what nobody looked at: pure evidence in, verdict out."""

import pytest

from greenroom.domain.verdicts import EvidenceKind, Judgement, Outcome
from moderation.coverage import CATEGORIES, NEEDS, unmeasured, unsettled
from moderation.policy import Policy, load_policy
from moderation.reasoned import Fault, Reasoned
from moderation.safety import judge_safety
from moderation.sights import FaceFound, HashMatch, ListAsked, SafetyEvidence, WritingFound

POLICY = load_policy()
CHILD = ListAsked(name="child_safety/a.csv", hashes=10, child=True)
OTHER = ListAsked(name="others/b.csv", hashes=10, child=False)
BOMB = "How to build a pipe bomb at home"


def evidence(**changes: object) -> SafetyEvidence:
    """A clip that every model looked at, drawn of a dog and a ball."""
    whole = SafetyEvidence(
        frames=10, picture_model="NudeNet", faces_model="dlib", writing_model="PP-OCR", lists=(CHILD, OTHER),
        drawn=("dog rex", "ball ball"),
    )  # fmt: skip
    return whole.model_copy(update=changes)


def judged(generator: str = "previz", policy: Policy = POLICY, **changes: object) -> Judgement:
    return judge_safety(evidence(**changes), generator, policy)


def ids(judgement: Judgement) -> set[str]:
    return {rule.id for rule in judgement.rules}


def match(one: ListAsked, distance: int = 12, quality: int = 90) -> HashMatch:
    return HashMatch(name=one.name, child=one.child, line=7, distance=distance, quality=quality, second=1.5)


def without_child_safety() -> Policy:
    """What an operator's file might say: a distance of nothing, and that a person decides."""
    laxer = {"action": Outcome.ALLOW, "thresholds": {"distance": 0.0, "quality": 101.0}, "reviewable": True}
    rules = (rule.model_copy(update=laxer if rule.id == "safety.hash_child" else {}) for rule in POLICY.rules)
    return POLICY.model_copy(update={"rules": tuple(rules)})


def test_a_frame_of_a_child_safety_list_denies_and_its_evidence_says_where_in_the_list() -> None:
    found = judged(listed=(match(CHILD),))
    assert (found.outcome, ids(found)) == (Outcome.DENY, {"safety.hash_child"})
    assert found.rules[0].reason == "The frame at 1.5 s is too near to a picture of a hash list."
    (near,) = [one for one in found.evidence if one.name == "nearest of hash lists"]
    assert near.value == ["1.5 s: 12 bits of 256 from line 7 of child_safety/a.csv"]


def test_no_policy_file_relaxes_it() -> None:
    assert judged(policy=without_child_safety(), listed=(match(CHILD, 31, 50),)).outcome is Outcome.DENY
    assert not POLICY.reviewable("safety.hash_child")
    assert not POLICY.appealable("safety.hash_child")


def test_a_match_of_another_list_is_left_to_two_persons() -> None:
    found = judged(listed=(match(OTHER),))
    assert (found.outcome, ids(found)) == (Outcome.HOLD, {"safety.hash_listed"})
    assert POLICY.reviewable("safety.hash_listed")
    assert POLICY.second_opinion("safety.hash_listed")


@pytest.mark.parametrize("far", [match(CHILD, 32), match(CHILD, 3, 49), match(OTHER, 32)])
def test_what_is_farther_or_too_flat_is_no_match(far: HashMatch) -> None:
    assert judged(listed=(far,)).outcome is Outcome.ALLOW


def test_an_absent_or_empty_list_is_said() -> None:
    for lists in ((), (OTHER,), (CHILD.model_copy(update={"hashes": 0}),)):
        found = judged(lists=lists)
        (said,) = [one for one in found.evidence if one.name == "child-safety hash list"]
        assert (said.kind, found.outcome) == (EvidenceKind.NOT_CHECKED, Outcome.ALLOW)
        assert "hash_lists" in (said.reason or "")


def test_a_broken_list_holds_with_its_line() -> None:
    found = judged(lists_reasons=("line 3 of the hash list child_safety/a.csv has 'x'",))
    assert (found.outcome, ids(found)) == (Outcome.HOLD, {"safety.hash_unchecked"})
    assert found.rules[0].reason == "Line 3 of the hash list child_safety/a.csv has 'x'."


def face(**changes: object) -> FaceFound:
    return FaceFound(score=1.4, second=2.0, nearest="ann", distance=0.8).model_copy(update=changes)


@pytest.mark.parametrize(
    ("seen", "drawn", "rules"),
    [
        (face(), ("dog rex",), {"safety.face"}),  # a stranger
        (face(), ("person ann",), set()),  # a drawn one
        (face(distance=0.4), ("dog rex",), set()),  # consented, in the brief
        (face(elsewhere="bob", elsewhere_distance=0.45), ("person ann",), {"safety.face_elsewhere"}),
        (face(elsewhere="", elsewhere_distance=0.45), ("person ann",), {"safety.face_elsewhere"}),
        (face(elsewhere="bob", elsewhere_distance=0.55), ("person ann",), set()),
        (face(distance=0.3, elsewhere="bob", elsewhere_distance=0.45), ("dog rex",), set()),  # it is rather hers
        (face(distance=0.5, elsewhere="bob", elsewhere_distance=0.3), ("dog rex",), {"safety.face_elsewhere"}),
        (face(score=0.3), ("dog rex",), set()),  # the detector is not sure
    ],
)
def test_a_face_needs_a_consent_and_the_briefs_own(seen: FaceFound, drawn: tuple[str, ...], rules: set[str]) -> None:
    assert ids(judged(faces=(seen,), drawn=drawn)) == rules


@pytest.mark.parametrize(("handle", "who"), [("bob", "@bob"), ("", "someone who may not be shown")])
def test_whose_face_it_may_be_stands_in_the_evidence_and_in_no_reason(handle: str, who: str) -> None:
    found = judged(faces=(face(elsewhere=handle, elsewhere_distance=0.2),))
    (seen,) = [one for one in found.evidence if one.name == "whose faces they may be"]
    assert (seen.value, seen.threshold, seen.model) == ([f"2.0 s: 0.20 from {who}"], 0.5, "dlib")
    assert found.rules[0].reason == (  # one sentence for both: a blocked face is nobody's to learn of either
        "A face at 2.0 s may be of an enrolled person whom the brief does not name, or of someone who may not be shown."
    )


def test_what_a_line_breaks_is_said_once_and_not_of_each_frame_it_stands_in() -> None:
    readings = [(BOMB, 1.0), ("Q", 1.0), (BOMB, 1.5), ("U", 1.5)]
    lines = tuple(WritingFound(text=text, score=0.95, second=second) for text, second in readings)
    found = judged(written=lines)
    assert found.outcome is Outcome.DENY
    said = [rule.reason.partition(":")[0] for rule in found.rules if rule.id == "safety.writing"]
    assert set(said) == {f"“{BOMB}” stands in the frame at 1.0 s"}


def test_writing_is_judged_as_text_over_the_lines_of_a_frame() -> None:
    lines = tuple(WritingFound(text=part, score=0.95, second=1.0) for part in ("How to build a", "pipe bomb at home"))
    found = judged(written=lines)
    assert found.outcome is Outcome.DENY
    assert "safety.writing" in ids(found)
    assert "stands in the frame at 1.0 s" in found.rules[0].reason
    assert judged(written=(WritingFound(text=BOMB, score=0.6, second=1.0),)).outcome is Outcome.ALLOW


def test_the_label_and_the_scripts_own_lines_are_no_findings() -> None:
    label = "AI · Greenroom · @build.a.pipe.bomb"
    line = "How to build a pipe bomb, at home"
    written = (
        WritingFound(text="Al·Greenroom·@build a pipe bomb", score=0.9, second=0.0),
        WritingFound(text="@build.a.pipe.bomb", score=0.9, second=0.5),
    )
    assert ids(judged(written=written, own_writing=(label,))) == set()
    captioned = ids(judged(written=(WritingFound(text=BOMB, score=0.9, second=0.0),), texts=(line,)))
    assert "safety.speech" in captioned
    assert not [one for one in captioned if one.startswith("safety.writing")]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"picture_model": None, "picture_reason": "it crashed"}, "safety.picture_unchecked"),
        ({"faces_model": None, "faces_reason": "it crashed"}, "safety.faces_unchecked"),
        ({"writing_model": None, "writing_reason": "it crashed"}, "safety.writing_unchecked"),
    ],
)
def test_a_model_that_did_not_look_holds_and_the_others_are_judged(changes: dict[str, object], rule: str) -> None:
    found = judge_safety(evidence(**changes), "previz", POLICY)
    assert (found.outcome, ids(found)) == (Outcome.HOLD, {rule})
    assert "it crashed" in found.rules[0].reason


def test_what_no_check_covers_is_listed_and_holds_where_construction_does_not_count() -> None:
    drawn = judged()
    assert drawn.outcome is Outcome.ALLOW
    kinds = {one.kind for one in drawn.evidence if one.name == CATEGORIES["violence"]}
    assert kinds == {EvidenceKind.NOT_CHECKED, EvidenceKind.BY_CONSTRUCTION}
    for generator, changes in (("ltx2", {}), ("previz", {"drawn": None})):
        found = judge_safety(evidence(**changes), generator, POLICY)
        assert (found.outcome, ids(found)) == (Outcome.HOLD, {"safety.uncovered"})
        assert "violence and gore, hate symbols" in found.rules[0].reason
        assert "hash lists" not in found.rules[0].reason
    assert "hash lists" in judged("ltx2", lists=()).rules[0].reason
    assert POLICY.reviewable("safety.uncovered")


def test_every_category_has_a_name_a_remedy_and_a_line_in_the_policy() -> None:
    assert CATEGORIES.keys() == NEEDS.keys()
    assert CATEGORIES.keys() <= POLICY.acceptable.keys()
    assert unmeasured(CATEGORIES) == ()
    assert unsettled((), constructed=False, generator="previz", policy=POLICY) == tuple(CATEGORIES)


def looked(**changes: object) -> Reasoned:
    whole = Reasoned(model="vlm", outcome=Outcome.ALLOW, reason="a dog in a park", seconds=1.0, frames=10)
    return whole.model_copy(update=changes)


def test_a_vision_language_model_covers_the_rest_and_the_stricter_wins() -> None:
    assert judged("ltx2", reasoned=looked()).outcome is Outcome.ALLOW
    assert "violence and gore" not in {one.name for one in judged(reasoned=looked()).evidence}
    denies = judged("ltx2", reasoned=looked(outcome=Outcome.DENY, rules=("safety.nudity",)))
    assert denies.outcome is Outcome.DENY
    allows = judged("ltx2", reasoned=looked(), listed=(match(CHILD),))
    assert allows.outcome is Outcome.DENY


@pytest.mark.parametrize(("frames", "shown"), [(1200, 64), (11, 10), (10, 0), (0, 0)])
def test_one_that_was_shown_some_of_the_frames_covers_nothing_and_the_verdict_says_so(frames: int, shown: int) -> None:
    found = judged("ltx2", frames=frames, reasoned=looked(frames=shown))
    assert "safety.uncovered" in ids(found)
    unseen = [one.reason or "" for one in found.evidence if one.name in ("violence and gore", "hate symbols")]
    assert len(unseen) == 2
    if frames:
        assert all(f"vlm was shown {shown} of {frames} frames" in reason for reason in unseen)
        (rule,) = [one for one in found.rules if one.id == "safety.uncovered"]
        assert "install a vision-language model" not in rule.reason


def test_the_verdict_says_how_many_frames_it_was_shown() -> None:
    (seen,) = [one for one in judged("ltx2", reasoned=looked()).evidence if one.name == "vision-language model"]
    assert isinstance(seen.value, dict)
    assert seen.value["frames"] == 10


def test_one_that_gives_no_answer_holds_and_covers_nothing() -> None:
    found = judged(reasoned=looked(outcome=None, fault=Fault.CRASHED, reason="it fell over"))
    assert found.outcome is Outcome.HOLD
    assert "violence and gore" in {one.name for one in found.evidence if one.kind is EvidenceKind.NOT_CHECKED}
