"""The transparency log: consents, withdrawals, publications and removals as leaves of an RFC 9162 tree.

A leaf is written in the transaction of the row it is about, and holds only a salted hash of it: the log can be
shown to anyone and tells nothing. The mathematics is `ledger.merkle`; signed heads are `ledger.checkpoints`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from greenroom.domain.base import Frozen, canonical, now
from greenroom.errors import LogInconsistent, NotFound
from ledger import merkle
from ledger.database import Reader, Writer
from ledger.schema import log_leaves, log_nodes

_SIZE = select(func.coalesce(func.max(log_leaves.c.index) + 1, 0))


class Kind(StrEnum):
    CONSENT = "consent"
    WITHDRAWAL = "withdrawal"
    PUBLICATION = "publication"
    REMOVAL = "removal"


@dataclass(frozen=True, slots=True)
class LeafRef:
    """A leaf's place in the log, counted from 0."""

    index: int


@dataclass(frozen=True, slots=True)
class NewLeaf:
    """What is to become a leaf; recorded now where no moment is given."""

    kind: Kind
    hash: str
    recorded_at: datetime | None = None


class Leaf(Frozen):
    """What the log says: a row of this kind with this salted hash was recorded."""

    index: int
    kind: Kind
    hash: str
    recorded_at: datetime

    @property
    def data(self) -> bytes:
        return leaf_data(self.kind, self.hash)


class Head(Frozen):
    """The tree at one size; `root` is hexadecimal."""

    size: int
    root: str


class Proof(Frozen):
    """That leaf `index` with `leaf_hash` is in the tree of `size` leaves with `root` (hashes in hexadecimal)."""

    index: int
    size: int
    leaf_hash: str
    path: tuple[str, ...]
    root: str

    def holds(self) -> bool:
        """Whether the path leads from the leaf to the root."""
        path = [bytes.fromhex(step) for step in self.path]
        leaf, root = bytes.fromhex(self.leaf_hash), bytes.fromhex(self.root)
        return merkle.verify_inclusion(leaf, self.index, self.size, path, root)


class Consistency(Frozen):
    """That the tree of `new` extends the tree of `old`."""

    old: Head
    new: Head
    path: tuple[str, ...]

    def holds(self) -> bool:
        """Whether the path leads to both roots."""
        path = [bytes.fromhex(step) for step in self.path]
        roots = bytes.fromhex(self.old.root), bytes.fromhex(self.new.root)
        return merkle.verify_consistency(self.old.size, self.new.size, *roots, path)


def leaf_data(kind: Kind, statement_hash: str) -> bytes:
    """The bytes that are hashed into the tree."""
    return canonical({"kind": kind.value, "hash": statement_hash})


def append(tx: Writer, kind: Kind, statement_hash: str, recorded_at: datetime | None = None) -> LeafRef:
    """Append a leaf in the caller's transaction; writers are serialised, so its index is the next."""
    return append_many(tx, (NewLeaf(kind, statement_hash, recorded_at),))[0]


def append_many(tx: Writer, leaves: Sequence[NewLeaf]) -> tuple[LeafRef, ...]:
    """Append leaves in this order, in the caller's transaction: the tree is the same as one by one.

    Reads at most one node of each level, however many leaves there are, and writes a statement a table.
    """
    first, moment = size(tx), now()
    known: dict[tuple[int, int], bytes] = {}

    def node_at(level: int, at: int) -> bytes:
        found = known.get((level, at))
        return _node(tx, level, at) if found is None else found

    for index, new in enumerate(leaves, first):
        hashed = merkle.leaf_hash(leaf_data(new.kind, new.hash))
        for level, at, found in merkle.completed_by(index, hashed, node_at):
            known[level, at] = found
    tx.insert(
        log_leaves,
        *(
            {"index": index, "kind": new.kind, "hash": new.hash, "recorded_at": new.recorded_at or moment}
            for index, new in enumerate(leaves, first)
        ),
    )
    tx.insert(log_nodes, *({"level": level, "index": at, "hash": found} for (level, at), found in known.items()))
    return tuple(LeafRef(index) for index in range(first, first + len(leaves)))


def size(tx: Reader) -> int:
    """How many leaves the log has."""
    return tx.number(_SIZE)


def head(tx: Reader, at: int | None = None) -> Head:
    """The tree now, or as it was at a size. Raises `NotFound` for a size it has not reached."""
    now_size = size(tx)
    wanted = now_size if at is None else at
    if not 0 <= wanted <= now_size:
        raise NotFound(f"the log has {now_size} leaves, no head of size {wanted}")
    return Head(size=wanted, root=merkle.root(wanted, lambda level, index: _node(tx, level, index)).hex())


def leaf(tx: Reader, index: int) -> Leaf:
    """One leaf. Raises `NotFound`."""
    row = tx.first(select(log_leaves).where(log_leaves.c.index == index))
    if row is None:
        raise NotFound(f"the log has {size(tx)} leaves, none with index {index}")
    return Leaf(index=index, kind=row["kind"], hash=row["hash"], recorded_at=row["recorded_at"])


def find(tx: Reader, statement_hash: str) -> tuple[Leaf, ...]:
    """The leaves that carry a statement's hash, oldest first."""
    found = tx.all(select(log_leaves).where(log_leaves.c.hash == statement_hash).order_by(log_leaves.c.index))
    return tuple(
        Leaf(index=row["index"], kind=row["kind"], hash=row["hash"], recorded_at=row["recorded_at"]) for row in found
    )


def prove(tx: Reader, index: int, size: int | None = None) -> Proof:
    """Inclusion of a leaf in the tree of `size` leaves (None: all). Raises `NotFound`."""
    at = head(tx, size)
    if not 0 <= index < at.size:
        raise NotFound(f"a log of {at.size} leaves has no leaf {index}")
    path = merkle.inclusion_proof(index, at.size, lambda level, where: _node(tx, level, where))
    hashed = merkle.leaf_hash(leaf(tx, index).data)
    steps = tuple(step.hex() for step in path)
    return Proof(index=index, size=at.size, leaf_hash=hashed.hex(), path=steps, root=at.root)


def consistency(tx: Reader, old: int, new: int | None = None) -> Consistency:
    """That the tree of `new` leaves (None: all) extends the tree of `old` (at least 1). Raises `NotFound`."""
    before, after = head(tx, old), head(tx, new)
    if not 0 < before.size <= after.size:
        raise NotFound(f"no consistency proof leads from {before.size} to {after.size} leaves: ask from 1 upwards")
    path = merkle.consistency_proof(before.size, after.size, lambda level, where: _node(tx, level, where))
    return Consistency(old=before, new=after, path=tuple(step.hex() for step in path))


def check(tx: Reader) -> Head:
    """Recompute every leaf and node from the leaves' data. Raises `LogInconsistent` at the first that differs."""
    stored = {(row["level"], row["index"]): bytes(row["hash"]) for row in tx.all(select(log_nodes))}
    computed: dict[tuple[int, int], bytes] = {}
    leaves = tx.all(select(log_leaves).order_by(log_leaves.c.index))
    for place, row in enumerate(leaves):
        if row["index"] != place:
            raise LogInconsistent(f"leaf {place} of the log is missing", _RESTORE)
        hashed = merkle.leaf_hash(leaf_data(Kind(row["kind"]), row["hash"]))
        for level, index, found in merkle.completed_by(place, hashed, lambda *at: computed[at]):
            computed[level, index] = found
            if stored.get((level, index)) != found:
                raise LogInconsistent(
                    f"node {index} of level {level} does not fit the leaves below it (up to leaf {place})", _RESTORE
                )
    if len(stored) != len(computed):
        raise LogInconsistent(f"the log keeps {len(stored)} nodes, its leaves make {len(computed)}", _RESTORE)
    return Head(size=len(leaves), root=merkle.root(len(leaves), lambda *at: computed[at]).hex())


_RESTORE = "The log was altered: restore the ledger from a backup and compare it with a checkpoint kept elsewhere."


def _node(tx: Reader, level: int, index: int) -> bytes:
    row = tx.first(select(log_nodes.c.hash).where(log_nodes.c.level == level, log_nodes.c.index == index))
    if row is None:
        raise LogInconsistent(f"the log lacks node {index} of level {level}", _RESTORE)
    return bytes(row["hash"])
