"""One process beside the server that computes, so that pages stay quick and the server small."""

from __future__ import annotations

import asyncio
import os
import signal
import warnings
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from typing import Final, ParamSpec, TypeVar

from pipelines.store.left_out import LeftOutWarning

P = ParamSpec("P")
T = TypeVar("T")
LESS_URGENT: Final = 5
"""By how much answering browsers comes first."""


class Worker:
    """Runs functions of modules one after the other; an executor may be given instead."""

    def __init__(self, executor: Executor | None = None) -> None:
        self._given = executor
        self._executor = executor or _process()

    async def run(self, function: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """Return what a function of a module returns; its ValueError and OSError come through.

        A process that was killed, as by a machine out of memory, is begun anew for the next.
        """
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._executor, partial(function, *args, **more))
        except BrokenExecutor:
            if self._given is None:
                self._executor = _process()
            raise OSError("what computes was ended by this machine; load the page again") from None

    def close(self) -> None:
        """End the process; what is being computed is let go."""
        if self._given is None:
            self._executor.shutdown(wait=False, cancel_futures=True)


def _process() -> Executor:
    # Spawned, not forked: a fork of a process with threads may hang.
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Leave Ctrl-C to the server, and the pages to say what was left out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore", LeftOutWarning)
    with suppress(OSError, AttributeError):  # not on Windows
        os.nice(LESS_URGENT)
