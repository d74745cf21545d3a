"""Time work in ways that hold on a shared machine: in turns, the least of several, or alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import process_time
from typing import Final

from pipelines.worker_process import ONE_THREAD

TELL: Final = """
from time import process_time
try:
    most = next(line.split()[1] for line in open("/proc/self/status") if "VmHWM" in line)
    most = int(most) * 1024
except (OSError, StopIteration):
    most = 0
print(process_time(), most)
"""
"""Without /proc nobody tells: the resource usage of a process begins with that of its parent."""


def least_s(works: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, float]:
    """Return the least CPU time of each of `works` in so many rounds, one after the other in each.

    Each is called once before, so that imports and compiling do not count.
    """
    for work in works.values():
        work()
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            begin = process_time()
            work()
            seconds[name].append(process_time() - begin)
    return {name: min(all_of_it) for name, all_of_it in seconds.items()}


@dataclass(frozen=True)
class Alone:
    """What a piece of Python took in a process of its own; `most_mb` is 0 where nobody tells."""

    cpu_s: float
    most_mb: float


def alone(code: str, arguments: Sequence[str] = (), **environment: str) -> Alone:
    """Run a piece of Python anew, in one thread, and return what it took."""
    done = subprocess.run(
        [sys.executable, "-c", code + TELL, *arguments],
        env={**os.environ, **ONE_THREAD, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise OSError(f"a process that was to be timed failed: {last}")
    cpu_s, most = done.stdout.split()[-2:]
    return Alone(float(cpu_s), int(most) / 1e6)
