"""One process beside the server that computes, so that pages stay quick and the server small."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from typing import Final, ParamSpec, TypeVar

from pipelines.store.left_out import LeftOutWarning
from pipelines.worker_process import end_with_parent

P = ParamSpec("P")
T = TypeVar("T")
LESS_URGENT: Final = 5
"""By how much answering browsers comes first."""


class EndedError(OSError):
    """The process that computes was ended before it answered; the text says what to do."""


class Worker:
    """Runs functions of modules one after the other; an executor may be given instead.

    Its process gets no more memory than `most_mb`, where that can be said (Linux).
    """

    def __init__(self, executor: Executor | None = None, *, most_mb: int | None = None) -> None:
        self._given, self._most_mb = executor, most_mb
        self._process: Executor | None = None

    async def run(self, function: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """Return what a function of a module returns; its ValueError and OSError come through.

        A process that was killed, as by a machine out of memory, is begun anew for the next.
        """
        loop = asyncio.get_running_loop()
        if self._given is None and self._process is None:
            self._process = _process(self._most_mb)
        used = self._given or self._process
        try:
            return await loop.run_in_executor(used, partial(function, *args, **more))
        except BrokenExecutor:
            if used is self._process:  # unless another request has seen it, too
                self._process = None
            raise EndedError(
                "what computes was ended by this machine; load the page again"
            ) from None

    def rest(self) -> None:
        """Let the process end once it has done what it was given; the next job begins another."""
        if self._process is not None:
            self._process.shutdown(wait=False)
            self._process = None

    def close(self) -> None:
        """End the process once it has done the job it is at; what waits for it is let go.

        Nobody waits for that: a drive that does not answer may never let it be done.
        """
        if self._process is not None:
            self._process.shutdown(wait=False, cancel_futures=True)
            self._process = None


def _process(most_mb: int | None) -> Executor:
    # Spawned, not forked: a fork of a process with threads may hang.
    return ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), initializer=_begin, initargs=(most_mb,)
    )


def _begin(most_mb: int | None) -> None:
    """Leave Ctrl-C to the server, end with it, and leave what was left out to the pages."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore", LeftOutWarning)
    with suppress(OSError, AttributeError):  # not on Windows
        os.nice(LESS_URGENT)
    end_with_parent()
    if most_mb is not None and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most_mb << 20, most_mb << 20))
