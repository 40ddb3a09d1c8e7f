"""Questions are answered from base and recent as one, within limits, while newer snapshots are swapped in."""

import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest

from greenroom.domain.base import salted_digest
from greenroom.errors import BadInput, NotFound, Unavailable, WarehouseUnavailable
from tests.warehouse.conftest import Handed, MakeRows
from warehouse import reader
from warehouse.reader import Row, Snapshot, Warehouse, open_snapshot
from warehouse.snapshot import Candidate, Writer, writing
from warehouse.validation import Expectation, Validation


def put(writer: Writer, candidate: Candidate) -> None:
    one = Expectation(name="unique", table="t", column="c", success=True, expected="", observed="", rows=1)
    files = (candidate.base.name, candidate.recent.name, candidate.after)
    writer.publish(candidate, Validation(files=files, expectations=(one,), seconds=0))


@pytest.fixture
def folder(tmp_path: Path, rows: MakeRows) -> Path:
    """Clips 1 to 3 in base and 4 to 5 in recent, in a folder whose name needs care."""
    made = tmp_path / "mia's warehouse"
    with writing(made) as writer:
        put(writer, writer.rebuild(rows(1, 3), 13))
        put(writer, writer.extend(rows(4, 5), 15))
    return made


def page(snapshot: Snapshot, at: object = None, clip: object = None, rows: int = 2) -> list[Row]:
    return snapshot.ask("feed_page", before_at=at, before_clip=clip, rows=rows)


def test_the_feed_pages_by_key_newest_first_over_both_files(folder: Path) -> None:
    with open_snapshot(folder) as snapshot:
        assert snapshot.cursor == 15
        first = page(snapshot)
        second = page(snapshot, first[-1]["published_at"], first[-1]["clip"])
        third = page(snapshot, second[-1]["published_at"], second[-1]["clip"])
        everything = [row["clip"] for row in (*first, *second, *third)]
    assert everything == [f"clip{number:06}" for number in (5, 4, 3, 2, 1)]
    assert first[0]["maker"] == "mia"
    assert first[0]["likenesses"] == [{"handle": "tom", "species": "cat"}]
    assert first[0]["prompt"] == "a cat “5”\n"
    assert (first[0]["seconds"], first[0]["width"], first[0]["height"]) == (5.0, 854, 480)
    published_at = first[0]["published_at"]
    assert isinstance(published_at, datetime)
    assert published_at.tzinfo is UTC


def test_a_withdrawal_is_known_but_visibility_is_the_ledgers_to_say(folder: Path, rows: MakeRows) -> None:
    withdrawal = {
        "id": "wi-1", "likeness": "lk-tom", "by": "ac-mia", "reason": "enough", "leaf": 6,
        "recorded_at": rows(6, 6)[0][1][0]["recorded_at"], "revision": 16,
    }  # fmt: skip
    with writing(folder) as writer:
        put(writer, writer.extend([("withdrawals", [withdrawal])], 16))
    with open_snapshot(folder) as snapshot:
        assert len(page(snapshot, rows=9)) == 5
        assert snapshot.ask("trace", clip="clip000001")[0]["status"] == "withdrawn"
        assert [row["withdrawn"] for row in snapshot.ask("clips_of_likeness", handle="tom", rows=9)] == [True] * 5


def test_trace_answers_with_everything(folder: Path) -> None:
    with open_snapshot(folder) as snapshot:
        assert snapshot.ask("trace", clip="nothing") == []
        (found,) = snapshot.ask("trace", clip="clip000004")
    assert found["status"] == "published"
    assert found["requester"] == "mia"
    (consent,) = cast("list[Row]", found["consents"])
    assert (consent["likeness"], consent["receipt_sha256"], consent["in_clip"]) == ("tom", "0a" * 32, True)
    assert [verdict["gate"] for verdict in cast("list[Row]", found["verdicts"])] == list(range(1, 9))
    assert cast("Row", found["marks"])["prompt_sha256"] == salted_digest("11" * 16, "a cat “4”\n")
    assert found["log"] == {"leaf": 4, "size": 6}


def test_no_gap_among_clips_that_have_everything(folder: Path) -> None:
    with open_snapshot(folder) as snapshot:
        assert snapshot.ask("gaps") == []


def without(rows: Handed, table: str, **wrong: object) -> Handed:
    """Rows less those of `table` whose column has the value given (all of them for none given)."""
    return [
        (name, [row for row in part if name != table or any(row[column] != value for column, value in wrong.items())])
        for name, part in rows
    ]


@pytest.mark.parametrize(
    ("table", "wrong", "fact"),
    [
        ("verdicts", {"gate": 6}, "no verdict of gate 6 allows it"),
        ("publication_likenesses", {}, "no consent to @tom is among those it rests on"),
        ("consents", {}, "it rests on the consent co-1, which is not one to lk-tom"),
        ("outputs", {"stage": "take"}, "it has no take"),
        ("log_leaves", {"kind": "publication"}, "leaf 1 of the log is not there, or no publication"),
    ],
)
def test_a_gap_is_named(tmp_path: Path, rows: MakeRows, table: str, wrong: dict[str, object], fact: str) -> None:
    with writing(tmp_path) as writer:
        put(writer, writer.rebuild(without(rows(1, 1), table, **wrong), 11))
    with open_snapshot(tmp_path) as snapshot:
        assert {"clip": "clip000001", "fact": fact} in snapshot.ask("gaps")


def test_a_refusing_verdict_and_a_remix_that_drops_a_likeness_are_gaps(tmp_path: Path, rows: MakeRows) -> None:
    handed = rows(1, 2)
    for name, part in handed:
        for row in part:
            if name == "verdicts" and row["id"] == "vd-000002-2":
                row["outcome"] = "deny"
            if name == "briefs" and row["id"] == "br-000002":
                row["parent"], row["likenesses"] = "clip000001", "[]"
    dropped = without(handed, "publication_likenesses", clip="clip000002")
    with writing(tmp_path) as writer:
        put(writer, writer.rebuild(dropped, 12))
    with open_snapshot(tmp_path) as snapshot:
        facts = [row["fact"] for row in snapshot.ask("gaps")]
    assert facts == [
        "it rests on the verdict vd-000002-2, whose outcome is deny",
        "its parent clip000001 rests on lk-tom, it does not",
        "no verdict of gate 2 allows it",
    ]


def test_counts_by_day(folder: Path) -> None:
    day = date(2026, 11, 1)
    with open_snapshot(folder) as snapshot:
        assert snapshot.ask("status_by_day", since=day, until=day) == [
            {"day": day, "lane": "batch", "status": "published", "briefs": 5}
        ]
        outcomes = snapshot.ask("counts_by_outcome", since=day, until=day)
        assert [(row["gate"], row["outcome"], row["briefs"]) for row in outcomes] == [
            (gate, "allow", 5) for gate in range(1, 9)
        ]
        assert snapshot.counts()["verdicts"] == 40


def test_questions_have_limits_and_clear_errors(folder: Path) -> None:
    with open_snapshot(folder) as snapshot:
        with pytest.raises(NotFound, match="nobody asks"):
            snapshot.ask("nonsense")
        with pytest.raises(BadInput, match=r"\['clip'\], got \[\]"):
            snapshot.ask("trace")
        with pytest.raises(BadInput, match="more than 3 rows"):
            snapshot.ask("feed_page", most=3, before_at=None, before_clip=None, rows=10)
        with pytest.raises(Unavailable, match="longer than"):
            snapshot._answer("slow", "SELECT count(*) FROM range(100000000000) WHERE random() > 2", {}, 0.2, 1)
        with pytest.raises(WarehouseUnavailable):
            snapshot._answer("outside", "SELECT * FROM read_text('/etc/hostname')", {}, 1, 1)
        assert len(page(snapshot)) == 2, "it answers on after all of these"


def test_a_missing_or_broken_snapshot_says_how_to_make_one(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(WarehouseUnavailable, match="there is no warehouse") as caught, open_snapshot(tmp_path / "none"):
        pass
    assert "greenroom warehouse rebuild" in caught.value.remedy
    with writing(folder) as writer:
        base = next(writer.folder.glob("base-*"))
    base.write_bytes(b"nothing" * 1000)
    with pytest.raises(WarehouseUnavailable, match="cannot be read") as caught, open_snapshot(folder):
        pass
    assert "greenroom warehouse rebuild" in caught.value.remedy
    (folder / "current.json").write_text("{")
    with pytest.raises(WarehouseUnavailable, match="not what the warehouse wrote"), open_snapshot(folder):
        pass


def test_readers_go_on_during_swaps(folder: Path, rows: MakeRows) -> None:
    warehouse, stop = Warehouse(folder), threading.Event()
    seen: list[int] = []
    wrong: list[BaseException] = []

    def look() -> None:
        try:
            while not stop.is_set():
                snapshot = warehouse.snapshot()
                found = snapshot.ask("feed_page", before_at=None, before_clip=None, rows=50)
                assert len(found) == snapshot.cursor - 10, "base and recent of one moment"
                seen.append(len(found))
        except BaseException as error:  # noqa: BLE001 - the test's thread reports below
            wrong.append(error)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    with writing(folder) as writer:
        for number in range(6, 11):
            put(writer, writer.extend(rows(number, number), 10 + number))
            if number % 2 == 0:
                writer.publish(writer.merged(), None)
    last = len(seen)
    while len(seen) < last + 6 and not wrong:
        stop.wait(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert min(seen) == 5
    assert seen[-1] == 10


def test_an_unchanged_snapshot_is_not_opened_again(folder: Path, rows: MakeRows) -> None:
    warehouse = Warehouse(folder)
    first = warehouse.snapshot()
    assert warehouse.snapshot() is first
    with writing(folder) as writer:
        put(writer, writer.extend(rows(6, 6), 16))
    assert warehouse.snapshot() is not first
    assert len(page(first, rows=9)) == 5, "who holds the older one reads on"


def test_every_question_says_what_it_answers() -> None:
    assert {"feed_page", "trace", "gaps", "counts_by_outcome", "clips_of_likeness", "status_by_day"} <= set(
        reader.questions()
    )
    for name in reader.questions():
        assert reader.question(name).startswith("-- ")
