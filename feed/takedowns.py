"""Asking that a clip be taken down: anyone may, without an account."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from feed.pages import Pages
from feed.said import one
from feed.source import ClipShown
from feed.visitors import Doors, form, own_page
from greenroom.errors import BadInput
from ops.takedown import LONGEST, request

Form = Annotated[dict[str, list[str]], Depends(form)]


def takedown_pages(doors: Doors, pages: Pages, shown: Callable[[str], ClipShown]) -> APIRouter:
    """`/clips/{id}/takedown`; `shown` gives a clip that viewers may see, or raises."""
    router = APIRouter(include_in_schema=False)

    @router.get("/clips/{clip_id}/takedown", response_class=Response)
    def ask(clip_id: str) -> Response:
        return pages.html("takedown.html", clip=shown(clip_id), wrong="", reason="", contact="", longest=LONGEST)

    @router.post("/clips/{clip_id}/takedown", response_class=Response, dependencies=[Depends(own_page)])
    def asked(clip_id: str, said: Form) -> Response:
        clip = shown(clip_id)
        reason, contact = (one(said, name) for name in ("reason", "contact"))
        try:
            if not reason:
                raise BadInput("Say why: whoever decides knows nothing else of you.")
            found = request(doors.studio, clip.id, reason, contact)
        except BadInput as error:
            values = {"wrong": error.fact, "reason": reason, "contact": contact, "longest": LONGEST}
            return pages.html("takedown.html", 400, clip=clip, **values)
        return pages.html("takedown_asked.html", clip=clip, takedown=found.takedown)

    return router
