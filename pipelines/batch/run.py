"""Give jobs to an engine, and again where their worker was lost."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Future,
    wait,
)
from typing import Final

from pipelines.batch.engines import Lent, Pool
from pipelines.batch.jobs import Job, Outcome, do, failed

TRIES: Final = 3
"""How often a job whose worker was lost is tried again, by itself."""
LOST: Final = (
    f"its worker was killed {TRIES + 1} times, as happens where memory runs out; process it by "
    "itself on a larger machine"
)
GONE: Final = (
    "the workers went away; what was finished is kept: start them, then run the same command again"
)


def run(jobs: Sequence[Job], pool: Pool, on_done: Callable[[Job, Outcome], None]) -> list[Outcome]:
    """Do all jobs and return what each came to, in the order in which they ended.

    A job whose worker was lost is tried again after all others and alone, so that one which kills
    its workers takes no other with it. OSError where all workers are gone for good.
    """
    outcomes: list[Outcome] = []
    tries: Counter[Job] = Counter()
    waiting, again = deque(jobs), deque[Job]()

    def ended(job: Job, outcome: Outcome) -> None:
        outcomes.append(outcome)
        on_done(job, outcome)

    while waiting or again:
        before = len(outcomes)
        lost = _through(waiting or again, pool, ended, alone=not waiting)
        if len(outcomes) == before and not lost:
            raise OSError(GONE)
        for job in lost:
            tries[job] += 1
            if tries[job] > TRIES:
                ended(job, failed(job, LOST))
            else:
                again.append(job)
    return outcomes


def _through(
    jobs: deque[Job], pool: Pool, ended: Callable[[Job, Outcome], None], *, alone: bool
) -> list[Job]:
    """Do jobs until there are none, or the executor is broken; return those that were lost."""
    lent = pool.lent()
    at_once = 1 if alone else lent.at_once
    running: dict[Future[Outcome], Job] = {}
    lost: list[Job] = []
    usable = True
    while running or (jobs and usable):
        usable = usable and _filled(jobs, running, lent, at_once)
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            job = running.pop(future)
            try:
                ended(job, _result(future, job, lent))
            except lent.lost as error:
                usable = usable and not isinstance(error, BrokenExecutor)
                lost.append(job)
    if not usable:
        pool.is_broken()
    return lost


def _filled(jobs: deque[Job], running: dict[Future[Outcome], Job], lent: Lent, most: int) -> bool:
    """Let as many jobs run as may; False once the executor takes no more."""
    while jobs and len(running) < most:
        try:
            running[lent.executor.submit(do, jobs[0])] = jobs[0]
        except BrokenExecutor:
            return False
        jobs.popleft()
    return True


def _result(future: Future[Outcome], job: Job, lent: Lent) -> Outcome:
    try:
        return future.result()
    except lent.lost:
        raise
    except CancelledError:
        raise OSError(GONE) from None
    except Exception as error:  # of the engine: the job itself raises nothing
        return failed(job, f"its worker could not do it ({type(error).__name__}: {error})")
