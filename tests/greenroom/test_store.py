"""The store keeps bytes by their hash, whole or not at all, and never hands out others."""

import errno
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from greenroom.domain.base import BlobRef
from greenroom.errors import BlobAltered, BlobMissing, StoreUnavailable
from greenroom.store import Store


@pytest.fixture(scope="session")
def bucket() -> Iterator[str]:
    """A real S3 protocol server on loopback (moto), with one bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        import s3fs

        s3fs.S3FileSystem(endpoint_url=f"http://{host}:{port}").mkdir("greenroom-test")
        yield "s3://greenroom-test/blobs"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store") if request.param == "folder" else request.getfixturevalue("bucket"))


def test_bytes_come_back_and_the_address_is_their_hash(store: Store) -> None:
    ref = store.put(b"a clip", "video/mp4")
    assert ref.sha256 == hashlib.sha256(b"a clip").hexdigest()
    assert store.get(ref) == b"a clip"
    assert store.has(ref)


def test_the_same_bytes_have_one_address(store: Store) -> None:
    assert store.put(b"twice", "text/plain").sha256 == store.put(b"twice", "text/plain").sha256


def test_a_blob_that_is_not_there_is_named(store: Store) -> None:
    missing = BlobRef(sha256="0" * 64, size=3, media_type="video/mp4")
    with pytest.raises(BlobMissing, match=r"0{64}"):
        store.get(missing)
    assert not store.has(missing)


def test_a_deleted_blob_is_gone_and_deleting_it_again_is_no_error(store: Store) -> None:
    ref = store.put(b"to be erased", "text/plain")
    store.delete(ref)
    store.delete(ref)
    with pytest.raises(BlobMissing):
        store.get(ref)


def place_of(folder: Path, ref: BlobRef) -> Path:
    return folder / ref.sha256[:2] / ref.sha256


def test_altered_and_truncated_bytes_are_refused(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    ref = store.put(b"what was said", "text/plain")
    place_of(tmp_path, ref).write_bytes(b"what was sold")
    with pytest.raises(BlobAltered, match="altered"):
        store.get(ref)
    place_of(tmp_path, ref).write_bytes(b"what")
    with pytest.raises(BlobAltered, match="4 bytes"):
        store.get(ref)


def test_a_truncated_blob_is_mended_by_storing_it_again(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    ref = store.put(b"what was said", "text/plain")
    place_of(tmp_path, ref).write_bytes(b"what")
    store.put(b"what was said", "text/plain")
    assert store.get(ref) == b"what was said"


def test_a_full_disk_says_so_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(str(tmp_path / "store"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store._files, "mv", full)
    with pytest.raises(StoreUnavailable, match="disk is full"):
        store.put(b"too much", "video/mp4")
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file()] == []


def test_what_a_killed_process_was_writing_is_swept_an_hour_later(tmp_path: Path) -> None:
    """And nothing else: what is being written now, and blobs, stay."""
    store = Store(str(tmp_path / "store"))
    ref = store.put(b"whole", "text/plain")
    writing = tmp_path / "store" / "partial"
    left, fresh = writing / "left", writing / "fresh"
    left.write_bytes(b"ha")
    fresh.write_bytes(b"ha")
    hours_ago = time.time() - 2 * 3600
    for old in (left, tmp_path / "store" / ref.sha256[:2] / ref.sha256):
        os.utime(old, (hours_ago, hours_ago))
    store.sweep()
    assert [one.name for one in writing.iterdir()] == ["fresh"]
    assert store.get(ref) == b"whole"


def test_a_store_in_which_nothing_was_written_is_swept_too(store: Store) -> None:
    store.sweep()


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="cannot"):
        Store(str(tmp_path / "file" / "store")).put(b"x", "text/plain")
