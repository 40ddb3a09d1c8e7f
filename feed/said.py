"""What an owner says on a page, as terms: the same fields for a new likeness and for a change."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from greenroom.domain.consents import Audience, Terms
from greenroom.errors import BadInput
from ops.permit import Changes

AUDIENCES = {
    Audience.OWNER: "Only me",
    Audience.APPROVED: "People I approve",
    Audience.MUTUAL: "People I follow who follow me",
    Audience.EVERYONE: "Everyone here",
}
LONGEST = 2_000  # characters of a statement, or of the restrictions together


def terms_of(form: dict[str, list[str]], categories: Collection[str]) -> Terms:
    """The terms a form says. Raises `BadInput` for what cannot be meant."""
    audience = one(form, "audience")
    if audience not in set(Audience):
        raise BadInput("who may use it is not said", "Choose one of the four.")
    statement, restrictions = one(form, "statement"), one(form, "restrictions")
    if max(len(statement), len(restrictions)) > LONGEST:
        raise BadInput(f"a text has more than {LONGEST} characters", "Shorten it.")
    never = tuple(dict.fromkeys(form.get("never", [])))
    if strange := [kind for kind in never if kind not in categories]:
        raise BadInput(f"{', '.join(strange)[:80]} is no kind of content that the policy knows", "Say it in words.")
    return Terms(
        audience=Audience(audience),
        voice="voice" in form,
        remix="remix" in form,
        house="house" in form,
        never=never,
        restrictions=tuple(dict.fromkeys(line.strip() for line in restrictions.splitlines() if line.strip())),
        languages=tuple(dict.fromkeys(one(form, "languages").replace(",", " ").split())),
        expires_at=_end_of(one(form, "expires")),
        statement=statement,
    )


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form shows before anybody changes it."""

    audience: str
    voice: bool
    remix: bool
    house: bool
    never: tuple[str, ...]
    restrictions: tuple[str, ...]
    languages: tuple[str, ...]
    expires: str  # a day, or empty


NARROWEST = Filled(Audience.OWNER.value, False, False, False, (), (), (), "")


def filled(terms: Terms) -> Filled:
    """A form that says these terms."""
    return Filled(
        terms.audience.value,
        terms.voice,
        terms.remix,
        terms.house,
        terms.never,
        terms.restrictions,
        terms.languages,
        terms.expires_at.date().isoformat() if terms.expires_at is not None else "",
    )


def changes_of(before: Terms, after: Terms) -> Changes:
    """What a form changed."""
    old, new = (*before.never, *before.restrictions), (*after.never, *after.restrictions)
    return Changes(
        audience=after.audience,
        voice=after.voice,
        remix=after.remix,
        house=after.house,
        never=tuple(one for one in after.never if one not in before.never),
        restrictions=tuple(one for one in after.restrictions if one not in before.restrictions),
        lift=tuple(one for one in old if one not in new),
        languages=after.languages or ("any",),
        expires_at=after.expires_at if _day(after) != _day(before) else None,
        for_ever=after.expires_at is None,
        statement=after.statement or None,
    )


def _day(terms: Terms) -> date | None:
    return terms.expires_at.date() if terms.expires_at is not None else None


def one(form: dict[str, list[str]], name: str) -> str:
    """A field that is said once; empty when it is not said."""
    return next(iter(form.get(name, ())), "").strip()


def _end_of(day: str) -> datetime | None:
    if not day:
        return None
    try:
        moment = datetime.combine(date.fromisoformat(day), time.max, UTC)
    except ValueError as error:
        raise BadInput(f"{day[:40]!r} is no day", "Choose one from the calendar.") from error
    if moment <= datetime.now(UTC):
        raise BadInput(f"{day} is past", "Choose a day to come, or leave the last day empty.")
    return moment
