"""Filing briefs: a batch is written to the ledger before any run starts, so that a killed run loses nothing."""

import secrets
from datetime import date

from pydantic import Field

from greenroom.domain.base import BlobRef, Frozen, new_id, now
from greenroom.domain.briefs import Batch, Brief, Lane, Style
from greenroom.domain.consents import Account
from ledger import accounts, briefs
from ops.studio import Studio


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


def account(studio: Studio, name: str) -> Account:
    """The account of this name, made as a plain member on first use."""
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
    """File the requests as one batch of today, in one transaction."""
    moment = now()
    batch = Batch(id=new_id("ba"), lane=lane, day=moment.date(), requested_by=requester.id, recorded_at=moment)
    filed = tuple(
        Brief(
            **request.model_dump(exclude={"likenesses", "seed"}),
            id=new_id("br"),
            batch=batch.id,
            requester=requester.id,
            likenesses=tuple(dict.fromkeys(handle.removeprefix("@").lower() for handle in request.likenesses)),
            seed=secrets.randbits(63) if request.seed is None else request.seed,
            lane=lane,
            day=batch.day,
            recorded_at=moment,
        )
        for request in requests
    )
    with studio.ledger.write() as tx:
        briefs.add_batch(tx, batch)
        for brief in filed:
            briefs.add(tx, brief)
    return batch, filed


def of_batch(studio: Studio, batch: str) -> tuple[str, ...]:
    """Ids of a batch's briefs, oldest first."""
    with studio.ledger.read() as tx:
        return tuple(brief.id for brief in briefs.of_batch(tx, batch))


def of_day(studio: Studio, day: date, lane: Lane) -> tuple[str, ...]:
    """Ids of the briefs of a day and lane, oldest first."""
    with studio.ledger.read() as tx:
        return tuple(brief.id for brief in briefs.of_day(tx, day, lane))
