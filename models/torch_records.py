"""Tensors of a file that torch saved before its format became an archive, read without torch and running nothing.

The form (torch 1.5 and before): three pickles of bookkeeping, one of the object, in which a tensor is a storage's key,
an offset and a shape; one of the storages' keys in order; then each storage, its length in 8 bytes and its numbers.
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from greenroom.errors import ModelFailed

_BOOKKEEPING = 3  # pickles before the object's: magic number, protocol, sizes of types


@dataclass(frozen=True, slots=True)
class _Placed:
    """A tensor that stands in a storage: float32, rows one after the other."""

    storage: str
    offset: int
    shape: tuple[int, ...]


def read_tensors(path: Path, field: str) -> Mapping[str, NDArray[np.float32]]:
    """The float32 tensors under a key of the object that was saved. Raises `ModelFailed` for any other file."""
    try:
        with path.open("rb") as opened:
            for _ in range(_BOOKKEEPING):
                _Numbers(opened).load()
            saved = cast("Mapping[str, Mapping[str, _Placed]]", _Numbers(opened).load())[field]
            keys = cast("list[str]", _Numbers(opened).load())
            storages = {key: _storage(opened) for key in keys}
        return {
            name: storages[one.storage][one.offset : one.offset + int(np.prod(one.shape))].reshape(one.shape)
            for name, one in saved.items()
        }
    except (
        pickle.UnpicklingError,
        OSError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
    ) as no:
        raise ModelFailed(f"{path.name} is no file of tensors that can be read: {no}", "Install it again.") from no


def _storage(opened: BinaryIO) -> NDArray[np.float32]:
    count = int.from_bytes(opened.read(8), "little")
    data = opened.read(4 * count)
    if len(data) != 4 * count:
        raise ValueError(f"a storage of {count} numbers ends after {len(data)} bytes")
    return np.frombuffer(data, "<f4")


class _Numbers(pickle.Unpickler):
    """Reads dictionaries and tensors, and refuses whatever else a pickle may name, so that none of it is called."""

    def find_class(self, module: str, name: str) -> Callable[..., object]:
        match (module, name):
            case ("collections", "OrderedDict"):
                return OrderedDict
            case ("torch._utils", "_rebuild_tensor_v2"):
                return _placed
            case ("torch", "FloatStorage"):
                return _Placed  # a name in a storage's key, never called
        raise pickle.UnpicklingError(f"it names {module}.{name}")

    def persistent_load(self, pid: tuple[str, object, str, str, int, object]) -> str:
        return pid[2]


def _placed(storage: str, offset: int, shape: tuple[int, ...], *_: object) -> _Placed:
    return _Placed(storage, offset, shape)
