"""Outputs: what each stage made, addressed by the hash of its inputs, settings and code, so it is made once."""

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import RowMapping, select

from greenroom.domain.base import Frozen, now
from ledger.database import Reader, Writer
from ledger.rows import domain_of
from ledger.schema import outputs


class Output(Frozen):
    """A stage's product as a row: a storyboard's reference, a take, a marked file."""

    key: str
    stage: str
    brief: str
    document: JsonValue
    code_version: str
    run: str
    seconds: float  # it took to make
    recorded_at: datetime


def put(
    tx: Writer, key: str, stage: str, brief: str, document: JsonValue, code_version: str, seconds: float = 0.0
) -> Output:
    """Record a product under its key; when the key is there, what it holds stays and is returned."""
    found = by_key(tx, key)
    if found is not None:
        return found
    output = Output(
        key=key,
        stage=stage,
        brief=brief,
        document=document,
        code_version=code_version,
        run=tx.run,
        seconds=seconds,
        recorded_at=now(),
    )
    tx.insert(outputs, output.model_dump())
    return output


def by_key(tx: Reader, key: str) -> Output | None:
    return _one(tx.first(select(outputs).where(outputs.c.key == key)))


def every_latest(tx: Reader, brief: str) -> dict[str, Output]:
    """What each stage made last for a brief."""
    found = tx.all(select(outputs).where(outputs.c.brief == brief).order_by(outputs.c.revision))
    return {output.stage: output for output in (domain_of(Output, row) for row in found)}


def latest(tx: Reader, brief: str, stage: str) -> Output | None:
    """What the stage made last for a brief."""
    query = select(outputs).where(outputs.c.brief == brief, outputs.c.stage == stage)
    return _one(tx.first(query.order_by(outputs.c.revision.desc()).limit(1)))


def of_stage(tx: Reader, brief: str, stage: str) -> tuple[Output, ...]:
    """Everything the stage made for a brief, oldest first."""
    query = select(outputs).where(outputs.c.brief == brief, outputs.c.stage == stage).order_by(outputs.c.revision)
    return tuple(domain_of(Output, row) for row in tx.all(query))


def _one(row: RowMapping | None) -> Output | None:
    return None if row is None else domain_of(Output, row)
