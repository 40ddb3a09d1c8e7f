"""Serving a blob to a player: byte ranges and entity tags (RFC 9110, sections 13 and 14)."""

import re

from fastapi import Request, Response

from feed.source import Media

_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")


def respond(media: Media, request: Request) -> Response:
    """The whole blob, the range asked for (206), nothing when the browser has it (304), or 416.

    A browser must ask again each time (`no-cache`): a withdrawn clip may not play from a cache we let it keep.
    """
    tag = f'"{media.sha256}"'
    headers = {"ETag": tag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache"}
    known = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    size = len(media.data)
    span = _span(request, tag, size)
    if span is None:
        return _body(media, media.data, 200, headers, request)
    start, end = span
    if start >= size or end < start:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    return _body(media, media.data[start : end + 1], 206, headers, request)


def _body(media: Media, data: bytes, status: int, headers: dict[str, str], request: Request) -> Response:
    headers["Content-Length"] = str(len(data))
    content = b"" if request.method == "HEAD" else data
    return Response(content, status, headers, media.media_type)


def _span(request: Request, tag: str, size: int) -> tuple[int, int] | None:
    """First and last byte asked for; None for the whole (also for several ranges, which a server may decline)."""
    match = _RANGE.match(request.headers.get("range", ""))
    if match is None or request.headers.get("if-range", tag) != tag or match.group() == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) else (size, size)
    return int(first), min(int(last), size - 1) if last else size - 1
