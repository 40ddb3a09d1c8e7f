"""Great Expectations looks at new rows in a process of its own; bad rows are named, and no answer is no pass."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from greenroom.domain.base import now
from greenroom.errors import WarehouseUnavailable
from warehouse.expectations import SUITE, frame
from warehouse.snapshot import Candidate, Writer, current, writing
from warehouse.tables import BY_NAME
from warehouse.validation import Validation, Validator

Handed = list[tuple[str, list[dict[str, object]]]]
MakeRows = Callable[[int, int], Handed]


@pytest.fixture(scope="module")
def validator() -> Iterator[Validator]:
    with Validator() as worker:
        yield worker


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory, rows: MakeRows, validator: Validator) -> Iterator[Writer]:
    """A writer whose base holds clips 1 to 3, validated. Tests extend it and leave what is current as it is."""
    with writing(tmp_path_factory.mktemp("warehouse")) as writer:
        base = writer.rebuild(rows(1, 3), 13)
        writer.publish(base, check(validator, base))
        yield writer


def check(validator: Validator, candidate: Candidate) -> Validation:
    return validator.check(candidate.base, candidate.recent, candidate.after)


def change(handed: Handed, table: str, **values: object) -> Handed:
    """The same rows, with other values in the first row of `table`."""
    next(part for name, part in handed if name == table)[0].update(values)
    return handed


def test_sound_rows_pass_and_only_new_ones_are_looked_at(writer: Writer, validator: Validator, rows: MakeRows) -> None:
    found = check(validator, writer.extend(rows(4, 5), 15))
    assert found.success, found.failed
    assert {one.table for one in found.expectations} == set(BY_NAME)
    looked = {(one.table, one.column): one.rows for one in found.expectations}
    assert looked["verdicts", "copies"] == 16
    assert looked["accounts", "copies"] == 0


def test_a_denied_brief_without_a_clip_is_sound(writer: Writer, validator: Validator, rows: MakeRows) -> None:
    handed = change(rows(4, 4), "briefs", prompt="", likenesses='["nobody"]', parent="never was")
    kept = [one for one in handed if one[0] in ("batches", "briefs", "verdicts")]
    change(kept, "verdicts", outcome="deny", clip=None)
    found = check(validator, writer.extend(kept, 14))
    assert found.success, found.failed


WRONG: list[tuple[str, dict[str, object], str, str]] = [  # table, values, column, what is told; of clips 4, 5, ...
    ("verdicts", {"outcome": "perhaps"}, "outcome", "vd-000004-1"),
    ("verdicts", {"gate": 9}, "gate", "vd-000005-1"),
    ("verdicts", {"brief": "br-none"}, "brief exists", "vd-000006-1"),
    ("verdicts", {"inputs": "AB" * 32}, "inputs", "vd-000007-1, expected a SHA-256"),
    ("verdicts", {"id": "vd-000001-1"}, "copies", "vd-000001-1"),
    ("publications", {"clip": "none"}, "clip exists", "pu-000009"),
    ("publications", {"leaf": 99}, "leaf exists", "pu-000010"),
    ("publication_likenesses", {"consent": "co-none"}, "consent exists", "clip000011 0"),
    ("briefs", {"seconds": 13.0}, "seconds", "br-000012, expected from 4 to 12"),
    ("briefs", {"prompt": None}, "missing", "br-000013"),
    ("briefs", {"recorded_at": now() + timedelta(hours=1)}, "is past", "br-000014"),
    ("log_leaves", {"index": 90}, "leaf before exists", "90"),
    ("edges", {"parent": "clip000016"}, "leads elsewhere", "clip000016"),
    ("edges", {"parent": "clip000018", "relation": "remix_of"}, "parent is earlier", "clip000017"),
]


def test_what_is_wrong_is_named_and_keeps_the_rows_out(writer: Writer, validator: Validator, rows: MakeRows) -> None:
    handed: Handed = rows(4 + len(WRONG), 4 + len(WRONG))
    for number, (table, values, _, _) in enumerate(WRONG, 4):
        handed += change(rows(number, number), table, **values)
    candidate = writer.extend(handed, 40)
    found = check(validator, candidate)
    failed = {(one.table, one.column): str(one) for one in found.failed}
    told = {(table, column): told in failed.get((table, column), "") for table, _, column, told in WRONG}
    assert told == dict.fromkeys(told, True), failed
    # what follows from these and nothing else: the leaf moved away leaves its publication without one
    assert failed.keys() - told.keys() == {("publication_likenesses", "clip exists")}
    before = current(writer.folder)
    with pytest.raises(WarehouseUnavailable, match=r"verdicts.outcome: 1 of 120 new rows not: vd-000004-1"):
        writer.publish(candidate, found)
    assert current(writer.folder) == before


def test_files_that_cannot_be_read_are_an_error_and_the_worker_lives_on(
    writer: Writer, validator: Validator, rows: MakeRows, tmp_path: Path
) -> None:
    (tmp_path / "broken.duckdb").write_bytes(b"nothing" * 1000)
    with pytest.raises(WarehouseUnavailable, match="could not be validated"):
        validator.check(tmp_path / "broken.duckdb", tmp_path / "broken.duckdb", 0)
    assert check(validator, writer.extend(rows(4, 4), 14)).success


@pytest.mark.parametrize(
    ("script", "fact"),
    [
        ("raise SystemExit('No module named great_expectations')", "No module named great_expectations"),
        ("print('well', flush=True); input()", "answered 'well"),
        ("import time; time.sleep(60)", "did not answer within 1 s"),
        (f"print({json.dumps(json.dumps({'error': 'no'}))}, flush=True); input()", "could not be validated: no"),
    ],
)
def test_a_worker_that_cannot_answer_is_an_error(tmp_path: Path, script: str, fact: str) -> None:
    with (
        Validator((sys.executable, "-c", script)) as broken,
        pytest.raises(WarehouseUnavailable, match=fact),
    ):
        broken.check(tmp_path / "base", tmp_path / "recent", 0, wait=1 if "sleep" in script else 30)


def test_a_worker_that_cannot_start_is_an_error() -> None:
    with pytest.raises(WarehouseUnavailable, match="cannot be started"), Validator(("/no/such/program",)):
        pass


def test_every_expectation_is_of_a_column_of_its_frame() -> None:
    for one in SUITE:
        assert f'"{one.column}"' in frame(one.table) or one.column in ("copies", "missing")
