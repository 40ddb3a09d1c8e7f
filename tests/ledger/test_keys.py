"""Keys: one to a subject, wrapped, and gone for ever once destroyed."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from greenroom.errors import SealBroken
from greenroom.seal import seal, unseal
from ledger.database import Ledger
from ledger.keys import Keyring, load_installation_key


@pytest.fixture
def keyring(ledger: Ledger, tmp_path: Path) -> Keyring:
    return Keyring(ledger, load_installation_key(tmp_path / "keys" / "installation.key"))


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
    keyring: Keyring, url: str, tmp_path: Path
) -> None:
    key = keyring.key("lk-1")
    sealed = seal(key, b"a capture", "lk-1")
    assert unseal(keyring.key("lk-1"), sealed, "lk-1") == b"a capture"
    with create_engine(url).connect() as connection:
        wrapped = connection.execute(text("SELECT wrapped FROM keys")).scalar_one()
    assert key not in wrapped
    keyring.destroy("lk-1")
    keyring.destroy("lk-1")
    with pytest.raises(SealBroken, match="was destroyed"):
        keyring.key("lk-1")
    with create_engine(url).connect() as connection:
        assert connection.execute(text("SELECT wrapped FROM keys")).scalar_one() is None
    files = b"".join(path.read_bytes() for path in tmp_path.glob("ledger.db*"))
    assert wrapped not in files


def test_a_key_destroyed_before_it_was_made_is_never_made(keyring: Keyring) -> None:
    keyring.destroy("lk-9")
    with pytest.raises(SealBroken, match="was destroyed"):
        keyring.key("lk-9")


def test_another_installations_key_unwraps_nothing(keyring: Keyring, ledger: Ledger) -> None:
    keyring.key("lk-1")
    with pytest.raises(SealBroken, match="does not unwrap"):
        Keyring(ledger, b"\x01" * 32).key("lk-1")
