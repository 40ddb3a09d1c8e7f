"""Signed heads of the log: C2SP tlog-checkpoint notes, which anyone with the public key can keep and compare.

A note is the origin, the size and the root of the tree, an empty line, and an Ed25519 signature line
(https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note). Two notes of one log that no consistency proof
joins are evidence that its history was changed.
"""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import func, select

from greenroom.domain.base import now
from greenroom.errors import LogInconsistent
from ledger import base64_canonical, log
from ledger.database import Reader, Writer
from ledger.keyfiles import read_or_make
from ledger.schema import log_checkpoints

_ED25519 = b"\x01"  # signature type of the signed-note specification
_MARK = "— "  # a signature line begins with an em dash and a space


@dataclass(frozen=True, slots=True)
class Verifier:
    """What checks a checkpoint: the key's name (the log's origin) and its Ed25519 public key."""

    name: str
    public: Ed25519PublicKey

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256 over name, newline, signature type and public key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public.public_bytes_raw()).digest()[:4]

    def __str__(self) -> str:
        """The verifier key as text, to hand to an auditor: name, key id, key."""
        key = base64.b64encode(_ED25519 + self.public.public_bytes_raw()).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read a verifier key from its text. Raises `LogInconsistent` when it is none."""
        try:
            name, key_id, key = text.strip().split("+", 2)
            raw = base64_canonical.decoded(key)
            verifier = cls(name, Ed25519PublicKey.from_public_bytes(raw[1:]))
        except ValueError as error:
            raise LogInconsistent(f"{text!r} is no verifier key (name+id+key): {error}") from error
        if raw[:1] != _ED25519 or verifier.key_id.hex() != key_id:
            raise LogInconsistent(f"the verifier key of {name} has the id {key_id}, expected {verifier.key_id.hex()}")
        return verifier


@dataclass(frozen=True, slots=True)
class Signer:
    """What signs this installation's checkpoints; `name` is the log's origin."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.private.public_key())


def load_signer(path: Path, origin: str) -> Signer:
    """The signing key of the log, 32 bytes in a file made with mode 600 on first use."""
    seed = read_or_make(path, lambda: Ed25519PrivateKey.generate().private_bytes_raw(), 32)
    return Signer(origin, Ed25519PrivateKey.from_private_bytes(seed))


def sign(head: log.Head, signer: Signer) -> str:
    """The checkpoint of a head, as a signed note."""
    root = base64.b64encode(bytes.fromhex(head.root)).decode()
    text = f"{signer.name}\n{head.size}\n{root}\n"
    signature = base64.b64encode(signer.verifier.key_id + signer.private.sign(text.encode())).decode()
    return f"{text}\n{_MARK}{signer.name} {signature}\n"


def verify(note: str, verifier: Verifier) -> log.Head:
    """The head a note states, once its signature is checked with the public key alone. Raises `LogInconsistent`."""
    # 1. The note has a text and signatures, and the text is origin, size and root.
    text, separator, signatures = note.rpartition("\n\n")
    text += "\n"
    lines = text.split("\n")  # and at nothing else that Python takes for the end of a line
    if not separator or not signatures.endswith("\n") or len(lines) < 4:
        raise LogInconsistent("the checkpoint is no signed note of origin, size and root")
    # 2. It is of this log.
    if lines[0] != verifier.name:
        raise LogInconsistent(f"the checkpoint is of the log {lines[0]!r}, expected {verifier.name!r}")
    # 3. One of its signatures is by this key; those of others (witnesses) are passed over.
    if not any(_signed(line, text, verifier) for line in signatures.split("\n")):
        raise LogInconsistent(f"no signature on the checkpoint is by {verifier}")
    # 4. Size and root are in their one canonical form.
    try:
        size, root = int(lines[1]), base64_canonical.decoded(lines[2])
    except ValueError as error:
        raise LogInconsistent(f"the checkpoint's size or root cannot be read: {error}") from error
    if lines[1] != str(size) or size < 0 or len(root) != 32:
        raise LogInconsistent(f"the checkpoint's size {lines[1]!r} or root ({len(root)} bytes) is malformed")
    return log.Head(size=size, root=root.hex())


def publish(tx: Writer, signer: Signer) -> str:
    """Sign the log's head and keep the note, once for each size; the note that is kept is returned."""
    head = log.head(tx)
    kept = at(tx, head.size)
    if kept is not None:
        return kept
    note = sign(head, signer)
    tx.insert(log_checkpoints, {"size": head.size, "root": head.root, "note": note, "recorded_at": now()})
    return note


def at(tx: Reader, size: int) -> str | None:
    """The note kept for a size."""
    row = tx.first(select(log_checkpoints.c.note).where(log_checkpoints.c.size == size))
    return None if row is None else str(row["note"])


def latest(tx: Reader) -> str | None:
    """The last note kept."""
    row = tx.first(select(log_checkpoints.c.note).order_by(log_checkpoints.c.size.desc()).limit(1))
    return None if row is None else str(row["note"])


def latest_size(tx: Reader) -> int:
    """The size of the last note kept, 0 where there is none."""
    return tx.number(select(func.coalesce(func.max(log_checkpoints.c.size), 0)))


def check(tx: Reader, verifier: Verifier) -> int:
    """Verify every kept note and that the log still has its head; how many there are. Raises `LogInconsistent`."""
    rows = tx.all(select(log_checkpoints).order_by(log_checkpoints.c.size))
    for row in rows:
        stated = verify(row["note"], verifier)
        if stated.size > log.size(tx) or log.head(tx, stated.size) != stated:
            raise LogInconsistent(
                f"the log no longer has the head it signed at {stated.size} leaves ({stated.root})",
                "The log was altered after it was signed: restore the ledger from a backup.",
            )
    return len(rows)


def _signed(line: str, text: str, verifier: Verifier) -> bool:
    name, _, encoded = line.removeprefix(_MARK).rpartition(" ")
    if not line.startswith(_MARK) or name != verifier.name:
        return False
    try:
        blob = base64_canonical.decoded(encoded)
        if blob[:4] != verifier.key_id:
            return False
        verifier.public.verify(blob[4:], text.encode())
    except (ValueError, InvalidSignature):
        return False
    return True
