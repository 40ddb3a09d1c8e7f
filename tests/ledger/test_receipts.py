"""A receipt proves a consent to anyone with the installation's public key; any change to it is found."""

import json

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.domain.base import new_salt, now
from greenroom.domain.consents import Attestation, Audience, Consent
from greenroom.errors import LogInconsistent
from ledger import consents, cose, log, receipts, statements
from ledger.audit import altered
from ledger.checkpoints import Signer
from ledger.database import Ledger
from ledger.schema import consents as rows
from tests.ledger.conftest import Cast

SIGNER = Signer("greenroom.test", Ed25519PrivateKey.generate())


def given_consent(**changes: object) -> Consent:
    moment = now()
    base = Consent(
        id="co-1",
        likeness="li-1",
        version=2,
        audience=Audience.APPROVED,
        restrictions=("never swimming",),
        statement="She is mine.",
        salt=new_salt(),
        given_at=moment,
        recorded_at=moment,
    )
    return base.model_copy(update=changes)


@pytest.fixture
def proven(ledger: Ledger, cast: type[Cast]) -> bytes:
    """The receipt of a second version of a cat's consent, three leaves before it and two after."""
    with ledger.write() as tx:
        made = cast(tx)
        owner = made.account()
        cat, _ = made.likeness("tom", owner)
        consent = given_consent(id="co-lk-tom-2", likeness=cat.id)
        signed = statements.by_installation(consent, cat.owner, SIGNER.name, SIGNER.private)
        leaf = consents.add(tx, consent, signed)
        made.likeness("mia", owner)
        made.likeness("felix", owner)
        return receipts.receipt(tx, signed, leaf.index, SIGNER)


def test_a_receipt_says_what_was_allowed_and_where_the_log_has_it(proven: bytes) -> None:
    found = receipts.verify(proven, SIGNER.verifier)
    assert found.statement.attested_by is Attestation.INSTALLATION
    assert found.statement.record["schemaVersion"] == "ISO/IEC TS 27560:2023"
    assert found.statement.record["permission"] == {
        "audience": "approved",
        "voice": False,
        "remix": True,
        "house": False,
        "never": [],
        "restrictions": ["never swimming"],
        "languages": [],
    }
    assert (found.leaf, found.size, found.origin) == (1, 4, "greenroom.test")


def test_it_names_nobody(proven: bytes) -> None:
    text = json.dumps(receipts.verify(proven, SIGNER.verifier).statement.record)
    assert "tom" not in text.replace("co-lk-tom-2", "")
    assert "ac-" not in text


def test_every_byte_of_it_counts(proven: bytes) -> None:
    for place in range(len(proven)):
        broken = bytearray(proven)
        broken[place] ^= 1
        with pytest.raises(LogInconsistent):
            receipts.verify(bytes(broken), SIGNER.verifier)


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_anything_else_is_refused_and_never_crashes(data: bytes) -> None:
    with pytest.raises(LogInconsistent):
        receipts.verify(data, SIGNER.verifier)


def test_a_receipt_of_another_log_is_refused(proven: bytes) -> None:
    stranger = Signer("greenroom.test", Ed25519PrivateKey.generate())
    with pytest.raises(LogInconsistent, match="another key than this installation's"):
        receipts.verify(proven, stranger.verifier)


def test_a_truncated_proof_is_refused(proven: bytes) -> None:
    message = cose.decode(proven)
    inner = cose.decode(message.unprotected[receipts.RECEIPTS][0])
    size, index, path = cbor2.loads(inner.unprotected[receipts.PROOFS][-1][0])
    short = inner.encoded({receipts.PROOFS: {-1: [cose.encode([size, index, list(path)[:-1]])]}})
    headers = dict(message.unprotected) | {receipts.RECEIPTS: [short]}
    with pytest.raises(LogInconsistent, match="a wrong number"):
        receipts.verify(message.encoded(headers), SIGNER.verifier)


def test_a_statement_without_its_receipt_is_named(proven: bytes) -> None:
    with pytest.raises(LogInconsistent, match="without its receipt"):
        receipts.verify(cose.decode(proven).encoded({}), SIGNER.verifier)


def test_an_owner_signs_with_a_key_of_their_own() -> None:
    key = Ed25519PrivateKey.generate()
    consent = given_consent(attested_by=Attestation.OWNER_KEY)
    _, message = statements.to_be_signed(consent, "ac-ada", SIGNER.name, key.public_key())
    signed = statements.by_owner(consent, "ac-ada", SIGNER.name, key.public_key(), key.sign(message))
    found = statements.read(signed, SIGNER.verifier.public)
    assert (found.attested_by, found.key) == (Attestation.OWNER_KEY, cose.cose_key(key.public_key()))


def test_a_browser_signs_with_p256() -> None:
    key = generate_private_key(SECP256R1())
    consent = given_consent(attested_by=Attestation.OWNER_KEY)
    _, message = statements.to_be_signed(consent, "ac-ada", SIGNER.name, key.public_key())
    r, s = decode_dss_signature(key.sign(message, ECDSA(SHA256())))
    raw = r.to_bytes(32) + s.to_bytes(32)  # as WebCrypto gives it
    signed = statements.by_owner(consent, "ac-ada", SIGNER.name, key.public_key(), raw)
    assert statements.read(signed, SIGNER.verifier.public).attested_by is Attestation.OWNER_KEY
    with pytest.raises(LogInconsistent, match="not by the key"):
        statements.by_owner(consent, "ac-eve", SIGNER.name, key.public_key(), raw)


def test_the_installation_cannot_pass_its_word_for_the_owners() -> None:
    claimed = given_consent(attested_by=Attestation.OWNER_KEY)
    signed = statements.by_installation(claimed, "ac-ada", SIGNER.name, SIGNER.private)
    with pytest.raises(LogInconsistent, match="its headers say otherwise"):
        statements.read(signed, SIGNER.verifier.public)


def test_a_row_that_is_not_what_its_statement_says_is_found(ledger: Ledger, proven: bytes) -> None:
    with ledger.read() as tx:
        assert altered(tx) == ()
    with ledger.write() as tx:
        tx.execute(rows.update().where(rows.c.id == "co-lk-tom-2").values(audience="everyone"))
    with ledger.read() as tx:
        assert [gap.subject for gap in altered(tx)] == ["co-lk-tom-2"]


def test_the_leaf_is_the_hash_of_the_statement_alone(ledger: Ledger, proven: bytes) -> None:
    with ledger.read() as tx:
        assert log.leaf(tx, 1).hash == statements.hash_of(proven)
        assert consents.statement_hash(tx, "co-lk-tom-2") == statements.hash_of(proven)
