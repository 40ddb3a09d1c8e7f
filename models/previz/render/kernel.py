"""How a function becomes machine code, and how its rows are shared among threads; no drawing here.

Kernels are compiled without fastmath and never sum across threads, so a picture has the same bits on every run and
on any number of threads. They run outside the interpreter lock on plain threads: compiling is three times
quicker than numba's own parallel loops, and neither forks nor two renderers at once can upset a threading layer.
"""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., object])

BANDS_PER_THREAD = 6  # rows differ in cost (sky, a close face): small bands keep all threads busy to the end


def kernel(function: _Function) -> _Function:
    """Compile on first call; machine code is kept in numba's cache folder. Division by zero gives inf, as in numpy.

    Inlined into its callers: a call counts references to each array it is given, and threads contend for the counts.
    """
    return cast("_Function", numba.njit(cache=True, nogil=True, error_model="numpy", forceinline=True)(function))


class Bands:
    """Calls a kernel once for each band of rows, on several threads; returns when all rows are done."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads, "previz") if threads > 1 else None

    def run(self, function: Callable[..., None], rows: int, *arguments: object) -> None:
        """`function(first, last, *arguments)` for bands that cover rows 0 to `rows`."""
        if self._pool is None or rows < 2:
            function(0, rows, *arguments)
            return
        count = min(rows, self.threads * BANDS_PER_THREAD)
        edges = [rows * band // count for band in range(count + 1)]
        waiting = [self._pool.submit(function, first, last, *arguments) for first, last in itertools.pairwise(edges)]
        for band in waiting:
            band.result()
