"""Start and end the worker processes of the demo's past runs."""

import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from time import perf_counter

WORKERS = 2


@contextmanager
def workers() -> Iterator[Executor]:
    """Lend worker processes that leave Ctrl-C to this one, and are gone when it ends."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as executor:
        with _ignoring_interrupts():  # new processes inherit it; each of these jobs starts one
            for _ in range(WORKERS):
                executor.submit(perf_counter)
        try:
            yield executor
        except BaseException:
            for worker in active_children():
                worker.terminate()
            raise


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
