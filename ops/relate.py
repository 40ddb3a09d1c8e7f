"""How accounts stand to each other: an owner approves whom a consent may mean, accounts follow and block each other."""

from dataclasses import dataclass

from greenroom.domain.base import new_id, now
from greenroom.domain.consents import Account
from greenroom.domain.relations import RelationChange, RelationKind
from greenroom.errors import BadInput, NotFound
from ledger import accounts, relations
from ops.names import checked
from ops.studio import Studio


@dataclass(frozen=True, slots=True)
class Said:
    """What an account says of another, as it stands."""

    name: str
    kind: RelationKind
    change: RelationChange


def relate(studio: Studio, subject: Account, name: str, kind: RelationKind, *, holds: bool) -> RelationChange:
    """Record that the relation holds from now on, or no longer; recorded twice it is one row.

    Raises `NotFound` for an account nobody has, `BadInput` for oneself.
    """
    with studio.ledger.write() as tx:
        other = accounts.by_name(tx, checked(name))
        if other is None:
            raise NotFound(f"no account is called @{name.removeprefix('@')}", "Accounts are made when they first act.")
        if other.id == subject.id:
            raise BadInput(f"@{subject.name} cannot say that of itself")
        said = relations.of_account(tx, subject.id)
        earlier = [one for one in said if one.object == other.id and one.kind is kind]
        if earlier and earlier[-1].holds is holds:
            return earlier[-1]
        change = RelationChange(
            id=new_id("re"), subject=subject.id, object=other.id, kind=kind, holds=holds, recorded_at=now()
        )
        relations.add(tx, change)
    return change


def standing(studio: Studio, subject: Account) -> tuple[Said, ...]:
    """Every relation that an account says and that holds now, by name."""
    with studio.ledger.read() as tx:
        newest = {(one.object, one.kind): one for one in relations.of_account(tx, subject.id)}
        found = []
        for change in newest.values():
            other = accounts.by_id(tx, change.object)
            if change.holds and other is not None:
                found.append(Said(other.name, change.kind, change))
    return tuple(sorted(found, key=lambda one: (one.kind, one.name)))
