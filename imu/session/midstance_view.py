"""The mid-stance question in three readings, left and right: over the leg, reversal, what follows.

Is the pelvis over the stance leg at mid-stance; when does it turn back, from loading the leg
through length to driving; and what makes up for it afterwards? Each part is a metric of its own,
this view puts their medians side by side. That one way of loading is better than another is the
founding hypothesis of this project, not a finding; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.frames import SIDES, FloatArray
from imu.metrics.registry import METRICS, Metric
from imu.session.batches import NORMAL_95, median_and_error
from imu.session.censored import Columns, censored

QUESTIONS: Final = {
    "Over the leg at mid-stance": (
        "pelvic_rotation_over_leg_deg",
        "pelvic_obliquity_over_leg_deg",
        "shank_lean_deg",
    ),
    "Reversal": ("pelvic_rotation_reversal_pct",),
    "What follows mid-stance": (
        "pelvic_tilt_after_midstance_deg",
        "pelvic_rotation_after_midstance_deg",
        "shank_internal_rotation_deg",
    ),
}
"""Question -> the metrics that answer it. The shank turns in mostly before mid-stance and stays so
until after it."""


@dataclass(frozen=True)
class Reading:
    """One metric of a question, (2,) left and right: median of the run and its 95 % interval.

    The interval holds the error between sessions of one unchanged runner (re-mounting included)
    and that of the median itself; it is NaN, as the median is, where fewer than 20 stances are
    known.
    """

    question: str
    metric: Metric
    median: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def measured(self) -> bool:
        """Whether either side is known."""
        return bool(np.isfinite(self.median).any())


def readings(side: npt.ArrayLike, columns: Columns) -> tuple[Reading, ...]:
    """Return the readings of a run from its stances: `side` (n,) and columns (n,) by metric."""
    sides = np.asarray(side)
    own = [sides == one for one in SIDES]
    return tuple(
        _reading(question, METRICS[name], columns, own)
        for question, names in QUESTIONS.items()
        for name in names
        if name in columns
    )


def _reading(
    question: str, metric: Metric, columns: Columns, own: Iterable[npt.NDArray[np.bool_]]
) -> Reading:
    values = np.asarray(columns[metric.name], dtype=np.float64)
    values = censored(values, columns, metric.clipping)
    middle, error = np.array([median_and_error(values[of_side]) for of_side in own]).T
    half = NORMAL_95 * np.hypot(error, metric.typical_error)
    return Reading(question, metric, middle, middle - half, middle + half)
