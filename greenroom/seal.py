"""Sealing: authenticated encryption of what is not published (AES-256-GCM, NIST SP 800-38D).

Keys live, wrapped, in `ledger/keys.py`; only `ops` joins the two. A sealed blob is a version byte, a random
96-bit nonce, and the ciphertext with its 128-bit tag; the subject is authenticated with it, so that a blob
sealed for one subject does not open as another's.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from greenroom.errors import SealBroken

_VERSION = b"\x01"
_NONCE = 12  # bytes
OVERHEAD = len(_VERSION) + _NONCE + 16  # bytes a sealed blob is longer than its content


def seal(key: bytes, data: bytes, subject: str) -> bytes:
    """Encrypt `data` under a 32-byte `key`, bound to `subject`."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, data, subject.encode())


def unseal(key: bytes, data: bytes, subject: str) -> bytes:
    """Decrypt what `seal` made. Raises `SealBroken` for another key, another subject or altered bytes."""
    if len(data) < OVERHEAD or data[:1] != _VERSION:
        raise SealBroken(
            f"what is stored for {subject} is not a sealed blob of version 1",
            "Restore the blob from a backup, or make the clip again.",
        )
    try:
        return AESGCM(key).decrypt(data[1 : 1 + _NONCE], data[1 + _NONCE :], subject.encode())
    except InvalidTag as error:
        raise SealBroken(
            f"the sealed blob of {subject} does not open: another key, or its bytes were altered",
            "Check that the installation key (keys/installation.key) is the one the ledger was made with.",
        ) from error
