"""A run that ends between two of its writes leaves nothing concluded, and the next finds what is still to be done."""

from pathlib import Path

import pytest

from greenroom.domain.consents import Account, Audience, LikenessKind, Terms
from greenroom.domain.enrolments import Enrolment, EnrolmentState
from ledger import enrolments, likenesses
from ops.enrolments import checking
from ops.enrolments.checking import check
from ops.enrolments.filing import Asked, file
from ops.enrolments.pending import pending
from ops.enrolments.settling import settle
from ops.enrolments.whole import carried
from ops.studio import Studio


@pytest.fixture
def filed(studio: Studio, owner: Account, photograph: Path) -> Enrolment:
    said = Terms(audience=Audience.EVERYONE, statement="He is mine.")
    return file(studio, Asked("tom", LikenessKind.PET, "cat", said, (photograph,)), owner)


def test_nothing_is_concluded_before_every_step_is_taken(studio: Studio, filed: Enrolment) -> None:
    for taken in (0, 1, 3):
        if taken:
            check(studio, filed.id, "run", only_first=taken == 1)
        assert settle(studio, filed.id, "run") is EnrolmentState.FILED
        assert pending(studio) == (filed.id,)
    with studio.ledger.read() as tx:
        assert likenesses.every(tx) == ()
    assert carried(studio, filed.id) is EnrolmentState.UNCONFIRMED


def test_killed_after_its_last_step_a_check_still_keeps_what_recognises_the_capture(
    studio: Studio, filed: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(checking, "_remember", killed)
        with pytest.raises(KeyboardInterrupt):
            check(studio, filed.id, "run-1")
    with studio.ledger.read() as tx:
        rows = enrolments.steps(tx, filed.id)
        assert enrolments.template(tx, filed.id) is None
    assert check(studio, filed.id, "run-2") == rows
    assert carried(studio, filed.id) is EnrolmentState.UNCONFIRMED
