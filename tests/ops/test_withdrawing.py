"""Only its owner takes a likeness back, once, and finds it by its handle."""

from collections.abc import Callable

import pytest

from greenroom.domain.consents import Account, Consent, Likeness
from greenroom.errors import BadInput, NotFound
from ledger import log
from ops.briefs import account
from ops.likenesses import find, withdraw
from ops.studio import Studio

EnrolPet = Callable[..., tuple[Likeness, Consent]]


def test_a_likeness_is_found_by_its_handle(studio: Studio, enrol_pet: EnrolPet) -> None:
    likeness, _ = enrol_pet()
    with studio.ledger.read() as tx:
        assert find(tx, "@Tom") == likeness


def test_only_the_owner_withdraws_and_only_once(studio: Studio, owner: Account, enrol_pet: EnrolPet) -> None:
    enrol_pet()
    with pytest.raises(BadInput, match="belongs to another"):
        withdraw(studio, "tom", account(studio, "mallory"), "for fun")
    first = withdraw(studio, "@tom", owner, "he ran away")
    assert withdraw(studio, "tom", owner, "again") == first
    with studio.ledger.read() as tx:
        assert log.size(tx) == 2
    with pytest.raises(NotFound, match="@nobody"):
        withdraw(studio, "nobody", owner, "")
