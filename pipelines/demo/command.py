"""What ``midstance demo`` prints."""

import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from pathlib import Path
from shutil import which
from time import perf_counter
from typing import Any

from pipelines.demo.run import Demonstration, demonstrate, fresh_folder
from pipelines.demo.story import ATHLETE, Today
from pipelines.radio.virtual.radio import need_bumble

WORKERS = 2


def run_demo(
    today: Today,
    folder: Path,
    *,
    say: Callable[[str], None],
    show: Callable[..., None],
    json: bool,
) -> None:
    """Run the demo in `folder` (or beside it when it exists) and print what was found."""
    need_bumble()  # before the long work
    began = perf_counter()
    place = fresh_folder(folder)
    try:
        with _workers() as executor:
            done = demonstrate(place, today=today, say=say, executor=executor)
    except KeyboardInterrupt:
        raise ValueError(
            f"stopped; {place} is not complete: delete it, and run midstance demo again"
        ) from None
    show(_result(done), _lines(done, perf_counter() - began), json=json)


@contextmanager
def _workers() -> Iterator[Executor]:
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


def _result(done: Demonstration) -> dict[str, Any]:
    return {
        "store": done.store,
        "journal": done.journal,
        "report": done.report.path,
        "grade": done.today.grade,
        "findings": [
            {"metric": f.metric, "side": f.side, "direction": f.direction}
            for f in done.report.findings
        ],
    }


def _lines(done: Demonstration, seconds: float) -> list[str]:
    found = [f"  {finding.title}" for finding in done.report.findings]
    return [
        "",
        f"Today: {done.today.stances} stances, grade {done.today.grade}. {done.report.headline}",
        *found,
        "",
        f"Report   {done.report.path}",
        f"Store    {done.store}",
        f"Journal  {done.journal}",
        f"Done in {seconds:.0f} s.",
        "",
        "Try next:",
        f"  {called()} report {ATHLETE} last --store {done.store}",
        f"  {called()} verify {done.store}",
        f"  {called()} metrics pelvic_rotation_deg",
    ]


def called() -> str:
    """Return how to call the command again: by its path where it is not found by its name."""
    path = Path(sys.argv[0])
    by_path = path.name == "midstance" and which("midstance") is None
    return str(path) if by_path else "midstance"
