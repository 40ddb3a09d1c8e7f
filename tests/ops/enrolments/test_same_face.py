"""Two accounts checked at the same moment, neither seen by the other: one face enters only past a person."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.captures import CaptureKind
from greenroom.domain.base import now
from greenroom.domain.enrolments import Enrolment, EnrolmentState, EnrolmentStep, Template
from greenroom.domain.reviews import Decision, ReviewSubject
from greenroom.domain.verdicts import Outcome
from ledger import enrolments
from moderation.presentation import load_presentation_policy
from ops.briefs import account
from ops.enrolments.checking import CODE_VERSION
from ops.enrolments.recognition import FACES, Recognition
from ops.enrolments.settling import settle, standing
from ops.review import answer, waiting
from ops.studio import Studio

Face = tuple[float, ...]
FilePerson = Callable[..., Enrolment]
HERS: Face = (0.1,) * 128
NEAR: Face = (0.11, *HERS[1:])
FAR: Face = (0.9, *HERS[1:])


def passed(studio: Studio, filed: Enrolment, *, before: bool) -> None:
    """Rows that allow, of the steps before faces are compared or of the others."""
    policy = load_presentation_policy()
    steps = policy.of(filed.kind)
    faces = next(step.number for step in steps if step.name == FACES)
    for step in steps:
        if (step.number < faces) == before:
            row = EnrolmentStep(
                enrolment=filed.id,
                number=step.number,
                name=step.name,
                outcome=Outcome.ALLOW,
                policy_version=policy.version,
                code_version=CODE_VERSION,
                run="run",
                seconds=0.0,
                recorded_at=now(),
            )
            with studio.ledger.write() as tx:
                enrolments.add_step(tx, row)


def kept(studio: Studio, filed: Enrolment, face: Face) -> None:
    """What a check keeps at its end."""
    picture = studio.put_sealed(b"a portrait", "image/png", filed.likeness)
    ref = studio.put_document(Recognition(face=face, reference=picture), filed.likeness)
    template = Template(
        enrolment=filed.id, likeness=filed.likeness, account=filed.account, template=ref, recorded_at=now()
    )
    with studio.ledger.write() as tx:
        enrolments.add_template(tx, template)


@pytest.fixture
def both(studio: Studio, file_person: FilePerson, recorded: Callable[..., Path]) -> tuple[Enrolment, Enrolment]:
    """Two accounts' enrolments that were checked at the same moment up to what they keep."""
    recording = recorded(CaptureKind.GENUINE, 3, 782)
    hers = file_person(studio, account(studio, "ada"), recording, 3, "ada")
    his = file_person(studio, account(studio, "bob"), recording, 4, "bob")
    for filed in (hers, his):
        passed(studio, filed, before=True)
    for filed in (hers, his):
        passed(studio, filed, before=False)
    return hers, his


def test_neither_of_two_that_claim_one_face_enters_unseen(studio: Studio, both: tuple[Enrolment, Enrolment]) -> None:
    for filed, face in zip(both, (HERS, NEAR), strict=True):
        kept(studio, filed, face)
    for filed in both:
        assert settle(studio, filed.id, "run") is EnrolmentState.REVIEW
        assert [rule.id for rule in standing(studio, filed.id).rules] == ["face.enrolled"]
    questions = waiting(studio, ReviewSubject.ENROLMENT)
    assert {one.review.subject for one in questions} == {filed.id for filed in both}
    hers = next(one for one in questions if one.review.subject == both[0].id)
    answer(studio, hers.review.id, Decision.APPROVE, account(studio, studio.settings.account), "It is her.")
    assert standing(studio, both[0].id).state is EnrolmentState.ENROLLED


def test_the_one_that_is_kept_later_waits_though_the_other_is_enrolled(
    studio: Studio, both: tuple[Enrolment, Enrolment]
) -> None:
    kept(studio, both[0], HERS)
    assert settle(studio, both[0].id, "run") is EnrolmentState.ENROLLED
    kept(studio, both[1], NEAR)
    assert settle(studio, both[1].id, "run") is EnrolmentState.REVIEW


def test_two_faces_enter(studio: Studio, both: tuple[Enrolment, Enrolment]) -> None:
    for filed, face in zip(both, (HERS, FAR), strict=True):
        kept(studio, filed, face)
    for filed in both:
        assert settle(studio, filed.id, "run") is EnrolmentState.ENROLLED
