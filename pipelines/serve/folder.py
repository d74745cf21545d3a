"""Look into the folder of a store by threads of its own, and not for ever.

A network drive that does not answer holds up who asks of that store, and nobody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
THREADS: Final = 2
"""One may be looking at all there is while the other answers a page."""
PATIENCE_S: Final = 10.0
NOT_AGAIN_S: Final = 0.1
"""So long is waited for a folder that did not answer the last time, until it does."""


class NoAnswerError(OSError):
    """The folder does not answer; the text says what to do."""


class Folder:
    """The folder of one store."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._threads = ThreadPoolExecutor(THREADS)
        self._silent = False

    async def look(self, function: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """Return what a function that looks into the folder returns, however long that takes."""
        loop = asyncio.get_running_loop()
        job = partial(function, *args, **more)
        return await loop.run_in_executor(self._threads, self._answered, job)

    def _answered(self, job: Callable[[], T]) -> T:
        try:
            return job()
        finally:
            self._silent = False

    async def soon(
        self, function: Callable[P, T], within_s: float, *args: P.args, **more: P.kwargs
    ) -> T:
        """Return the same; NoAnswerError where it takes longer than that."""
        within_s = min(within_s, NOT_AGAIN_S) if self._silent else within_s
        try:
            return await asyncio.wait_for(self.look(function, *args, **more), within_s)
        except TimeoutError:
            self._silent = True
            raise NoAnswerError(
                f"{self.root} does not answer; look whether its disk or network is there, then "
                "load the page again"
            ) from None

    def close(self) -> None:
        """Begin nothing more; what is being looked at may never come to an end."""
        self._threads.shutdown(wait=False, cancel_futures=True)
