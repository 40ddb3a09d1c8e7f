"""The doctor names the database that the ledger is on."""

from pathlib import Path

import pytest

from greenroom.settings import Settings
from ops.doctor import State, examine


@pytest.mark.parametrize(("database", "kind"), [("sqlite", "SQLite 3."), ("postgresql", "PostgreSQL 18.")])
def test_the_ledgers_database_is_named(
    database: str, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = str(request.getfixturevalue("postgres_url")) if database == "postgresql" else ""
    found = {one.part: one for one in examine(Settings.load({"GREENROOM_LEDGER_URL": url}, home=tmp_path / "home"))}
    assert found["ledger"].state is State.READY
    assert found["ledger"].uses.startswith(kind)
    assert found["ledger"].uses.endswith("revision 0")


def test_a_server_that_is_not_there_is_broken_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://mia:hush@/ledger?host=/nowhere/at/all"
    found = examine(Settings.load({"GREENROOM_LEDGER_URL": url}, home=tmp_path / "home"))
    assert (found[0].part, found[0].state) == ("ledger and store", State.BROKEN)
    assert "No such file" in found[0].uses
    assert "hush" not in found[0].model_dump_json()
