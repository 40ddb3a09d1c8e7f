"""COSE as far as receipts need it: COSE_Sign1 and keys (RFC 9052, 4.2 and 7), and thumbprints of keys (RFC 9679).

Two algorithms: EdDSA with Ed25519 (the log's own key, or an owner's) and ES256 (an owner's key made in a browser).
CBOR is cbor2's, in its canonical form; signatures are cryptography's.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from greenroom.errors import LogInconsistent

EDDSA, ES256 = -8, -7  # RFC 9053
ALG, CONTENT_TYPE, KID, CWT_CLAIMS = 1, 3, 4, 15  # header labels: RFC 9052, RFC 9597
_TAG = 18  # COSE_Sign1
_KTY, _CRV, _X, _Y = 1, -1, -2, -3  # of a COSE_Key
_OKP, _EC2, _ED25519, _P256 = 1, 2, 6, 1

PublicKey = Ed25519PublicKey | EllipticCurvePublicKey
Headers = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Sign1:
    """A COSE_Sign1 message, decoded. `protected` are the bytes that were signed; `payload` None: detached."""

    protected: bytes
    headers: Headers  # the protected ones, decoded
    unprotected: Headers
    payload: bytes | None
    signature: bytes

    def encoded(self, unprotected: Headers | None = None) -> bytes:
        """The message as bytes, with other unprotected headers if given: they are under no signature."""
        headers = dict(self.unprotected if unprotected is None else unprotected)
        return encode(cbor2.CBORTag(_TAG, [self.protected, headers, self.payload, self.signature]))

    def verify(self, key: PublicKey, detached: bytes | None = None) -> bool:
        """Whether the signature over headers and payload is by this key, with the algorithm that fits the key."""
        message = structure(self.protected, detached if self.payload is None else self.payload)
        try:
            if isinstance(key, Ed25519PublicKey):
                key.verify(self.signature, message)
                return self.headers.get(ALG) == EDDSA
            half = len(self.signature) // 2
            r, s = (int.from_bytes(part) for part in (self.signature[:half], self.signature[half:]))
            key.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
            return self.headers.get(ALG) == ES256 and len(self.signature) == 64
        except (InvalidSignature, ValueError):
            return False


def encode(value: object) -> bytes:
    """Canonical CBOR (RFC 8949 section 4.2): one byte string per value."""
    return cbor2.dumps(value, canonical=True)


def structure(protected: bytes, payload: bytes | None) -> bytes:
    """The bytes that are signed: the Sig_structure of RFC 9052 section 4.4."""
    return encode(["Signature1", protected, b"", payload or b""])


def signed(
    headers: Headers,
    payload: bytes,
    key: Ed25519PrivateKey,
    *,
    unprotected: Headers | None = None,
    detached: bool = False,
) -> Sign1:
    """A message signed with Ed25519. `detached`: the payload is signed and left out."""
    protected = encode(dict(headers))
    signature = key.sign(structure(protected, payload))
    return Sign1(protected, headers, unprotected or {}, None if detached else payload, signature)


def with_signature(protected: bytes, payload: bytes, signature: bytes) -> Sign1:
    """A message whose signature was made elsewhere."""
    return Sign1(protected, cbor2.loads(protected), {}, payload, signature)


def decode(data: bytes) -> Sign1:
    """Read a COSE_Sign1 message. Raises `LogInconsistent` for anything else."""
    try:
        tagged = cbor2.loads(data)
        if not isinstance(tagged, cbor2.CBORTag) or tagged.tag != _TAG:
            raise LogInconsistent("this is no COSE_Sign1 message (CBOR tag 18)", _WHOLE)
        protected, unprotected, payload, signature = tagged.value
        headers = cbor2.loads(protected)
        right = isinstance(headers, Mapping) and isinstance(unprotected, Mapping) and isinstance(signature, bytes)
        if not right or not isinstance(payload, bytes | None):
            raise LogInconsistent("a part of the COSE_Sign1 message has the wrong type", _WHOLE)
    except (cbor2.CBORError, ValueError, TypeError, EOFError, UnicodeDecodeError) as error:
        raise LogInconsistent(f"this is no COSE_Sign1 message: {error}", _WHOLE) from error
    return Sign1(protected, headers, unprotected, payload, signature)


_WHOLE = "Hand in the receipt's file as it was given (greenroom likeness receipt)."


def cose_key(key: PublicKey) -> bytes:
    """A public key as COSE_Key, with the required parameters only."""
    if isinstance(key, Ed25519PublicKey):
        return encode({_KTY: _OKP, _CRV: _ED25519, _X: key.public_bytes_raw()})
    numbers = key.public_numbers()
    return encode({_KTY: _EC2, _CRV: _P256, _X: numbers.x.to_bytes(32), _Y: numbers.y.to_bytes(32)})


def public_key(data: bytes) -> PublicKey:
    """Read a COSE_Key of one of the two kinds. Raises `LogInconsistent`."""
    try:
        found = cbor2.loads(data)
        if (found[_KTY], found[_CRV]) == (_OKP, _ED25519):
            return Ed25519PublicKey.from_public_bytes(found[_X])
        if (found[_KTY], found[_CRV]) == (_EC2, _P256):
            return EllipticCurvePublicNumbers(
                int.from_bytes(found[_X]), int.from_bytes(found[_Y]), SECP256R1()
            ).public_key()
    except (cbor2.CBORError, ValueError, TypeError, KeyError, EOFError) as error:
        raise LogInconsistent(f"the owner's key cannot be read: {error}", "Make one again.") from error
    raise LogInconsistent("the owner's key is neither Ed25519 nor P-256", "Make one of these.")


def thumbprint(key: PublicKey) -> bytes:
    """SHA-256 of the COSE_Key (RFC 9679)."""
    return hashlib.sha256(cose_key(key)).digest()
