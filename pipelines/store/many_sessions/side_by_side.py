"""Look at many files by a few threads of our own, which are gone once all is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from pipelines.worker_process import processors

T = TypeVar("T")
U = TypeVar("U")
MOST_THREADS: Final = 4
"""What reads and checks lets go of Python's lock; what joins it together afterwards does not."""


def side_by_side(function: Callable[[T], U], items: Sequence[T]) -> Iterator[U]:
    """Return what `function` returns of each item, in their order."""
    threads = min(MOST_THREADS, processors(), len(items))
    if threads < 2:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(function, items)
