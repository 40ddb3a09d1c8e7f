"""A stranger's file on its way in: streamed to a place of its own, bounded, and gone when the answer is given.

A browser's form sends it as multipart/form-data (RFC 7578), a program as the body itself.
"""

import asyncio
import ipaddress
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from ops.studio import Studio, work_folder

LARGEST = 512 * 1024 * 1024  # bytes
AT_ONCE = 6  # files on their way or being looked at: with the bound on each, what uploads may fill of the disk
AT_ONCE_EACH = 2  # of one visitor
_SECONDS = 600.0  # that a file may take to arrive
_LEAST_RATE = 32 * 1024  # bytes a second, below which it is no file on its way but a place that is kept from others
_PAUSE = 20.0  # seconds that it may be behind that rate: a connection falters
_HEADERS = 16 * 1024  # bytes before a part's content
_MOST_PARTS, _MOST_BEFORE = 16, 64 * 1024  # of a form before its file, and bytes of them
_BOUNDARY = re.compile(r'^multipart/form-data;.*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_FIELD = re.compile(rb'^content-disposition:\s*form-data;.*\bname="file"', re.IGNORECASE | re.MULTILINE)
TOO_LARGE = f"The file has more than {LARGEST // 1024 // 1024} megabytes."
BUSY = "Too many files are being verified at this moment. Try again in a minute."
ENOUGH = "Files of yours are being verified at this moment. Try again when you have their answers."
CUT_SHORT = "The file was cut short on its way."
NO_FILE = "No file came with this. Choose one and try again."


@dataclass(slots=True)
class Uploads:
    """Room for strangers' files. Safe to use from several threads."""

    studio: Studio
    at_once: int = AT_ONCE
    _open: list[str] = field(default_factory=list)  # whose, one for each
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @asynccontextmanager
    async def file(self, request: Request) -> AsyncIterator[tuple[Path, Path]]:
        """The file that a request brings, and the folder around it, both gone afterwards whatever happens.

        Raises `HTTPException`: 400 for no file, 408 for one that takes too long to arrive, 413 for one that is too
        large, 429 for a visitor who has others here, 503 when there is no room.
        """
        with self._place(_visitor(request)), work_folder(self.studio) as folder:
            path = folder / "file"
            try:
                async with asyncio.timeout(_SECONDS):
                    size = await _arrived(request, path)
            except ClientDisconnect as error:  # nobody is there to be answered; it is no fault of ours to be logged
                raise HTTPException(400, CUT_SHORT) from error
            except TimeoutError as error:
                raise HTTPException(408, "The file took too long to arrive.") from error
            if size == 0:
                raise HTTPException(400, NO_FILE)
            yield path, folder

    @contextmanager
    def _place(self, visitor: str) -> Iterator[None]:
        with self._lock:
            if len(self._open) >= self.at_once:
                raise HTTPException(503, BUSY)
            if visitor and self._open.count(visitor) >= AT_ONCE_EACH:
                raise HTTPException(429, ENOUGH)
            self._open.append(visitor)
        try:
            yield
        finally:
            with self._lock:
                self._open.remove(visitor)


def _visitor(request: Request) -> str:
    """Whose file it is: an address, of the sixth version the network that one household has. "": anybody's.

    Loopback is this machine, or a web server before this one that does not say whom it asks for.
    """
    try:
        address = ipaddress.ip_address(request.client.host if request.client is not None else "")
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_loopback:
        return ""
    return str(address if address.version == 4 else ipaddress.ip_network((int(address), 64), strict=False))


async def _paced(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The stream. Raises `TimeoutError` when it comes so slowly that it only keeps a place."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + _PAUSE
    while True:
        async with asyncio.timeout_at(deadline):
            piece = await anext(stream, None)
        if piece is None:
            return
        deadline = min(deadline + len(piece) / _LEAST_RATE, clock() + _PAUSE)
        yield piece


async def _arrived(request: Request, path: Path) -> int:
    """Write the file as it comes; its size in bytes."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > LARGEST + _HEADERS:
        raise HTTPException(413, TOO_LARGE)
    boundary = _BOUNDARY.match(request.headers.get("content-type", ""))
    stream = _paced(request.stream())
    content = stream if boundary is None else _part(stream, boundary[1] or boundary[2])
    size = 0
    with path.open("wb") as file:
        async for piece in content:
            size += len(piece)
            if size > LARGEST:
                raise HTTPException(413, TOO_LARGE)
            file.write(piece)
    return size


async def _part(stream: AsyncIterator[bytes], boundary: str) -> AsyncIterator[bytes]:
    """The content of the part named "file", however the stream is cut into pieces; nothing where there is none.

    Raises `HTTPException` 400 for a form that goes on before its file, or ends in the middle of it.
    """
    end = b"\r\n--" + boundary.encode()
    held, inside = b"\r\n", False  # the first boundary stands at the very beginning
    parts = before = 0
    async for piece in stream:
        held += piece
        while not inside:
            # 1. A boundary, and the headers of the part that it begins.
            start = held.find(end)
            if start < 0:
                held = held[-len(end) :]
                break
            held = held[start:]
            head = held.find(b"\r\n\r\n", len(end))
            if head < 0:
                if len(held) > _HEADERS:
                    raise HTTPException(400, NO_FILE)
                break
            parts += 1
            if parts > _MOST_PARTS:
                raise HTTPException(400, NO_FILE)
            inside = _FIELD.search(held[len(end) : head]) is not None
            held = held[head + 4 :] if inside else held[head + 2 :]
        before += len(piece)
        if not inside and before > _MOST_BEFORE:
            raise HTTPException(400, NO_FILE)
        if inside:
            # 2. Its content, up to the next boundary; what may be the beginning of one waits for the next piece.
            at = held.find(end)
            ready = held[:at] if at >= 0 else held[: -len(end)]
            if ready:
                yield ready
            if at >= 0:
                return
            held = held[len(ready) :]
    if inside:
        raise HTTPException(400, CUT_SHORT)
