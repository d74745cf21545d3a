"""How far and how fast a session went, and how stiff that makes the legs.

A stride without a speed is not counted: its way is not made up.
"""

from __future__ import annotations

import numpy as np

from imu.frames import GRAVITY_MPS2, SIDES
from imu.metrics.table import StanceTable


def together(table: StanceTable, *, leg_length_m: float) -> dict[str, float]:
    """Return what belongs to both legs at once; NaN where it is not known."""
    speed, strides = table.metrics["speed_mps"], table.metrics["stride_time_s"]
    known, way_m = np.isfinite(speed), speed * strides
    of_legs = [own for own in (table.events.side == side for side in SIDES) if known[own].any()]
    if not of_legs:
        return dict.fromkeys(
            ("distance_m", "speed_mps", "speed_known_pct", "leg_stiffness_bwpm"), np.nan
        )
    asked = np.logical_or.reduce(of_legs) & np.isfinite(strides)
    return {
        "distance_m": float(np.mean([np.nansum(way_m[own]) for own in of_legs])),
        "speed_mps": float(np.median(speed[known])),
        "speed_known_pct": float(100 * np.mean(known[asked])),
        "leg_stiffness_bwpm": _leg_stiffness_bwpm(table, leg_length_m),
    }


def _leg_stiffness_bwpm(table: StanceTable, leg_length_m: float) -> float:
    """Return the median stiffness of the legs (Morin 2005), their length at contact `leg_length_m`.

    Peak force of a half sine over how much the leg shortens: by what lowers the body, and by what a
    straight leg would rise as it tips over the foot.
    """
    contact_s, flight_s = table.metrics["contact_time_s"], table.metrics["flight_time_s"]
    force = np.pi / 2 * (flight_s / contact_s + 1)
    lowered_m = GRAVITY_MPS2 * contact_s**2 * (force / np.pi**2 - 1 / 8)
    half_m = table.metrics["speed_mps"] * contact_s / 2
    with np.errstate(invalid="ignore"):
        upright_m = np.sqrt(leg_length_m**2 - half_m**2)
    stiffness = force / (lowered_m + leg_length_m - upright_m)
    known = stiffness[np.isfinite(stiffness)]
    return float(np.median(known)) if len(known) else np.nan
