"""A question is laid out in the policy's own words; script and transcript are held against each other word by word."""

import pytest

from greenroom.domain.briefs import Lane
from greenroom.domain.consents import Account
from greenroom.domain.reviews import Decision
from greenroom.domain.verdicts import Evidence, EvidenceKind
from greenroom.errors import NotFound
from ops.briefs import Request, account, submit
from ops.review import answer, waiting
from ops.review_case import Box, _marked, case, compared
from ops.stages import consent, prompt
from ops.stages.handling import handle
from ops.studio import Studio


def test_a_case_has_the_rules_sentence_what_was_measured_and_what_was_not_checked(
    studio: Studio, owner: Account
) -> None:
    _, (brief,) = submit(studio, (Request(prompt="კატა ზის ბაღში"),), owner, Lane.INTERACTIVE)
    handle(studio, consent.DEFINITION, brief.id, "run")
    handle(studio, prompt.DEFINITION, brief.id, "run")
    (one,) = waiting(studio)
    found = case(studio, one.review.id)
    assert [rule.sentence for rule in found.rules] == ["The word rules can read the prompt."]
    assert "letters of other scripts" in {seen.name for seen in found.evidence}
    assert all(seen.reason for seen in found.not_checked)
    assert found.not_checked
    assert (found.brief, found.take, found.seconds) == (brief, None, ())
    answer(studio, one.review.id, Decision.DENY, account(studio, studio.settings.account), "No.")
    with pytest.raises(NotFound):
        case(studio, one.review.id)


def test_words_missing_added_and_changed_are_told_apart() -> None:
    words = compared("Good morning, this is the news.", "good morning this was the news today")
    said = {state: [one.text for one in words if one.state == state] for state in ("both", "missing", "added")}
    assert said == {
        "both": ["Good", "morning,", "this", "the", "news."],
        "missing": ["is"],
        "added": ["was", "today"],
    }
    assert compared("Good morning.", "") == (), "where nothing was transcribed, nothing is compared"


def test_findings_with_a_place_become_boxes() -> None:
    found: list[object] = [
        {"second": 1.2, "label": "face", "score": 0.9, "box": [10, 20, 30, 40]},
        {"second": 2.0, "label": "face", "score": 0.9},
        "nothing",
    ]
    seen = Evidence.model_validate({"name": "faces", "kind": EvidenceKind.MEASURED, "value": found})
    assert _marked((seen,)) == {1.2: (Box("face", 10, 20, 30, 40),)}
