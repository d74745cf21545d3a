"""Hold today's run against the runner's own past, and say what of it could not be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.baseline.comparisons import Comparison
from imu.baseline.expected import COMPENSATION, CellSide, of_metrics
from imu.baseline.today import Today, today
from imu.frames import SIDES, FloatArray
from imu.session.medians import FEWEST_STANCES, medians_and_counts
from pipelines.report.data import ReportData

Cell = tuple[str, CellSide]

NOT_MEASURED: Final = "not measured today"
CLIPPED: Final = "not measured: clipped in half of the stances or more"
FAULTY: Final = "not compared: the "
"""Followed by what went wrong with a pod (`Fault.words`)."""


@dataclass(frozen=True, eq=False)
class Compared:
    """What every section is made from: the run, and each of its values against what is usual.

    `today` has the verdicts on the primary metrics, `usual` the comparison of every metric, of
    those without a verdict too. `unmeasured` says why a value is not there.
    """

    data: ReportData
    today: Today
    usual: Mapping[Cell, Comparison]
    unmeasured: Mapping[Cell, str]

    @property
    def legs(self) -> tuple[Comparison, ...]:
        """The comparisons of the primary metrics, left and right."""
        return tuple(c for c in self.today.comparisons if c.side in SIDES)

    @property
    def between_legs(self) -> tuple[Comparison, ...]:
        """Those of left minus right."""
        return tuple(
            c
            for c in self.today.comparisons
            if c.side == "left - right" and c.metric in self.data.metrics
        )


def compare(data: ReportData) -> Compared:
    """Return today's run held against the past runs that count."""
    medians = _compared_medians(data)
    conditions, usable = data.history.conditions, data.history.usable

    def told(*, primary: bool) -> Today:
        expected = of_metrics(data.metrics, primary=primary)
        pattern = COMPENSATION if primary else None
        return today(
            medians, conditions, expected, pattern, usable=usable, reference=data.reference
        )

    verdict, others = told(primary=True), told(primary=False)
    every = (*verdict.comparisons, *others.comparisons)
    return Compared(data, verdict, {(c.metric, c.side): c for c in every}, unmeasured(data))


def _compared_medians(data: ReportData) -> dict[str, FloatArray]:
    """Return all medians; none of today's where today's run does not count."""
    medians = {name: values.copy() for name, values in data.history.medians.items()}
    if not data.comparable:
        for values in medians.values():
            values[-1] = np.nan
    return medians


def unmeasured(data: ReportData) -> dict[Cell, str]:
    """Say of each metric and leg that has no median today why; and of left minus right."""
    middle, stances = medians_and_counts(data.side, data.values, data.metrics)
    out: dict[Cell, str] = {}
    for i, name in enumerate(data.metrics):
        for j, side in enumerate(SIDES):
            if np.isnan(data.history.medians[name][-1, j]):
                faulty = _faulty(data, name, j)
                out[name, side] = faulty or _why(float(middle[i, j]), int(stances[i, j]))
        both = [out[name, side] for side in SIDES if (name, side) in out]
        if both:
            out[name, "left - right"] = both[0]
    return out


def _faulty(data: ReportData, name: str, leg: int) -> str:
    """Say which known fault takes the metric out on this leg; empty where none does."""
    metric = data.metrics[name]
    moved = [fault for fault in data.faults if fault.moves(metric)[leg]]
    return f"{FAULTY}{moved[0].words}" if moved else ""


def _why(median: float, stances: int) -> str:
    if np.isinf(median):
        return CLIPPED
    if 0 < stances < FEWEST_STANCES:
        return f"not enough stances ({stances} of {FEWEST_STANCES})"
    return NOT_MEASURED
