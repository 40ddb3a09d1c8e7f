"""A question is laid out in the policy's own words, with the moments of its clip that tell the most."""

import pytest

from greenroom.domain.base import BlobRef, now
from greenroom.domain.briefs import Lane
from greenroom.domain.clips import Take, Timing
from greenroom.domain.consents import Account
from greenroom.domain.reviews import Decision, Review, ReviewSubject
from greenroom.domain.verdicts import Evidence, EvidenceKind, Gate, Rule
from greenroom.errors import NotFound
from moderation.places import Place, rows
from ops.briefs import Request, account, submit
from ops.review import answer, waiting
from ops.review_case import case
from ops.review_pictures import STILLS, of_clip
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
    assert (found.brief, found.take, found.shots) == (brief, None, ())
    answer(studio, one.review.id, Decision.DENY, account(studio, studio.settings.account), "No.")
    with pytest.raises(NotFound):
        case(studio, one.review.id)


def take(seconds: float) -> Take:
    blob = BlobRef(sha256="ab" * 32, size=1, media_type="video/x-matroska")
    return Take(
        generator="ltx2", model="ltx2", seed=1, master=blob, stems={}, timing=Timing(), seconds=seconds, width=640,
        height=360, frames_per_second=24, frame_count=round(24 * seconds), frames_sha256="cd" * 32, construction={},
    )  # fmt: skip


def question(*reasons: str) -> Review:
    rules = tuple(Rule(id="safety.face", reason=reason) for reason in reasons)
    return Review(id="rv-1", kind=ReviewSubject.BRIEF, subject="br-1", gate=Gate.SAFETY, rules=rules, recorded_at=now())


def seen(*moments: float) -> Evidence:
    found = rows(Place(second=at, box=(0.1, 0.2, 0.3, 0.4), label=f"a face at {at}") for at in moments)
    return Evidence(name="places of faces", kind=EvidenceKind.MEASURED, value=found)


def test_the_moments_that_a_reason_names_are_shown_with_what_was_found_there() -> None:
    shots = of_clip(take(5), question("A face at 1.0 s scores 1.40.", "A face at 3.3 s is near."), [seen(1.042, 3.292)])
    assert len(shots) == STILLS
    assert [shot.second for shot in shots] == sorted(shot.second or 0.0 for shot in shots)
    assert {shot.second: [one.label for one in shot.places] for shot in shots if shot.places} == {
        1.042: ["a face at 1.042"],
        3.292: ["a face at 3.292"],
    }


def test_findings_all_over_a_clip_are_shown_over_all_of_it() -> None:
    moments = tuple(number / 2 for number in range(24))
    shots = of_clip(take(12), question("A face at 0.5 s scores 1.40."), [seen(*moments)])
    found = [shot.second or 0.0 for shot in shots if shot.places]
    assert 0.5 in found
    assert max(found) > 9
    assert len(shots) == STILLS
    assert any(not shot.places for shot in shots), "and the clip between them"


def test_a_clip_without_findings_is_shown_evenly() -> None:
    shots = of_clip(take(4), question("Nothing says so."), [])
    assert [shot.second for shot in shots] == [0.25 + number / 2 for number in range(STILLS)]
