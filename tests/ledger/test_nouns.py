"""Each noun reads back as it was written, and keeps the rule it stands for."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import Table

from greenroom.domain.base import Frozen, now
from greenroom.domain.briefs import Batch, Brief, Lane, Style
from greenroom.domain.clips import Clip, Edge, Publication, Relation
from greenroom.domain.consents import Account, Consent, Likeness, Withdrawal
from greenroom.domain.verdicts import Gate, Judgement, Outcome, Verdict
from greenroom.errors import LedgerRefused
from ledger import (
    accounts,
    briefs,
    clips,
    consents,
    edges,
    likenesses,
    outputs,
    publications,
    schema,
    verdicts,
    withdrawals,
)
from ledger.database import Ledger, Writer
from tests.ledger.conftest import Cast

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("kind", "table", "elsewhere"),
    [
        (Account, schema.accounts, set()),
        (Likeness, schema.likenesses, set()),
        (Consent, schema.consents, set()),
        (Withdrawal, schema.withdrawals, set()),
        (Batch, schema.batches, set()),
        (Brief, schema.briefs, set()),
        (Verdict, schema.verdicts, {"judgement"}),
        (Judgement, schema.verdicts, set()),
        (outputs.Output, schema.outputs, set()),
        (Clip, schema.clips, set()),
        (Edge, schema.edges, set()),
        (Publication, schema.publications, {"rests_on"}),
    ],
)
def test_every_field_of_a_noun_is_a_column(kind: type[Frozen], table: Table, elsewhere: set[str]) -> None:
    assert set(kind.model_fields) - set(table.columns.keys()) == elsewhere


def test_people_and_consents_read_back_as_written(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        mia = made.account("mia")
        cat, first = made.likeness("chelsea", mia)
        expiring = made.consent_of(cat.id, 2).model_copy(
            update={"expires_at": datetime(2027, 1, 1, 12, tzinfo=timezone(timedelta(hours=5)))}
        )
        consents.add(tx, expiring)
    with ledger.read() as reader:
        assert accounts.by_id(reader, mia.id) == accounts.by_name(reader, "mia") == mia
        assert likenesses.by_id(reader, cat.id) == likenesses.by_handle(reader, "chelsea") == cat
        assert likenesses.every(reader) == likenesses.every(reader, mia.id) == (cat,)
        assert likenesses.every(reader, "ac-nobody") == ()
        assert consents.versions(reader, cat.id) == (first, expiring)
        assert consents.in_force(reader, cat.id, now()) == expiring
        assert consents.in_force(reader, cat.id, expiring.recorded_at - timedelta(microseconds=1)) == first
        assert consents.in_force(reader, cat.id, first.recorded_at - timedelta(microseconds=1)) is None
        kept = consents.by_id(reader, expiring.id)
        assert kept is not None
        assert kept.expires_at == datetime(2027, 1, 1, 7, tzinfo=UTC)
        assert accounts.by_name(reader, "nobody") is None
        assert likenesses.by_handle(reader, "nobody") is None


def test_a_consent_version_a_handle_and_a_reference_to_nothing_are_refused(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        mia = made.account("mia")
        cat, consent = made.likeness("chelsea", mia)
    refused = [
        lambda tx: consents.add(tx, consent.model_copy(update={"id": "co-other"})),
        lambda tx: likenesses.add(tx, cat.model_copy(update={"id": "lk-other"})),
        lambda tx: likenesses.add(tx, cat.model_copy(update={"id": "lk-2", "handle": "rex", "owner": "ac-nobody"})),
    ]
    for add in refused:
        with pytest.raises(LedgerRefused), ledger.write() as tx:
            add(tx)


def test_briefs_read_back_by_id_batch_and_partition(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        mia = made.account()
        first = made.brief(mia, likenesses=("chelsea",), style=Style.ANIME, language="fr")
        second = made.brief(mia)
    with ledger.read() as reader:
        assert briefs.by_id(reader, first.id) == first
        assert briefs.of_batch(reader, first.batch) == (first,)
        assert briefs.of_day(reader, DAY, Lane.BATCH) == (first, second)
        assert briefs.of_day(reader, DAY, Lane.TREND) == ()
        batch = briefs.batch(reader, first.batch)
        assert batch is not None
        assert (batch.lane, batch.day, batch.requested_by) == (Lane.BATCH, DAY, mia.id)


def test_a_brief_is_lacking_until_this_gate_judged_it_under_this_policy_and_code(
    ledger: Ledger, cast: type[Cast]
) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        mia = made.account()
        judged, unjudged = made.brief(mia), made.brief(mia)
        verdicts.add(tx, made.verdict_of(judged.id, Gate.PROMPT, Outcome.DENY, number=1))
    with ledger.read() as reader:
        assert briefs.lacking(reader, DAY, Lane.BATCH, Gate.PROMPT, 1, "1") == (unjudged,)
        assert briefs.lacking(reader, DAY, Lane.BATCH, Gate.PROMPT, 2, "1") == (judged, unjudged)
        assert briefs.lacking(reader, DAY, Lane.BATCH, Gate.PROMPT, 1, "2") == (judged, unjudged)
        assert briefs.lacking(reader, DAY, Lane.BATCH, Gate.TAKE, 1, "1") == (judged, unjudged)


def test_a_version_by_a_machine_whose_clock_is_ahead_holds_at_once(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        cat, first = made.likeness("chelsea", made.account("mia"))
        ahead = made.consent_of(cat.id, 2).model_copy(update={"recorded_at": now() + timedelta(hours=1)})
        consents.add(tx, ahead)
    with ledger.read() as reader:
        assert consents.in_force(reader, cat.id) == ahead
        assert consents.in_force(reader, cat.id, now()) == first


def test_the_last_verdict_of_a_gate_is_in_force_and_the_earlier_stay(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        brief = made.brief(made.account())
        first = made.verdict_of(brief.id, Gate.PROMPT, Outcome.HOLD, 1)
        other = made.verdict_of(brief.id, Gate.CONSENT, Outcome.ALLOW, 1)
        verdicts.add(tx, first)
        verdicts.add(tx, other)
    with ledger.write() as tx:
        second = made.verdict_of(brief.id, Gate.PROMPT, Outcome.ALLOW, 2)
        verdicts.add(tx, second)
    with ledger.read() as reader:
        assert list(verdicts.latest(reader, brief.id).items()) == [(Gate.CONSENT, other), (Gate.PROMPT, second)]
        assert len(verdicts.of_brief(reader, brief.id)) == 3
        assert [one.id for one in verdicts.of_brief(reader, brief.id)][-1] == second.id
        assert verdicts.by_id(reader, first.id) == first
        assert verdicts.latest(reader, "br-none") == {}


def test_an_output_is_made_once_for_its_key(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write(run="run-7") as tx:
        brief = cast(tx).brief(cast(tx).account())
        made = outputs.put(tx, "aa" * 32, "take", brief.id, {"frames": 120, "of": ["a", None]}, "1", seconds=2.5)
        assert outputs.put(tx, "aa" * 32, "take", brief.id, {"frames": 0}, "1") == made
    with ledger.write(run="run-8") as tx:
        newer = outputs.put(tx, "bb" * 32, "take", brief.id, None, "2")
    with ledger.read() as reader:
        assert outputs.by_key(reader, "aa" * 32) == made
        assert (made.run, made.seconds, made.document) == ("run-7", 2.5, {"frames": 120, "of": ["a", None]})
        assert outputs.latest(reader, brief.id, "take") == newer
        assert outputs.latest(reader, brief.id, "marks") is None


def remix(tx: Writer, child: str, parent: str) -> None:
    edge = Edge(
        child=child, parent=parent, relation=Relation.REMIX_OF, run="run-1", code_version="1", recorded_at=now()
    )
    edges.add(tx, edge)
    edges.add(tx, edge.model_copy(update={"run": "run-2"}))


def test_ancestors_come_nearest_first_and_once(ledger: Ledger) -> None:
    with ledger.write() as tx:
        for child, parent in [("d", "c"), ("c", "b"), ("c", "a"), ("b", "a"), ("a", "root")]:
            remix(tx, child, parent)
        answers = Edge(
            child="d", parent="br-1", relation=Relation.ANSWERS, run="r", code_version="1", recorded_at=now()
        )
        edges.add(tx, answers)
    with ledger.read() as reader:
        assert edges.ancestors(reader, "d") == ("c", "a", "b", "root")
        assert edges.ancestors(reader, "root") == ()
        assert [edge.parent for edge in edges.parents(reader, "c")] == ["a", "b"]
        assert edges.parents(reader, "d", Relation.ANSWERS) == (answers,)
        assert [edge.child for edge in edges.children(reader, "a")] == ["b", "c"]
        assert {edge.run for edge in edges.children(reader, "a")} == {"run-1"}


def test_a_circle_of_remixes_ends(ledger: Ledger) -> None:
    with ledger.write() as tx:
        for child, parent in [("a", "b"), ("b", "c"), ("c", "a")]:
            remix(tx, child, parent)
        assert edges.ancestors(tx, "a") == ("b", "c")


def test_a_clip_is_published_once(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        mia = made.account()
        cat = made.likeness("chelsea", mia)
        publication = made.published("clip1", mia, cat)
    with pytest.raises(LedgerRefused, match=r"publications[._]"), ledger.write() as tx:
        publications.add(tx, publication.model_copy(update={"id": "pu-again"}))
    with ledger.read() as reader:
        assert publications.by_clip(reader, "clip1") == publication
        assert clips.by_id(reader, "clip1") == clips.by_brief(reader, publication.brief)
        assert publications.by_clip(reader, "clip2") is None


def test_a_withdrawal_hides_the_clip_and_its_remixes_from_the_next_read_on(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        mia = made.account()
        cat, dog = made.likeness("chelsea", mia), made.likeness("rex", mia)
        made.published("original", mia, cat)
        made.published("remix", mia, dog, cat)  # rests on its ancestor's likeness too
        made.published("another", mia, dog)
        made.published("nobody", mia)
    asked = ["original", "remix", "another", "nobody", "unpublished"]
    with ledger.read() as before, ledger.write() as tx:
        assert publications.visible(before, asked) == {"original", "remix", "another", "nobody"}
        assert publications.resting_on(before, cat[0].id) == ("original", "remix")
        withdrawals.add(tx, made.withdrawal_of(cat[0]))
        assert withdrawals.withdrawn(before, {cat[0].id}) == set()
    with ledger.read() as after:
        assert publications.visible(after, asked) == {"another", "nobody"}
        assert withdrawals.withdrawn(after, {cat[0].id, dog[0].id}) == {cat[0].id}
        assert [one.reason for one in withdrawals.of_likeness(after, cat[0].id)] == ["enough"]
        assert publications.visible(after, [f"clip{number}" for number in range(2000)]) == set()
