"""The transparency log: consents, withdrawals, publications, remarkings and removals, leaves of an RFC 9162 tree.

A leaf is written in the transaction of the row it is about, and holds only a salted hash of it: the log can be
shown to anyone and tells nothing. The mathematics is `ledger.merkle`; signed heads are `ledger.checkpoints`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import and_, bindparam, func, or_, select

from greenroom.domain.base import Frozen, canonical, now
from greenroom.errors import LogInconsistent, NotFound
from ledger import merkle
from ledger.database import Reader, Writer
from ledger.schema import log_leaves, log_nodes

_Made = TypeVar("_Made")
_SIZE = select(func.coalesce(func.max(log_leaves.c.index) + 1, 0))
_AT_ONCE = 32  # nodes in one query: always as many, so that it is compiled and planned once
_NODES = select(log_nodes).where(  # each place by itself: SQLite would scan the table for a list of pairs
    or_(
        *(
            and_(log_nodes.c.level == bindparam(f"level{one}"), log_nodes.c.index == bindparam(f"index{one}"))
            for one in range(_AT_ONCE)
        )
    )
)


class Kind(StrEnum):
    CONSENT = "consent"
    WITHDRAWAL = "withdrawal"
    PUBLICATION = "publication"
    REMARKING = "remarking"
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
    edge = {(level, at) for level in range(first.bit_length()) if (at := (first >> level) - 1) & 1 == 0}
    known = _nodes(tx, edge)
    made: list[dict[str, object]] = []
    for index, new in enumerate(leaves, first):
        hashed = merkle.leaf_hash(leaf_data(new.kind, new.hash))
        for level, at, found in merkle.completed_by(index, hashed, lambda *where: known[where]):
            known[level, at] = found
            made.append({"level": level, "index": at, "hash": found})
    tx.insert(
        log_leaves,
        *(
            {"index": index, "kind": new.kind, "hash": new.hash, "recorded_at": new.recorded_at or moment}
            for index, new in enumerate(leaves, first)
        ),
    )
    tx.insert(log_nodes, *made)
    return tuple(LeafRef(index) for index in range(first, first + len(leaves)))


def size(tx: Reader) -> int:
    """How many leaves the log has."""
    return tx.number(_SIZE)


def head(tx: Reader, at: int | None = None) -> Head:
    """The tree now, or as it was at a size. Raises `NotFound` for a size it has not reached."""
    wanted = _reached(tx, at)
    return Head(size=wanted, root=_from_nodes(tx, lambda node_at: merkle.root(wanted, node_at)).hex())


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
    at = _reached(tx, size)
    if not 0 <= index < at:
        raise NotFound(f"a log of {at} leaves has no leaf {index}")
    root, path = _from_nodes(tx, lambda node_at: (merkle.root(at, node_at), merkle.inclusion_proof(index, at, node_at)))
    hashed = merkle.leaf_hash(leaf(tx, index).data)
    steps = tuple(step.hex() for step in path)
    return Proof(index=index, size=at, leaf_hash=hashed.hex(), path=steps, root=root.hex())


def consistency(tx: Reader, old: int, new: int | None = None) -> Consistency:
    """That the tree of `new` leaves (None: all) extends the tree of `old` (at least 1). Raises `NotFound`."""
    to = _reached(tx, new)
    if not 0 < old <= to:
        raise NotFound(f"no consistency proof leads from {old} to {to} leaves: ask from 1 upwards")
    roots, path = _from_nodes(
        tx,
        lambda node_at: (
            (merkle.root(old, node_at), merkle.root(to, node_at)),
            merkle.consistency_proof(old, to, node_at),
        ),
    )
    before, after = Head(size=old, root=roots[0].hex()), Head(size=to, root=roots[1].hex())
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


def _reached(tx: Reader, at: int | None) -> int:
    """A size the log has reached; None: the one it has now."""
    now_size = size(tx)
    wanted = now_size if at is None else at
    if not 0 <= wanted <= now_size:
        raise NotFound(f"the log has {now_size} leaves, no head of size {wanted}")
    return wanted


def _from_nodes(tx: Reader, make: Callable[[merkle.NodeAt], _Made]) -> _Made:
    """What `make` makes of nodes, all read at once: it is first asked which, for the sizes alone decide that."""
    wanted: set[tuple[int, int]] = set()

    def noted(level: int, index: int) -> bytes:
        wanted.add((level, index))
        return b""

    make(noted)
    known = _nodes(tx, wanted)
    return make(lambda *where: known[where])


def _nodes(tx: Reader, wanted: set[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """These nodes, a few a level. Raises `LogInconsistent` for one the log lacks."""
    places = sorted(wanted)
    found: dict[tuple[int, int], bytes] = {}
    for start in range(0, len(places), _AT_ONCE):
        part = places[start : start + _AT_ONCE]
        part += part[-1:] * (_AT_ONCE - len(part))
        asked = {f"level{one}": level for one, (level, _) in enumerate(part)}
        asked |= {f"index{one}": index for one, (_, index) in enumerate(part)}
        for level, index, hashed in tx.connection.execute(_NODES, asked):
            found[level, index] = bytes(hashed)
    for level, index in wanted - found.keys():
        raise LogInconsistent(f"the log lacks node {index} of level {level}", _RESTORE)
    return found
