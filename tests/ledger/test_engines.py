"""PostgreSQL as the ledger meets it: what it refuses, who waits for whom, lost connections, and what is erased."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from greenroom.domain.verdicts import Gate, Outcome
from greenroom.errors import LedgerRefused, LedgerUnavailable
from ledger import accounts, briefs, engines, verdicts
from ledger.database import Ledger
from ledger.keystore import KeyStore
from ledger.migrations.runner import upgrade
from tests.ledger.conftest import Cast


@pytest.fixture
def url(postgres_url: str) -> str:
    return postgres_url


@pytest.fixture
def server(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def value(server: psycopg.Connection, question: str) -> object:
    row = server.execute(question).fetchone()
    return None if row is None else row[0]


def files(server: psycopg.Connection) -> bytes:
    """What the data files of the database hold once all is written out."""
    server.execute("CHECKPOINT")
    folder = Path(str(value(server, "SHOW data_directory")))
    number = value(server, "SELECT oid FROM pg_database WHERE datname = current_database()")
    return b"".join(path.read_bytes() for path in (folder / "base" / str(number)).iterdir())


def test_a_destroyed_key_leaves_the_data_files(url: str, server: psycopg.Connection) -> None:
    with closing(KeyStore.open(url)) as keys:
        for number in range(50):
            keys.put(f"lk-{number}", f"wrapped key {number:4}".encode() * 3)
        assert b"wrapped key    7" in files(server)
        assert b"wrapped key    8" in files(server)
        keys.destroy("lk-7")
        found = files(server)
        assert b"wrapped key    7" not in found
        assert b"wrapped key    8" in found


def test_erasing_waits_for_a_reader_that_may_still_see_it(url: str, server: psycopg.Connection) -> None:
    with closing(KeyStore.open(url)) as keys, psycopg.connect(url) as reader:
        keys.put("lk-1", b"wrapped key one")
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT 1")
        erasing = threading.Thread(target=keys.destroy, args=("lk-1",))
        erasing.start()
        erasing.join(0.3)
        assert erasing.is_alive()
        found = keys.get("lk-1")  # destroyed for every other reader meanwhile
        assert found is not None
        assert found.wrapped is None
        reader.rollback()
        erasing.join()
        assert b"wrapped key one" not in files(server)


def test_a_connection_that_the_server_closed_is_replaced(ledger: Ledger, server: psycopg.Connection) -> None:
    with ledger.read() as before:
        pass
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )
    with ledger.read() as after:
        assert after.revision == before.revision


def test_a_connection_lost_amid_a_transaction_says_so_and_leaves_nothing(
    ledger: Ledger, server: psycopg.Connection, cast: type
) -> None:
    def cut() -> None:
        with ledger.write() as tx:
            cast(tx).account("mia")
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state LIKE 'idle in%'")
            cast(tx).account("ada")

    with pytest.raises(LedgerUnavailable, match="was lost"):
        cut()
    with ledger.write() as tx:
        assert tx.revision == 1
        assert accounts.by_name(tx, "mia") is None


def test_a_writer_kept_waiting_too_long_gives_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hasty = tuple(setting.replace("30s", "200ms") for setting in engines._SETTINGS)
    monkeypatch.setattr(engines, "_SETTINGS", hasty)
    with closing(Ledger.open(url, "greenroom.test")) as ledger:
        with ledger.write(), pytest.raises(LedgerUnavailable, match="other writers kept it busy"), ledger.write():
            pass
        with ledger.read() as reader:
            assert reader.revision == 1


def test_a_reader_waits_for_no_writer(ledger: Ledger) -> None:
    with ledger.write() as tx, ledger.read() as reader:
        assert reader.revision == tx.revision - 1


def test_a_text_that_it_cannot_keep_is_refused(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        brief = cast(tx).brief(cast(tx).account())
        verdict = cast.verdict_of(brief.id, Gate.PROMPT, Outcome.ALLOW)
    with pytest.raises(LedgerRefused, match="NUL"), ledger.write() as tx:
        briefs.add(tx, brief.model_copy(update={"id": "br-2", "prompt": "a cat\0sits"}))
    with pytest.raises(LedgerRefused, match="too long"), ledger.write() as tx:
        verdicts.add(tx, verdict.model_copy(update={"code_version": "1" * 65}))


def test_a_refusal_repeats_no_value_of_the_row(ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        cast(tx).account("mia")
    with pytest.raises(LedgerRefused, match="duplicate key") as refused, ledger.write() as tx:
        cast(tx).account("mia")
    assert "(mia)" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "fact"),
    [
        ("postgresql://mia:hush@/ledger?host=/nowhere/at/all", "No such file"),
        ("postgresql://mia@/ledger?host=/nowhere/at/all&password=hush", "No such file"),
        ("postgresql://mia:hush@localhost:port/ledger", "no database URL"),
    ],
)
def test_a_server_that_is_not_there_says_so_without_the_password(url: str, fact: str) -> None:
    with pytest.raises(LedgerUnavailable, match=fact) as refused:
        Ledger.open(url, "greenroom.test")
    assert "hush" not in str(refused.value)


def test_an_older_ledger_hands_its_keys_over(url: str, server: psycopg.Connection, tmp_path: Path) -> None:
    server.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    with closing(KeyStore.open(f"sqlite:///{tmp_path / 'keys.db'}")) as keys:
        engine = engines.connected(url)
        with engine.begin() as connection:
            upgrade(connection, to="0002")
        engine.dispose()
        moment = "2026-11-01 10:00:00.5+00"
        server.execute("INSERT INTO keys VALUES ('lk-1', 'wrapped key one', %s, NULL)", [moment])
        server.execute("INSERT INTO keys VALUES ('lk-2', NULL, %s, %s)", [moment, moment])
        Ledger.open(url, "greenroom.test", keys.adopt).close()
        assert [(one.subject, one.wrapped) for one in keys.every()] == [("lk-1", b"wrapped key one"), ("lk-2", None)]
        assert {one.made_at for one in keys.every()} == {datetime(2026, 11, 1, 10, 0, 0, 500_000, tzinfo=UTC)}
    assert b"wrapped key one" not in files(server)


def test_one_place_is_known_by_whatever_name() -> None:
    place = "postgresql://mia@db.example/ledger"
    assert engines.same_place(place, "postgresql+psycopg://ada:hush@db.example:5432/ledger?sslmode=require")
    assert engines.same_place("sqlite:////srv/one.db", "sqlite:////srv/one.db")
    for other in ("postgresql://mia@db.example/keys", "postgresql://mia@other.example/ledger", "sqlite:///ledger"):
        assert not engines.same_place(place, other)


def test_keys_and_ledger_never_share_a_database(url: str) -> None:
    with pytest.raises(LedgerUnavailable, match="one database"):
        KeyStore.open(url, apart_from=url)


def test_a_user_who_may_not_write_says_so(url: str, server: psycopg.Connection) -> None:
    name = value(server, "SELECT current_database()")
    server.execute(f"CREATE ROLE stranger_{name} LOGIN")
    stranger = url.replace("postgres@", f"stranger_{name}@")
    with pytest.raises(LedgerUnavailable, match="permission denied"):
        Ledger.open(stranger, "greenroom.test")
    server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    server.execute(f"GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA public TO stranger_{name}")
    with closing(Ledger.open(stranger, "greenroom.test")) as ledger, ledger.write() as tx:
        assert tx.revision == 1  # a writer says that it writes, whatever the default
