"""The mixes of habits of which the athletes of the cases are drawn."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from pipelines.validate.baseline.athletes import STEADY, Athletes, Habits, drawn
from pipelines.validate.baseline.population import LEVELS, METRICS

EVERYDAY: Final[Mapping[str, Habits]] = {
    "everyday mix": Habits(),
    "one pace, level, one pair": STEADY,
    "days hang together for weeks": Habits(day_share=(0.6, 0.6), day_span=(15.0, 25.0)),
    "all of it hangs together, .5 from run to run": Habits(
        day_share=(1.0, 1.0), day_span=(5.0, 5.0)
    ),
    "each day on its own": Habits(day_share=(0.0, 0.0)),
    "legs on their own": Habits(common=0.0),
    "legs alike": Habits(common=0.9),
    "runs daily": Habits(per_week=6.0),
    "hills nearly always": Habits(hilly=0.9),
    "weeks missed often": Habits(gap=0.3),
}


def some(seed: int, count: int, sessions: int, habits: Habits) -> Athletes:
    """Draw the athletes of one case."""
    rng = np.random.default_rng(seed)
    return drawn(rng, METRICS, LEVELS, athletes=count, sessions=sessions, habits=habits)


def at_speeds(seed: int, count: int, speeds_mps: list[float]) -> Athletes:
    """Draw athletes who run at these speeds, within 0.05 m/s, on the level in one pair."""
    rng = np.random.default_rng(seed)
    habits = replace(STEADY, one_pace_mps=np.array(speeds_mps)[:, None])
    return drawn(rng, METRICS, LEVELS, athletes=count, sessions=len(speeds_mps), habits=habits)
