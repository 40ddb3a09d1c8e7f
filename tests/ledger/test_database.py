"""The database: migrations, snapshots, serialised writers, a killed writer, clear errors."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from greenroom.errors import LedgerRefused, LedgerUnavailable
from ledger import accounts, appeals, briefs, log, schema
from ledger.changes import counts
from ledger.columns import metadata
from ledger.database import Ledger, Reader
from ledger.migrations.runner import configuration, upgrade
from tests.ledger.conftest import Cast

WRITER = """
import sys
from greenroom.domain.base import new_id, now
from greenroom.domain.consents import Account
from ledger import accounts, log
from ledger.database import Ledger

url, name, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
ledger = Ledger.open(url, "greenroom.test")
for number in range(rows):
    with ledger.write(run=name) as tx:
        accounts.add(tx, Account(id=new_id("ac"), name=f"{name}.{number}", recorded_at=now()))
        log.append(tx, log.Kind.CONSENT, f"{name}.{number}")
    print(number, tx.revision, flush=True)
"""


def start_writer(url: str, name: str, rows: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, url, name, str(rows)], stdout=subprocess.PIPE, text=True)


def test_migrations_make_what_the_schema_says(url: str, ledger: Ledger) -> None:
    with create_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert ScriptDirectory.from_config(configuration(connection)).get_heads() == [schema.HEAD]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_sqlite_is_durable_and_keeps_references(ledger: Ledger) -> None:
    with ledger.read() as tx:
        found = {
            name: tx.connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_postgresql_is_durable_and_settled_whatever_the_server_is_set_to(url: str) -> None:
    careless = ("synchronous_commit = off", "default_transaction_isolation = 'serializable'", "timezone = 'Asia/Tokyo'")
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in careless:
            connection.execute(f"ALTER DATABASE {connection.info.dbname} SET {setting}")
    wanted = ("synchronous_commit", "transaction_isolation", "transaction_read_only", "timezone", "lock_timeout")

    def settings(tx: Reader) -> list[str]:
        return [tx.connection.execute(text(f"SHOW {setting}")).scalar_one() for setting in wanted]

    with closing(Ledger.open(url, "greenroom.test")) as ledger:
        with ledger.write() as tx:
            assert settings(tx) == ["on", "read committed", "off", "UTC", "30s"]
        with ledger.read() as reader:
            assert settings(reader) == ["on", "repeatable read", "on", "UTC", "30s"]
        assert ledger.describe() == "PostgreSQL 18.4"


def test_a_writer_that_waited_sees_what_the_one_before_it_wrote(ledger: Ledger, cast: type[Cast]) -> None:
    entered = threading.Event()

    def first() -> None:
        with ledger.write() as tx:
            entered.set()
            time.sleep(0.2)  # the other asks for its turn meanwhile
            cast(tx).account("mia")

    thread = threading.Thread(target=first)
    thread.start()
    entered.wait()
    with ledger.write() as tx:
        assert accounts.by_name(tx, "mia") is not None
        assert tx.revision == 2
    thread.join()


def test_a_reader_keeps_its_moment_while_a_writer_commits(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.read() as before:
        with ledger.write() as tx:
            cast(tx).account("mia")
        assert accounts.by_name(before, "mia") is None
        assert before.revision == tx.revision - 1
    with ledger.read() as after:
        assert accounts.by_name(after, "mia") is not None
        assert after.revision == tx.revision


def test_a_transaction_that_fails_leaves_nothing(ledger: Ledger, cast: type[Cast]) -> None:
    def twice() -> None:
        with ledger.write() as tx:
            cast(tx).account("mia")
            log.append(tx, log.Kind.CONSENT, "aa")
            cast(tx).account("mia")

    with pytest.raises(LedgerRefused, match=r"accounts\.(name|id)|pk_accounts|uq_accounts_name"):
        twice()
    with ledger.read() as reader:
        assert reader.revision == 0
        assert set(counts(reader).values()) == {0}


def test_two_processes_interleave_with_unique_rising_revisions(url: str, ledger: Ledger) -> None:
    writers = [start_writer(url, name, 200) for name in ("ada", "bob")]
    printed = [writer.communicate(timeout=60)[0].splitlines() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    revisions = [[int(line.split()[1]) for line in lines] for lines in printed]
    assert all(one == sorted(one) for one in revisions)
    assert sorted(revisions[0] + revisions[1]) == list(range(1, 401))
    with ledger.read() as tx:
        assert counts(tx)["accounts"] == 400
        assert log.check(tx).size == 400


def test_processes_that_open_a_new_ledger_migrate_it_once(url: str) -> None:
    if url.startswith("postgresql"):  # the fixture's is migrated
        with psycopg.connect(url) as connection:
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    writers = [start_writer(url, name, 1) for name in ("ada", "bob", "cyd")]
    for writer in writers:
        writer.communicate(timeout=60)
    assert [writer.returncode for writer in writers] == [0, 0, 0]


def test_kill_9_loses_no_committed_row_and_the_tree_stays_consistent(url: str, ledger: Ledger) -> None:
    for turn in range(3):
        writer = start_writer(url, f"turn{turn}", 100_000)
        assert writer.stdout is not None
        said = [writer.stdout.readline() for _ in range(20 + 13 * turn)]
        os.kill(writer.pid, signal.SIGKILL)
        said += writer.communicate(timeout=30)[0].splitlines()
        committed = [line.split() for line in said if len(line.split()) == 2]
        with ledger.read() as tx:
            assert all(accounts.by_name(tx, f"turn{turn}.{number}") is not None for number, _ in committed)
            assert tx.revision >= int(committed[-1][1])
            assert counts(tx)["accounts"] == log.check(tx).size == tx.revision


def test_threads_share_a_ledger(ledger: Ledger, cast: type[Cast]) -> None:
    seen: list[int] = []

    def work(name: str) -> None:
        for number in range(10):
            with ledger.write() as tx:
                cast(tx).account(f"{name}.{number}")
            with ledger.read() as reader:
                assert accounts.by_name(reader, f"{name}.{number}") is not None
            seen.append(tx.revision)

    threads = [threading.Thread(target=work, args=(f"thread{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(1, 61))


@pytest.mark.parametrize(
    ("url", "fact"),
    [
        ("sqlite:////nowhere/at/all/ledger.db", "unable to open"),
        ("mystery://x", "no database URL"),
        ("what is this", "no database URL"),
    ],
)
def test_a_ledger_that_cannot_be_opened_says_why(url: str, fact: str) -> None:
    with pytest.raises(LedgerUnavailable, match=fact):
        Ledger.open(url, "greenroom.test")


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_text("these are not the rows you are looking for" * 20)
    with pytest.raises(LedgerUnavailable, match="not a database"):
        Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", "greenroom.test")


def test_a_newer_schema_is_left_alone(url: str, ledger: Ledger) -> None:
    with create_engine(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerUnavailable, match="9999"):
        Ledger.open(url, "greenroom.test")


def older(folder: Path, revision: str, *rows: str) -> str:
    """The address of a ledger as it was at an older migration, with rows ("TABLE VALUES (...)")."""
    url = f"sqlite:///{folder / 'old.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        upgrade(connection, to=revision)
        for row in rows:
            connection.execute(text(f"INSERT INTO {row}"))
    engine.dispose()
    return url


def test_a_brief_of_an_older_ledger_asks_for_no_passes(tmp_path: Path) -> None:
    moment = "'2026-11-01 10:00:00', 1"
    url = older(
        tmp_path,
        "0004",
        f"accounts VALUES ('ac-1', 'ada', '[]', {moment})",
        f"batches VALUES ('ba-1', 'interactive', '2026-11-01', 'ac-1', {moment})",
        "briefs VALUES ('br-1', 'ba-1', 'a dog', 'ac-1', '[]', NULL, 5, 128, 128, NULL, NULL, 3, 'previz', "
        f"'interactive', '2026-11-01', 'null', {moment})",
    )
    with closing(Ledger.open(url, "greenroom.test")) as ledger, ledger.read() as tx:
        found = briefs.by_id(tx, "br-1")
    assert found is not None
    assert (found.prompt, found.passes) == ("a dog", ())


def test_an_appeal_of_an_older_ledger_is_of_the_policy_that_its_verdict_is_of(tmp_path: Path) -> None:
    moment = "'2026-11-20 10:00:00', 1"
    url = older(
        tmp_path,
        "0008",
        f"accounts VALUES ('ac-1', 'ada', '[]', {moment})",
        f"batches VALUES ('ba-1', 'interactive', '2026-11-20', 'ac-1', {moment})",
        "briefs (id, batch, prompt, requester, likenesses, seconds, width, height, seed, generator, lane, day, "
        "storyboard, passes, recorded_at, revision) VALUES ('br-1', 'ba-1', 'a play', 'ac-1', '[]', 5, 128, 128, "
        f"3, 'previz', 'interactive', '2026-11-20', 'null', '[]', {moment})",
        f"reviews VALUES ('rv-1', 'brief', 'br-1', 2, '{'ef' * 32}', '[]', NULL, {moment})",
        f"verdicts VALUES ('vd-1', 'br-1', NULL, 2, 'deny', '[]', '[]', 4, '{'ef' * 32}', '1', '', 1.0, {moment})",
        f"review_appeals VALUES ('ap-1', 'rv-1', 'br-1', 2, 'text.violence', 'vd-1', 'ac-1', 'A play.', {moment})",
    )
    with closing(Ledger.open(url, "greenroom.test")) as ledger:
        with ledger.read() as tx:
            (found,) = appeals.of_brief(tx, "br-1")
        assert (found.policy_version, found.rule, found.reason) == (4, "text.violence", "A play.")
        with create_engine(url).connect() as connection:
            made = MigrationContext.configure(connection)
            assert compare_metadata(made, metadata) == []
