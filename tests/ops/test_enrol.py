"""A pet or an object enters with its owner's word, sealed; a file that is no photograph leaves nothing behind."""

import io
from pathlib import Path

import pytest
from PIL import Image

from greenroom.domain.consents import Account, Consent, Likeness, LikenessKind
from greenroom.errors import BadInput, LedgerRefused, NotFound, SealBroken
from ledger import consents, likenesses, log
from ops.briefs import account
from ops.enrol import REFERENCE_SIDE, enrol, find, withdraw
from ops.studio import Studio


def enrolled(studio: Studio, owner: Account, photograph: Path) -> tuple[Likeness, Consent]:
    return enrol(studio, photograph, "tom", LikenessKind.PET, "cat", owner, "He is mine, and I agree.")


def test_the_photograph_is_sealed_and_the_consent_is_in_the_log(
    studio: Studio, owner: Account, photograph: Path
) -> None:
    likeness, consent = enrolled(studio, owner, photograph)
    assert studio.store.get(likeness.capture) != photograph.read_bytes()
    assert studio.get(likeness.capture) == photograph.read_bytes()
    picture = Image.open(io.BytesIO(studio.get(likeness.reference)))
    assert (picture.format, max(picture.size)) == ("PNG", REFERENCE_SIDE)
    with studio.ledger.read() as tx:
        assert find(tx, "@Tom") == likeness
        assert consents.in_force(tx, likeness.id, consent.recorded_at) == consent
        leaf = consents.leaf(tx, consent.id)
        assert leaf is not None
        assert log.prove(tx, leaf.index, log.size(tx)).holds()


def test_a_handle_is_enrolled_once(studio: Studio, owner: Account, photograph: Path) -> None:
    enrolled(studio, owner, photograph)
    with pytest.raises(LedgerRefused):
        enrolled(studio, owner, photograph)


@pytest.mark.parametrize("content", [b"", b"no image at all", b"\xff\xd8\xff\xe0 half a JPEG", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_photograph_is_named_and_leaves_nothing(
    studio: Studio, owner: Account, tmp_path: Path, content: bytes
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(content)
    with pytest.raises(BadInput, match=r"broken\.jpg"):
        enrolled(studio, owner, broken)
    with studio.ledger.read() as tx:
        assert likenesses.every(tx) == ()
        assert log.size(tx) == 0


def test_a_truncated_photograph_is_refused(studio: Studio, owner: Account, photograph: Path) -> None:
    photograph.write_bytes(photograph.read_bytes()[:5000])
    with pytest.raises(BadInput, match="not a photograph"):
        enrolled(studio, owner, photograph)


def test_a_person_and_a_silent_owner_are_refused(studio: Studio, owner: Account, photograph: Path) -> None:
    with pytest.raises(BadInput, match="person"):
        enrol(studio, photograph, "eve", LikenessKind.PERSON, "person", owner, "I agree.")
    with pytest.raises(BadInput, match="statement"):
        enrol(studio, photograph, "tom", LikenessKind.PET, "cat", owner, "  ")


def test_only_the_owner_withdraws_and_only_once(studio: Studio, owner: Account, photograph: Path) -> None:
    enrolled(studio, owner, photograph)
    with pytest.raises(BadInput, match="belongs to another"):
        withdraw(studio, "tom", account(studio, "mallory"), "for fun")
    first = withdraw(studio, "@tom", owner, "he ran away")
    assert withdraw(studio, "tom", owner, "again") == first
    with studio.ledger.read() as tx:
        assert log.size(tx) == 2
    with pytest.raises(NotFound, match="@nobody"):
        withdraw(studio, "nobody", owner, "")


def test_a_destroyed_key_makes_the_photograph_unreadable(studio: Studio, owner: Account, photograph: Path) -> None:
    likeness, _ = enrolled(studio, owner, photograph)
    studio.keyring.destroy(likeness.id)
    with pytest.raises(SealBroken, match="destroyed"):
        studio.get(likeness.capture)
