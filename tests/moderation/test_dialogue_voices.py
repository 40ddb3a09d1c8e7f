"""Gate 5 on whose voices are heard: at both sides of each threshold, and what no print can rule out."""

import pytest

from greenroom.domain.verdicts import EvidenceKind, Gate, Judgement, Outcome
from moderation.deliberation import Deliberation
from moderation.dialogue_voices import (
    VoiceNear,
    VoiceOfClip,
    VoicesHeard,
    VoiceStanding,
    WithoutVoice,
    judge_count,
    judge_voices,
)
from moderation.policy import load_policy

POLICY = load_policy()
EXCLUDED, ALLOWED, ELSEWHERE = VoiceStanding.EXCLUDED, VoiceStanding.ALLOWED, VoiceStanding.ELSEWHERE
RULES = {EXCLUDED: "dialogue.voice_excluded", ELSEWHERE: "dialogue.voice_elsewhere"}


def heard(*near: tuple[VoiceStanding, float], **changes: object) -> VoicesHeard:
    """One voice, so near to the nearest of each standing."""
    told = tuple(VoiceNear(handle=f"{one.value}_one", standing=one, similarity=likeness) for one, likeness in near)
    whole = VoicesHeard(model="a model", compared=len(near), voices=(VoiceOfClip(start=1.0, end=4.0, near=told),))
    return whole.model_copy(update=changes)


def judged(voices: VoicesHeard, *, speech: bool = True, constructed: bool = False) -> Judgement:
    deliberation = Deliberation(Gate.DIALOGUE, POLICY)
    judge_voices(deliberation, voices, speech=speech, constructed=constructed)
    return deliberation.judgement()


def rules(judgement: Judgement) -> list[str]:
    return [rule.id for rule in judgement.rules]


@pytest.mark.parametrize("standing", list(RULES))
def test_a_voice_is_held_from_the_threshold_on_and_evidence_says_whose_it_may_be(standing: VoiceStanding) -> None:
    least = POLICY.threshold(RULES[standing], "similarity")
    above, below = judged(heard((standing, least))), judged(heard((standing, least - 0.001)))
    assert (above.outcome, rules(above)) == (Outcome.HOLD, [RULES[standing]])
    (whose,) = (one for one in above.evidence if one.name == "whose voice it may be from 1.0 to 4.0 s")
    assert (whose.value, whose.kind) == (f"@{standing.value}_one", EvidenceKind.MEASURED)
    named = standing is EXCLUDED  # by the brief itself: its maker may read whose consent forbids it, and how near
    assert (f"@{standing.value}_one" in above.rules[0].reason) is named
    assert (f"{least:.2f}" in above.rules[0].reason) is named
    assert rules(below) == ["dialogue.voice_unchecked"]
    said = f"{below.rules} {below.evidence}"
    assert f"{standing.value}_one" not in said  # who is merely nearest is nobody's business
    (seen,) = (one for one in below.evidence if one.kind is EvidenceKind.MEASURED)
    assert (seen.threshold, seen.model, seen.unit) == (least, "a model", "cosine")


def test_a_stricter_threshold_where_everyone_enrolled_is_compared_and_two_persons_decide() -> None:
    assert POLICY.threshold(RULES[ELSEWHERE], "similarity") > POLICY.threshold(RULES[EXCLUDED], "similarity")
    for rule in RULES.values():
        assert POLICY.reviewable(rule)
        assert POLICY.second_opinion(rule)


def test_a_voice_that_is_nearer_to_one_who_allows_theirs_is_theirs() -> None:
    assert rules(judged(heard((ALLOWED, 0.9), (ELSEWHERE, 0.85), (EXCLUDED, 0.8)))) == ["dialogue.voice_unchecked"]
    assert rules(judged(heard((ALLOWED, 0.8), (ELSEWHERE, 0.85)))) == ["dialogue.voice_elsewhere"]


def test_construction_says_whose_every_voice_is_whatever_it_is_like() -> None:
    found = judged(heard((EXCLUDED, 0.99)), constructed=True)
    assert found.outcome is Outcome.ALLOW
    assert {one.kind for one in found.evidence} == {EvidenceKind.MEASURED, EvidenceKind.BY_CONSTRUCTION}


def test_who_has_no_print_is_named_where_the_brief_names_them_and_counted_where_not() -> None:
    others = tuple(WithoutVoice(handle=f"p{number}", standing=ELSEWHERE, reason="old") for number in range(20))
    named = WithoutVoice(handle="mine", standing=EXCLUDED, reason="too short")
    found = judged(VoicesHeard(without=(named, *others)))
    unchecked = {one.name: one.reason for one in found.evidence if one.kind is EvidenceKind.NOT_CHECKED}
    assert unchecked["voice of @mine"] == "too short"
    assert unchecked["voices of others"] == "20 whom the brief does not name have no print to compare"
    assert "@p" not in found.model_dump_json()  # a maker need not learn who is enrolled
    assert rules(found) == ["dialogue.voice_unchecked"]


@pytest.mark.parametrize(
    ("voices", "said"),
    [
        (VoicesHeard(), "no voice of an enrolled person is kept"),
        (VoicesHeard(reason="the encoder crashed"), "the encoder crashed"),
        (VoicesHeard(model="a model", compared=2, reason="too little"), "too little"),
        (heard((ELSEWHERE, 0.2)), "match none of 1 prints"),
    ],
)
def test_speech_in_no_known_voice_is_not_settled_by_that(voices: VoicesHeard, said: str) -> None:
    found = judged(voices)
    assert rules(found) == ["dialogue.voice_unchecked"]
    assert said in found.rules[0].reason
    assert judged(VoicesHeard(), speech=False).rules == ()


@pytest.mark.parametrize(
    ("counted", "cast", "spoken"),
    [(2, 2, []), (1, 2, []), (3, 2, ["dialogue.speakers"]), (5, None, []), (None, 1, [])],
)
def test_more_voices_than_the_script_has_speakers_are_held(
    counted: int | None, cast: int | None, spoken: list[str]
) -> None:
    deliberation = Deliberation(Gate.DIALOGUE, POLICY)
    judge_count(deliberation, VoicesHeard(model="a model", counted=counted), cast)
    found = deliberation.judgement()
    assert rules(found) == spoken
    assert [(one.value, one.threshold) for one in found.evidence] == ([(counted, cast)] if counted else [])
