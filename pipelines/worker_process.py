"""What processes that compute for another one have in common: its Ctrl-C, its end, one thread."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process
from threading import Thread
from typing import Final

ONE_THREAD: Final = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
"""Environment of a process whose arrays are worked on by one thread; read as numpy is loaded."""
LOOK_EVERY_S: Final = 0.5


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def keep_to_one_thread() -> None:
    """Leave the other cores to others, unless the environment says how many; before numpy is."""
    for name, count in ONE_THREAD.items():
        os.environ.setdefault(name, count)


@contextmanager
def ignoring_interrupts() -> Iterator[None]:
    """Let processes that are started now leave Ctrl-C to this one."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def end_with_parent() -> None:
    """Let this process end when the one that started it has, also where that was killed.

    It would wait for more work for ever.
    """
    Thread(target=_wait_for_its_end, daemon=True).start()


def _wait_for_its_end() -> None:
    parent = parent_process()
    if parent is None:
        return
    try:
        parent.join()
    except ValueError:  # of loky, whose workers cannot wait for their parent
        while os.name == "nt" or os.getppid() == parent.pid:
            time.sleep(LOOK_EVERY_S)
    os._exit(0)
