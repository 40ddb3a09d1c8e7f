"""What was asked for lately, and what became of it."""

from datetime import datetime, timedelta

from greenroom.domain.base import Frozen, now
from greenroom.domain.briefs import Brief, Lane
from greenroom.domain.clips import Status
from greenroom.domain.removals import Notice
from greenroom.domain.reviews import ReviewSubject
from ledger import accounts, briefs, clips, erasures, notices, publications, reviews, verdicts
from ledger.database import Reader
from ops.report import status_of
from ops.review import overdue
from ops.studio import Studio


class BriefStatus(Frozen):
    brief: str
    batch: str
    lane: Lane
    status: Status
    clip: str | None
    requester: str  # account name
    prompt: str
    recorded_at: datetime


def recent(studio: Studio, days: int) -> tuple[BriefStatus, ...]:
    """The briefs of the last days (today is one), newest first."""
    today = now().date()
    with studio.ledger.read() as tx:
        found = [
            _stands(tx, brief)
            for back in range(days)
            for lane in Lane
            for brief in briefs.of_day(tx, today - timedelta(days=back), lane)
        ]
    return tuple(sorted(found, key=lambda one: one.recorded_at, reverse=True))


class Urgent(Frozen):
    """What somebody promised to do by now, and did not; and what the account was told in the last days."""

    takedowns: tuple[str, ...]  # ids of requests past their 48 hours
    reviews: tuple[str, ...]  # ids of questions that wait for a person longer than the setting allows
    erasures: int  # orders to erase past their hour
    told: tuple[Notice, ...]


def urgent(studio: Studio, days: int, name: str) -> Urgent:
    """What is overdue at this moment, and what the account of this name was told, newest first."""
    moment = now()
    with studio.ledger.read() as tx:
        waiting = reviews.waiting(tx, ReviewSubject.TAKEDOWN)
        account = accounts.by_name(tx, name)
        told = notices.of_account(tx, account.id, since=moment - timedelta(days=days)) if account is not None else ()
        return Urgent(
            takedowns=tuple(one.subject for one in waiting if one.due_at is not None and one.due_at < moment),
            reviews=overdue(tx, studio.settings, moment),
            erasures=len(erasures.overdue(tx, moment)),
            told=told,
        )


def standing(tx: Reader, brief: str) -> Status:
    """A brief's status at this moment."""
    clip = clips.by_brief(tx, brief)
    publication = publications.by_clip(tx, clip.id) if clip is not None else None
    return status_of(tx, verdicts.latest(tx, brief), publication)


def _stands(tx: Reader, brief: Brief) -> BriefStatus:
    clip = clips.by_brief(tx, brief.id)
    requester = accounts.by_id(tx, brief.requester)
    return BriefStatus(
        brief=brief.id,
        batch=brief.batch,
        lane=brief.lane,
        status=standing(tx, brief.id),
        clip=clip.id if clip is not None else None,
        requester=requester.name if requester is not None else brief.requester,
        prompt=brief.prompt,
        recorded_at=brief.recorded_at,
    )
