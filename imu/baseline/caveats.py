"""What is not known of today's run, or was run too seldom under today's conditions, in words."""

from typing import Final

import numpy as np

from imu.baseline.conditions import UNKNOWN, Conditions
from imu.frames import BoolArray, IntArray

ENOUGH_RUNS: Final = 3
"""In one pair of shoes or on one surface, before their effect is the runner's own."""


def _shared(runs: int, what: str) -> str:
    """Return ``No past run was in today's shoes``, or how many were."""
    under = {"shoes": "in", "surface": "on"}[what]
    if runs < 2:
        return f"{('No', 'Only one')[runs]} past run was {under} today's {what}"
    return f"Only {runs} past runs were {under} today's {what}"


def seldom(conditions: Conditions, used: BoolArray) -> tuple[str, ...]:
    """Return under which of today's conditions, the last of `conditions` (k,), few were run.

    `used` (k, cells) says which sessions count for which cell.
    """
    past = used[:-1].any(axis=-1)
    if not past.any():
        return ()
    said = []
    for what, under in _stated(conditions):
        runs = int(np.sum(under[:-1][past] == under[-1]))
        if under[-1] != UNKNOWN and runs < ENOUGH_RUNS:
            said.append(
                f"{_shared(runs, what)}: the usual range is wider, by what such a change commonly "
                "does."
            )
    return tuple(said)


def caveats(conditions: Conditions) -> tuple[str, ...]:
    """Return what was not said or not measured of the last of `conditions` (k,), in sentences."""
    now = conditions.at([-1])
    verb = {"shoes": "were", "surface": "was"}
    said = [
        f"The {what} of today's run {verb[what]} not said."
        for what, under in _stated(conditions)
        if under[-1] == UNKNOWN
    ]
    if np.isnan(now.speed_mps[0]):
        said.append("Today's pace is not known: the usual range is wider.")
    elif not now.pace_measured[0]:
        said.append(
            "Today's pace is not known. An index from step time, contact time and swing rate "
            f"stands in for it, good to some {now.index_error_mps[0]:.1f} m/s: the usual range is "
            "wider, and a change of technique can pass for one of pace."
        )
    if np.isnan(now.grade_pct[0]):
        said.append("Today's hills are not known: the usual range is wider.")
    return tuple(said)


def _stated(conditions: Conditions) -> tuple[tuple[str, IntArray], ...]:
    return ("shoes", conditions.shoes), ("surface", conditions.surface)
