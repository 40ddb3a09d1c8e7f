"""A table leads to every kept hash that differs from an asked one in its unsure bits, and to none that is far."""

import numpy as np
import pytest

from models.fingerprints_picture import KEPT, WORDS, Floats, Hashes
from ops.fingerprint_index.arrays import in_memory
from ops.fingerprint_index.tables import KEYS, NEAR, Table, look_up

ROWS = 5_000


@pytest.fixture(scope="module")
def kept() -> Hashes:
    found = np.random.default_rng(4).integers(0, 1 << 63, (ROWS, len(KEPT), WORDS), np.uint64) << np.uint64(1)
    found[7] = 0  # flat
    return found


@pytest.fixture(scope="module")
def tables(kept: Hashes) -> dict[tuple[int, int], Table]:
    return {(part, key): Table.of(kept, part, key, in_memory) for part in range(len(KEPT)) for key in range(KEYS)}


def _turned(hashes: Hashes, *bits: int) -> Hashes:
    found = hashes.copy()
    for bit in bits:
        found[:, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    return found


def _sure(count: int, *unsure: int) -> Floats:
    found = np.ones((count, KEYS * 24), np.float32)
    found[:, list(unsure)] = 0.1
    return found


def test_what_differs_in_unsure_bits_of_a_key_is_found(kept: Hashes, tables: dict[tuple[int, int], Table]) -> None:
    rows = np.array([1, 17, 4_000])
    for part in range(len(KEPT)):
        for key in range(KEYS):
            asked = _turned(kept[rows, part], 24 * key + 3, 24 * key + 8, 100, 200, 255)
            hits = look_up(tables[part, key], kept, part, key, asked, _sure(3, 24 * key + 3, 24 * key + 8), 100)
            assert hits.rows.tolist() == rows.tolist()
            assert hits.asked.tolist() == [0, 1, 2]
            assert hits.bits.tolist() == [5, 5, 5]


def test_what_differs_in_a_sure_bit_of_one_key_is_found_by_the_other(
    kept: Hashes, tables: dict[tuple[int, int], Table]
) -> None:
    asked = _turned(kept[:20, 0], 2)
    found = [
        look_up(tables[0, key], kept, 0, key, asked, _sure(20, 9, 10, 11, 12), 100).rows.tolist() for key in (0, 1)
    ]
    assert found == [[], [row for row in range(20) if row != 7]]


def test_it_agrees_with_a_search_through_everything(kept: Hashes, tables: dict[tuple[int, int], Table]) -> None:
    random = np.random.default_rng(8)
    rows = random.integers(0, ROWS, 300)
    masks = (random.random((300, 256)) < random.uniform(0.0, 0.3, (300, 1))).astype(np.uint8)
    masks[:, :48] = 0
    asked = kept[rows, 1] ^ np.packbits(masks, axis=1, bitorder="little").view(np.uint64)
    hits = look_up(tables[1, 0], kept, 1, 0, asked, random.random((300, 48), np.float32), 10_000)
    found = set(zip(hits.asked.tolist(), hits.rows.tolist(), hits.bits.tolist(), strict=True))
    apart = np.bitwise_count(asked[:, None] ^ kept[None, :, 1]).sum(axis=2, dtype=np.int64)
    near = {(int(one), int(row), int(apart[one, row])) for one, row in np.argwhere(apart <= NEAR) if row != 7}
    code = np.bitwise_count((asked[:, None, 0] ^ kept[None, :, 1, 0]) >> np.uint64(48)).astype(int)
    code += np.bitwise_count((asked[:, None, 1] ^ kept[None, :, 1, 1]) & np.uint64(0xFFFF))
    assert found == {(one, row, bits) for one, row, bits in near if code[one, row] <= 11}
    assert len(found) > 200


def test_flat_hashes_are_in_no_table_and_ask_nothing(kept: Hashes, tables: dict[tuple[int, int], Table]) -> None:
    for table in tables.values():
        assert sorted(table.rows.tolist()) == [row for row in range(ROWS) if row != 7]
    flat = np.zeros((1, WORDS), np.uint64)
    assert len(look_up(tables[0, 0], kept, 0, 0, flat, _sure(1), 10).rows) == 0


def test_no_more_is_found_than_there_is_room_for(kept: Hashes) -> None:
    same = np.repeat(kept[:1], 50, axis=0)
    table = Table.of(same, 0, 0, in_memory)
    assert len(look_up(table, same, 0, 0, same[:1, 0], _sure(1), 12).rows) == 12


def test_a_table_of_nothing_finds_nothing(kept: Hashes) -> None:
    none = np.zeros((0, len(KEPT), WORDS), np.uint64)
    table = Table.of(none, 0, 0, in_memory)
    assert len(look_up(table, none, 0, 0, kept[:3, 0], _sure(3), 10).rows) == 0
