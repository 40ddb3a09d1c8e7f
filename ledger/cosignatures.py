"""Cosignatures of checkpoints by outside witnesses, in the form of C2SP tlog-cosignature (v1, Ed25519).

A witness signs a checkpoint's text with the moment, once it saw that the log only grew since the last one it signed:
an operator who shows others another history needs the witness's key for it (https://c2sp.org/tlog-cosignature).
"""

import base64
import hashlib
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import func, select

from greenroom.domain.base import Frozen, now
from greenroom.errors import LogInconsistent
from ledger import base64_canonical
from ledger.database import Reader, Writer
from ledger.schema import log_cosignatures

_COSIGNATURE = b"\x04"  # signature type of a v1 cosignature in a key's id
_MARK = "— "  # a signature line begins with an em dash and a space
_AHEAD = timedelta(minutes=5)  # what clocks may differ


class Cosigned(Frozen):
    """That a witness saw this checkpoint at a moment: `line` is the signature line to keep with the note."""

    witness: str
    at: datetime
    line: str


@dataclass(frozen=True, slots=True)
class Witness:
    """What checks a witness's cosignatures: its name and its Ed25519 public key."""

    name: str
    public: Ed25519PublicKey

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256 over name, newline, signature type and public key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _COSIGNATURE + self.public.public_bytes_raw()).digest()[:4]

    def __str__(self) -> str:
        """The witness's verifier key as text: name, key id, key."""
        key = base64.b64encode(_COSIGNATURE + self.public.public_bytes_raw()).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @classmethod
    def parse(cls, text: str) -> "Witness":
        """Read a witness's verifier key from its text. Raises `LogInconsistent` when it is none."""
        try:
            name, key_id, key = text.strip().split("+", 2)
            raw = base64_canonical.decoded(key)
            witness = cls(name, Ed25519PublicKey.from_public_bytes(raw[1:]))
        except ValueError as error:
            raise LogInconsistent(f"{text!r} is no witness's key (name+id+key): {error}") from error
        if raw[:1] != _COSIGNATURE or witness.key_id.hex() != key_id:
            raise LogInconsistent(f"{text!r} is no witness's key: its id is not {witness.key_id.hex()}, type 4")
        return witness


def text_of(note: str) -> str:
    """What a cosignature is over: a note's text with its last newline, without the signature lines."""
    return note.rpartition("\n\n")[0] + "\n"


def cosign(note: str, name: str, key: Ed25519PrivateKey, moment: datetime) -> str:
    """A witness's signature line for a checkpoint, without newline. The witness checks the checkpoint before."""
    seconds = int(moment.timestamp())
    signature = struct.pack(">Q", seconds) + key.sign(_message(note, seconds))
    return f"{_MARK}{name} {base64.b64encode(Witness(name, key.public_key()).key_id + signature).decode()}"


def verify(note: str, line: str, witness: Witness, since: datetime | None = None) -> Cosigned:
    """Check a signature line against a checkpoint and the witness's public key alone. Raises `LogInconsistent`.

    With `since`, one that is older is refused: an answer to a question must not be an answer to an older one.
    """
    # 1. The line is by this witness's key.
    name, _, encoded = line.removeprefix(_MARK).rpartition(" ")
    try:
        blob = base64_canonical.decoded(encoded)
    except ValueError as error:
        raise LogInconsistent(f"the cosignature line cannot be read: {error}") from error
    if not line.startswith(_MARK) or name != witness.name or blob[:4] != witness.key_id or len(blob) != 4 + 8 + 64:
        raise LogInconsistent(f"the cosignature is not by {witness}")
    # 2. It is over this checkpoint and the moment it states.
    (seconds,) = struct.unpack(">Q", blob[4:12])
    try:
        witness.public.verify(blob[12:], _message(note, seconds))
    except InvalidSignature as error:
        raise LogInconsistent(f"the cosignature by {witness.name} is not over this checkpoint") from error
    # 3. The moment can be.
    moment = now()
    latest = int((moment + _AHEAD).timestamp())
    if seconds > latest or (since is not None and seconds < int((since - _AHEAD).timestamp())):
        raise LogInconsistent(f"the cosignature by {witness.name} is of another time ({seconds} s since 1970)")
    return Cosigned(witness=witness.name, at=datetime.fromtimestamp(seconds, UTC), line=line)


def verified(note: str, lines: str, witness: Witness, since: datetime | None = None) -> Cosigned:
    """The witness's cosignature among signature lines; those by others are passed over. Raises `LogInconsistent`."""
    why = LogInconsistent(f"there is no cosignature by {witness.name}")
    for line in lines.split("\n"):
        if not line.startswith(f"{_MARK}{witness.name} "):
            continue
        try:
            return verify(note, line, witness, since)
        except LogInconsistent as error:
            why = error
    raise why


def add(tx: Writer, size: int, found: Cosigned) -> None:
    """Keep a verified cosignature of the checkpoint of `size`; the first of a witness for a size stays."""
    held = select(func.count()).where(log_cosignatures.c.size == size, log_cosignatures.c.witness == found.witness)
    if not tx.number(held):
        row = {"size": size, "witness": found.witness, "line": found.line, "recorded_at": now()}
        tx.insert(log_cosignatures, row)


def of_size(tx: Reader, size: int) -> tuple[str, ...]:
    """The signature lines kept for the checkpoint of a size, by the witnesses' names."""
    query = select(log_cosignatures.c.line).where(log_cosignatures.c.size == size)
    return tuple(str(row["line"]) for row in tx.all(query.order_by(log_cosignatures.c.witness)))


def last_size(tx: Reader, witness: str) -> int:
    """The size of the last checkpoint that a witness cosigned for us, 0 for none."""
    last = select(func.coalesce(func.max(log_cosignatures.c.size), 0)).where(log_cosignatures.c.witness == witness)
    return tx.number(last)


def _message(note: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text_of(note)}".encode()
