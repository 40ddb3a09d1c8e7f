"""What the ledger can say against itself: rows that are not what their leaves in the log say, or not there."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from greenroom.domain.base import Frozen, digest, salted_digest
from greenroom.domain.clips import Remarking
from greenroom.domain.consents import Withdrawal
from greenroom.domain.removals import Removal
from greenroom.domain.verdicts import Outcome
from ledger import publications, verdicts
from ledger.consents import leaf_hash
from ledger.database import Reader
from ledger.log import Kind
from ledger.rows import domain_of
from ledger.schema import consents, log_leaves, removals, withdrawals
from ledger.schema import publications as publication_rows
from ledger.schema import remarkings as remarking_rows


class Gap(Frozen):
    """One thing that does not fit: the id of what it is about (or a leaf), and what was found."""

    subject: str
    fact: str


class _Statement(Frozen):
    """A row that is a leaf of the log: its hash now, and where its leaf should stand."""

    subject: str
    kind: Kind
    hash: str
    leaf: int


def altered(tx: Reader) -> tuple[Gap, ...]:
    """Rows that are leaves of the log and do not hash to them, and leaves whose row is gone."""
    gaps: list[Gap] = []
    rows = tx.all(select(log_leaves).order_by(log_leaves.c.index))
    leaves = {row["index"]: (row["kind"], row["hash"]) for row in rows}
    orphans = dict(leaves)
    for found in _statements(tx):
        orphans.pop(found.leaf, None)
        if leaves.get(found.leaf) != (found.kind, found.hash):
            fact = f"this {found.kind} was altered: its row does not hash to leaf {found.leaf} of the log"
            gaps.append(Gap(subject=found.subject, fact=fact))
    for index, (kind, _) in sorted(orphans.items()):
        gaps.append(Gap(subject=f"leaf {index}", fact=f"the {kind} it is about is no longer in the ledger"))
    return tuple(gaps)


def unjudged(tx: Reader) -> tuple[Gap, ...]:
    """Publications and remarkings whose verdicts are gone, of another brief, refusing, or not what they were."""
    first = tx.all(select(publication_rows).order_by(publication_rows.c.revision))
    again = tx.all(select(remarking_rows).order_by(remarking_rows.c.revision))
    named = [(row, row["verdicts"], row["verdicts_sha256"]) for row in first]
    named += [(row, [row["verdict"]], row["verdict_sha256"]) for row in again]
    return tuple(
        Gap(subject=row["id"], fact=fact)
        for row, names, expected in named
        for fact in _wrong_verdicts(tx, row["brief"], names, expected)
    )


def _wrong_verdicts(tx: Reader, brief: str, names: Sequence[str], expected: str) -> Iterator[str]:
    found = [verdicts.by_id(tx, name) for name in names]
    for name, verdict in zip(names, found, strict=True):
        if verdict is None:
            yield f"it rests on the verdict {name}, which is not in the ledger"
        elif verdict.brief != brief:
            yield f"it rests on the verdict {name} of the brief {verdict.brief}, expected {brief}"
        elif verdict.judgement.outcome is not Outcome.ALLOW:
            yield f"it rests on the verdict {name}, whose outcome is {verdict.judgement.outcome}"
    hashed = digest([verdict.model_dump(mode="json") for verdict in found if verdict is not None])
    if None not in found and hashed != expected:
        yield f"its verdicts hash to {hashed}, expected {expected}: one was altered"


def _statements(tx: Reader) -> Iterator[_Statement]:
    for row in tx.all(select(consents)):
        yield _Statement(subject=row["id"], kind=Kind.CONSENT, hash=leaf_hash(row) or "altered", leaf=row["leaf"])
    for row in tx.all(select(withdrawals)):
        withdrawal = domain_of(Withdrawal, row)
        hashed = salted_digest(withdrawal.salt, withdrawal)
        yield _Statement(subject=withdrawal.id, kind=Kind.WITHDRAWAL, hash=hashed, leaf=row["leaf"])
    for row in tx.all(select(publication_rows.c.clip, publication_rows.c.leaf)):
        publication = publications.by_clip(tx, row["clip"])
        if publication is not None:
            hashed = salted_digest(publication.salt, publication)
            yield _Statement(subject=publication.id, kind=Kind.PUBLICATION, hash=hashed, leaf=row["leaf"])
    for row in tx.all(select(remarking_rows)):
        remarking = domain_of(Remarking, row)
        hashed = salted_digest(remarking.salt, remarking)
        yield _Statement(subject=remarking.id, kind=Kind.REMARKING, hash=hashed, leaf=row["leaf"])
    for row in tx.all(select(removals)):
        removal = domain_of(Removal, row)
        hashed = salted_digest(removal.salt, removal)
        yield _Statement(subject=removal.id, kind=Kind.REMOVAL, hash=hashed, leaf=row["leaf"])
