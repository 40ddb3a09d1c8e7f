"""Fingerprints are read on from where somebody stopped, in the order they were made; older ledgers keep theirs."""

from pathlib import Path

from sqlalchemy import create_engine, text

from greenroom.domain.base import now
from greenroom.domain.removals import Fingerprint
from ledger import fingerprints
from ledger.database import Ledger
from ledger.fingerprints import Cursor
from ledger.migrations.runner import upgrade
from tests.ledger.conftest import Cast


def _of(clip: str, version: str = "2", frames: str = "ab" * 32) -> Fingerprint:
    return Fingerprint(clip=clip, version=version, frames=frames, picture="00ff", sound="a0", recorded_at=now())


def _clips(ledger: Ledger, cast: type[Cast], *names: str) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        mia = made.account()
        for name in names:
            made.published(name, mia)


def test_they_are_read_on_from_a_cursor(ledger: Ledger, cast: type[Cast]) -> None:
    _clips(ledger, cast, "a", "b", "c", "d", "e")
    with ledger.write() as tx:
        for one in (_of("d"), _of("b"), _of("a", "1")):
            fingerprints.add(tx, one)
    with ledger.write() as tx:
        fingerprints.add(tx, _of("a"))
        fingerprints.add(tx, _of("a"))
    with ledger.read() as tx:
        first = fingerprints.after(tx, "2", Cursor(), 1)
        assert [one.clip for _, one in first] == ["b"], "within a transaction by clip"
        rest = fingerprints.after(tx, "2", first[0][0], 10)
        assert [one.clip for _, one in rest] == ["d", "a"]
        assert rest[0][1].sound == "a0"
        assert fingerprints.after(tx, "2", rest[-1][0], 10) == ()
        assert [fingerprints.waiting(tx, "2", Cursor(), most) for most in (2, 10)] == [2, 3]
        assert fingerprints.waiting(tx, "2", rest[-1][0], 10) == 0
        assert fingerprints.lacking(tx, "2") == ("c", "e")


def test_a_cursor_belongs_to_one_ledger(ledger: Ledger, cast: type[Cast]) -> None:
    _clips(ledger, cast, "a", "b")
    with ledger.write() as tx:
        fingerprints.add(tx, _of("a"))
    with ledger.read() as tx:
        (cursor,) = (one for one, _ in fingerprints.after(tx, "2", Cursor(), 10))
        assert fingerprints.has(tx, "2", Cursor())
        assert fingerprints.has(tx, "2", cursor)
        for other in (Cursor(cursor.revision, "b"), Cursor(cursor.revision + 1, "a")):
            assert not fingerprints.has(tx, "2", other)
        assert not fingerprints.has(tx, "1", cursor)


def test_clips_of_the_same_frames_are_known(ledger: Ledger, cast: type[Cast]) -> None:
    _clips(ledger, cast, "a", "b", "c")
    with ledger.write() as tx:
        for one in (_of("c"), _of("a"), _of("b", frames="cd" * 32)):
            fingerprints.add(tx, one)
    with ledger.read() as tx:
        assert fingerprints.of_frames(tx, "ab" * 32, "2") == ("a", "c")
        assert fingerprints.of_frames(tx, "ab" * 32, "1") == ()


def test_an_older_ledger_keeps_its_fingerprints(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        upgrade(connection, to="0006")
        connection.execute(
            text("INSERT INTO fingerprints VALUES ('a', '1', :frames, '00ff', '2026-11-01 10:00:00', 3)"),
            {"frames": "ab" * 32},
        )
    engine.dispose()
    opened = Ledger.open(url, "greenroom.test")
    with opened.read() as tx:
        found = fingerprints.of_clip(tx, "a", "1")
    opened.close()
    assert found is not None
    assert (found.picture, found.sound) == ("00ff", "")
