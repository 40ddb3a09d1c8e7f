"""RFC 9162, section 2: the known answers of Certificate Transparency's own tests, and the properties."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import merkle

# The eight leaves, roots and paths of certificate-transparency-go's merkletree tests.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


class Tree:
    """The nodes of complete subtrees, kept in memory."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.looked_up = 0
        for index, leaf in enumerate(leaves):
            for level, at, found in merkle.completed_by(index, merkle.leaf_hash(leaf), self.node_at):
                self.nodes[level, at] = found

    def node_at(self, level: int, index: int) -> bytes:
        self.looked_up += 1
        return self.nodes[level, index]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def test_roots_of_the_classic_leaves() -> None:
    tree = Tree(LEAVES)
    assert [merkle.root(size, tree.node_at).hex() for size in range(1, 9)] == ROOTS
    assert merkle.root(0, tree.node_at).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_paths_of_the_classic_leaves(index: int, size: int) -> None:
    proof = merkle.inclusion_proof(index, size, Tree(LEAVES).node_at)
    assert [step.hex() for step in proof] == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_paths_of_the_classic_leaves(old: int, new: int) -> None:
    proof = merkle.consistency_proof(old, new, Tree(LEAVES).node_at)
    assert [step.hex() for step in proof] == CONSISTENCY[old, new]


@given(st.lists(st.binary(max_size=9), max_size=70))
def test_root_is_the_naive_recursion(leaves: list[bytes]) -> None:
    assert merkle.root(len(leaves), Tree(leaves).node_at) == naive_root(leaves)


@given(st.data(), st.integers(1, 200))
def test_every_inclusion_proof_verifies_and_an_altered_byte_fails(data: st.DataObject, size: int) -> None:
    tree = Tree([number.to_bytes(2, "big") for number in range(size)])
    index = data.draw(st.integers(0, size - 1))
    leaf, root = merkle.leaf_hash(tree.leaves[index]), merkle.root(size, tree.node_at)
    proof = merkle.inclusion_proof(index, size, tree.node_at)
    assert merkle.verify_inclusion(leaf, index, size, proof, root)
    parts = [leaf, root, *proof]
    chosen = data.draw(st.integers(0, len(parts) - 1))
    parts[chosen] = altered(data, parts[chosen])
    assert not merkle.verify_inclusion(parts[0], index, size, parts[2:], parts[1])
    assert not merkle.verify_inclusion(leaf, index, size, [*proof, root], root)
    assert not proof or not merkle.verify_inclusion(leaf, index, size, proof[:-1], root)


@given(st.data(), st.integers(1, 200))
def test_every_consistency_proof_verifies_and_an_altered_byte_fails(data: st.DataObject, new: int) -> None:
    tree = Tree([number.to_bytes(2, "big") for number in range(new)])
    old = data.draw(st.integers(1, new))
    roots = [merkle.root(size, tree.node_at) for size in (old, new)]
    proof = merkle.consistency_proof(old, new, tree.node_at)
    assert merkle.verify_consistency(old, new, roots[0], roots[1], proof)
    parts = [*roots, *proof]
    chosen = data.draw(st.integers(0, len(parts) - 1))
    parts[chosen] = altered(data, parts[chosen])
    assert not merkle.verify_consistency(old, new, parts[0], parts[1], parts[2:])
    assert not merkle.verify_consistency(old, new, roots[0], roots[1], [*proof, roots[0]])


def altered(data: st.DataObject, value: bytes) -> bytes:
    at, flip = data.draw(st.integers(0, len(value) - 1)), data.draw(st.integers(1, 255))
    return value[:at] + bytes([value[at] ^ flip]) + value[at + 1 :]


def test_a_proof_takes_logarithmically_many_look_ups() -> None:
    tree = Tree([number.to_bytes(3, "big") for number in range(20_000)])
    tree.looked_up = 0
    merkle.inclusion_proof(12_345, 20_000, tree.node_at)
    assert tree.looked_up <= 2 * 15


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 4)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="has no leaf"):
        merkle.inclusion_proof(index, size, Tree(LEAVES).node_at)
    assert not merkle.verify_inclusion(b"", index, size, [], b"")
