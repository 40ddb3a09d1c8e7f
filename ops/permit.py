"""What an owner allows, changed and asked: a change is a new version, and any past moment can be asked."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from greenroom.domain.base import new_id, new_salt, now
from greenroom.domain.consents import Account, Attestation, Audience, Consent, Likeness, Terms, Withdrawal
from greenroom.errors import BadInput
from ledger import consents, withdrawals
from ledger.database import Reader
from ops.accounts import require_operator
from ops.likenesses import find
from ops.receipts import record, sign
from ops.studio import Studio


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be different from the version in force; None and empty: as it is.

    `never` and `restrictions` are added to what is excluded, `lift` takes entries of either out again; `languages`
    replaces the list (("any",): no limit). `expires_at` and `for_ever` exclude each other.
    """

    audience: Audience | None = None
    voice: bool | None = None
    remix: bool | None = None
    house: bool | None = None
    never: tuple[str, ...] = ()
    restrictions: tuple[str, ...] = ()
    lift: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    expires_at: datetime | None = None
    for_ever: bool = False
    statement: str | None = None

    def applied(self, before: Terms) -> Terms:
        """The terms that follow. Raises `BadInput` for a `lift` of what is not excluded."""
        if strange := [one for one in self.lift if one not in (*before.never, *before.restrictions)]:
            raise BadInput(
                f"{', '.join(map(repr, strange))} is not excluded by the version in force",
                "greenroom likeness show names what is; give --lift the same words.",
            )
        fields: dict[str, object] = {
            "never": _joined(before.never, self.never, self.lift),
            "restrictions": _joined(before.restrictions, self.restrictions, self.lift),
        }
        for name in ("audience", "voice", "remix", "house", "expires_at"):
            if (value := getattr(self, name)) is not None:
                fields[name] = value
        if self.for_ever:
            fields["expires_at"] = None
        if self.languages:
            fields["languages"] = () if self.languages == ("any",) else tuple(dict.fromkeys(self.languages))
        changed = Terms.model_validate({**before.model_dump(include=set(Terms.model_fields)), **fields})
        said = self.statement or _said(before, changed)
        return changed.model_copy(update={"statement": said})


def permit(
    studio: Studio,
    handle: str,
    owner: Account,
    changes: Changes,
    filed_by: Account | None = None,
    key: Ed25519PrivateKey | None = None,
) -> Consent:
    """Record a new version of what the owner allows: signed by their own `key`, else attested by the installation.

    `filed_by` is the operator who records it for the owner (its statement then says so). A version in force that
    cannot be read is followed by one that starts from the narrowest terms. Raises `NotFound`; `BadInput` for anyone
    but the owner, a withdrawn likeness, a category the policy does not know, an expiry in the past, or no change.
    """
    unknown = sorted(set(changes.never) - set(studio.policy.vocabulary))
    if unknown:
        known = ", ".join(sorted(studio.policy.vocabulary))
        raise BadInput(
            f"{', '.join(unknown)} is no kind of content that the policy knows",
            f"--never takes one of {known}; anything else is said in words with --restrict.",
        )
    if filed_by is not None and filed_by.id != owner.id:
        require_operator(studio, filed_by)
        if key is not None:
            raise BadInput("only an owner signs with a key of their own", "Give --as or --key, not both.")
    with studio.ledger.write() as tx:
        likeness = find(tx, handle)
        if likeness.owner != owner.id:
            raise BadInput(f"@{likeness.handle} belongs to another account than @{owner.name}", "Its owner says this.")
        if withdrawals.of_likeness(tx, likeness.id):
            raise BadInput(f"@{likeness.handle} is withdrawn", "Only a new enrolment changes that.")
        moment = now()
        before = _before(tx, likeness, changes)
        terms = changes.applied(before)
        if terms.expires_at is not None and terms.expires_at <= moment and terms.expires_at != before.expires_at:
            raise BadInput(f"{terms.expires_at.isoformat()} is past", "Give a day to come, or withdraw the likeness.")
        if terms == before:
            raise BadInput(
                f"that changes nothing of @{likeness.handle}", "greenroom likeness show says what it allows."
            )
        if filed_by is not None and filed_by.id != owner.id:
            said = f"{terms.statement} (Recorded by @{filed_by.name} on the word of @{owner.name}.)"
            terms = terms.model_copy(update={"statement": said})
        consent = Consent(
            **terms.model_dump(),
            id=new_id("co"),
            likeness=likeness.id,
            version=consents.newest_version(tx, likeness.id) + 1,
            attested_by=Attestation.INSTALLATION,
            salt=new_salt(),
            given_at=moment,
            recorded_at=moment,
        )
        signed = None
        if key is not None:
            consent, signed = sign(studio, consent, owner.id, key)
        record(studio, tx, consent, owner.id, signed)
    return consent


@dataclass(frozen=True, slots=True)
class Standing:
    """What was in force of a likeness at a moment. `unreadable`: there was a version, and its row does not parse."""

    likeness: Likeness
    consent: Consent | None
    unreadable: bool
    withdrawal: Withdrawal | None


def standing(tx: Reader, handle: str, moment: datetime) -> Standing:
    """What was in force at a moment, of the past or now. Raises `NotFound`, and `BadInput` for one to come."""
    if moment > now():
        raise BadInput(f"{moment.isoformat()} is still to come", "Ask for a moment that is past.")
    likeness = find(tx, handle)
    try:
        consent, unreadable = consents.in_force(tx, likeness.id, moment), False
    except ValueError:  # the same edge as in `ops.stages.handling`
        consent, unreadable = None, True
    taken = [one for one in withdrawals.of_likeness(tx, likeness.id) if one.recorded_at <= moment]
    return Standing(likeness, consent, unreadable, taken[0] if taken else None)


def _before(tx: Reader, likeness: Likeness, changes: Changes) -> Terms:
    try:
        found = consents.in_force(tx, likeness.id)
    except ValueError:
        found = None
    if found is None:
        if changes.statement is None:
            raise BadInput(
                f"@{likeness.handle} has no consent that can be read",
                'Say anew what is allowed, with --statement "..." and --audience.',
            )
        return Terms(audience=Audience.OWNER, remix=False, statement="")
    return Terms.model_validate(found.model_dump(include=set(Terms.model_fields)))


def _joined(before: tuple[str, ...], added: tuple[str, ...], lifted: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in dict.fromkeys((*before, *added)) if one not in lifted)


def _said(before: Terms, after: Terms) -> str:
    """What changed, in words, where the owner gave none; the statement before when nothing did."""
    differing = [name for name in Terms.model_fields if getattr(before, name) != getattr(after, name)]
    changed = [f"{name.replace('_', ' ')} {_shown(getattr(after, name))}" for name in differing]
    return f"I change: {'; '.join(changed)}." if changed else before.statement


def _shown(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(map(str, value)) or "none"
        case datetime():
            return value.isoformat()
        case None:
            return "none"
        case _:
            return str(value)
