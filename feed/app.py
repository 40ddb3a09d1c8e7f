"""The web app: pages, JSON and media of published clips, read from a `FeedSource`.

Belongs here: the feed's routes and how errors are told. Scripts are the enrolment page's and the review queue's:
nowhere else does the content policy allow any.
"""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from feed.enrolling import enrolling
from feed.media import respond
from feed.owner import owner_pages
from feed.pages import FOLDER, Pages, headers_of
from feed.reviewing import review_pages
from feed.soft_bindings import soft_binding_api
from feed.source import ClipShown, FeedSource, MediaKind, Page, Provenance
from feed.takedowns import takedown_pages
from feed.uploads import Uploads
from feed.verifying import verify_pages
from feed.visitors import CLIP_ID, Doors
from greenroom.domain.base import Frozen
from greenroom.errors import BadInput, GreenroomError, NotFound
from ops.verifying.records import StudioRecords
from ops.verifying.soft_bindings import Resolver

PAGE = 12  # clips a page: three full rows on a desktop
MOST = 50
_log = logging.getLogger(__name__)


class ClipAnswer(Frozen):
    """`/api/clips/{id}`."""

    clip: ClipShown
    provenance: Provenance | None


def create_app(source: FeedSource, doors: Doors | None = None) -> FastAPI:
    """The feed over `source`: `/`, `/clips/{id}`, `/media/{id}/{kind}`, `/api/clips`, `/api/clips/{id}`.

    With `doors`, also what takes something in: enrolments, the owner's page, takedown requests, files to verify.
    """
    app = FastAPI(title="Greenroom feed", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    pages = Pages()
    pages.templates.globals["verifies"] = doors is not None
    _errors(app, pages)

    @app.middleware("http")
    async def headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await answer(request)
        for name, value in headers_of(request.url.path).items():
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def shown(clip_id: str) -> ClipShown:
        clip = source.clip(clip_id) if CLIP_ID.match(clip_id) else None
        if clip is None:
            raise NotFound("There is no such clip.", "It may have been withdrawn: a consent that ends takes its clips.")
        return clip

    @app.get("/", response_class=Response)
    def feed(cursor: str | None = None) -> Response:
        page = source.page(cursor, PAGE)
        cards = [(clip, source.provenance(clip.id)) for clip in page.clips]
        return pages.html("feed.html", cards=cards, next=page.next, first=cursor is None)

    @app.get("/clips/{clip_id}", response_class=Response)
    def clip_page(clip_id: str) -> Response:
        clip = shown(clip_id)
        return pages.html("clip.html", clip=clip, provenance=source.provenance(clip.id), asks=doors is not None)

    @app.api_route("/media/{clip_id}/{kind}", methods=["GET", "HEAD"], response_class=Response)
    def media(request: Request, clip_id: str, kind: MediaKind) -> Response:
        clip = shown(clip_id)
        blob = source.media(clip.id, kind)
        if blob is None:
            raise NotFound(f"This clip has no {kind.name.lower()}.")
        return respond(blob, request)

    @app.get("/api/clips")
    def clips(cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE) -> Page:
        return source.page(cursor, limit)

    @app.get("/api/clips/{clip_id}")
    def clip_answer(clip_id: str) -> ClipAnswer:
        clip = shown(clip_id)
        return ClipAnswer(clip=clip, provenance=source.provenance(clip.id))

    if doors is not None:
        app.include_router(enrolling(doors, pages))
        app.include_router(owner_pages(doors, pages))
        app.include_router(review_pages(doors, pages))
        app.include_router(takedown_pages(doors, pages, shown))
        uploads, records = Uploads(doors.studio), StudioRecords(doors.studio)
        app.include_router(verify_pages(uploads, records, pages))
        app.include_router(soft_binding_api(uploads, Resolver(doors.studio, records)))
    return app


def _errors(app: FastAPI, pages: Pages) -> None:
    """One error, two forms: JSON under /api, a page in the feed's look elsewhere."""

    def answer(request: Request, status: int, fact: str, remedy: str) -> Response:
        if request.url.path.startswith("/api/"):
            response: Response = JSONResponse({"error": fact, "remedy": remedy}, status)
        else:
            title = HTTPStatus(status).phrase
            response = pages.html("error.html", status, status=status, title=title, fact=fact, remedy=remedy)
        response.headers.update(headers_of(request.url.path))  # an unexpected error is answered outside the middleware
        return response

    @app.exception_handler(GreenroomError)
    def known(request: Request, error: GreenroomError) -> Response:
        status = 404 if isinstance(error, NotFound) else 400 if isinstance(error, BadInput) else 503
        if status == 503:
            _log.error("%s %s: %s", request.method, request.url.path, error.fact)
            return answer(request, status, "The feed cannot answer right now.", "Try again in a moment.")
        return answer(request, status, error.fact, error.remedy)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        fact = "There is no such page." if error.status_code == 404 else str(error.detail)
        return answer(request, error.status_code, fact, "")

    @app.exception_handler(RequestValidationError)
    def misused(request: Request, error: RequestValidationError) -> Response:
        if request.url.path.startswith("/media/"):
            return answer(request, 404, "There is no such file.", "")
        wrong = "; ".join(f"{detail['loc'][-1]}: {detail['msg']}" for detail in error.errors())
        return answer(request, 400, wrong, "")

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> Response:
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return answer(request, 500, "Something broke on our side.", "It was written to the server's log.")
