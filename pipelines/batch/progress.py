"""Say how far a batch is, and how long it will still take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from time import monotonic
from typing import Final

from pipelines.batch.jobs import Job, Outcome
from pipelines.formatting import duration

EVERY_S: Final = 2.0


class Progress:
    """Counts the jobs that ended; says so at most every two seconds, and the last one always.

    The time left is by bytes: a run of three hours is not the same as one of ten minutes, and one
    that was skipped says nothing of those that are not.
    """

    def __init__(self, count: int, size: int, say: Callable[[str], None]) -> None:
        self._count, self._left = count, size
        self._say = say
        self._began = monotonic()
        self._said = self._began
        self._worked = 0
        self._kinds: Counter[str] = Counter()

    def __call__(self, job: Job, outcome: Outcome) -> None:
        """Take note of a job that ended."""
        self._kinds[outcome.kind] += 1
        self._left -= job.size
        if outcome.kind != "skipped":
            self._worked += job.size
        ended, now = self._kinds.total(), monotonic()
        if now - self._said >= EVERY_S or ended == self._count:
            self._said = now
            self._say(self._line(ended, now - self._began))

    def _line(self, ended: int, since_s: float) -> str:
        rest = [
            f"{self._kinds[kind]} {kind}" for kind in ("skipped", "failed") if self._kinds[kind]
        ]
        if ended < self._count and self._worked:
            rest.append(f"{duration(since_s * self._left / self._worked)} left")
        return f"{ended} of {self._count} sessions" + "".join(f", {words}" for words in rest)
