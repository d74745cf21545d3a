"""What is not known of today's run, or was run too seldom under today's conditions, in words."""

from typing import Final

import numpy as np

from imu.baseline.conditions import UNKNOWN, Conditions
from imu.frames import BoolArray

ENOUGH_RUNS: Final = 3
"""In one pair of shoes or on one surface, before their effect is the runner's own."""


def _shared(runs: int, what: str) -> str:
    """Return ``No past run was in today's shoes``, or how many were."""
    under = {"shoes": "in", "surface": "on"}[what]
    if runs < 2:
        return f"{('No', 'Only one')[runs]} past run was {under} today's {what}"
    return f"Only {runs} past runs were {under} today's {what}"


def caveats(conditions: Conditions, used: BoolArray) -> tuple[str, ...]:
    """Return what was not said of the last of `conditions` (k,), or run too seldom, in sentences.

    `used` (k, cells) says which sessions count for which cell.
    """
    past = used[:-1].any(axis=-1)
    now, before = conditions.at([-1]), conditions.at(slice(len(conditions) - 1))
    said = []
    for what, were, here, there in (
        ("shoes", "were", now.shoes[0], before.shoes[past]),
        ("surface", "was", now.surface[0], before.surface[past]),
    ):
        runs = int(np.sum(there == here))
        if here == UNKNOWN:
            said.append(f"The {what} of today's run {were} not said.")
        elif past.any() and runs < ENOUGH_RUNS:
            said.append(
                f"{_shared(runs, what)}: the usual range is wider, by what such a change commonly "
                "does."
            )
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
