"""Receipts of consents: recording a consent signed, giving its receipt, and owners' keys of their own.

Signed by the owner's key when there is one, else attested by the installation on the owner's word; either way the
statement is the consent's leaf in the log, in the transaction that records it.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from greenroom.domain.consents import Attestation, Consent
from greenroom.errors import BadInput, NotFound
from ledger import checkpoints, consents, cose, log, owner_keys, receipts, statements
from ledger.checkpoints import Signer
from ledger.database import Reader, Writer
from ops.studio import Studio


@dataclass(frozen=True, slots=True)
class Receipt:
    """A consent's receipt as it is given to its owner. `data` is CBOR (COSE_Sign1)."""

    likeness: str
    version: int
    data: bytes


def signer(studio: Studio) -> Signer:
    """The installation's one signing key: of its log, its checkpoints and the consents it attests."""
    return checkpoints.load_signer(studio.settings.keys / "log.key", studio.settings.installation)


def record(studio: Studio, tx: Writer, consent: Consent, owner: str, signed: bytes | None = None) -> log.LeafRef:
    """Record a consent of an owner (account id) with its signed statement: the owner's, else the installation's own.

    Raises `LogInconsistent` for an owner's statement that does not hold, or is about another consent.
    """
    key = signer(studio)
    if signed is None:
        attested = consent.model_copy(update={"attested_by": Attestation.INSTALLATION})
        return consents.add(tx, attested, statements.by_installation(attested, owner, key.name, key.private))
    found = statements.read(signed, key.verifier.public)
    if found.key is None or found.record != statements.record(consent, owner, key.name):
        raise BadInput("the signed statement is about another consent than the one given", "Sign the one given.")
    owner_keys.note(tx, owner, cose.public_key(found.key))
    return consents.add(tx, consent, signed)


def sign(studio: Studio, consent: Consent, owner: str, key: Ed25519PrivateKey) -> tuple[Consent, bytes]:
    """The consent as its owner attests it, and its statement signed with their own key."""
    own = consent.model_copy(update={"attested_by": Attestation.OWNER_KEY})
    public = key.public_key()
    _, message = statements.to_be_signed(own, owner, studio.settings.installation, public)
    return own, statements.by_owner(own, owner, studio.settings.installation, public, key.sign(message))


def receipt(studio: Studio, tx: Reader, likeness: str, version: int | None = None) -> Receipt:
    """The receipt of a version of a likeness's consent (None: the last). Raises `NotFound`."""
    versions = consents.versions(tx, likeness)
    found = next((one for one in reversed(versions) if version in (None, one.version)), None)
    if found is None:
        raise NotFound(f"there is no version {version} of this consent" if version else "there is no consent")
    signed, leaf = consents.signed(tx, found.id), consents.leaf(tx, found.id)
    if signed is None or leaf is None:
        raise NotFound(
            f"version {found.version} was recorded before consents had receipts",
            "Give a new version (greenroom likeness permit): it has one.",
        )
    return Receipt(likeness, found.version, receipts.receipt(tx, signed, leaf.index, signer(studio)))


def make_owner_key(path: Path, studio: Studio) -> Ed25519PrivateKey:
    """Make a key for an owner, in a file that is theirs to keep (PEM, mode 600). Raises `BadInput`.

    It never stands in the installation's home: what the installation holds proves nothing about the owner.
    """
    if path.resolve().is_relative_to(studio.settings.home.resolve()):
        raise BadInput(f"{path} lies in the installation's home", "Keep your key elsewhere: it is yours alone.")
    key = Ed25519PrivateKey.generate()
    try:
        with open(path, "xb", opener=_private) as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    except OSError as error:
        raise BadInput(f"the key cannot be written to {path}: {error.strerror}", "Name a new file.") from error
    return key


_MAKE = "greenroom likeness key FILE makes one."


def load_owner_key(path: Path) -> Ed25519PrivateKey:
    """An owner's key from its file. Raises `BadInput` for anything but an Ed25519 key in PEM without a password."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise BadInput(f"{path} is no key that can be read: {error}", _MAKE) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput(f"{path} holds a key of another kind than Ed25519", _MAKE)
    return key


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
