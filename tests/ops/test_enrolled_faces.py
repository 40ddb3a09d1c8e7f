"""Whose face is compared with what a clip shows: everyone's that is enrolled but the brief's own, and the blocked."""

from pathlib import Path

from greenroom.domain.base import new_id, now
from greenroom.domain.consents import Account, Withdrawal
from greenroom.domain.enrolments import Template
from ledger import enrolments, withdrawals
from ops.enrolled_faces import faces_beside
from ops.enrolments.blocking import block
from ops.enrolments.recognition import Recognition
from ops.studio import Studio
from tests.ops.conftest import EnrolPet
from tests.ops.test_enrolled_voices import EnrolPerson
from tests.ops.test_enrolled_voices import enrol_person as enrol_person  # a fixture of those tests

ASTRONAUT = Path(__file__).parents[1] / "data" / "astronaut.png"


def with_face(studio: Studio, handle: str, account: str) -> str:
    """Keep a face of this likeness, as the check of a person's capture does; the likeness's id."""
    with studio.ledger.read() as tx:
        (filed,) = enrolments.of_handle(tx, handle)
    again = filed.model_copy(update={"id": new_id("en"), "likeness": new_id("lk"), "handle": "again"})
    document = studio.put_document(Recognition(face=(0.1,) * 128), filed.likeness)
    template = Template(
        enrolment=again.id, likeness=filed.likeness, account=account, template=document, recorded_at=now()
    )
    with studio.ledger.write() as tx:
        enrolments.add(tx, again, None)
        enrolments.add_template(tx, template)
    return filed.likeness


def handles(studio: Studio, *named: str) -> list[str]:
    return [one.handle for one in faces_beside(studio, named)]


def test_everyone_but_the_briefs_own(studio: Studio, enrol_pet: EnrolPet, owner: Account) -> None:
    assert handles(studio) == []
    enrol_pet("tom")
    tom = with_face(studio, "tom", owner.id)
    assert handles(studio) == ["tom"]
    assert handles(studio, "tom") == []
    assert faces_beside(studio, ())[0].face.shape == (128,)
    with studio.ledger.write() as tx:
        gone = Withdrawal(id=new_id("wd"), likeness=tom, by=owner.id, reason="no", salt="0" * 32, recorded_at=now())
        withdrawals.add(tx, gone)
    assert handles(studio) == []


def test_a_blocked_face_has_no_name(studio: Studio) -> None:
    from ops.briefs import account

    block(studio, ASTRONAUT, "asked for it", account(studio, studio.settings.account))
    assert handles(studio) == [""]


def test_who_names_a_pet_names_not_the_face_of_its_owner(
    studio: Studio, enrol_person: EnrolPerson, owner: Account
) -> None:
    face = Recognition(face=(0.1,) * 128)
    enrol_person("ada", owner, face)  # who owns @tom, a cat, too
    enrol_person("ada.younger", owner, face)
    assert handles(studio) == ["ada", "ada.younger"]
    assert handles(studio, "tom") == ["ada", "ada.younger"]
    assert handles(studio, "ada") == []  # every likeness of hers has her face
