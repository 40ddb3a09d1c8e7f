"""Who is at the browser: the holder of a link, on a page of ours; and what they hand in, bounded."""

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from feed.arrivals import Arrivals
from greenroom.errors import BadInput
from ops.links import Link, Purpose, read_link
from ops.studio import Studio

LARGEST_FORM = 64 * 1024  # bytes: three texts of 4000 characters, escaped
_ID = re.compile(r"^[0-9a-z]{2}-[0-9a-z]{26}$")
CLIP_ID = re.compile(r"^[0-9a-z-]{1,40}$")
_PAGE = "Open the page anew and try again from there."


@dataclass(frozen=True, slots=True)
class Doors:
    """What pages that take something in need: the installation, and what carries on.

    `start` carries an enrolment (its id), `carry` a batch whose brief was approved; None leaves it to the queue.
    """

    studio: Studio
    start: Callable[[str], None]
    arrivals: Arrivals = field(default_factory=Arrivals)
    carry: Callable[[str], None] | None = None

    def admit(self, token: str, purpose: Purpose) -> Link:
        """What a link says. Raises `BadInput` for one that has ended, was altered, or is for another purpose."""
        link = read_link(self.studio, token)
        if link.purpose is not purpose:
            raise BadInput("this link is for another page", "Ask for the one of this page.")
        return link


async def own_page(request: Request) -> None:
    """A dependency: let a request that changes something through only from a page of ours. Raises `BadInput`.

    The link in the address is the secret; this keeps a page elsewhere from using an address it came to know.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    if site is not None and site != "same-origin":
        raise BadInput(f"this was sent from another site ({site})", _PAGE)
    if origin is not None and origin.partition("://")[2] != host:
        raise BadInput("this was sent from another site", _PAGE)
    if site is None and origin is None:
        raise BadInput("nothing says which page this was sent from", _PAGE)


async def form(request: Request) -> dict[str, list[str]]:
    """A dependency: the fields of a plain HTML form. Raises `BadInput` for one that is too long, or is none."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            raise BadInput(f"the form has more than {LARGEST_FORM} bytes", "Shorten what is written in it.")
    found: dict[str, list[str]] = {}
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError as error:
        raise BadInput("the form cannot be read", _PAGE) from error
    for name, value in fields:
        found.setdefault(name, []).append(value.strip())
    return found


class BoundedRoute(APIRoute):
    """A route whose parameters come from the body: the framework reads that whole, before it asks any dependency.

    Raises `HTTPException` 413 for a body of more than `LARGEST_FORM` bytes, as soon as that shows.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[None, None, Response]]:
        answered = super().get_route_handler()
        if self.body_field is None:  # whatever reads the stream itself has a bound of its own
            return answered

        async def handle(request: Request) -> Response:
            return await answered(Request(request.scope, _bounded(request.receive)))

        return handle


def _bounded(receive: Receive) -> Receive:
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > LARGEST_FORM:
            raise HTTPException(413, f"What was sent has more than {LARGEST_FORM} bytes.")
        return message

    return counted


async def received(request: Request, path: Path, most: int) -> int:
    """Write the raw body to a file as it comes; its size in bytes. Raises `BadInput` for more than `most`, or none."""
    said = request.headers.get("content-length", "")
    too_much = BadInput(f"the upload has more than {most} bytes", "Hand in a smaller file.")
    if said.isdecimal() and int(said) > most:
        raise too_much
    size = 0
    with path.open("wb") as file:
        async for part in request.stream():
            size += len(part)
            if size > most:
                raise too_much
            file.write(part)
    if size == 0:
        raise BadInput("the upload is empty", "Choose the file again.")
    return size


def identified(text: str) -> str:
    """An id of ours. Raises `BadInput` for what cannot be one."""
    if not _ID.match(text):
        raise BadInput(f"{text[:40]!r} is no id", _PAGE)
    return text
