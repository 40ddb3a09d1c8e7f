"""`greenroom likeness challenge` and `enroll`: what a person answers, and how one enrols."""

import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from greenroom.cli.link import hand_out
from greenroom.cli.output import NO, Json, answer, errors, opened
from greenroom.domain.base import Frozen
from greenroom.domain.consents import Account, Audience, Consent, Likeness, LikenessKind, Terms
from greenroom.domain.enrolments import Enrolment, EnrolmentState, EnrolmentStep
from greenroom.domain.verdicts import Outcome, Rule
from greenroom.errors import BadInput
from ledger import consents
from ops.briefs import account
from ops.enrolments.blocking import block as block_face
from ops.enrolments.challenge import draw
from ops.enrolments.filing import Asked, draft, file
from ops.enrolments.settling import attempt, confirm, enrolled, proposal, standing
from ops.links import Purpose
from ops.receipts import load_owner_key, sign
from ops.studio import Studio
from pipelines.enrol import carry

As = Annotated[str | None, typer.Option("--as", help="The account that acts; an operator may name another.")]
Files = Annotated[list[Path], typer.Argument(help="A recording, or photographs (JPEG, PNG, WebP).")]
Handle = Annotated[str, typer.Option("--handle", help="What it is to be called, as @handle.")]
Statement = Annotated[str, typer.Option("--statement", help="What the owner says, in words.")]
Kind = Annotated[LikenessKind, typer.Option("--kind", help="What it is.")]
Species = Annotated[str, typer.Option("--species", help="cat, dog, mug, ...; a person is a person.")]
AudienceOption = Annotated[Audience, typer.Option("--audience", help="Who may use it.")]
Voice = Annotated[bool, typer.Option("--voice/--no-voice", help="Its own voice may be used.")]
Remix = Annotated[bool, typer.Option("--remix/--no-remix", help="Others may remix clips with it.")]
House = Annotated[bool, typer.Option("--house/--no-house", help="The installation itself may use it (trend remixes).")]
Never = Annotated[list[str], typer.Option("--never", help="A kind of content never allowed; may be repeated.")]
Restrict = Annotated[list[str], typer.Option("--restrict", help='In words, as "never swimming"; may be repeated.')]
Languages = Annotated[list[str], typer.Option("--language", help="A language it may speak; may be repeated.")]
Expires = Annotated[str | None, typer.Option("--expires", help="The last day, as 2027-12-31.")]
ChallengeId = Annotated[str | None, typer.Option("--challenge", help="The challenge answered; else the last drawn.")]
SignWith = Annotated[Path | None, typer.Option("--sign-with", help="Your own key (likeness key); else the house's.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask about the cut-out.")]
WithLink = Annotated[bool, typer.Option("--link", help="The address of the page to enrol on, instead.")]
Preview = Annotated[Path | None, typer.Option("--preview", help="Write the cut-out there, as PNG.")]


class Enrolled(Frozen):
    """The answer of `enroll --json`: what was filed, its steps, and the likeness and consent when it came to one."""

    enrolment: Enrolment
    state: EnrolmentState
    rules: tuple[Rule, ...]
    steps: tuple[EnrolmentStep, ...]
    likeness: Likeness | None
    consent: Consent | None


def terms(
    audience: Audience,
    statement: str,
    *,
    voice: bool,
    remix: bool,
    house: bool,
    never: list[str],
    restrict: list[str],
    languages: list[str],
    expires: str | None,
) -> Terms:
    """What an owner says on the command line. Raises typer's own error for a day that is none."""
    return Terms(
        audience=audience,
        voice=voice,
        remix=remix,
        house=house,
        never=tuple(dict.fromkeys(never)),
        restrictions=tuple(restrict),
        languages=tuple(dict.fromkeys(languages)),
        expires_at=_end_of(expires) if expires else None,
        statement=statement,
    )


def challenge(owner: As = None, link: WithLink = False, as_json: Json = False) -> None:
    """Draw what a person's recording must answer: movements of the head, then a phrase; good for five minutes."""
    with opened() as studio:
        who = account(studio, owner or studio.settings.account)
        if link:
            hand_out(studio, who, Purpose.ENROL, as_json=as_json)
            return
        drawn = draw(studio, who)
    moves = ", ".join(direction.value for direction in drawn.directions)
    text = (
        f"Look into the camera. Turn your head {moves} (your own left and right), each time back to the middle.\n"
        f"Then say, slowly: {' '.join(drawn.words)}\n\n"
        f"challenge {drawn.id}, until {drawn.expires_at:%H:%M:%S} UTC\n"
        'greenroom likeness enroll RECORDING --kind person --handle @YOU --statement "I agree."'
    )
    answer(drawn, text, as_json=as_json)


def enroll(
    files: Files,
    handle: Handle,
    statement: Statement,
    kind: Kind = LikenessKind.PET,
    species: Species = "cat",
    audience: AudienceOption = Audience.EVERYONE,
    voice: Voice = False,
    remix: Remix = True,
    house: House = False,
    never: Never = [],  # noqa: B006  # typer copies it
    restrict: Restrict = [],  # noqa: B006
    languages: Languages = [],  # noqa: B006
    expires: Expires = None,
    challenge_id: ChallengeId = None,
    sign_with: SignWith = None,
    owner: As = None,
    yes: Yes = False,
    preview: Preview = None,
    as_json: Json = False,
) -> None:
    """Enrol a person, a pet or an object, with what its owner allows."""
    said = terms(
        audience, statement, voice=voice, remix=remix, house=house, never=never, restrict=restrict,
        languages=languages, expires=expires,
    )  # fmt: skip
    with opened() as studio:
        actor = account(studio, studio.settings.account)
        who = account(studio, owner) if owner else actor
        name = handle.removeprefix("@").lower()
        asked = Asked(name, kind, species, said, tuple(files), challenge_id)
        consent, signed = draft(studio, asked, who), None
        if sign_with is not None:
            if who != actor:
                raise BadInput(f"@{actor.name} cannot sign for @{who.name}", "An operator never signs a consent.")
            consent, signed = sign(studio, consent, who.id, load_owner_key(sign_with))
        filed = file(studio, asked, who, filed_by=actor, consent=consent, signed=signed)
        carry(filed.id)
        _look(studio, filed, who, preview, ask=not yes)
        document = told(studio, filed)
    answer(document, in_steps(document), as_json=as_json)
    raise typer.Exit(0 if document.state is EnrolmentState.ENROLLED else NO)


def told(studio: Studio, filed: Enrolment) -> Enrolled:
    """Where an enrolment stands, for people and programs."""
    stands, likeness = standing(studio, filed.id), enrolled(studio, filed.id)
    with studio.ledger.read() as tx:
        consent = consents.in_force(tx, likeness.id) if likeness is not None else None
    return Enrolled(
        enrolment=filed,
        state=stands.state,
        rules=stands.rules,
        steps=stands.steps,
        likeness=likeness,
        consent=consent,
    )


def _look(studio: Studio, filed: Enrolment, who: Account, preview: Path | None, *, ask: bool) -> None:
    """Show the owner the cut-out of a pet or an object, and take their word; a script's owner has looked before."""
    picture = proposal(studio, filed.id)
    if picture is None:
        return
    if preview is not None:
        preview.write_bytes(picture)
    if ask and sys.stdin.isatty():
        place = preview or Path(f"{filed.handle}-cutout.png")
        place.write_bytes(picture)
        errors.print(f"The cut-out is in {place}.", highlight=False)
        confirm(studio, filed.id, who, right=typer.confirm(f"Is this @{filed.handle}, cut out well enough?", err=True))
    else:
        confirm(studio, filed.id, who, right=True)


def in_steps(document: Enrolled) -> str:
    """Where an enrolment stands and its steps, for a person to read."""
    lines = [f"@{document.enrolment.handle} is {_SAID[document.state]}"]
    for step in document.steps:
        mark = {Outcome.ALLOW: "ok", Outcome.HOLD: "?", Outcome.DENY: "no"}[step.outcome]
        lines.append(f"  {step.number:2} {step.name:<20} {mark}")
        lines += [f"       {rule.id}: {rule.reason}" for rule in step.rules]
    if document.state is EnrolmentState.ENROLLED:
        lines.append(f"consent version 1 is in the log: greenroom likeness receipt @{document.enrolment.handle}")
    return "\n".join(lines)


_SAID = {
    EnrolmentState.ENROLLED: "enrolled",
    EnrolmentState.REFUSED: "refused; what was handed in is erased",
    EnrolmentState.REVIEW: "before a person, who decides (greenroom review list)",
    EnrolmentState.UNCONFIRMED: "waiting for its owner's look at the cut-out",
    EnrolmentState.FILED: "filed",
}


def _end_of(day: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time.max, UTC)
    except ValueError as error:
        raise typer.BadParameter(f"{day!r} is no day; write it as 2027-12-31") from error


def confirm_cutout(
    handle: Annotated[str, typer.Argument(help="What is being enrolled, as @handle.")],
    right: Annotated[bool, typer.Option("--yes/--no", help="Whether it is cut out well enough.")] = True,
    preview: Preview = None,
    owner: As = None,
    as_json: Json = False,
) -> None:
    """Say that the cut-out of a pet or an object that is being enrolled is right, or that it is not."""
    with opened() as studio:
        filed = attempt(studio, handle)
        picture = proposal(studio, filed.id)
        if preview is not None and picture is not None:
            preview.write_bytes(picture)
        confirm(studio, filed.id, account(studio, owner or studio.settings.account), right=right)
        document = told(studio, filed)
    answer(document, in_steps(document), as_json=as_json)
    raise typer.Exit(0 if document.state is EnrolmentState.ENROLLED else NO)


def block(
    photograph: Annotated[Path, typer.Argument(help="A photograph of one face.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the record.")],
    operator: As = None,
    as_json: Json = False,
) -> None:
    """Put a face on the list of those that nobody may enrol (operators); the photograph is not kept."""
    with opened() as studio:
        blocked = block_face(studio, photograph, reason, account(studio, operator or studio.settings.account))
    answer(blocked, f"{blocked.id}: this face cannot be enrolled here", as_json=as_json)
