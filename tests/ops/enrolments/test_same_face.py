"""Two accounts checked at the same moment, neither seen by the other: one face enters only past a person."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

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
from ops.review_case import case
from ops.review_pictures import Shown, Source, sound
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


def kept(studio: Studio, filed: Enrolment, face: Face, portrait: bytes = b"a portrait") -> None:
    """What a check keeps at its end."""
    picture = studio.put_sealed(portrait, "image/png", filed.likeness)
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
    assert hers.needs == 2, "whose face it is, one person does not decide alone"
    settings = studio.settings.model_copy(update={"operators": "vera"})
    object.__setattr__(studio, "settings", settings)
    assert answer(studio, hers.review.id, Decision.APPROVE, account(studio, "vera"), "It is her.").decision is None
    assert standing(studio, both[0].id).state is EnrolmentState.REVIEW
    answer(studio, hers.review.id, Decision.APPROVE, account(studio, settings.account), "So it is.")
    assert standing(studio, both[0].id).state is EnrolmentState.ENROLLED


def test_both_faces_are_laid_out_for_whoever_decides(studio: Studio, both: tuple[Enrolment, Enrolment]) -> None:
    for filed, face, picture in zip(both, (HERS, NEAR), (b"her portrait", b"his portrait"), strict=True):
        kept(studio, filed, face, picture)
    for filed in both:
        settle(studio, filed.id, "run")
    (hers, _) = sorted(waiting(studio), key=lambda one: one.review.subject != both[0].id)
    found = case(studio, hers.review.id)
    assert [shot.source for shot in found.shots[:3]] == [Source.USED, Source.OTHER, Source.CAPTURE]
    used, other, *captured = Shown(studio).pictures(hers.review, found.shots, None, found.enrolment)
    assert (used, other) == (b"her portrait", b"his portrait")
    sizes = {Image.open(io.BytesIO(one or b"")).size for one in captured}
    assert (len(captured), len(sizes)) == (6, 1)
    assert len(set(captured)) == 6, "each of another moment of the recording"


def test_one_denial_refuses_it_and_erases_what_was_handed_in(studio: Studio, both: tuple[Enrolment, Enrolment]) -> None:
    for filed, face in zip(both, (HERS, NEAR), strict=True):
        kept(studio, filed, face)
    for filed in both:
        settle(studio, filed.id, "run")
    his = next(one for one in waiting(studio) if one.review.subject == both[1].id)
    shown, found = Shown(studio), case(studio, his.review.id)
    answer(studio, his.review.id, Decision.DENY, account(studio, studio.settings.account), "It is not him.")
    assert standing(studio, both[1].id).state is EnrolmentState.REFUSED
    assert set(shown.pictures(his.review, found.shots, None, found.enrolment)) == {None}
    assert sound(studio, None, found.enrolment) is None


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
