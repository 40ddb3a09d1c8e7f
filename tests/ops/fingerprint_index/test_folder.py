"""The index on the disk follows the ledger: nothing that was published is missing, whatever happens to the files."""

import fcntl
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from bench.withdrawal import plant
from greenroom.domain.base import now
from greenroom.domain.removals import Fingerprint
from greenroom.errors import StoreUnavailable
from greenroom.settings import Settings
from ledger import fingerprints
from ops.fingerprint_index import folder
from ops.fingerprint_index.folder import VERSION, catch_up, rebuild, segments
from ops.fingerprint_index.segments import Segment
from ops.studio import Studio, open_studio
from tests.ops.taking_back.conftest import Stock

CLIPS = 60


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """An installation whose index has small parts: 4 fingerprints wait, 16 are too many, 20 make a base."""
    for name, size in (("WAITING", 4), ("_BEHIND", 16), ("_PART", 8), ("_LEAST_BASE", 20)):
        monkeypatch.setattr(folder, name, size)
    with open_studio(Settings.load({}, home=tmp_path / "home")) as studio:
        yield studio


@pytest.fixture
def clips(studio: Studio) -> list[str]:
    stock = Stock(studio)
    bob = stock.account("bob")
    return plant(studio, [bob], stock.likeness("tom", bob), 1, CLIPS, count(1))


def _print(studio: Studio, clips: list[str]) -> None:
    """A fingerprint of each clip, in a transaction of its own."""
    for clip in clips:
        picture = np.random.default_rng(int.from_bytes(clip.encode()[-6:])).bytes(128)
        found = Fingerprint(
            clip=clip, version=VERSION, frames="ab" * 32, picture=picture.hex(), sound="", recorded_at=now()
        )
        with studio.ledger.write() as tx:
            fingerprints.add(tx, found)


def _found(studio: Studio) -> tuple[Segment, ...]:
    with studio.ledger.read() as tx:
        return segments(studio, tx)


def _ids(found: tuple[Segment, ...]) -> list[str]:
    return [segment.id_of(number) for segment in found for number in range(len(segment.clips))]


def _files(studio: Studio) -> set[str]:
    return {path.name for path in studio.settings.index.glob("sg-*")}


def test_what_was_just_published_is_found_before_any_file_is_written(studio: Studio, clips: list[str]) -> None:
    assert _found(studio) == ()
    _print(studio, clips[:3])
    assert not catch_up(studio)
    assert sorted(_ids(_found(studio))) == sorted(clips[:3])
    assert not studio.settings.index.exists()


def test_what_waits_goes_into_files_and_the_rest_is_read_from_the_ledger(studio: Studio, clips: list[str]) -> None:
    _print(studio, clips[:5])
    assert catch_up(studio)
    assert not catch_up(studio), "nothing is waiting"
    _print(studio, clips[5:7])
    found = _found(studio)
    assert [len(one.clips) for one in found] == [5, 2]
    assert sorted(_ids(found)) == sorted(clips[:7])
    _print(studio, clips[7:10])
    assert catch_up(studio)
    assert [len(one.clips) for one in _found(studio)] == [10]
    assert len(_files(studio)) == 1, "the one before is deleted"


def test_a_base_is_made_now_and_then(studio: Studio, clips: list[str]) -> None:
    _print(studio, clips[:22])
    assert catch_up(studio)
    assert [len(one.clips) for one in _found(studio)] == [22]
    base = _files(studio)
    _print(studio, clips[22:30])
    assert catch_up(studio)
    assert [len(one.clips) for one in _found(studio)] == [22, 8]
    assert base < _files(studio), "the base is not written again"
    _print(studio, clips[30:44])
    assert catch_up(studio)
    assert [len(one.clips) for one in _found(studio)] == [44]
    assert sorted(_ids(_found(studio))) == sorted(clips[:44])


def test_an_index_that_is_lost_or_broken_is_made_again_when_somebody_asks(studio: Studio, clips: list[str]) -> None:
    _print(studio, clips[:30])
    assert sorted(_ids(_found(studio))) == sorted(clips[:30])
    (name,) = _files(studio)
    (studio.settings.index / name / "kept.npy").write_bytes(b"broken")
    assert sorted(_ids(_found(studio))) == sorted(clips[:30])
    assert _files(studio) != {name}
    (studio.settings.index / "current.json").write_text("{")
    assert sorted(_ids(_found(studio))) == sorted(clips[:30])
    shutil.rmtree(studio.settings.index)
    assert sorted(_ids(_found(studio))) == sorted(clips[:30])
    assert rebuild(studio) == 30


def test_an_index_of_another_ledger_is_not_believed(studio: Studio, clips: list[str], tmp_path: Path) -> None:
    _print(studio, clips[:20])
    assert len(_ids(_found(studio))) == 20
    with open_studio(Settings.load({}, home=tmp_path / "other")) as other:
        stock = Stock(other)
        bob = stock.account("bob")
        theirs = plant(other, [bob], stock.likeness("tom", bob), 1, 30, count(500))
        _print(other, theirs)
        shutil.copytree(studio.settings.index, other.settings.index)
        assert sorted(_ids(_found(other))) == sorted(theirs)


def test_a_reader_goes_on_with_what_it_opened_while_all_is_replaced(studio: Studio, clips: list[str]) -> None:
    _print(studio, clips[:16])
    before = _found(studio)
    rows = before[0].kept.copy()
    _print(studio, clips[16:40])
    assert catch_up(studio)
    assert len(_ids(_found(studio))) == 40
    assert sorted(_ids(before)) == sorted(clips[:16])
    assert (before[0].kept == rows).all()


def test_an_older_moment_asks_a_newer_index(studio: Studio, clips: list[str]) -> None:
    _print(studio, clips[:4])
    with studio.ledger.read() as tx:
        _print(studio, clips[4:10])
        assert catch_up(studio)
        files = _files(studio)
        assert len(_ids(segments(studio, tx))) == 10
    assert _files(studio) == files, "it was not taken for another ledger's"


def test_one_process_writes_and_others_do_not_wait_for_it(studio: Studio, clips: list[str]) -> None:
    _print(studio, clips[:6])
    studio.settings.index.mkdir()
    with (studio.settings.index / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not catch_up(studio)
        assert sorted(_ids(_found(studio))) == sorted(clips[:6])
    assert catch_up(studio)


def test_a_folder_that_cannot_be_written_is_said(studio: Studio, clips: list[str]) -> None:
    _print(studio, clips[:20])
    studio.settings.index.write_text("in the way")
    with pytest.raises(StoreUnavailable, match="index"):
        _found(studio)
