"""The average of each measure that leans on recent runs, against the reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imu.baseline.across_weeks.running_average import running_average
from imu.baseline.expected import CellSide
from pipelines.weeks.reference import Reference
from pipelines.weeks.runs import CELLS, Runs
from pipelines.weeks.words import signed, unit


@dataclass(frozen=True, slots=True)
class Level:
    """The average that leans on recent runs, less the reference, of one metric and side.

    An unchanged runner stays within plus or minus `limit`, in all measures together, 19 times out
    of 20; stored units, NaN where unknown. `since` is the day of the run since which it lies
    beyond, empty where it does not. `runs` are averaged.
    """

    metric: str
    side: CellSide
    size: float
    limit: float
    since: str
    runs: int
    short: str

    @property
    def outside(self) -> bool:
        """Whether it lies beyond its limit now."""
        return bool(self.since)


def levels(runs: Runs, reference: Reference) -> list[Level]:
    """Return the average of every cell after the last run, with its limit and since when."""
    of = running_average(
        runs.values, runs.history.conditions, runs.used, CELLS, reference.runs & runs.count
    )
    count = len(of.sessions)
    now = of.level[-1] if count else np.full(len(CELLS), np.nan)
    limit = of.limit[-1] if count else now
    return [
        _level(runs, name, float(now[i]), float(limit[i]), int(of.since[i]), count)
        for i, name in enumerate(CELLS.names)
    ]


def _level(
    runs: Runs, name: tuple[str, CellSide], size: float, limit: float, since: int, count: int
) -> Level:
    of, on = unit(name[0]), runs.day(since) if since >= 0 else ""
    short = signed(size, -limit, limit, of)
    return Level(*name, size, limit, on, count, f"{short} since {on}" if on else short)
