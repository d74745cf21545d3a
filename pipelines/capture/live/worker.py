"""The process in which the live view is computed, so that the recorder is not held up by it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from typing import TYPE_CHECKING, Final

from pipelines.worker_process import end_with_parent, ignoring_interrupts, keep_to_one_thread

if TYPE_CHECKING:
    from pipelines.capture.live.analyser import Analyser
    from pipelines.capture.live.follow import Rule
    from pipelines.capture.live.told import Told
    from pipelines.capture.live.view import View

POLITE: Final = 5
"""How far it stands back for the recorder where both want the same core (nice)."""
_analyser: Analyser | None = None


@contextmanager
def live_process(rules: Sequence[Rule]) -> Iterator[ProcessPoolExecutor]:
    """Lend an executor whose one process looks at what `look` is told; it is gone at the end.

    It leaves Ctrl-C to this process, and ends with it, however that ends.
    """
    known = {child.pid for child in active_children()}
    executor = ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), initializer=_begin, initargs=(tuple(rules),)
    )
    with ignoring_interrupts():  # the new process inherits it
        executor.submit(os.getpid)
    try:
        yield executor
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        for child in active_children():
            if child.pid not in known:
                child.terminate()


def _begin(rules: Sequence[Rule]) -> None:
    global _analyser
    keep_to_one_thread()  # arrays are small, and cores needed
    end_with_parent()
    if hasattr(os, "nice"):
        os.nice(POLITE)

    from pipelines.capture.live.analyser import Analyser

    _analyser = Analyser(rules)


def look(told: Mapping[int, Told]) -> View:
    """Look at what was told, in the process of `live_process`."""
    if _analyser is None:
        raise RuntimeError("look is for the process that live_process starts")
    return _analyser.look(told)
