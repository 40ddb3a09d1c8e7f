"""The page and the API that say whether a file is a clip of this installation. Nothing of what is handed in is kept."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from feed.pages import Pages
from feed.uploads import BUSY, LARGEST, Uploads
from greenroom.errors import Unavailable
from ops.credentials.reading import State
from ops.verify import verify_file
from ops.verifying.facts import Records
from ops.verifying.report import Check, MarkRead, Source, VerifyReport

_MEGABYTES = LARGEST // 1024 // 1024
_WAIT = 60.0  # seconds that a file waits for others before it
_PLACES = {Check.FOUND: "allow", Check.MISSING: "none", Check.NOT_CHECKED: "none"}  # of a mark: how it is shown
_WORDS = {Check.FOUND: "found", Check.MISSING: "not found", Check.NOT_CHECKED: "not checked"}
_TRUSTED = {State.TRUSTED: "allow", State.VALID: "hold", State.INVALID: "deny", State.ABSENT: "none"}


@dataclass(frozen=True, slots=True)
class Line:
    """A mark, as the page lists it. `look`: allow, hold, deny or none."""

    name: str
    look: str
    word: str
    more: str


def verify_pages(uploads: Uploads, records: Records, pages: Pages) -> APIRouter:
    """`/verify` and `/api/verify`."""
    router = APIRouter()

    async def verified(request: Request) -> VerifyReport:
        async with uploads.file(request) as (path, folder):
            try:
                return await run_in_threadpool(verify_file, path, records, folder, patience=_WAIT)
            except Unavailable as error:
                raise HTTPException(503, BUSY) from error

    @router.get("/verify", response_class=Response, include_in_schema=False)
    def form() -> Response:
        return pages.html("verify.html", report=None, wrong="", largest=_MEGABYTES)

    @router.post("/verify", response_class=Response, include_in_schema=False)
    async def answer(request: Request) -> Response:
        try:
            report = await verified(request)
        except HTTPException as error:
            return pages.html("verify.html", error.status_code, report=None, wrong=error.detail, largest=_MEGABYTES)
        title, look = headline(report)
        return pages.html(
            "verify.html", report=report, title=title, look=look, lines=lines(report), wrong="", largest=_MEGABYTES
        )

    @router.post("/api/verify")
    async def api(request: Request) -> VerifyReport:
        """Whether the file in the body (as it is, or as the field `file` of a form) is a clip of this installation."""
        return await verified(request)

    return router


def headline(report: VerifyReport) -> tuple[str, str]:
    """The verdict in a few words, and how it is shown."""
    match report:
        case VerifyReport(withdrawn=True):
            return "Withdrawn", "deny"
        case VerifyReport(verified=True, edited=False):
            return "Made here, and unaltered", "allow"
        case VerifyReport(verified=True):
            return "A copy of a clip made here, edited since", "allow"
        case VerifyReport(clip=None):
            return "Unknown here", "none"
        case VerifyReport(resolved_by=Source.LOOKS):
            return "It looks like a clip made here", "hold"
        case VerifyReport(resolved_by=Source.BYTES):
            return "Made here, but not confirmed", "hold"
        case _:
            return "Not what it says it is", "deny"


def lines(report: VerifyReport) -> tuple[Line, ...]:
    """The marks, one by one; none of a clip that was withdrawn."""
    if report.withdrawn:
        return ()
    credentials = report.credentials
    found = [
        Line("Content Credentials", _TRUSTED[credentials.state], credentials.state.value, _first(credentials.failures))
    ]
    found.append(
        Line("AI label", _PLACES[report.visible.state], _WORDS[report.visible.state], report.visible.reason or "")
    )
    for name, mark in (
        ("Mark in the picture", report.invisible.picture),
        ("Mark in the sound", report.invisible.sound),
    ):
        if mark is not None:
            found.append(Line(name, _PLACES[mark.state], _WORDS[mark.state], _read(mark)))
    if report.log is not None:
        where = f"leaf {report.log.leaf} of {report.log.tree_size}"
        look, word = ("allow", "proved") if report.log.included else ("deny", "not proved")
        found.append(Line("Transparency log", look, word, where))
    return tuple(found)


def _read(mark: MarkRead) -> str:
    told = [one for one in (mark.clip and f"clip {mark.clip}", mark.geometry, mark.reason) if one]
    return ", ".join(told)


def _first(failures: tuple[str, ...]) -> str:
    return failures[0] if failures else ""
