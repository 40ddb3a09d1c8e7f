"""Secret keys in files: made once with mode 600, whole or not at all, whichever process comes first."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from greenroom.errors import SealBroken


def read_or_make(path: Path, make: Callable[[], bytes], size: int) -> bytes:
    """The bytes of a key file, made on first use. Raises `SealBroken` when they are not `size` bytes."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(fresh, path)  # where a rename would replace the key another process just made
        finally:
            fresh.unlink()
    key = path.read_bytes()
    if len(key) != size:
        raise SealBroken(f"{path} holds {len(key)} bytes, a key has {size}", "Put back the key from a backup.")
    return key
