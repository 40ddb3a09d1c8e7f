"""The boxes of an MP4 file (ISO/IEC 14496-12), as far as they say that its streams are encrypted (ISO/IEC 23001-7)."""

import os
from typing import BinaryIO

_INTO = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
_LOCKED = {b"encv", b"enca", b"enct", b"encs"}
_MOST_BOXES = 4096  # looked at: a film of a hundred streams has some thousand


def encrypted(stream: BinaryIO) -> bool:
    """Whether a stream of the file says that it is encrypted; False for what is no MP4 file."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if stream.read(8)[4:] != b"ftyp":
        return False
    open_, left = [(0, size)], _MOST_BOXES
    while open_ and left > 0:
        at, end = open_.pop()
        while at + 8 <= end and left > 0:
            left -= 1
            stream.seek(at)
            head = stream.read(16)
            length, kind, body = int.from_bytes(head[:4], "big"), head[4:8], at + 8
            if length == 1:
                length, body = int.from_bytes(head[8:16], "big"), at + 16
            elif length == 0:
                length = end - at
            if length < body - at:
                break
            if kind in _INTO:
                open_.append((body, min(end, at + length)))
            elif kind == b"stsd" and _entries(stream, body, min(end, at + length)) & _LOCKED:
                return True
            at += length
    return False


def _entries(stream: BinaryIO, at: int, end: int) -> set[bytes]:
    """The types of the entries of a sample description box."""
    found, at = set(), at + 8
    for _ in range(16):
        if at + 8 > end:
            break
        stream.seek(at)
        head = stream.read(8)
        found.add(head[4:8])
        at += max(8, int.from_bytes(head[:4], "big"))
    return found
