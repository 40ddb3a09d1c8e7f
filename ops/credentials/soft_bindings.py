"""Soft bindings: what a manifest says of the marks and the looks of its clip, so that a copy without it finds it again.

Source: C2PA 2.2, "Soft Binding" among its standard assertions, with its algorithm list. The names here are not on that
list, so this project's verifiers alone resolve them. C2PA's schema has byte strings where the c2pa library, which is
given JSON, writes their base64; its reader takes both, and calls a binding that it cannot decode malformed.
"""

import base64
from enum import StrEnum

from pydantic import JsonValue

from greenroom.domain.base import Frozen, clip_bytes, clip_id

LABEL = "c2pa.soft-binding"
MARK = "org.greenroom.mark.1"
FINGERPRINT = "org.greenroom.pdq.1"


class Kind(StrEnum):
    WATERMARK = "watermark"
    FINGERPRINT = "fingerprint"


class Block(Frozen):
    """A value, and the milliseconds of the clip that it is of; of all of it where there are none."""

    value: bytes
    start: int | None = None
    end: int | None = None


class SoftBinding(Frozen):
    """One algorithm's values. `note` is for people."""

    algorithm: str
    kind: Kind
    blocks: tuple[Block, ...]
    note: str


def of_marks(clip: str, *, picture: bool, sound: bool) -> SoftBinding | None:
    """The invisible marks: the value is the clip's id, 8 bytes. None for a clip without one.

    The mark carries a keyed tag besides, which is left out here: whoever reads a mark has the key to check it with.
    """
    carried = " and ".join(name for name, there in (("picture", picture), ("sound", sound)) if there)
    if not carried:
        return None
    note = f"Greenroom's invisible mark in the {carried}: the clip's id, 64 bits, which only its installation reads"
    return SoftBinding(algorithm=MARK, kind=Kind.WATERMARK, blocks=(Block(value=clip_bytes(clip)),), note=note)


def of_looks(blocks: tuple[Block, ...]) -> SoftBinding | None:
    """PDQ hashes, 32 bytes each. None where there are none."""
    if not blocks:
        return None
    note = "PDQ of a frame near the middle of each timespan, 256 bits; alike where 31 bits or fewer differ"
    return SoftBinding(algorithm=FINGERPRINT, kind=Kind.FINGERPRINT, blocks=blocks, note=note)


def assertion(binding: SoftBinding) -> JsonValue:
    """A soft binding as the c2pa library's Builder takes it."""
    blocks: list[JsonValue] = [
        {
            "scope": {} if one.start is None else {"timespan": {"start": one.start, "end": one.end}},
            "value": written(one.value),
        }
        for one in binding.blocks
    ]
    data: JsonValue = {"alg": binding.algorithm, "blocks": blocks, "name": binding.note, "pad": ""}
    return {"label": LABEL, "data": data}


def written(value: bytes) -> str:
    """A value as manifests and questions to a resolver write it."""
    return base64.b64encode(value).decode()


def clip_of(value: str) -> str | None:
    """The clip that a value of `MARK` names; None for what is none."""
    try:
        number = base64.b64decode(value, validate=True)
    except ValueError:
        return None
    return clip_id(number) if len(number) == 8 and written(number) == value else None
