"""What all domain types share: frozen, strict, with one canonical JSON form and so one hash."""

import hashlib
import json
import secrets
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, JsonValue

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


class Frozen(BaseModel):
    """A value that cannot be changed, with no field beyond the named ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def canonical(value: BaseModel | JsonValue) -> bytes:
    """One byte string per value: UTF-8 JSON, keys sorted, no spaces (RFC 8785 for the values used here)."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: BaseModel | JsonValue) -> str:
    """SHA-256 of the canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def salted_digest(salt: str, value: BaseModel | JsonValue) -> str:
    """SHA-256 of salt and canonical form: says nothing of the value to whoever lacks the salt (hex)."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical(value)).hexdigest()


def new_salt() -> str:
    """128 random bits, hex."""
    return secrets.token_hex(16)


def base32(number: int, digits: int) -> str:
    """`number` in Crockford's base 32, lower case, `digits` wide."""
    return "".join(_CROCKFORD[(number >> (5 * place)) & 31] for place in reversed(range(digits)))


def new_id(prefix: str) -> str:
    """`prefix-` and 26 digits that sort by time of making: 48 bits of milliseconds, 80 random (as a ULID)."""
    milliseconds = int(datetime.now(UTC).timestamp() * 1000)
    return f"{prefix}-{base32((milliseconds << 80) | secrets.randbits(80), 26)}"


def new_clip_id() -> str:
    """64 random bits in 13 digits: short enough for the invisible mark, free of any meaning."""
    return base32(secrets.randbits(64), 13)


def clip_bytes(clip: str) -> bytes:
    """The 8 bytes that a clip's id stands for, as the invisible mark carries them. Raises `ValueError`."""
    if len(clip) != 13 or any(digit not in _CROCKFORD for digit in clip):
        raise ValueError(f"{clip!r} is no clip's id: 13 digits of {_CROCKFORD}")
    number = 0
    for digit in clip:
        number = number << 5 | _CROCKFORD.index(digit)
    if number >= 1 << 64:
        raise ValueError(f"{clip!r} is no clip's id: it stands for more than 64 bits")
    return number.to_bytes(8, "big")


def clip_id(number: bytes) -> str:
    """The id that 8 bytes of an invisible mark stand for."""
    return base32(int.from_bytes(number, "big"), 13)


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


class BlobRef(Frozen):
    """Where a blob is: its address in the store, and the subject whose key seals it (None: not sealed)."""

    sha256: str
    size: int  # bytes as stored
    media_type: str
    sealed_for: str | None = None
