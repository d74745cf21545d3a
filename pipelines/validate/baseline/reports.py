"""Run after run of many athletes at once through the comparison with the past."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from imu.baseline.expected import Cells, cells_of, stacked
from imu.baseline.like_for_like import MODEL, Model, departures, members
from imu.baseline.verdict import RATES, verdicts
from imu.frames import BoolArray, FloatArray, IntArray
from pipelines.validate.baseline.athletes import Athletes
from pipelines.validate.baseline.population import METRICS, PATTERN

CELLS: Cells = cells_of(METRICS, PATTERN)


@dataclass(frozen=True)
class Reports:
    """What r reports of a athletes said of f families and c cells.

    `once`, `firm`, `sign` (r, a, f) with `lead` the number of the leading cell; `covered` (r, a, c)
    is 1 where the 95 % interval held the run, NaN where there was none; `comparable` (r, a) and
    `departure` (r, a, c) in errors.
    """

    once: BoolArray
    firm: BoolArray
    sign: FloatArray
    lead: IntArray
    covered: FloatArray
    comparable: IntArray
    departure: FloatArray

    @property
    def judged(self) -> BoolArray:
        """Reports that could have named something, (r, a)."""
        return np.asarray(np.isfinite(self.covered).any(axis=-1))

    def of(self, family: str) -> int:
        """Return the number of a family."""
        return CELLS.families.index(family)


def reports(athletes: Athletes, runs: range, *, model: Model = MODEL) -> Reports:
    """Report each of `runs` with what was known on its day."""
    groups = []
    for group in athletes.groups():
        said = list(_said(group, runs, model))
        groups.append([np.array(part) for part in zip(*said, strict=True)])
    return Reports(*(np.concatenate(part, axis=1) for part in zip(*groups, strict=True)))


def _said(
    athletes: Athletes, runs: range, model: Model
) -> Iterator[tuple[FloatArray | BoolArray | IntArray, ...]]:
    y = stacked(athletes.values, METRICS, PATTERN)
    used = members(y, athletes.conditions, CELLS, model)
    for t in runs:
        known = slice(t + 1)
        new = np.array([t, t - 1])
        held = departures(y[known], athletes.conditions.at(known), used[known], new, CELLS, model)
        told = verdicts(held, CELLS, RATES)
        inside = np.abs(held.departure[0]) <= held.reach()[0]
        tested = np.isfinite(held.p_value[0])
        covered = np.where(tested, inside.astype(np.float64), np.nan)
        size = held.departure[0] / held.error[0]
        yield told.once, told.firm, told.sign, told.lead, covered, held.comparable[0], size
