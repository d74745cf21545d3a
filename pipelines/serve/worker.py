"""A process beside the server that computes, so that pages stay quick and the server small."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Final, ParamSpec, TypeVar

from pipelines.store.left_out import LeftOutWarning
from pipelines.worker_process import end_with_parent

P = ParamSpec("P")
T = TypeVar("T")
LESS_URGENT: Final = 5
"""By how much answering browsers comes first."""
KILLED: Final = "what computes was ended by this machine; load the page again"
LATE: Final = (
    "what computes took longer than {:g} s, and was ended; ask for less, or load the page again"
)


@dataclass(frozen=True)
class Limits:
    """What a process may take, of memory and for one job; and when it ends without one.

    Memory is limited on Linux, time not on Windows.
    """

    most_mb: int | None = None
    most_s: float | None = None
    idle_s: float | None = None


UNLIMITED: Final = Limits()


class EndedError(OSError):
    """The process that computes was ended before it answered; the text says what to do."""


class Worker:
    """Runs functions of modules one after the other; an executor may be given instead.

    Its process is begun with the first job and after each rest, and keeps to the `limits`.
    """

    def __init__(self, executor: Executor | None = None, limits: Limits = UNLIMITED) -> None:
        self._given, self._limits = executor, limits
        self._process: Executor | None = None
        self._jobs = 0
        self._until_rest: asyncio.TimerHandle | None = None

    async def run(self, function: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """Return what a function of a module returns; its ValueError and OSError come through.

        A process that was killed, as by a machine out of memory or for a job that takes too long,
        is begun anew for the next.
        """
        job = partial(function, *args, **more)
        if self._given is not None:
            return await asyncio.get_running_loop().run_in_executor(self._given, job)
        self._jobs += 1
        try:
            return await self._in_process(job)
        finally:
            self._jobs -= 1
            self._rest_later()

    async def _in_process(self, job: Callable[[], T]) -> T:
        if self._process is None:
            self._process = _process(self._limits.most_mb)
        used, most_s = self._process, self._limits.most_s
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        try:
            return await loop.run_in_executor(used, partial(_within, most_s, job))
        except BrokenExecutor:
            if used is self._process:  # unless another request has seen it, too
                self._process = None
            if most_s is not None and loop.time() - begun_s > most_s:
                raise EndedError(LATE.format(most_s)) from None
            raise EndedError(KILLED) from None

    def _rest_later(self) -> None:
        if self._until_rest is not None:
            self._until_rest.cancel()
        if self._limits.idle_s is not None:
            loop = asyncio.get_running_loop()
            self._until_rest = loop.call_later(self._limits.idle_s, self._rest_if_idle)

    def _rest_if_idle(self) -> None:
        if not self._jobs:
            self.rest()

    @property
    def begun(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

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


def _within(most_s: float | None, job: Callable[[], T]) -> T:
    """Do a job; the system ends this process where it takes longer, also within a library."""
    if most_s is None or sys.platform == "win32":
        return job()
    signal.setitimer(signal.ITIMER_REAL, most_s)
    try:
        return job()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


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
