"""Where the arrays of a segment lie: in memory, or as files of a folder that readers map.

A file is written whole before anything names its folder, and never changed afterwards.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

COUNT, WORD, SHORT = np.dtype(np.int64), np.dtype(np.uint32), np.dtype(np.uint16)
HASH = np.dtype(np.uint64)


class Make(Protocol):
    """Makes an array of zeros under a name."""

    def __call__(self, name: str, shape: tuple[int, ...], kind: "np.dtype[Scalar]") -> "NDArray[Scalar]": ...


def in_memory(name: str, shape: tuple[int, ...], kind: "np.dtype[Scalar]") -> "NDArray[Scalar]":
    """An array that has no name."""
    del name
    return np.zeros(shape, kind)


class Folder:
    """A folder that gets a file for each array."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made: list[np.memmap[tuple[int, ...], np.dtype[np.generic]]] = []
        path.mkdir(parents=True)

    def __call__(self, name: str, shape: tuple[int, ...], kind: "np.dtype[Scalar]") -> "NDArray[Scalar]":
        if 0 in shape:  # nothing can be mapped of it
            np.save(self._path / f"{name}.npy", np.zeros(shape, kind))
            return np.zeros(shape, kind)
        made = np.lib.format.open_memmap(self._path / f"{name}.npy", "w+", kind, shape)
        self._made.append(made)
        return np.ndarray(shape, kind, made)

    def close(self) -> None:
        """Have all of it on the disk."""
        for one in self._made:
            one.flush()


def mapped(path: Path, name: str, kind: "np.dtype[Scalar]") -> "NDArray[Scalar]":
    """The array of a file, read as it is asked for. Raises OSError or ValueError for one that is not whole."""
    file = path / f"{name}.npy"
    # Copied on write, which never happens: kernels are compiled once for arrays that could be written to.
    found = np.load(file, mmap_mode="c") if file.stat().st_size > 128 else np.load(file)
    if not np.issubdtype(found.dtype, kind) and found.dtype != kind:
        raise ValueError(f"{file.name} holds {found.dtype}, expected {kind}")
    return np.ndarray(found.shape, found.dtype, found)


def joined(make: Make, name: str, parts: "Sequence[NDArray[Scalar]]") -> "NDArray[Scalar]":
    """The parts in one array, copied one after another."""
    made = make(name, (sum(len(one) for one in parts), *parts[0].shape[1:]), np.result_type(*parts))
    start = 0
    for one in parts:
        made[start : start + len(one)] = one
        start += len(one)
    return made
