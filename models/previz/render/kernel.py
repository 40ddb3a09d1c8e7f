"""How a function becomes machine code, and how its rows are shared among threads; no drawing here.

Kernels are compiled without fastmath and never sum across threads, so a picture has the same bits on every run and
on any number of threads. They run outside the interpreter lock on plain threads: compiling is three times
quicker than numba's own parallel loops, and neither forks nor two renderers at once can upset a threading layer.
"""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., object])

_READ = ("mesh.py", "world.py", "water.py")  # of the package, by kernels
BANDS_PER_THREAD = 6  # rows differ in cost (sky, a close face): small bands keep all threads busy to the end


def kernel(function: _Function) -> _Function:
    """Compile on first call and keep the machine code. Division by zero gives inf, as in numpy.

    Inlined into its callers, and without counts of references to arrays, for which threads would contend: half of the
    shading's time. So a kernel makes no arrays: it is given the memory it works in.
    """
    usual = numba.config.CACHE_DIR  # type: ignore[attr-defined]  # set when numba loads
    numba.config.CACHE_DIR = str(_cache_folder())  # type: ignore[attr-defined]  # read where a function is declared
    try:
        compiled = numba.njit(cache=True, nogil=True, error_model="numpy", forceinline=True, _nrt=False)(function)  # type: ignore[call-overload]
        return cast("_Function", compiled)
    finally:
        numba.config.CACHE_DIR = usual  # type: ignore[attr-defined]


@cache
def _cache_folder() -> Path:
    """Where machine code of exactly these sources is kept: beside them, or in the user's cache if they are read-only.

    numba asks only whether a function's own file changed: without the sources' hash in the name, a kernel would go on
    with the old code of what it inlines from other files. Files appear in it by rename, so processes may share it.
    """
    sources = Path(__file__).parent
    parts = [*sorted(sources.glob("*.py")), *(sources.parent / one for one in _READ)]
    name = "kernels-" + hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()[:16]
    beside = sources / "__pycache__"
    writable = os.access(beside if beside.is_dir() else sources, os.W_OK)
    return (beside if writable else Path.home() / ".cache" / "greenroom") / name


class Bands:
    """Calls a kernel once for each band of rows, on several threads; returns when all rows are done."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads - 1, "previz") if threads > 1 else None

    def run(self, function: Callable[..., None], rows: int, *arguments: object) -> None:
        """`function(first, last, *arguments)` for bands that cover rows 0 to `rows`."""
        if self._pool is None or rows < 2:
            function(0, rows, *arguments)
            return
        count = min(rows, self.threads * BANDS_PER_THREAD)
        bands = iter(range(count))  # each thread takes the next: `next` is one step of the interpreter

        def work() -> None:
            for band in bands:
                function(rows * band // count, rows * (band + 1) // count, *arguments)

        helping = [self._pool.submit(work) for _ in range(min(self.threads, count) - 1)]
        work()
        for one in helping:
            one.result()
