"""Owners see every use, drafts and refusals too, are told of each new one, and take single clips away."""

from typing import TYPE_CHECKING

import pytest

from greenroom.domain.base import now, salted_digest
from greenroom.domain.clips import Status
from greenroom.domain.removals import NoticeKind
from greenroom.domain.verdicts import Gate, Judgement, Outcome, Rule
from greenroom.errors import BadInput, BlobMissing, Erased, NotFound
from ledger import publications
from ops.erase import erase_due
from ops.likenesses import withdraw
from ops.stages import consent
from ops.stages.handling import Definition, Stage, handle
from ops.stages.publication import DEFINITION, publish
from ops.studio import Studio
from ops.uses import delete_use, every_use, new_uses

if TYPE_CHECKING:
    from tests.ops.taking_back.conftest import Stock


def refusing(outcome: Outcome) -> Definition:
    rule = Rule(id="consent.audience", reason="not for everyone")

    def judge(studio: Studio, work: object, document: object) -> Judgement:
        return Judgement(gate=Gate.CONSENT, outcome=outcome, rules=(rule,), policy_version=studio.policy.version)

    return Definition(stage=Stage.CONSENT, code_version="test", judge=judge)


def test_every_use_is_shown_with_what_refused_it(studio: Studio, stock: "Stock") -> None:
    ada, bob = stock.account("ada"), stock.account("bob")
    tom = stock.likeness("tom", ada)
    stock.published(bob)
    shown = stock.published(bob, tom)
    remix = stock.published(stock.account("eve"), parent=shown.clip)
    draft, _ = stock.draft(bob, tom)
    refused = stock.brief(bob, tom)
    handle(studio, refusing(Outcome.DENY), refused.id, "run-1")
    found = {one.brief: one for one in every_use(studio, "@tom", ada)}
    assert [one.brief for one in every_use(studio, "tom", ada)] == [refused.id, draft.id, remix.brief, shown.brief]
    assert {brief: one.status for brief, one in found.items()} == {
        refused.id: Status.DENIED,
        draft.id: Status.PENDING,
        remix.brief: Status.PUBLISHED,
        shown.brief: Status.PUBLISHED,
    }
    assert (found[refused.id].gate, found[refused.id].rules) == (1, ("consent.audience",))
    assert (found[refused.id].requester, found[refused.id].prompt) == ("bob", refused.prompt)
    assert [one.by_descent for one in found.values()] == [False, False, True, False]
    with pytest.raises(BadInput, match="another account"):
        every_use(studio, "tom", bob)
    with pytest.raises(NotFound):
        every_use(studio, "nobody", ada)


def test_an_owner_can_tell_which_hash_in_a_manifest_is_their_likeness(studio: Studio, stock: "Stock") -> None:
    """By the salt of each clip; a remix without the likeness shows it in its parent's manifest alone."""
    ada, bob = stock.account("ada"), stock.account("bob")
    tom, kit = stock.likeness("tom", ada), stock.likeness("kit", ada)
    first = stock.published(bob, kit, tom)
    second = stock.published(bob, tom)
    remix = stock.published(bob, parent=second.clip)
    found = {one.clip: one for one in every_use(studio, "tom", ada)}
    shown = [found[clip].likeness_sha256 for clip in (first.clip, second.clip)]
    for clip, sha256 in zip((first.clip, second.clip), shown, strict=True):
        salt = found[clip].salt
        assert salt is not None
        assert sha256 == salted_digest(salt, tom[0].id)
    assert shown[0] != shown[1]
    assert (found[remix.clip].salt, found[remix.clip].likeness_sha256) == (None, None)


def test_the_owner_is_told_once_of_each_refusal_and_of_nothing_twice(studio: Studio, stock: "Stock") -> None:
    ada, bob = stock.account("ada"), stock.account("bob")
    tom = stock.likeness("tom", ada)
    brief = stock.brief(bob, tom)
    handle(studio, refusing(Outcome.HOLD), brief.id, "run-1")
    handle(studio, consent.DEFINITION, brief.id, "run-2")
    handle(studio, refusing(Outcome.DENY), brief.id, "run-3")
    handle(studio, refusing(Outcome.DENY), stock.brief(ada, tom).id, "run-4")
    (told,) = new_uses(studio, "tom", ada)
    assert (told.kind, told.brief, told.likeness) == (NoticeKind.REFUSED, brief.id, tom[0].id)
    assert "@bob" in told.text
    assert "consent.audience" in told.text
    assert new_uses(studio, "tom", ada) == ()
    handle(studio, refusing(Outcome.DENY), stock.brief(bob, tom).id, "run-5")
    assert len(new_uses(studio, "tom", ada)) == 1


def test_one_clip_goes_and_its_remixes_stay(studio: Studio, stock: "Stock") -> None:
    ada, bob = stock.account("ada"), stock.account("bob")
    tom = stock.likeness("tom", ada)
    shown = stock.published(bob, tom)
    remix = stock.published(bob, parent=shown.clip)
    foreign = stock.published(bob)
    removal = delete_use(studio, "tom", ada, shown.clip, "not this one")
    assert delete_use(studio, "tom", ada, shown.clip, "again") == removal
    with studio.ledger.read() as tx:
        assert publications.visible(tx, [shown.clip, remix.clip]) == {remix.clip}
    assert {one.clip: one.status for one in every_use(studio, "tom", ada)}[shown.clip] is Status.REMOVED
    with pytest.raises(BadInput, match="does not use"):
        delete_use(studio, "tom", ada, foreign.clip)
    with pytest.raises(BadInput, match="another account"):
        delete_use(studio, "tom", bob, remix.clip)
    erase_due(studio)
    with pytest.raises(BlobMissing):
        studio.get(shown.marked.file)
    assert studio.get(remix.marked.file)
    assert studio.get(tom[0].reference), "the likeness stays"


def test_a_deleted_draft_is_never_published(studio: Studio, stock: "Stock") -> None:
    ada = stock.account("ada")
    tom = stock.likeness("tom", ada)
    draft, marked = stock.draft(stock.account("bob"), tom)
    stock.allowed(draft)
    delete_use(studio, "tom", ada, marked.clip)
    assert publish(studio, DEFINITION, draft.id, "run-1").outcome is Outcome.DENY
    erase_due(studio)
    with pytest.raises((BlobMissing, Erased)):
        studio.get(marked.file)
    assert {one.clip: one.status for one in every_use(studio, "tom", ada)} == {marked.clip: Status.REMOVED}
    with studio.ledger.read() as tx:
        assert publications.by_clip(tx, marked.clip) is None


def test_nothing_is_published_from_a_clip_that_was_taken_back(studio: Studio, stock: "Stock") -> None:
    ada, bob = stock.account("ada"), stock.account("bob")
    shown = stock.published(bob, stock.likeness("tom", ada))
    draft, marked = stock.draft(bob, parent=shown.clip)
    stock.allowed(draft)
    withdraw(studio, "tom", ada, "")
    assert publish(studio, DEFINITION, draft.id, "run-1").rules == ("consent.withdrawn",)
    erase_due(studio)
    assert not studio.store.has(marked.file)


def test_the_owner_is_told_of_a_publication_in_its_transaction(studio: Studio, stock: "Stock") -> None:
    ada = stock.account("ada")
    tom = stock.likeness("tom", ada)
    draft, marked = stock.draft(stock.account("bob"), tom)
    stock.allowed(draft)
    before = now()
    assert publish(studio, DEFINITION, draft.id, "run-1").outcome is Outcome.ALLOW
    (told,) = new_uses(studio, "tom", ada)
    assert (told.kind, told.clip) == (NoticeKind.USED, marked.clip)
    assert told.recorded_at >= before
