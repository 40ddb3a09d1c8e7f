"""`greenroom likeness permit` and `show`: what an owner allows, changed; and what was in force at any moment."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from greenroom.cli.enroll import in_steps, told
from greenroom.cli.output import Json, answer, opened
from greenroom.domain.base import now
from greenroom.domain.consents import Audience, Consent
from ledger import consents, enrolments, likenesses, publications, withdrawals
from ops.briefs import account
from ops.enrolments.settling import attempt
from ops.permit import Changes, Standing, standing
from ops.permit import permit as record
from ops.receipts import load_owner_key

Handle = Annotated[str, typer.Argument(help="The likeness, as @handle.")]
As = Annotated[str | None, typer.Option("--as", help="The owner, named by an operator who records their word.")]
At = Annotated[str | None, typer.Option("--at", help="A past moment, as 2027-12-31 (its end) or 2027-12-31T18:00.")]
Who = Annotated[Audience | None, typer.Option("--audience", help="Who may use it.")]
Voice = Annotated[bool | None, typer.Option("--voice/--no-voice", help="Its own voice may be used.")]
Remix = Annotated[bool | None, typer.Option("--remix/--no-remix", help="Others may remix clips with it.")]
House = Annotated[bool | None, typer.Option("--house/--no-house", help="The installation itself may use it.")]
Never = Annotated[list[str], typer.Option("--never", help="A kind of content to exclude too; may be repeated.")]
Restrict = Annotated[list[str], typer.Option("--restrict", help='Exclude too, in words, as "never swimming".')]
Lift = Annotated[list[str], typer.Option("--lift", help="An exclusion to end, in the words it was given in.")]
Languages = Annotated[list[str], typer.Option("--language", help='The languages it may speak ("any": no limit).')]
Expires = Annotated[str | None, typer.Option("--expires", help='The last day, as 2027-12-31 ("never": no end).')]
Key = Annotated[Path | None, typer.Option("--key", help="The owner's own key: they sign, not the installation.")]
Statement = Annotated[str | None, typer.Option("--statement", help="What the owner says, in words.")]


def permit(
    handle: Handle,
    audience: Who = None,
    voice: Voice = None,
    remix: Remix = None,
    house: House = None,
    never: Never = [],  # noqa: B006  # typer copies it
    restrict: Restrict = [],  # noqa: B006
    lift: Lift = [],  # noqa: B006
    languages: Languages = [],  # noqa: B006
    expires: Expires = None,
    statement: Statement = None,
    key: Key = None,
    owner: As = None,
    as_json: Json = False,
) -> None:
    """Change what a likeness's owner allows: a new version, the one in force with these changes."""
    changes = Changes(
        audience=audience,
        voice=voice,
        remix=remix,
        house=house,
        never=tuple(never),
        restrictions=tuple(restrict),
        lift=tuple(lift),
        languages=tuple(languages),
        expires_at=moment_of(expires) if expires not in (None, "never") else None,
        for_ever=expires == "never",
        statement=statement,
    )
    with opened() as studio:
        actor = account(studio, studio.settings.account)
        who = account(studio, owner) if owner else actor
        own = load_owner_key(key) if key is not None else None
        consent = record(studio, handle, who, changes, filed_by=actor, key=own)
    shown = f"@{handle.removeprefix('@').lower()}"
    text = f"{shown}: consent version {consent.version} is in force.\n{in_words(consent)}"
    answer({"consent": consent.model_dump(mode="json")}, text, as_json=as_json)


def show(handle: Handle, at: At = None, as_json: Json = False) -> None:
    """What is enrolled under a handle and in force (now, or at a past moment), and how many clips rest on it."""
    moment = moment_of(at) if at is not None else now()
    with opened() as studio, studio.ledger.read() as tx:
        bare = handle.removeprefix("@").lower()
        if likenesses.by_handle(tx, bare) is None and enrolments.of_handle(tx, bare):
            waiting = told(studio, attempt(studio, bare))  # refused, or not yet at its end
            answer(waiting, in_steps(waiting), as_json=as_json)
            return
        found = standing(tx, handle, moment)
        likeness = found.likeness
        clips = publications.resting_on(tx, likeness.id)
        versions = () if found.unreadable else consents.versions(tx, likeness.id)
        taken_back = withdrawals.of_likeness(tx, likeness.id)
    document = {
        "likeness": likeness.model_dump(mode="json"),
        "at": moment.isoformat(),
        "in_force": found.consent.model_dump(mode="json") if _holds(found, moment) and found.consent else None,
        "state": _state(found, moment),
        "consents": [one.model_dump(mode="json") for one in versions],
        "withdrawals": [one.model_dump(mode="json") for one in taken_back],
        "clips": list(clips),
    }
    text = f"@{likeness.handle}, {likeness.species} ({likeness.kind.value}): {_state(found, moment)}"
    text += f"{f' at {moment.isoformat()}' if at is not None else ''}; {len(clips)} clips"
    if found.consent is not None and found.withdrawal is None:
        text += f"\n{in_words(found.consent)}"
    answer(document, text, as_json=as_json)


def in_words(consent: Consent) -> str:
    """What a version allows, a line for each thing the owner can say."""
    rows = [
        ("who", _WHO[consent.audience]),
        ("voice", "its own voice may be used" if consent.voice else "not its own voice"),
        ("remixes", "others may remix" if consent.remix else "no remixes"),
        ("the house", "may use it by itself" if consent.house else "may not use it by itself"),
        ("never", ", ".join(consent.never) or "-"),
        ("in words", "; ".join(f"“{one}”" for one in consent.restrictions) or "-"),
        ("languages", ", ".join(consent.languages) or "any"),
        ("until", consent.expires_at.isoformat() if consent.expires_at else "no end"),
        ("attested by", consent.attested_by.value.replace("_", " ")),
        ("said", f"“{consent.statement}”"),
    ]
    return "\n".join(f"  {name:<12} {said}" for name, said in rows)


def moment_of(said: str) -> datetime:
    """A day (its end, UTC) or a moment (UTC unless it names a zone). Raises typer's own error for neither."""
    try:
        if len(said) == len("2027-12-31"):
            return datetime.combine(date.fromisoformat(said), time.max, UTC)
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise typer.BadParameter(f"{said!r} is no moment; write it as 2027-12-31 or 2027-12-31T18:00") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _holds(found: Standing, moment: datetime) -> bool:
    ends = found.consent.expires_at if found.consent is not None else None
    return found.consent is not None and found.withdrawal is None and (ends is None or ends > moment)


def _state(found: Standing, moment: datetime) -> str:
    if found.withdrawal is not None:
        return "withdrawn"
    if found.unreadable:
        return "its consent cannot be read, so nothing is allowed"
    if found.consent is None:
        return "no consent"
    expired = "" if _holds(found, moment) else " (expired)"
    return f"consent version {found.consent.version}{expired}, for {found.consent.audience.value}"


_WHO = {
    Audience.OWNER: "its owner only",
    Audience.APPROVED: "accounts its owner approved (greenroom relation approve)",
    Audience.MUTUAL: "accounts that follow its owner and that its owner follows",
    Audience.EVERYONE: "everyone",
}
