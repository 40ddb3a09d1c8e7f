"""What the ledger says against itself once a row is altered or deleted by hand."""

from sqlalchemy import delete, update

from greenroom.domain.base import digest
from greenroom.domain.verdicts import Gate, Outcome
from ledger import audit, publications, schema, verdicts
from ledger.database import Ledger
from tests.ledger.conftest import Cast


def test_an_altered_deleted_foreign_or_refusing_verdict_of_a_publication_is_a_gap(
    ledger: Ledger, cast: type[Cast]
) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        mia = made.account()
        brief, other = made.brief(mia), made.brief(mia)
        allowed = [made.verdict_of(brief.id, gate, Outcome.ALLOW) for gate in (Gate.CONSENT, Gate.PROMPT, Gate.TAKE)]
        for verdict in allowed:
            verdicts.add(tx, verdict)
        made.clip(brief, "clip1")
        named = made.publication_of("clip1", brief.id).model_copy(
            update={
                "verdicts": tuple(one.id for one in allowed),
                "verdicts_sha256": digest([one.model_dump(mode="json") for one in allowed]),
            }
        )
        publications.add(tx, named)
        assert audit.unjudged(tx) == ()
        tx.execute(update(schema.verdicts).where(schema.verdicts.c.id == allowed[1].id).values(evidence=[]))
        assert ["one was altered" in gap.fact for gap in audit.unjudged(tx)] == [True]
        tx.execute(delete(schema.verdicts).where(schema.verdicts.c.id == allowed[0].id))
        tx.execute(update(schema.verdicts).where(schema.verdicts.c.id == allowed[1].id).values(brief=other.id))
        tx.execute(update(schema.verdicts).where(schema.verdicts.c.id == allowed[2].id).values(outcome="deny"))
        gaps = audit.unjudged(tx)
    assert [gap.subject for gap in gaps] == [named.id] * 3
    assert ["is not in the ledger" in gaps[0].fact, other.id in gaps[1].fact, "is deny" in gaps[2].fact] == [True] * 3
