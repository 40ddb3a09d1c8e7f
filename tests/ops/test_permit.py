"""A change is a new version: the one in force with what the owner changed; and any past moment can be asked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update

from greenroom.domain.base import now
from greenroom.domain.consents import Account, Attestation, Audience, Consent, Likeness
from greenroom.errors import BadInput, NotFound
from ledger import consents, log, schema
from ops.briefs import account
from ops.likenesses import withdraw
from ops.permit import Changes, permit, standing
from ops.receipts import receipt
from ops.studio import Studio

Enrol = Callable[..., tuple[Likeness, Consent]]


def test_a_new_version_keeps_what_was_not_changed(studio: Studio, owner: Account, enrol_pet: Enrol) -> None:
    tom, first = enrol_pet("tom", voice=True, never=("violence",), restrictions=("never swimming",))
    second = permit(studio, "@tom", owner, Changes(audience=Audience.APPROVED, never=("politics",)))
    assert (second.version, second.audience, second.voice) == (2, Audience.APPROVED, True)
    assert (second.never, second.restrictions) == (("violence", "politics"), ("never swimming",))
    assert second.attested_by is Attestation.INSTALLATION
    assert second.statement == "I change: audience approved; never violence, politics."
    third = permit(studio, "@tom", owner, Changes(lift=("never swimming", "violence"), statement="He swims now."))
    assert (third.never, third.restrictions, third.statement) == (("politics",), (), "He swims now.")
    with studio.ledger.read() as tx:
        assert consents.versions(tx, tom.id) == (first, second, third)
        leaves = [consents.leaf(tx, one.id) for one in (first, second, third)]
        assert all(leaf is not None and log.leaf(tx, leaf.index).kind is log.Kind.CONSENT for leaf in leaves)


def test_what_was_in_force_at_any_past_moment_can_be_asked(studio: Studio, owner: Account, enrol_pet: Enrol) -> None:
    _, first = enrol_pet("tom")
    second = permit(studio, "@tom", owner, Changes(audience=Audience.OWNER))
    between = now()
    withdraw(studio, "@tom", owner, "enough")
    with studio.ledger.read() as tx:
        assert standing(tx, "tom", first.recorded_at - timedelta(microseconds=1)).consent is None
        assert standing(tx, "tom", first.recorded_at).consent == first
        assert standing(tx, "tom", second.recorded_at).consent == second
        assert standing(tx, "tom", between).withdrawal is None
        assert standing(tx, "tom", now()).withdrawal is not None
        with pytest.raises(BadInput, match="still to come"):
            standing(tx, "tom", now() + timedelta(hours=1))


def test_an_operator_records_the_word_of_an_owner_and_the_statement_says_so(
    studio: Studio, owner: Account, enrol_pet: Enrol
) -> None:
    enrol_pet("tom")
    house, mallory = account(studio, studio.settings.account), account(studio, "mallory")
    made = permit(studio, "tom", owner, Changes(remix=False), filed_by=house)
    assert made.statement.endswith(f"(Recorded by @{house.name} on the word of @ada.)")
    with pytest.raises(BadInput, match="no operator"):
        permit(studio, "tom", owner, Changes(remix=True), filed_by=mallory)
    with pytest.raises(BadInput, match="belongs to another account"):
        permit(studio, "tom", mallory, Changes(remix=True))


def test_what_cannot_be_permitted_is_refused_clearly(studio: Studio, owner: Account, enrol_pet: Enrol) -> None:
    enrol_pet("tom")
    with pytest.raises(BadInput, match="changes nothing"):
        permit(studio, "tom", owner, Changes(remix=True))
    with pytest.raises(BadInput, match="knitting is no kind of content"):
        permit(studio, "tom", owner, Changes(never=("knitting",)))
    with pytest.raises(BadInput, match="'never knitting' is not excluded"):
        permit(studio, "tom", owner, Changes(lift=("never knitting",)))
    with pytest.raises(BadInput, match="is past"):
        permit(studio, "tom", owner, Changes(expires_at=datetime(2020, 1, 1, tzinfo=UTC)))
    with pytest.raises(NotFound):
        permit(studio, "nobody", owner, Changes(remix=False))
    withdraw(studio, "tom", owner, "")
    with pytest.raises(BadInput, match="withdrawn"):
        permit(studio, "tom", owner, Changes(remix=False))


def test_an_expiry_and_a_list_of_languages_can_end(studio: Studio, owner: Account, enrol_pet: Enrol) -> None:
    enrol_pet("tom")
    day = datetime(2090, 1, 1, tzinfo=UTC)
    made = permit(studio, "tom", owner, Changes(expires_at=day, languages=("en", "fr", "en")))
    assert (made.expires_at, made.languages) == (day, ("en", "fr"))
    made = permit(studio, "tom", owner, Changes(for_ever=True, languages=("any",)))
    assert (made.expires_at, made.languages) == (None, ())


def test_a_version_that_cannot_be_read_is_followed_by_one_from_the_narrowest_terms(
    studio: Studio, owner: Account, enrol_pet: Enrol
) -> None:
    tom, first = enrol_pet("tom", voice=True)
    with studio.ledger.write() as tx:
        tx.execute(update(schema.consents).where(schema.consents.c.id == first.id).values(audience="friends"))
    with studio.ledger.read() as tx:
        assert standing(tx, "tom", now()).unreadable
    with pytest.raises(BadInput, match="no consent that can be read"):
        permit(studio, "tom", owner, Changes(voice=True))
    made = permit(studio, "tom", owner, Changes(statement="Only me."))
    assert (made.version, made.audience, made.voice, made.remix) == (2, Audience.OWNER, False, False)
    with studio.ledger.read() as tx:
        assert standing(tx, "tom", now()).consent == made
        assert consents.newest_version(tx, tom.id) == 2


def test_a_version_has_a_receipt_and_an_owner_may_sign_it_with_a_key_of_their_own(
    studio: Studio, owner: Account, enrol_pet: Enrol
) -> None:
    tom, _ = enrol_pet("tom")
    second = permit(studio, "tom", owner, Changes(remix=False))
    third = permit(studio, "tom", owner, Changes(remix=True), key=Ed25519PrivateKey.generate())
    assert (second.attested_by, third.attested_by) == (Attestation.INSTALLATION, Attestation.OWNER_KEY)
    with studio.ledger.read() as tx:
        assert consents.in_force(tx, tom.id, now()) == third
        assert [receipt(studio, tx, tom.id, version).version for version in (2, 3)] == [2, 3]
    house = account(studio, studio.settings.account)
    with pytest.raises(BadInput, match="only an owner signs"):
        permit(studio, "tom", owner, Changes(remix=False), filed_by=house, key=Ed25519PrivateKey.generate())
