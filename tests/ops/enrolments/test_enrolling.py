"""A pet or an object enters with its owner's word, cut out and sealed; what is refused leaves nothing behind."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image

from greenroom.domain.consents import Account, Audience, Consent, Likeness, LikenessKind, Terms
from greenroom.domain.enrolments import EnrolmentState
from greenroom.domain.verdicts import Outcome
from greenroom.errors import BadInput, SealBroken
from ledger import consents, enrolments, likenesses, log
from ops.briefs import account
from ops.enrolments import settling
from ops.enrolments.checking import check
from ops.enrolments.filing import Asked, file
from ops.enrolments.settling import confirm, proposal, settle, standing
from ops.enrolments.statement import state_consent
from ops.enrolments.things import REFERENCE_SIDE
from ops.enrolments.whole import enrol
from ops.erase import erase_due
from ops.studio import Studio

EnrolPet = Callable[..., tuple[Likeness, Consent]]


def asked(*photographs: Path, handle: str = "tom", kind: LikenessKind = LikenessKind.PET, **terms: object) -> Asked:
    said = Terms.model_validate({"audience": Audience.EVERYONE, "statement": "He is mine."} | terms)
    return Asked(handle, kind, "cat", said, photographs)


def test_the_photograph_is_sealed_and_the_consent_is_in_the_log(
    studio: Studio, enrol_pet: EnrolPet, photograph: Path
) -> None:
    likeness, consent = enrol_pet()
    assert studio.store.get(likeness.capture) != photograph.read_bytes()
    assert studio.get(likeness.capture) == photograph.read_bytes()
    with studio.ledger.read() as tx:
        leaf = consents.leaf(tx, consent.id)
        assert leaf is not None
        assert log.prove(tx, leaf.index, log.size(tx)).holds()


def test_the_reference_carries_the_cut_out_as_its_alpha(studio: Studio, enrol_pet: EnrolPet) -> None:
    likeness, _ = enrol_pet()
    picture = Image.open(io.BytesIO(studio.get(likeness.reference)))
    assert (picture.format, picture.mode, max(picture.size)) == ("PNG", "RGBA", REFERENCE_SIDE)
    alpha = np.asarray(picture)[..., 3]
    height, width = alpha.shape
    assert alpha[height // 2, width // 3] == 255  # between the cat's eyes
    assert alpha[height // 2, width - 5] == 0  # the blurred room behind


def test_every_step_is_a_row_with_its_evidence(studio: Studio, owner: Account, photograph: Path) -> None:
    filed, state = enrol(studio, asked(photograph), owner, "run-1")
    steps = standing(studio, filed.id).steps
    assert state is EnrolmentState.ENROLLED
    assert [(step.number, step.name, step.outcome) for step in steps] == [
        (1, "container", Outcome.ALLOW),
        (2, "no human face", Outcome.ALLOW),
        (3, "cut out", Outcome.ALLOW),
        (12, "consent", Outcome.ALLOW),
    ]
    assert all(one.value is not None for step in steps for one in step.evidence)


def test_the_owner_looks_at_the_cut_out_before_it_is_confirmed(
    studio: Studio, owner: Account, photograph: Path
) -> None:
    filed = file(studio, asked(photograph), owner)
    check(studio, filed.id, "run")
    state_consent(studio, filed.id, "run")
    assert settle(studio, filed.id, "run") is EnrolmentState.UNCONFIRMED
    with studio.ledger.read() as tx:
        assert likenesses.every(tx) == ()
    picture = proposal(studio, filed.id)
    assert picture is not None
    assert Image.open(io.BytesIO(picture)).size == (REFERENCE_SIDE, 681)
    with pytest.raises(BadInput, match="another account"):
        confirm(studio, filed.id, account(studio, "mallory"), right=True)
    assert confirm(studio, filed.id, owner, right=False) is EnrolmentState.REFUSED
    with pytest.raises(BadInput, match="waits for no look"):
        confirm(studio, filed.id, owner, right=True)


def test_a_person_in_a_pets_picture_is_refused_and_what_was_handed_in_is_erased(
    studio: Studio, owner: Account, tmp_path: Path
) -> None:
    photograph = tmp_path / "eileen.png"
    Image.fromarray(skimage.data.astronaut()).save(photograph)
    filed, state = enrol(studio, asked(photograph), owner)
    stands = standing(studio, filed.id)
    assert state is EnrolmentState.REFUSED
    assert [rule.id for rule in stands.rules] == ["face.human"]
    assert not studio.store.has(filed.captures[0])
    with pytest.raises(SealBroken, match="erased"):
        studio.keyring.key(filed.likeness)
    with studio.ledger.read() as tx:
        assert likenesses.every(tx) == ()
        assert log.size(tx) == 0


def test_what_a_killed_refusal_left_is_erased_by_the_next_sweep(
    studio: Studio, owner: Account, photograph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photograph.write_bytes(photograph.read_bytes()[:5000])
    filed = file(studio, asked(photograph), owner)
    check(studio, filed.id, "run-1")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(settling, "erase_likeness", killed)
        with pytest.raises(KeyboardInterrupt):
            settle(studio, filed.id, "run-1")
    assert studio.store.has(filed.captures[0])
    assert erase_due(studio).orders == 1
    assert not studio.store.has(filed.captures[0])
    with pytest.raises(SealBroken, match="erased"):
        studio.keyring.key(filed.likeness)
    assert erase_due(studio).orders == 0


def test_checking_again_measures_nothing_twice(studio: Studio, owner: Account, photograph: Path) -> None:
    filed = file(studio, asked(photograph), owner)
    first = check(studio, filed.id, "run-1")
    assert check(studio, filed.id, "run-2") == first
    assert {step.run for step in first} == {"run-1"}


def test_a_handle_is_enrolled_once_and_not_filed_twice(
    studio: Studio, owner: Account, photograph: Path, enrol_pet: EnrolPet
) -> None:
    file(studio, asked(photograph, handle="felix"), owner)
    with pytest.raises(BadInput, match="@felix is being enrolled"):
        file(studio, asked(photograph, handle="felix"), owner)
    enrol_pet()
    with pytest.raises(BadInput, match="@tom is enrolled already"):
        file(studio, asked(photograph), owner)


@pytest.mark.parametrize("content", [b"", b"no image at all", b"\xff\xd8\xff\xe0 half a JPEG", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_photograph_is_named_and_leaves_nothing(
    studio: Studio, owner: Account, tmp_path: Path, content: bytes
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(content)
    with pytest.raises(BadInput, match=r"broken\.jpg is neither a photograph nor a recording"):
        file(studio, asked(broken), owner)
    with studio.ledger.read() as tx:
        assert enrolments.of_account(tx, owner.id) == ()
        assert log.size(tx) == 0


def test_a_truncated_photograph_is_refused(studio: Studio, owner: Account, photograph: Path) -> None:
    photograph.write_bytes(photograph.read_bytes()[:5000])
    filed, state = enrol(studio, asked(photograph), owner)
    assert state is EnrolmentState.REFUSED
    assert "photograph cannot be read" in standing(studio, filed.id).rules[0].reason


def test_a_person_from_a_photograph_and_a_silent_owner_are_refused(
    studio: Studio, owner: Account, photograph: Path
) -> None:
    with pytest.raises(BadInput, match="person"):
        file(studio, asked(photograph, handle="eve", kind=LikenessKind.PERSON), owner)
    with pytest.raises(BadInput, match="statement"):
        file(studio, asked(photograph, statement="  "), owner)


def test_a_consent_that_ended_or_excludes_what_nobody_knows_is_refused(
    studio: Studio, owner: Account, photograph: Path
) -> None:
    filed, state = enrol(studio, asked(photograph, never=("thunder",), expires_at="2020-01-01T00:00:00Z"), owner)
    assert state is EnrolmentState.REFUSED
    assert {rule.id for rule in standing(studio, filed.id).rules} == {"statement.expired", "statement.category"}


def test_a_destroyed_key_makes_the_photograph_unreadable(studio: Studio, enrol_pet: EnrolPet) -> None:
    likeness, _ = enrol_pet()
    studio.keyring.destroy(likeness.id)
    with pytest.raises(SealBroken, match="destroyed"):
        studio.get(likeness.capture)
