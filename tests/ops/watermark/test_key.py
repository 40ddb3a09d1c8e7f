"""The key of the marks is made once, by whoever comes first, and is the installation's own."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from greenroom.errors import SealBroken
from greenroom.settings import Settings
from ops.watermark.key import mark_key


def of(home: Path) -> Settings:
    return Settings.load({}, home=home)


def test_it_is_made_on_first_use_and_stays(tmp_path: Path) -> None:
    first = mark_key(of(tmp_path / "one")).secret
    assert len(first) == 32
    assert mark_key(of(tmp_path / "one")).secret == first
    assert mark_key(of(tmp_path / "other")).secret != first
    assert stat.S_IMODE((tmp_path / "one" / "keys" / "mark.key").stat().st_mode) == 0o600


def test_many_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({key.secret for key in pool.map(lambda _: mark_key(of(tmp_path)), range(32))}) == 1


def test_a_broken_file_is_no_key(tmp_path: Path) -> None:
    mark_key(of(tmp_path))
    (tmp_path / "keys" / "mark.key").write_bytes(b"short")
    with pytest.raises(SealBroken, match="5 bytes"):
        mark_key(of(tmp_path))
