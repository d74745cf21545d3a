"""Measure all metrics of some contacts."""

import numpy as np

from imu.frames import FloatArray, IntArray, Placement
from imu.simulation.true_metrics.pelvis import pelvis, travel, upward
from imu.simulation.true_metrics.shank import shank
from imu.simulation.true_metrics.stances import TrueStances
from imu.simulation.true_metrics.timing_and_force import force, speed, timing
from imu.simulation.virtual_run import VirtualRun

SIDES: tuple[tuple[float, Placement], ...] = ((1.0, "shank_left"), (-1.0, "shank_right"))


def measure(sim: VirtualRun, time_s: FloatArray, at: IntArray) -> dict[str, FloatArray]:
    """Return the metrics of the contacts `at` (k,), which lie within `time_s`."""
    s = TrueStances.of(sim, at)
    found = (
        timing(s)
        | speed(sim, s)
        | force(sim, time_s, s)
        | pelvis(sim, time_s, s)
        | travel(sim, time_s, s)
        | upward(sim, time_s, s)
    )
    for sign, place in SIDES:
        own = s.sign == sign
        for name, value in shank(sim, place, time_s, s.only(own), sign).items():
            found.setdefault(name, np.full(len(own), np.nan))[own] = value
    return found | {
        "hip_adduction_estimate_deg": found["shank_lean_deg"] + found.pop("drop_at_midstance_deg"),
    }
