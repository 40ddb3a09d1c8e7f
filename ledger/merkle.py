"""The Merkle tree of RFC 9162, section 2: hashes, proofs and their verification, pure.

A tree of n leaves is known by the hashes of its complete subtrees: node (level, index) covers leaves
index * 2^level up to (index + 1) * 2^level. Proofs are made from a function that looks such a node up, with
O(log n) look-ups.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

NodeAt = Callable[[int, int], bytes]  # (level, index) → hash of a complete subtree


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


EMPTY_ROOT = hashlib.sha256(b"").digest()


def completed_by(index: int, leaf: bytes, node_at: NodeAt) -> Iterator[tuple[int, int, bytes]]:
    """The complete subtrees that leaf `index` completes, itself first: (level, index, hash)."""
    level, found = 0, leaf
    yield level, index, found
    while index & 1:
        found = node_hash(node_at(level, index - 1), found)
        level, index = level + 1, index >> 1
        yield level, index, found


def root(size: int, node_at: NodeAt) -> bytes:
    """Merkle tree hash of the first `size` leaves."""
    return EMPTY_ROOT if size == 0 else _range(0, size, node_at)


def inclusion_proof(index: int, size: int, node_at: NodeAt) -> tuple[bytes, ...]:
    """Audit path of leaf `index` in the tree of `size` leaves (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path: list[bytes] = []
    start, count = 0, size
    while count > 1:
        split = _split(count)
        if index - start < split:
            path.append(_range(start + split, count - split, node_at))
            count = split
        else:
            path.append(_range(start, split, node_at))
            start, count = start + split, count - split
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, node_at: NodeAt) -> tuple[bytes, ...]:
    """Proof that the tree of `new` leaves extends the tree of `old` (RFC 9162, 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from {old} to {new} leaves: 0 < old <= new is needed")
    path: list[bytes] = []
    start, wanted, count, whole = 0, old, new, True
    while wanted != count:
        split = _split(count)
        if wanted <= split:
            path.append(_range(start + split, count - split, node_at))
            count = split
        else:
            path.append(_range(start, split, node_at))
            start, wanted, count, whole = start + split, wanted - split, count - split, False
    if not whole:
        path.append(_range(start, count, node_at))
    return tuple(reversed(path))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Whether `leaf` (its hash) is leaf `index` of the tree with this root (RFC 9162, 2.1.3.2)."""
    return root_by_inclusion(leaf, index, size, proof) == root_hash


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof leads to from a leaf's hash; None when it has the wrong length for its place and tree."""
    if not 0 <= index < size:
        return None
    node, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            found = node_hash(step, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, step)
        node, last = node >> 1, last >> 1
    return found if last == 0 else None


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree with `new_root` extends the tree with `old_root` (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof)
    if old & (old - 1) == 0:  # a complete tree is itself the first node of the path
        path.insert(0, old_root)
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_found = new_found = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old_found, new_found = node_hash(step, old_found), node_hash(step, new_found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new_found = node_hash(new_found, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old_found == old_root and new_found == new_root


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _range(start: int, count: int, node_at: NodeAt) -> bytes:
    """Hash over leaves `start` up to `start + count`, whose complete parts are aligned."""
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node_at(level, start >> level)
    split = _split(count)
    return node_hash(_range(start, split, node_at), _range(start + split, count - split, node_at))
