"""Keys: one to a subject, wrapped, and gone for ever once destroyed."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from greenroom.domain.base import now
from greenroom.domain.removals import Erasure, ErasureOrder
from greenroom.errors import LedgerUnavailable, SealBroken
from greenroom.seal import seal, unseal
from ledger import erasures, withdrawals
from ledger.database import Ledger
from ledger.keys import Keyring, load_installation_key
from ledger.keystore import KeyStore
from ledger.migrations.runner import upgrade
from tests.ledger.conftest import Cast


@pytest.fixture
def keys_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'keys.db'}"


@pytest.fixture
def keystore(keys_url: str) -> Iterator[KeyStore]:
    with closing(KeyStore.open(keys_url)) as opened:
        yield opened


@pytest.fixture
def keyring(ledger: Ledger, keystore: KeyStore, tmp_path: Path) -> Keyring:
    return Keyring(ledger, keystore, load_installation_key(tmp_path / "keys" / "installation.key"))


def test_the_installation_key_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "installation.key"
    made = load_installation_key(path)
    assert len(made) == 32
    assert load_installation_key(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_a_subject_keeps_its_key_and_no_other_has_it(keyring: Keyring) -> None:
    assert keyring.key("lk-1") == keyring.key("lk-1")
    assert len({keyring.key(f"lk-{number}") for number in range(20)}) == 20


def test_a_destroyed_key_is_gone_from_the_database_and_never_made_again(
    keyring: Keyring, keys_url: str, tmp_path: Path
) -> None:
    key = keyring.key("lk-1")
    sealed = seal(key, b"a capture", "lk-1")
    assert unseal(keyring.key("lk-1"), sealed, "lk-1") == b"a capture"
    with create_engine(keys_url).connect() as connection:
        wrapped = connection.execute(text("SELECT wrapped FROM keys")).scalar_one()
    assert key not in wrapped
    keyring.destroy("lk-1")
    keyring.destroy("lk-1")
    with pytest.raises(SealBroken, match="was destroyed"):
        keyring.key("lk-1")
    with create_engine(keys_url).connect() as connection:
        assert connection.execute(text("SELECT wrapped FROM keys")).scalar_one() is None
    files = b"".join(path.read_bytes() for path in tmp_path.glob("*.db*"))
    assert wrapped not in files


def test_a_key_destroyed_before_it_was_made_is_never_made(keyring: Keyring) -> None:
    keyring.destroy("lk-9")
    with pytest.raises(SealBroken, match="was destroyed"):
        keyring.key("lk-9")


def test_another_installations_key_unwraps_nothing(keyring: Keyring, keystore: KeyStore, ledger: Ledger) -> None:
    keyring.key("lk-1")
    with pytest.raises(SealBroken, match="does not unwrap"):
        Keyring(ledger, keystore, b"\x01" * 32).key("lk-1")


def test_a_withdrawn_likeness_is_closed_though_its_key_is_there(
    keyring: Keyring, ledger: Ledger, cast: type[Cast]
) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        chelsea, _ = made.likeness("chelsea", made.account())
    keyring.key(chelsea.id)
    with ledger.write() as tx:
        withdrawals.add(tx, cast.withdrawal_of(chelsea))
    with pytest.raises(SealBroken, match="was withdrawn"):
        keyring.key(chelsea.id)


def test_an_erased_brief_is_closed_though_its_key_is_there(keyring: Keyring, ledger: Ledger, cast: type[Cast]) -> None:
    with ledger.write() as tx:
        made = cast(tx)
        brief = made.brief(made.account())
        order = ErasureOrder(id="eo-1", brief=brief.id, cause="wi-1", due_at=now(), recorded_at=now())
        erasures.order(tx, order)
    keyring.key(brief.id)  # ordered, and not yet carried out: the sweep reads before it erases
    with ledger.write() as tx:
        erasures.record(tx, Erasure(order="eo-1", blobs=1, size=1, run="run-1", recorded_at=now()))
    with pytest.raises(SealBroken, match="was erased"):
        keyring.key(brief.id)


def test_two_copies_of_the_keys_agree_on_what_is_destroyed(keystore: KeyStore, tmp_path: Path) -> None:
    with closing(KeyStore.open(f"sqlite:///{tmp_path / 'other.db'}")) as other:
        keystore.put("both", b"1" * 60)
        other.put("both", b"1" * 60)
        other.put("new", b"2" * 60)
        other.destroy("both", "never made")
        rows = [asdict(row) for row in other.every()]
        keystore.adopt(rows)
        keystore.adopt(rows)
        assert [(one.subject, one.wrapped) for one in keystore.every()] == [
            ("both", None),
            ("never made", None),
            ("new", b"2" * 60),
        ]
    assert b"1" * 60 not in b"".join(path.read_bytes() for path in tmp_path.glob("keys.db*"))


def test_an_older_ledger_hands_its_keys_over_and_keeps_none(tmp_path: Path, keystore: KeyStore) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        upgrade(connection, to="0002")
        connection.execute(
            text("INSERT INTO keys VALUES ('lk-1', :wrapped, '2026-11-01 10:00:00.5', NULL)"), {"wrapped": b"3" * 60}
        )
        connection.execute(text("INSERT INTO keys VALUES ('lk-2', NULL, '2026-11-01 10:00:00', '2026-11-02 10:00:00')"))
    engine.dispose()
    with pytest.raises(LedgerUnavailable, match="still holds 2 keys"):
        Ledger.open(url, "greenroom.test")
    Ledger.open(url, "greenroom.test", keystore.adopt).close()
    found = {row.subject: row for row in keystore.every()}
    assert (found["lk-1"].wrapped, found["lk-2"].wrapped) == (b"3" * 60, None)
    assert found["lk-1"].made_at == datetime(2026, 11, 1, 10, 0, 0, 500_000, tzinfo=UTC)
    assert b"3" * 60 not in b"".join(path.read_bytes() for path in tmp_path.glob("old.db*"))
