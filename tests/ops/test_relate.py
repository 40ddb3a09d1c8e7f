import pytest

from greenroom.domain.base import now
from greenroom.domain.consents import Account
from greenroom.domain.relations import RelationKind
from greenroom.errors import BadInput, NotFound
from ledger import relations
from ops.briefs import account
from ops.relate import relate, standing
from ops.studio import Studio


def test_a_relation_holds_until_it_is_ended(studio: Studio, owner: Account) -> None:
    mina = account(studio, "mina")
    first = relate(studio, owner, "@mina", RelationKind.APPROVED, holds=True)
    assert relate(studio, owner, "mina", RelationKind.APPROVED, holds=True) == first
    relate(studio, owner, "mina", RelationKind.FOLLOWS, holds=True)
    assert [(one.name, one.kind) for one in standing(studio, owner)] == [
        ("mina", RelationKind.APPROVED),
        ("mina", RelationKind.FOLLOWS),
    ]
    before = now()
    relate(studio, owner, "mina", RelationKind.APPROVED, holds=False)
    assert [one.kind for one in standing(studio, owner)] == [RelationKind.FOLLOWS]
    with studio.ledger.read() as tx:
        assert relations.between(tx, owner.id, mina.id, before).approved
        assert not relations.between(tx, owner.id, mina.id, now()).approved


def test_a_block_counts_in_both_directions_and_an_approval_in_one(studio: Studio, owner: Account) -> None:
    mina = account(studio, "mina")
    relate(studio, owner, "mina", RelationKind.APPROVED, holds=True)
    relate(studio, mina, "ada", RelationKind.BLOCKED, holds=True)
    with studio.ledger.read() as tx:
        assert relations.between(tx, owner.id, mina.id, now()).blocked
        back = relations.between(tx, mina.id, owner.id, now())
    assert back.blocked
    assert not back.approved


def test_nobody_relates_to_themselves_or_to_nobody(studio: Studio, owner: Account) -> None:
    with pytest.raises(BadInput, match="of itself"):
        relate(studio, owner, "ada", RelationKind.FOLLOWS, holds=True)
    with pytest.raises(NotFound, match="no account is called @ghost"):
        relate(studio, owner, "ghost", RelationKind.FOLLOWS, holds=True)
