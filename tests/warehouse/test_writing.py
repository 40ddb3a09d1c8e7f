"""Rows become DuckDB tables: typed, taken out of documents, sorted in a base; a file is whole or an error says why."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from greenroom.errors import WarehouseUnavailable
from tests.warehouse.conftest import MakeRows
from warehouse.tables import BY_NAME, TABLES
from warehouse.writing import append, merge


def ask(path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("LOAD icu")
        return connection.execute(sql).fetchall()


def test_rows_keep_their_values_and_documents_give_up_what_is_asked_about(tmp_path: Path, rows: MakeRows) -> None:
    path = tmp_path / "recent.duckdb"
    written = append(path, rows(1, 3))
    assert written["clips"] == 3
    assert written["verdicts"] == 24
    assert written["takes"] == written["marks"] == 3
    assert written["outputs"] == 6
    ((prompt, recorded_at, seed),) = ask(path, "SELECT prompt, recorded_at, seed FROM briefs WHERE id = 'br-000002'")
    assert prompt == "a cat “2”\n"
    assert isinstance(recorded_at, datetime)
    assert recorded_at.astimezone(UTC).isoformat() == "2026-11-01T12:00:12+00:00"
    assert seed == 2
    ((model, seconds, weights, sha256),) = ask(
        path, "SELECT model, seconds, weights, frames_sha256 FROM takes WHERE brief = 'br-000003'"
    )
    assert (model, seconds, weights, sha256) == ("previz 1", 5.0, None, "cd" * 32)
    assert ask(path, "SELECT DISTINCT labelled, poster_sha256 FROM publications") == [(True, "ab" * 32)]
    assert not (tmp_path / "recent.duckdb.wal").exists()


def test_a_base_of_several_files_holds_every_row_once_in_order(tmp_path: Path, rows: MakeRows) -> None:
    older, newer, base = (tmp_path / f"{name}.duckdb" for name in ("older", "newer", "base"))
    append(newer, rows(4, 6))
    append(older, rows(1, 3))
    counts = merge(base, (newer, older))
    assert counts["clips"] == 6
    assert counts == {table.name: ask(base, f"SELECT count(*) FROM {table.name}")[0][0] for table in TABLES}  # noqa: S608
    newest_first = [f"clip{number:06}" for number in range(6, 0, -1)]
    assert [row[0] for row in ask(base, "SELECT clip FROM publications")] == newest_first


def test_a_row_that_lacks_a_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(WarehouseUnavailable, match="name"):
        append(tmp_path / "recent.duckdb", [("accounts", [{"id": "ac-1"}])])


def test_every_table_has_its_key_and_order_among_its_columns() -> None:
    for table in BY_NAME.values():
        names = {column.name for column in table.columns}
        assert {*table.key, *table.indexed, *(column.split()[0].strip('"') for column in table.order)} <= names
        assert {"recorded_at", "revision"} <= names
