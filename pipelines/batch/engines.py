"""Where jobs are done: executors of `concurrent.futures`, all lent in one way."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import active_children, get_context
from typing import Any, Final, Self

from pipelines.errors import not_installed
from pipelines.worker_process import (
    end_with_parent,
    ignoring_interrupts,
    keep_to_one_thread,
    processors,
)

DASK: Final = "dask://"
CONNECT_S: Final = 20


@dataclass(frozen=True)
class Lent:
    """An executor, how many jobs it is given at a time, and how it says that a worker was lost."""

    executor: Executor
    at_once: int
    lost: tuple[type[BaseException], ...] = (BrokenExecutor,)


Engine = Callable[[int | None], AbstractContextManager[Lent]]
"""Lends an executor with so many workers; None: as many as there are."""


def engine(name: str) -> Engine:
    """Return the engine that a person named: local, loky, or dask:// and an address."""
    if name == "local":
        return local
    if name == "loky":
        return _loky
    if name.startswith(DASK) and name != DASK:
        return partial(_dask, "tcp://" + name.removeprefix(DASK))
    raise ValueError(f"{name!r} is no executor; use local, loky or {DASK}HOST:PORT")


class Pool:
    """The executor that jobs are given to; another one once it is broken."""

    def __init__(self, lend: Engine, workers: int | None) -> None:
        self._lend, self._workers = lend, workers
        self._open = ExitStack()
        self._lent: Lent | None = None

    def lent(self) -> Lent:
        """Return the executor, started where it is not."""
        if self._lent is None:
            self._lent = self._open.enter_context(self._lend(self._workers))
        return self._lent

    def is_broken(self) -> None:
        """Let go of the executor: a local one is used up once it has lost a worker."""
        self._lent = None
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        self._lent = None
        self._open.__exit__(*error)


@contextmanager
def local(workers: int | None) -> Iterator[Lent]:
    """Lend processes of this machine that leave Ctrl-C to this one, and are gone when it ends."""
    count = workers or processors()
    context = get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_as_worker) as executor:
        with ignoring_interrupts():  # new processes inherit it; each of these jobs starts one
            for _ in range(count):
                executor.submit(time.perf_counter)
        try:
            yield Lent(executor, count)
        except BaseException:
            for worker in active_children():
                worker.terminate()
            raise


@contextmanager
def _loky(workers: int | None) -> Iterator[Lent]:
    try:
        from loky import ProcessPoolExecutor as Loky
    except ModuleNotFoundError:
        raise ValueError(not_installed("loky", "loky")) from None
    count = workers or processors()
    executor = Loky(count, initializer=_as_worker)
    try:
        yield Lent(executor, count)
    finally:
        executor.shutdown(wait=True, kill_workers=True)


@contextmanager
def _dask(address: str, workers: int | None) -> Iterator[Lent]:
    """Lend a cluster; it starts lost workers and their jobs again by itself, a few times."""
    try:
        import distributed
    except ModuleNotFoundError:
        raise ValueError(not_installed("Dask", "dask")) from None
    dask: Any = distributed
    try:
        client = dask.Client(address, timeout=CONNECT_S, set_as_default=False)
    except OSError:
        raise OSError(
            f"no cluster answers at {address.removeprefix('tcp://')}; start one (dask scheduler, "
            "then dask worker), or check the address"
        ) from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise OSError(f"the cluster at {address} has no workers; start some (dask worker)")
        yield Lent(client.get_executor(pure=False), workers or 2 * threads, (dask.KilledWorker,))


def _as_worker() -> None:
    """Leave Ctrl-C and other cores to the process that asked, and end when it has."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_to_one_thread()  # each process is one thread of the work
    end_with_parent()
