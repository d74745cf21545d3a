"""How what changed over weeks went: in a step, gradually, or not to be told apart; in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from imu.baseline.across_weeks.over_weeks import OverWeeks
from imu.baseline.across_weeks.step_or_gradual import CLEARLY, Course, step_or_gradual
from pipelines.formatting import NARROW
from pipelines.weeks.runs import CELLS, Runs

Went = Literal["step", "gradual", "either", ""]


@dataclass(frozen=True)
class Courses:
    """The course of every cell among the runs in which a level shift was looked for."""

    runs: Runs
    course: Course

    def went(self, cell: int) -> Went:
        """Return which fits clearly better; "" where it is not known."""
        ratio = float(self.course.for_step[cell])
        if np.isnan(ratio):
            return ""
        if abs(ratio) < CLEARLY:
            return "either"
        return "step" if ratio > 0 else "gradual"

    def since(self, cell: int) -> str:
        """Return the day of the step, or the one from which on it changed gradually; else ""."""
        if not (went := self.went(cell)):
            return ""
        at = self.course.slope_from if went == "gradual" else self.course.step_at
        return self.runs.day(int(at[cell]))


def courses(runs: Runs, found: OverWeeks) -> Courses:
    """Return the course of all cells of `runs`, of which `found` is said."""
    used = runs.used & found.shift.runs[:, None]
    return Courses(runs, step_or_gradual(runs.values, runs.history.conditions, used, CELLS))


def of_trend(went: Went, since: str) -> str:
    """Return what follows a trend, as little as the runs can tell."""
    return {
        "step": f"; a step on {since} fits better",
        "gradual": "",
        "either": f"; a step about {since} fits about as well",
        "": "",
    }[went]


def of_shift(went: Went, since: str) -> str:
    """Return what follows a level shift, as little as the runs can tell."""
    return {
        "step": "",
        "gradual": f"; it went little by little since about {since} rather than in a step",
        "either": "; little by little or in a step: the two cannot be told apart",
        "": "",
    }[went]


def in_a_sentence(went: Went, since: str) -> str:
    """Return how and since when something changed, from the day in ISO form."""
    day = _spelt(since)
    return {
        "step": f"since {day}",
        "gradual": f"little by little since about {day}",
        "either": f"since about {day}, little by little or in a step (not to be told apart)",
        "": "",
    }[went]


def _spelt(since: str) -> str:
    if not since:
        return ""
    day = date.fromisoformat(since)
    return f"{day.day}{NARROW}{day:%B}{NARROW}{day.year}"
