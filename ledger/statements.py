"""Consent statements: what an owner allows as a signed record that stands by itself.

The record has the fields of ISO/IEC TS 27560 in the terms of the Data Privacy Vocabulary (W3C DPV), as canonical JSON
in a COSE_Sign1 message. It names its owner and likeness by salted hashes only; the salt is in it, so whoever holds the
receipt can open them, and the log, which sees a hash of the whole, tells nothing.
"""

import hashlib
import json
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import JsonValue

from greenroom.domain.base import canonical, salted_digest
from greenroom.domain.consents import Attestation, Consent
from greenroom.errors import LogInconsistent
from ledger import cose

CONTENT_TYPE = "application/vnd.greenroom.consent+json"
SCHEMA = "ISO/IEC TS 27560:2023"
CONTEXT = "https://w3id.org/dpv"
_ISS, _SUB, _IAT, _CNF = 1, 2, 6, 8  # claims (RFC 8392, RFC 8747)
_COSE_KEY = 1  # of a confirmation claim


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, read and verified: its record, who attests it, and its hash in the log (hex)."""

    record: dict[str, JsonValue]
    attested_by: Attestation
    key: bytes | None  # the owner's COSE_Key, when the owner signed
    hash: str


def record(consent: Consent, owner: str, installation: str) -> dict[str, JsonValue]:
    """The consent record. `owner`: account id; `installation`: the controller's name."""
    rights: dict[str, JsonValue] = {
        "audience": consent.audience.value,
        "voice": consent.voice,
        "remix": consent.remix,
        "house": consent.house,
        "never": [*consent.never],
        "restrictions": [*consent.restrictions],
        "languages": [*consent.languages],
    }
    return {
        "@context": CONTEXT,
        "@type": "dpv:ConsentRecord",
        "schemaVersion": SCHEMA,
        "dct:identifier": consent.id,
        "dct:hasVersion": consent.version,
        "dct:issued": consent.given_at.isoformat(),
        "dpv:hasDataController": installation,
        "dpv:hasDataSubject": salted_digest(consent.salt, owner),
        "dpv:hasPersonalData": "likeness, and voice" if consent.voice else "likeness",
        "dpv:hasPurpose": "to be shown in generated video clips",
        "dpv:hasProcessing": ["dpv:Use", "dpv:Generate", "dpv:Share"],
        "dpv:hasLegalBasis": "dpv:ExplicitlyExpressedConsent",
        "dpv:hasConsentStatus": "dpv:ConsentGiven",
        "dpv:hasRight": {"withdraw": "at any time; every clip that rests on it goes with it"},
        "dpv:hasExpiry": consent.expires_at.isoformat() if consent.expires_at is not None else None,
        "subject": salted_digest(consent.salt, consent.likeness),
        "permission": rights,
        "said": consent.statement,
        "attested_by": consent.attested_by.value,
        "salt": consent.salt,
        "consent": digest_of(consent),
    }


def digest_of(consent: Consent) -> str:
    """Salted hash of a consent as it was given (hex): what ties the signed record to the ledger's row."""
    return salted_digest(consent.salt, consent.model_dump(mode="json", exclude={"recorded_at"}))


def by_installation(consent: Consent, owner: str, installation: str, key: Ed25519PrivateKey) -> bytes:
    """The statement, attested by the installation on the owner's word, signed with its log's key."""
    headers = _headers(consent, installation, cose.EDDSA, cose.thumbprint(key.public_key()))
    return cose.signed(headers, canonical(record(consent, owner, installation)), key).encoded()


def to_be_signed(consent: Consent, owner: str, installation: str, key: cose.PublicKey) -> tuple[bytes, bytes]:
    """For the owner's own key: the protected headers, and the bytes to sign (Sig_structure)."""
    algorithm = cose.ES256 if not hasattr(key, "public_bytes_raw") else cose.EDDSA
    headers = _headers(consent, installation, algorithm, cose.thumbprint(key), cose.cose_key(key))
    protected = cose.encode(headers)
    return protected, cose.structure(protected, canonical(record(consent, owner, installation)))


def by_owner(consent: Consent, owner: str, installation: str, key: cose.PublicKey, signature: bytes) -> bytes:
    """The statement with the owner's signature (raw r and s for P-256). Raises `LogInconsistent` for another key's."""
    protected, _ = to_be_signed(consent, owner, installation, key)
    payload = canonical(record(consent, owner, installation))
    message = cose.with_signature(protected, payload, signature)
    if not message.verify(key):
        raise LogInconsistent("the signature on the consent is not by the key it names", "Sign it again with that key.")
    return message.encoded()


def read(data: bytes, installation_key: cose.PublicKey) -> Statement:
    """Verify a statement by itself: signed by the owner's key that it carries, or by the installation's.

    Raises `LogInconsistent` that says which step failed.
    """
    # 1. It is a COSE_Sign1 message over a consent record.
    message = cose.decode(data)
    if message.headers.get(cose.CONTENT_TYPE) != CONTENT_TYPE or message.payload is None:
        raise LogInconsistent(f"the message is no consent record ({CONTENT_TYPE})")
    try:
        found = json.loads(message.payload)
        attested = Attestation(found["attested_by"])
    except (ValueError, KeyError, TypeError) as error:
        raise LogInconsistent(f"the consent record cannot be read: {error}") from error
    # 2. The key that signs is the one that the record says attests it.
    claims = message.headers.get(cose.CWT_CLAIMS, {})
    own = claims.get(_CNF, {}).get(_COSE_KEY) if isinstance(claims, dict) else None
    if (own is not None) != (attested is Attestation.OWNER_KEY):
        raise LogInconsistent(f"the record says it is attested by {attested.value}; its headers say otherwise")
    key = cose.public_key(own) if own is not None else installation_key
    if message.headers.get(cose.KID) != cose.thumbprint(key):
        whose = "the owner's" if own is not None else "this installation's"
        raise LogInconsistent(f"the statement names another key than {whose}", _KEY)
    # 3. The signature holds.
    if not message.verify(key):
        raise LogInconsistent("the signature on the statement does not hold: it was altered", _KEY)
    return Statement(found, attested, own, hash_of(data))


_KEY = "greenroom log head prints the installation's key; an altered receipt is given again by its owner."


def said(data: bytes) -> str | None:
    """The digest of the consent that a statement is about, unverified; None when there is none to read."""
    try:
        found = json.loads(cose.decode(data).payload or b"")["consent"]
    except (LogInconsistent, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) else None


def hash_of(data: bytes) -> str:
    """What the log keeps of a statement: SHA-256 of the message without unprotected headers (hex)."""
    return hashlib.sha256(cose.decode(data).encoded({})).hexdigest()


def _headers(
    consent: Consent, installation: str, algorithm: int, kid: bytes, own: bytes | None = None
) -> dict[int, object]:
    claims: dict[int, object] = {
        _ISS: installation,
        _SUB: salted_digest(consent.salt, consent.likeness),
        _IAT: int(consent.given_at.timestamp()),
    }
    if own is not None:
        claims[_CNF] = {_COSE_KEY: own}
    return {cose.ALG: algorithm, cose.CONTENT_TYPE: CONTENT_TYPE, cose.KID: kid, cose.CWT_CLAIMS: claims}
