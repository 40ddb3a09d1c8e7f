"""An owner's key that lives in their browser (WebCrypto, P-256): what it is to sign, and what its signature makes.

The private half never comes here; the server gives the bytes to sign and puts the signature into the statement.
"""

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

from greenroom.domain.consents import Account, Attestation, Consent
from greenroom.errors import BadInput, LogInconsistent
from ledger import statements
from ops.studio import Studio

_AGAIN = "Make a new key in the browser, or let the installation attest."


def public_key(raw: str) -> EllipticCurvePublicKey:
    """The public key of WebCrypto's "raw" export, in base64: an uncompressed point. Raises `BadInput`."""
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), decoded(raw))
    except ValueError as error:
        raise BadInput(f"the owner's key cannot be read: {error}", _AGAIN) from error


def to_be_signed(
    studio: Studio, consent: Consent, owner: Account, key: EllipticCurvePublicKey
) -> tuple[Consent, bytes]:
    """The consent as attested by its owner, and the bytes that their key signs (ECDSA with SHA-256)."""
    own = consent.model_copy(update={"attested_by": Attestation.OWNER_KEY})
    return own, statements.to_be_signed(own, owner.id, studio.settings.installation, key)[1]


def attached(studio: Studio, consent: Consent, owner: Account, key: EllipticCurvePublicKey, signature: str) -> bytes:
    """The signed statement. `signature`: r and s in base64, as WebCrypto gives them. Raises `BadInput`."""
    try:
        return statements.by_owner(consent, owner.id, studio.settings.installation, key, decoded(signature))
    except LogInconsistent as error:
        raise BadInput(error.fact, error.remedy) from error


def decoded(text: str) -> bytes:
    """Bytes of base64. Raises `BadInput`."""
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadInput("what should be base64 is not", _AGAIN) from error
