"""Segments are the same in memory, in files and merged; files that are not whole are refused."""

from pathlib import Path

import numpy as np
import pytest

from models.fingerprints_sound import written
from ops.fingerprint_index.arrays import Folder, in_memory
from ops.fingerprint_index.segments import Printed, Segment


def printed(numbers: range) -> list[Printed]:
    """Clips of 0 to 3 frames and of 16 frames of sound, by number; every fifth is silent."""
    found = []
    for number in numbers:
        random = np.random.default_rng(number)
        words = random.integers(1, 1 << 32, 16, np.uint32)
        sound = (16).to_bytes(4, "little") + written(words) + bytes([3, 0xFF])
        found.append(Printed(f"clip{number}", random.bytes(64 * (number % 4)), sound if number % 5 else b""))
    return found


def _same(one: Segment, other: Segment) -> None:
    assert one.clips.tolist() == other.clips.tolist()
    assert (one.first == other.first).all()
    assert (one.kept == other.kept).all()
    for place, table in one.tables.items():
        assert (table.starts == other.tables[place].starts).all()
        assert (table.codes == other.tables[place].codes).all()
        assert (table.rows == other.tables[place].rows).all()
    assert sorted(one.sound.words.tolist()) == sorted(other.sound.words.tolist())


def test_rows_belong_to_their_clips() -> None:
    segment = Segment.of(printed(range(30)), in_memory)
    assert len(segment.kept) == sum(number % 4 for number in range(30))
    assert [len(segment.rows_of(number)) for number in range(8)] == [0, 1, 2, 3, 0, 1, 2, 3]
    assert segment.owners(np.array([0, 1, 2, 3, 5, 6])).tolist() == [1, 2, 2, 3, 3, 5]
    assert segment.id_of(7) == "clip7"
    assert segment.rows_of(7).tobytes() == printed(range(7, 8))[0].picture
    assert len(segment.sound.words) == 24


def test_files_hold_the_same_as_memory(tmp_path: Path) -> None:
    make = Folder(tmp_path / "one")
    Segment.of(printed(range(30)), make)
    make.close()
    _same(Segment.mapped(tmp_path / "one"), Segment.of(printed(range(30)), in_memory))


def test_merged_segments_are_one_of_all_their_clips(tmp_path: Path) -> None:
    parts = [Segment.of(printed(numbers), in_memory) for numbers in (range(11), range(11, 12), range(12, 30))]
    make = Folder(tmp_path / "merged")
    Segment.merged(parts, make)
    make.close()
    found = Segment.mapped(tmp_path / "merged")
    _same(found, Segment.of(printed(range(30)), in_memory))
    by_word = dict(zip(found.sound.words.tolist(), found.sound.clips.tolist(), strict=True))
    assert set(by_word.values()) == {number for number in range(30) if number % 5}


def test_a_segment_of_nothing_is_whole(tmp_path: Path) -> None:
    make = Folder(tmp_path / "none")
    Segment.of([], make)
    make.close()
    assert len(Segment.mapped(tmp_path / "none").clips) == 0


@pytest.mark.parametrize("name", ["kept", "rows-1-0", "sound-words", "clips"])
def test_a_file_that_is_not_whole_is_refused(tmp_path: Path, name: str) -> None:
    make = Folder(tmp_path / "one")
    Segment.of(printed(range(30)), make)
    make.close()
    file = tmp_path / "one" / f"{name}.npy"
    file.write_bytes(file.read_bytes()[:-8])
    with pytest.raises((OSError, ValueError)):
        Segment.mapped(tmp_path / "one")
    np.save(file, np.zeros(3, np.float64))
    with pytest.raises(ValueError, match="expected"):
        Segment.mapped(tmp_path / "one")
    file.unlink()
    with pytest.raises(OSError, match=name):
        Segment.mapped(tmp_path / "one")
