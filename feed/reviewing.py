"""The operators' queue: what waits for a person's judgement, its evidence laid out, and deciding it.

For the holder of a link that `greenroom review list --link` hands out, on this machine alone: the decision needs a
name, and what is held is shown to nobody else. The script only adds keys to what links and forms do.
"""

import hashlib
import ipaddress
import json
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import JsonValue

from feed.media import respond
from feed.pages import Pages
from feed.said import one
from feed.source import Media
from feed.visitors import CLIP_ID, Doors, form, identified, own_page
from greenroom.domain.consents import Account
from greenroom.domain.reviews import Decision, Review, ReviewSubject
from greenroom.domain.verdicts import Evidence
from greenroom.errors import BadInput, NotFound
from ops.accounts import require_operator
from ops.links import Purpose
from ops.review import LONGEST, Answered, Waiting, answer, waiting
from ops.review_case import Case, case
from ops.review_pictures import Shot, Shown, Source, sound
from ops.review_words import counted
from ops.sweep import sweep

Form = Annotated[dict[str, list[str]], Depends(form)]
_LONG = 300  # characters of a value that the page shows
_PNG = b"\x89PNG"


@dataclass(frozen=True, slots=True)
class Box:
    """Where a picture shows a finding, in pixels, and what was found. `number` tells it from the picture's others."""

    number: int
    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the case, as the page shows it."""

    address: str
    what: str
    large: bool  # it tells the most
    boxes: tuple[Box, ...] = ()


def on_this_machine(request: Request) -> None:
    """A dependency: the queue is reached over loopback only. Raises `BadInput`."""
    host = request.client.host if request.client is not None else ""
    try:
        near = ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = False
    if not near:
        raise BadInput(
            "the review queue is shown on the machine that serves it alone",
            "Open it there, or through a tunnel: ssh -L 8000:127.0.0.1:8000 HOST.",
        )


def review_pages(doors: Doors, pages: Pages) -> APIRouter:
    """`/review/{token}`: the queue, one case open, and what its form does."""
    router = APIRouter(include_in_schema=False, prefix="/review", dependencies=[Depends(on_this_machine)])
    studio, shown = doors.studio, Shown(doors.studio)

    def operator(token: str) -> Account:
        try:
            account = doors.admit(token, Purpose.REVIEW).account
        except BadInput as ended:
            remedy = "greenroom review list --link hands a new one out."
            raise BadInput(ended.fact, remedy) from ended
        require_operator(studio, account)
        return account

    def page(
        token: str,
        by: Account,
        review_id: str | None,
        done: str = "",
        shown: str = "",
        wrong: str = "",
        reason: str = "",
        code: int = 200,
    ) -> Response:
        queue = waiting(studio)
        if review_id is not None and review_id not in {one.review.id for one in queue}:
            # it was decided, or taken back, while somebody looked at it: the next one, and why
            review_id, reason, code = None, "", code if code >= 400 else 404
            wrong = wrong or "That question waits no more: it was decided, or taken back. This is the next one."
        chosen = review_id or (queue[0].review.id if queue else None)
        found = case(studio, chosen) if chosen is not None else None
        return pages.html(
            "review.html",
            code,
            token=token,
            operator=by.name,
            queue=queue,
            case=found,
            pictures=_pictures(token, found) if found is not None else (),
            clock=_clock,
            named=_named,
            value=_value,
            counted=counted,
            done=_DONE.get(done, "").format(clip=shown),
            wrong=wrong,
            reason=reason,
            longest=LONGEST,
        )

    @router.get("/{token}", response_class=Response)
    def queue(token: str, done: str = "", shown: str = "") -> Response:
        return page(token, operator(token), None, done, shown if CLIP_ID.match(shown) else "")

    @router.get("/{token}/{review}", response_class=Response)
    def one_case(token: str, review: str) -> Response:
        return page(token, operator(token), identified(review))

    @router.post("/{token}/{review}", response_class=Response, dependencies=[Depends(own_page)])
    def decide(token: str, review: str, said: Form, after: BackgroundTasks) -> Response:
        reason = one(said, "reason")
        try:
            by = operator(token)
        except BadInput as ended:  # what was written is not lost with the link
            return pages.html("error.html", 400, **_ended(ended), written=reason)
        try:
            decision = Decision(one(said, "decision"))
        except ValueError as error:
            raise BadInput("neither approve nor deny was said", "Open the page anew.") from error
        try:
            answered = answer(studio, identified(review), decision, by, reason)
        except BadInput as error:
            wrong = f"{error.fact[0].upper()}{error.fact[1:]}. {error.remedy}"
            return page(token, by, review, wrong=wrong, reason=reason, code=400)
        if answered.decision is not None:
            shown.forget(review)
        _carry_on(doors, answered, after)
        said_so = "opinion" if answered.decision is None else decision.value
        if answered.shown is not None:
            said_so = f"{said_so}_published&shown={answered.shown}"
        return RedirectResponse(f"/review/{token}?done={said_so}", 303)

    @router.get("/{token}/{review}/pictures/{number}", response_class=Response)
    def picture(token: str, review: str, number: int) -> Response:
        operator(token)
        found = case(studio, identified(review))
        made = shown.pictures(found.waiting.review, found.shots, found.take, found.enrolment)
        data = made[number] if 0 <= number < len(made) else None
        if data is None:
            raise NotFound("There is no such picture, or it was erased.")
        return Response(data, media_type="image/png" if data.startswith(_PNG) else "image/jpeg")

    @router.get("/{token}/{review}/film", response_class=Response)
    def film(request: Request, token: str, review: str) -> Response:
        operator(token)
        found = case(studio, identified(review))
        data = shown.film(found.waiting.review, found.take) if found.take is not None else None
        if data is None:
            raise NotFound("There is no film, or it was erased.")
        return respond(Media(data=data, media_type="video/mp4", sha256=hashlib.sha256(data).hexdigest()), request)

    @router.get("/{token}/{review}/sound", response_class=Response)
    def heard(token: str, review: str) -> Response:
        operator(token)
        found = case(studio, identified(review))
        data = sound(studio, found.take, found.enrolment)
        if data is None:
            raise NotFound("There is no sound, or it was erased.")
        return Response(data, media_type="audio/flac")

    return router


def _carry_on(doors: Doors, answered: Answered, after: BackgroundTasks) -> None:
    if answered.batch is not None and doors.carry is not None:
        doors.carry(answered.batch.id)
    if answered.review.kind is ReviewSubject.TAKEDOWN:
        after.add_task(sweep, doors.studio)


def _ended(error: BadInput) -> dict[str, object]:
    """The error page for an operator whose link has ended."""
    remedy = f"Nothing was decided. {error.remedy}"
    return {"status": 400, "title": HTTPStatus(400).phrase, "fact": error.fact, "remedy": remedy}


def _pictures(token: str, found: Case) -> tuple[Picture, ...]:
    base = f"/review/{token}/{found.waiting.review.id}/pictures"
    size = (found.take.width, found.take.height) if found.take is not None else (1, 1)
    captured = [shot for shot in found.shots if shot.source is Source.CAPTURE]
    pictures, handed_in = [], 0
    for number, shot in enumerate(found.shots):
        handed_in += shot.source is Source.CAPTURE
        what = f"{shot.second:.2f} s" if shot.second is not None else _SHOT[shot.source]
        if shot.source is Source.CAPTURE and len(captured) > 1:
            what = f"{what}, {handed_in} of {len(captured)}"
        large = bool(shot.places) or shot.source in (Source.USED, Source.OTHER)
        pictures.append(Picture(f"{base}/{number}", what, large, _boxes(shot, size)))
    return tuple(sorted(pictures, key=lambda one: not one.large))  # what tells the most comes first


def _boxes(shot: Shot, size: tuple[int, int]) -> tuple[Box, ...]:
    wide, high = size
    return tuple(
        Box(number, place.label, round(x * wide, 1), round(y * high, 1), round(w * wide, 1), round(h * high, 1))
        for number, place in enumerate(shot.places, 1)
        for x, y, w, h in (place.box,)
    )


def _clock(waiting: Waiting) -> str:
    """How long a question has waited, and whether that is too long."""
    said = f"waits {_span(waiting.waited)}"
    left = waiting.due_at - waiting.review.recorded_at - waiting.waited
    return f"{said}, overdue" if waiting.overdue else f"{said}, {_span(left)} left"


def _span(time: timedelta) -> str:
    minutes = max(0, int(time.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


def _value(seen: Evidence) -> str:
    """What was measured, and what was wanted, in a line."""
    if seen.unit == "yes or no":
        return "yes" if seen.value else "no"
    said = _plain(seen.value)
    said += f" {seen.unit}" if seen.unit and seen.value is not None else ""
    if isinstance(seen.threshold, dict) and "allow" in seen.threshold:  # of a capture's step
        held = seen.threshold.get("hold")
        between = f", a person decides to {_plain(held)}" if held is not None else ""
        return f"{said} (passes at {_plain(seen.threshold['allow'])}{between})"
    return said + (f" (threshold {_plain(seen.threshold)})" if seen.threshold is not None else "")


def _plain(value: JsonValue) -> str:
    if isinstance(value, list):
        text = ", ".join(_plain(part) for part in value) or "none"
    elif isinstance(value, dict):
        text = ", ".join(f"{name.replace('_', ' ')} {_plain(part)}" for name, part in value.items()) or "none"
    else:
        number = f"{value:g}" if isinstance(value, float) else json.dumps(value)
        text = value if isinstance(value, str) else "" if value is None else number
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


def _named(review: Review) -> str:
    """The kind of a question, for people."""
    return {ReviewSubject.BRIEF: "clip", ReviewSubject.ENROLMENT: "likeness"}.get(review.kind, review.kind.value)


_SHOT = {
    Source.USED: "What would be used",
    Source.OTHER: "What the other account enrolled",
    Source.CAPTURE: "Handed in",
    Source.CLIP: "The clip",
}

_DONE = {
    "approve": "Approved. What goes on from here does so now.",
    "deny": "Denied, from now on. The reason is on record, and whoever asked is told.",
    "approve_published": "Approved. {clip} stays published, and nothing of it is made anew.",
    "deny_published": "Denied, and whoever asked is told. {clip} is still shown: greenroom takedown request {clip} "
    'with --reason "..." puts taking it away into this queue.',
    "opinion": "Your approval is on record. Another person must approve it too.",
}
