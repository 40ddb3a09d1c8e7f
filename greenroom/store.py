"""The store: immutable blobs by SHA-256, in a folder or at s3://, through fsspec.

A blob is written under a name of its own and moved to its place whole, so a reader never sees half of one; what a
killed process has written of one is swept (`sweep`). A blob is verified whenever it is read. Assets pass references,
never bytes.
"""

import errno
import hashlib
import math
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from greenroom.domain.base import BlobRef
from greenroom.errors import BlobAltered, BlobMissing, StoreUnavailable

if TYPE_CHECKING:
    from fsspec.spec import AbstractFileSystem


# What a file system says when there is no room: for anyone, for this user, or in one file.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


_DIGITS = 64  # of an address
_PARTIAL = "partial"  # beside the blobs: the folder of what is being written
_ABANDONED = 3600.0  # seconds after which nobody writes on


class Store:
    """Blobs under one folder or bucket prefix. `url` is a path, `file://`, `memory://` or `s3://bucket/prefix`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._remote = urlsplit(url).scheme not in ("", "file")
        import fsspec  # with it come the drivers of every store: loaded by what opens one

        with self._clear_errors("open"):
            filesystem, root = fsspec.core.url_to_fs(url)
        self._files: AbstractFileSystem = filesystem
        self._root: str = root

    def put(self, data: bytes, media_type: str, sealed_for: str | None = None) -> BlobRef:
        """Store `data`; the same bytes are stored once. Raises `StoreUnavailable` when they cannot be written whole."""
        ref = BlobRef(
            sha256=hashlib.sha256(data).hexdigest(), size=len(data), media_type=media_type, sealed_for=sealed_for
        )
        if self.has(ref):
            return ref
        place = self._place(ref)
        with self._clear_errors("write"):
            if self._remote:  # one PUT is atomic there
                self._files.pipe_file(place, data)
            else:
                self._write_and_move(place, data)
        return ref

    def get(self, ref: BlobRef) -> bytes:
        """The bytes of a blob. Raises `BlobMissing`, or `BlobAltered` when they are not what the address names."""
        try:
            with self._clear_errors("read"):
                data = cast("bytes", self._files.cat_file(self._place(ref)))
        except FileNotFoundError as error:
            raise BlobMissing(
                f"the store has no blob {ref.sha256} ({ref.media_type}, {ref.size} bytes)",
                f"Restore it under {self.url} from a backup, or make the clip again.",
            ) from error
        found = hashlib.sha256(data).hexdigest()
        if found != ref.sha256:
            raise BlobAltered(
                f"blob {ref.sha256} was altered: {len(data)} bytes with SHA-256 {found}, expected {ref.size} bytes",
                f"Restore it under {self.url} from a backup, or delete it there and make the clip again.",
            )
        return data

    def has(self, ref: BlobRef) -> bool:
        """Whether a blob of this address and size is there (its bytes are verified on reading)."""
        try:
            with self._clear_errors("look into"):
                return cast("int", self._files.info(self._place(ref))["size"]) == ref.size
        except FileNotFoundError:
            return False

    def delete(self, ref: BlobRef) -> None:
        """Erase a blob; one that is not there is none the less erased."""
        try:
            with self._clear_errors("delete from"):
                self._files.rm_file(self._place(ref))
        except FileNotFoundError:
            return

    def blobs(self, prefix: str) -> tuple[BlobRef, ...]:
        """Every blob whose address begins with these two hexadecimal digits; what kind each is, the store knows not."""
        try:
            with self._clear_errors("list"):
                found = self._files.ls(f"{self._root}/{prefix}", detail=True, refresh=True)
        except FileNotFoundError:
            return ()
        named = ((str(one["name"]).rpartition("/")[2], int(one["size"])) for one in found if one["type"] == "file")
        return tuple(
            BlobRef(sha256=name, size=size, media_type="application/octet-stream")
            for name, size in sorted(named)
            if len(name) == _DIGITS
        )

    def sweep(self) -> None:
        """Erase what processes that were killed more than an hour ago had written of blobs."""
        try:
            with self._clear_errors("sweep"):
                found = self._files.ls(f"{self._root}/{_PARTIAL}", detail=True, refresh=True)
        except FileNotFoundError:
            return
        for one in found:
            if time.time() - float(one.get("mtime", math.inf)) > _ABANDONED:
                with suppress(FileNotFoundError), self._clear_errors("sweep"):
                    self._files.rm_file(one["name"])

    def _place(self, ref: BlobRef) -> str:
        return f"{self._root}/{ref.sha256[:2]}/{ref.sha256}"

    def _write_and_move(self, place: str, data: bytes) -> None:
        partial = f"{self._root}/{_PARTIAL}/{uuid.uuid4().hex}"
        for folder in (place.rpartition("/")[0], partial.rpartition("/")[0]):
            self._files.makedirs(folder, exist_ok=True)
        try:
            with self._files.open(partial, "wb") as file:
                file.write(data)
            self._files.mv(partial, place)
        except BaseException:
            if self._files.exists(partial):
                self._files.rm_file(partial)
            raise

    @contextmanager
    def _clear_errors(self, verb: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            full = error.errno in FULL
            remedy = "Free space there and run the same command again: it goes on where it stopped." if full else ""
            raise StoreUnavailable(
                f"cannot {verb} the store at {self.url}: {'the disk is full' if full else error}",
                remedy or "Check that the folder or bucket exists and that this user may use it.",
            ) from error
        except (ImportError, ValueError) as error:
            raise StoreUnavailable(f"cannot {verb} the store at {self.url}: {error}", "Check store_url.") from error
