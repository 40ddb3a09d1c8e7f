"""Enrolling in the browser: the page, what is handed in, and where it stands.

Nothing of a recording is looked at here: filing and checking have processes of their own.
"""

import base64
from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from feed.owner import receipt_file
from feed.pages import Pages
from feed.said import AUDIENCES, NARROWEST, one, terms_of
from feed.visitors import BoundedRoute, Doors, identified, own_page, received
from greenroom.domain.base import Frozen
from greenroom.domain.consents import Account, Attestation, LikenessKind
from greenroom.domain.enrolments import Challenge, Direction, Enrolment, EnrolmentState
from greenroom.domain.verdicts import Outcome
from greenroom.errors import BadInput, NotFound
from ledger import enrolments, likenesses
from ops.enrolments import own_key
from ops.enrolments.apart import file_apart
from ops.enrolments.challenge import draw
from ops.enrolments.filing import LARGEST_FILE, Asked, draft
from ops.enrolments.settling import confirm, proposal, standing
from ops.enrolments.telling import Told, steps_of, told
from ops.links import Purpose
from ops.names import checked
from ops.receipts import receipt

Form = Annotated[dict[str, list[str]], Body()]


class Begun(Frozen):
    """An enrolment to hand files in for. `sign`: the bytes that the owner's key is to sign (base64)."""

    arrival: str
    sign: str | None


class Drawn(Frozen):
    """A challenge, as the page leads through it."""

    id: str
    words: tuple[str, ...]
    directions: tuple[Direction, ...]
    seconds: float  # until it runs out


class StepShown(Frozen):
    number: int
    name: str
    outcome: Outcome
    told: tuple[Told, ...]


class Stands(Frozen):
    """Where an enrolment stands. `of`: the steps it takes when none refuses it; `told`: what no step said."""

    handle: str
    state: EnrolmentState
    told: tuple[Told, ...]
    steps: tuple[StepShown, ...]
    of: int
    attested_by: Attestation


class Filed(Frozen):
    enrolment: str


def enrolling(doors: Doors, pages: Pages) -> APIRouter:
    """`/enrol/{token}`, and what its script asks under `/api/enrol/{token}`."""
    router = APIRouter(include_in_schema=False, route_class=BoundedRoute)
    studio = doors.studio
    changes = [Depends(own_page)]

    def own(token: str, enrolment: str) -> tuple[Account, Enrolment]:
        owner = doors.admit(token, Purpose.ENROL).account
        with studio.ledger.read() as tx:
            found = enrolments.by_id(tx, identified(enrolment))
        if found is None or found.account != owner.id:
            raise NotFound("there is no such enrolment", "Begin one from the start of this page.")
        return owner, found

    @router.get("/enrol/{token}", response_class=Response)
    def page(token: str) -> Response:
        link = doors.admit(token, Purpose.ENROL)
        return pages.html(
            "enrol.html",
            account=link.account.name,
            until=link.until,
            audiences=AUDIENCES,
            categories=sorted(studio.policy.vocabulary),
            now=NARROWEST,
            token=token,
            largest=LARGEST_FILE,
        )

    @router.post("/api/enrol/{token}/challenge", dependencies=changes)
    def challenge(token: str) -> Drawn:
        drawn = draw(studio, doors.admit(token, Purpose.ENROL).account)
        return _shown(drawn)

    @router.post("/api/enrol/{token}/begin", dependencies=changes)
    def begin(token: str, said: Form, key: Annotated[str | None, Body()] = None) -> Begun:
        owner = doors.admit(token, Purpose.ENROL).account
        asked = _asked(said, studio.policy.vocabulary)
        with studio.ledger.read() as tx:
            if likenesses.by_handle(tx, asked.handle) is not None:
                raise BadInput(f"@{asked.handle} is enrolled already", "Choose another handle.")
        consent, public, sign = draft(studio, asked, owner), None, None
        if key is not None:
            public = own_key.public_key(key)
            consent, message = own_key.to_be_signed(studio, consent, owner, public)
            sign = base64.b64encode(message).decode()
        return Begun(arrival=doors.arrivals.begin(studio, owner, asked, consent, public).id, sign=sign)

    @router.post("/api/enrol/{token}/begun/{arrival}/files", status_code=204, dependencies=changes)
    async def upload(request: Request, token: str, arrival: str) -> None:
        link = await run_in_threadpool(doors.admit, token, Purpose.ENROL)
        found = doors.arrivals.of(link.account, arrival)
        place = found.place()
        found.came(place, await received(request, place, found.left))

    @router.post("/api/enrol/{token}/begun/{arrival}/file", dependencies=changes)
    def file(
        token: str,
        arrival: str,
        signature: Annotated[str | None, Body()] = None,
        challenge: Annotated[str | None, Body()] = None,
    ) -> Filed:
        owner = doors.admit(token, Purpose.ENROL).account
        found = doors.arrivals.take(owner, arrival)
        with found.closing:
            signed = None
            if found.key is not None:
                if signature is None:
                    raise BadInput("the consent is not signed", "Allow the key, or let the installation attest.")
                signed = own_key.attached(studio, found.consent, owner, found.key, signature)
            enrolment = file_apart(studio, found.asked(challenge), owner, found.consent, signed)
        doors.start(enrolment.id)
        return Filed(enrolment=enrolment.id)

    @router.get("/api/enrol/{token}/{enrolment}")
    def stands(token: str, enrolment: str) -> Stands:
        _, found = own(token, enrolment)
        now = standing(studio, found.id)
        said = {rule.id for row in now.steps for rule in row.rules}
        return Stands(
            handle=found.handle,
            state=now.state,
            told=told(found.kind, tuple(rule for rule in now.rules if rule.id not in said)),
            steps=tuple(
                StepShown(number=row.number, name=row.name, outcome=row.outcome, told=told(found.kind, row.rules))
                for row in now.steps
            ),
            of=steps_of(found.kind),
            attested_by=found.consent.attested_by,
        )

    @router.get("/enrol/{token}/{enrolment}/cutout.png", response_class=Response)
    def cutout(token: str, enrolment: str) -> Response:
        picture = proposal(studio, own(token, enrolment)[1].id)
        if picture is None:
            raise NotFound("no cut-out waits for a look")
        return Response(picture, media_type="image/png")

    @router.post("/api/enrol/{token}/{enrolment}/look", dependencies=changes)
    def look(token: str, enrolment: str, right: Annotated[bool, Body(embed=True)]) -> Stands:
        owner, found = own(token, enrolment)
        confirm(studio, found.id, owner, right=right)
        return stands(token, enrolment)

    @router.get("/enrol/{token}/{enrolment}/receipt", response_class=Response)
    def given(token: str, enrolment: str) -> Response:
        _, found = own(token, enrolment)
        with studio.ledger.read() as tx:
            made = receipt(studio, tx, found.likeness)
        return receipt_file(made.data, found.handle, made.version)

    return router


def _shown(drawn: Challenge) -> Drawn:
    seconds = (drawn.expires_at - drawn.recorded_at).total_seconds()
    return Drawn(id=drawn.id, words=drawn.words, directions=drawn.directions, seconds=seconds)


def _asked(said: dict[str, list[str]], categories: Collection[str]) -> Asked:
    """What the form asks for, before any file. Raises `BadInput`."""
    kind = one(said, "kind")
    if kind not in set(LikenessKind):
        raise BadInput("what is enrolled is not said", "Choose a person, a pet or an object.")
    handle = checked(one(said, "handle").removeprefix("@").lower())
    terms = terms_of(said, categories)
    if not terms.statement:
        raise BadInput("nothing is said in the owner's words", "Write a sentence, and that you agree.")
    person = kind == LikenessKind.PERSON
    species = "person" if person else one(said, "species").lower()
    if not 1 <= len(species) <= 40:
        raise BadInput("what it is, is not said", "Write it in a word: cat, dog, mug.")
    return Asked(handle, LikenessKind(kind), species, terms, ())
