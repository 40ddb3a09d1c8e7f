"""One manifest out of a C2PA manifest store: the boxes of JUMBF (ISO/IEC 19566-5), and no more of them than that."""

from collections.abc import Iterator

from greenroom.errors import CredentialsFailed

_SUPERBOX, _DESCRIPTION = b"jumb", b"jumd"
_UUID, _TOGGLES = 16, 1  # bytes before a description's label
_LABELLED = 0b10


def alone(store: bytes, name: str) -> bytes:
    """A store that holds this manifest only. Raises `CredentialsFailed` for a store that lacks it or is broken."""
    outer = next(_boxes(store), None)
    if outer is None or outer[0] != _SUPERBOX:
        raise CredentialsFailed("the stored manifest is no JUMBF")
    inside = list(_boxes(outer[1]))
    kept = [box for kind, box in inside[:1] if kind == _DESCRIPTION]
    kept += [box for kind, box in inside[1:] if kind == _SUPERBOX and _label(box) == name]
    if len(kept) != 2:
        raise CredentialsFailed("the stored manifests do not hold the one that is asked for")
    body = b"".join(_box(_kind, box) for _kind, box in zip((_DESCRIPTION, _SUPERBOX), kept, strict=True))
    return _box(_SUPERBOX, body)


def _label(superbox: bytes) -> str | None:
    description = next(_boxes(superbox), None)
    if description is None or description[0] != _DESCRIPTION:
        return None
    toggles, rest = description[1][_UUID], description[1][_UUID + _TOGGLES :]
    return rest.split(b"\0")[0].decode("utf-8", "replace") if toggles & _LABELLED else None


def _box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of the boxes that follow each other."""
    at = 0
    while at + 8 <= len(data):
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if size == 0:
            size = len(data) - at
        if size < head or at + size > len(data):
            return
        yield data[at + 4 : at + 8], data[at + head : at + size]
        at += size
