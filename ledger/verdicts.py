"""Verdicts: what each gate said of a brief, as rows; a later row of the same gate replaces an earlier in force."""

from sqlalchemy import RowMapping, select

from greenroom.domain.verdicts import Gate, Judgement, Verdict
from ledger.database import Reader, Writer
from ledger.rows import domain_of
from ledger.schema import verdicts


def add(tx: Writer, verdict: Verdict) -> None:
    """Record a verdict."""
    row = verdict.model_dump(exclude={"judgement"})
    judgement = verdict.judgement.model_dump(mode="json")
    tx.insert(verdicts, row | judgement)


def latest(tx: Reader, brief: str) -> dict[Gate, Verdict]:
    """The last verdict of each gate that judged a brief, in the order of the gates."""
    last = {verdict.judgement.gate: verdict for verdict in of_brief(tx, brief)}
    return {gate: last[gate] for gate in sorted(last)}


def of_brief(tx: Reader, brief: str) -> tuple[Verdict, ...]:
    """Every verdict of a brief, first to last."""
    query = select(verdicts).where(verdicts.c.brief == brief).order_by(verdicts.c.revision, verdicts.c.id)
    return tuple(_verdict(row) for row in tx.all(query))


def by_id(tx: Reader, verdict: str) -> Verdict | None:
    row = tx.first(select(verdicts).where(verdicts.c.id == verdict))
    return None if row is None else _verdict(row)


def _verdict(row: RowMapping) -> Verdict:
    return domain_of(Verdict, row, judgement=domain_of(Judgement, row))
