"""Filing briefs: a batch is written to the ledger before any run starts, so that a killed run loses nothing."""

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from pydantic import Field

from greenroom.domain.base import BlobRef, Frozen, new_id, now
from greenroom.domain.briefs import Batch, Brief, Lane, Pass, Style
from greenroom.domain.clips import Status
from greenroom.domain.consents import Account
from greenroom.errors import BadInput, NotFound
from ledger import accounts, briefs, clips, likenesses, publications
from ops.generators import require_generator
from ops.names import checked, mentioned
from ops.status import standing
from ops.studio import Studio

RESUME_DAYS = timedelta(days=1)  # a batch that was stopped before midnight is taken up after it
_BLANK: dict[str, object] = {
    "id": "ba_0",
    "day": date(2026, 1, 1),
    "recorded_at": datetime(2026, 1, 1, tzinfo=UTC),
}


class Request(Frozen):
    """What a person asks for: one line of a batch file, or the options of `greenroom make`."""

    prompt: str
    likenesses: tuple[str, ...] = ()
    parent: str | None = None
    seconds: float = Field(default=5.0, ge=4.0, le=12.0)
    width: int = Field(default=854, ge=128, le=1920, multiple_of=2)
    height: int = Field(default=480, ge=128, le=1920, multiple_of=2)
    style: Style | None = None
    language: str | None = None
    seed: int | None = Field(default=None, ge=0, lt=2**63)
    generator: str = "previz"
    storyboard: BlobRef | None = None
    passes: tuple[Pass, ...] = ()


def account(studio: Studio, name: str) -> Account:
    """The account of this name, made as a plain member on first use. Raises `BadInput` for what is no name."""
    name = checked(name)
    with studio.ledger.read() as tx:
        found = accounts.by_name(tx, name)
    if found is not None:
        return found
    made = Account(id=new_id("ac"), name=name, recorded_at=now())
    with studio.ledger.write() as tx:
        raced = accounts.by_name(tx, name)  # another process may have made it meanwhile
        if raced is None:
            accounts.add(tx, made)
    return raced or made


def submit(
    studio: Studio, requests: tuple[Request, ...], requester: Account, lane: Lane
) -> tuple[Batch, tuple[Brief, ...]]:
    """File the requests as one batch of today, in one transaction.

    Raises `BadInput` for a generator that is not here: filed, the brief would stop every run that carries it.
    """
    for generator in {request.generator for request in requests}:
        require_generator(generator)
    moment = now()
    batch = Batch(id=new_id("ba"), lane=lane, day=moment.date(), requested_by=requester.id, recorded_at=moment)
    filed = tuple(brief_of(request, batch) for request in requests)
    with studio.ledger.write() as tx:
        briefs.add_batch(tx, batch)
        for brief in filed:
            briefs.add(tx, brief)
    return batch, filed


def brief_of(request: Request, batch: Batch) -> Brief:
    """The brief that a request becomes in a batch; a seed is drawn where it names none.

    A handle in the prompt asks for that likeness as well as an option does: nobody is named without their consent.
    """
    named = (*(handle.removeprefix("@").lower() for handle in request.likenesses), *mentioned(request.prompt))
    return Brief(
        **request.model_dump(exclude={"likenesses", "seed", "storyboard", "passes"}),
        passes=tuple(one for one in Pass if one in request.passes),
        storyboard=request.storyboard,
        id=new_id("br"),
        batch=batch.id,
        requester=batch.requested_by,
        likenesses=tuple(dict.fromkeys(named)),
        seed=secrets.randbits(63) if request.seed is None else request.seed,
        lane=batch.lane,
        day=batch.day,
        recorded_at=batch.recorded_at,
    )


def before(
    studio: Studio,
    requests: tuple[Request, ...],
    requester: Account,
    *,
    finished: bool,
    stopped: Callable[[str], bool] = lambda batch: False,
) -> tuple[Batch, tuple[Brief, ...]] | None:
    """The last batch of the very same requests by the same account, if a run of it was stopped before its end.

    `stopped` tells of a batch's id whether its run was, though every clip had its answer already: the warehouse
    follows the last one. With `finished`, also a batch whose clips are all published. None: this is new. A batch that
    another process works on at this moment is taken up too: the claims make the two share the work.
    """
    with studio.ledger.read() as tx:
        for batch in briefs.batches_of(tx, requester.id, since=now().date() - RESUME_DAYS):
            filed = briefs.of_batch(tx, batch.id)
            if len(filed) != len(requests) or not all(map(_same, requests, filed)):
                continue
            stands = {standing(tx, brief.id) for brief in filed}
            ended = Status.PENDING not in stands
            taken_up = not ended or (finished and stands == {Status.PUBLISHED}) or stopped(batch.id)
            return (batch, filed) if taken_up else None
    return None


def _same(request: Request, brief: Brief) -> bool:
    again = brief_of(request, Batch.model_validate(_BLANK | {"requested_by": brief.requester, "lane": brief.lane}))
    own = {"id", "batch", "day", "recorded_at"} | ({"seed"} if request.seed is None else set())
    return again.model_dump(exclude=own) == brief.model_dump(exclude=own)


def remixed(studio: Studio, clip: str, asked: Request, *, length: bool, shape: bool) -> Request:
    """The request for a remix of a clip: every likeness it rests on is asked again.

    `length` and `shape` tell whether they are the parent's. Raises `NotFound`, and `BadInput` for a clip that was
    not published or was withdrawn.
    """
    with studio.ledger.read() as tx:
        found = clips.by_id(tx, clip)
        parent = briefs.by_id(tx, found.brief) if found is not None else None
        if parent is None:
            raise NotFound(f"no clip has the id {clip}", "greenroom status lists what was made.")
        publication = publications.by_clip(tx, clip)
        if publication is None or clip not in publications.visible(tx, {clip}):
            state = "was never published" if publication is None else "was withdrawn or removed"
            raise BadInput(f"clip {clip} {state}, so nothing can be made from it", "Remix a published clip.")
        rests_on = [likenesses.by_id(tx, one.likeness) for one in publication.rests_on]
    handles = [one.handle for one in rests_on if one is not None]
    changes: dict[str, object] = {"parent": clip, "likenesses": tuple(dict.fromkeys([*handles, *asked.likenesses]))}
    changes |= {"seconds": parent.seconds} if length else {}
    changes |= {"width": parent.width, "height": parent.height} if shape else {}
    return asked.model_copy(update=changes)


def of_batch(studio: Studio, batch: str) -> tuple[str, ...]:
    """Ids of a batch's briefs, oldest first."""
    with studio.ledger.read() as tx:
        return tuple(brief.id for brief in briefs.of_batch(tx, batch))


def of_day(studio: Studio, day: date, lane: Lane) -> tuple[str, ...]:
    """Ids of the briefs of a day and lane, oldest first."""
    with studio.ledger.read() as tx:
        return tuple(brief.id for brief in briefs.of_day(tx, day, lane))
