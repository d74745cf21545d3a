"""Batches as processes of a user, what they start and leave; jobs that kill their worker."""

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

from pipelines.batch.jobs import Job, Outcome

ROOT = Path(__file__).resolve().parents[3]
HELPERS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class KillsItsWorker(Job):
    def do(self):
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class KillsItsFirstWorker(Job):
    """Leaves a mark, so that the second worker is spared."""

    def do(self):
        mark = Path(self.store) / f"{self.session}.mark"
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return Outcome(self.athlete, self.session, "done")


@dataclass(frozen=True)
class Breaks(Job):
    def do(self):
        raise ZeroDivisionError(self.session)


@dataclass(frozen=True)
class Ends(Job):
    def do(self):
        return Outcome(self.athlete, self.session, "done")


def started(*words, **variables):
    """Start a module of Python that finds us, as a process of its own."""
    return python("-m", *words, quiet=True, **variables)


def python(*words, quiet=False, **variables):
    """Start Python itself."""
    return Popen(
        [sys.executable, *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{HELPERS}", "OMP_NUM_THREADS": "1", **variables},
        stdout=DEVNULL if quiet else PIPE,
        stderr=DEVNULL if quiet else PIPE,
        text=True,
    )


def batch_process(*words):
    return python("-m", "pipelines.cli", "batch", *words)


def workers_of(pid):
    """Return the workers that a process has started, by what Linux says of it."""
    tasks = Path(f"/proc/{pid}/task")
    try:
        found = [
            word for task in tasks.iterdir() for word in (task / "children").read_text().split()
        ]
        return [
            int(word)
            for word in found
            if b"spawn_main" in Path(f"/proc/{word}/cmdline").read_bytes()
        ]
    except OSError:
        return []


def contents(root):
    """Return all that lies in a store, hidden files too, by its place."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
