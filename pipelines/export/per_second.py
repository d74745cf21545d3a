"""A run second by second, as watches and training diaries have it: the mean of nearby stances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import SIDES, BoolArray, FloatArray, IntArray
from imu.units import unit_of
from pipelines.export.run import Run

AROUND_S: Final = 2.5
"""A second shows the stances that begin within this of it: some seven, so that both legs are in."""
OF_BOTH: Final = (
    "cadence_spm",
    "contact_time_s",
    "vertical_oscillation_m",
    "speed_mps",
    "step_length_m",
)
OF_EACH_LEG: Final = (
    "contact_time_s",
    "pelvic_rotation_over_leg_deg",
    "pelvic_obliquity_over_leg_deg",
    "pelvic_drop_deg",
    "pelvic_tilt_midstance_deg",
    "shank_lean_deg",
    "shank_internal_rotation_deg",
    "shank_internal_rotation_rate_radps",
    "shank_inclination_contact_deg",
    "peak_tibial_resultant_mps2",
    "peak_tibial_axial_mps2",
    "active_peak_force_bw",
)
"""What pelvis and tibia show of each leg."""
BALANCE: Final = "contact_time_balance_pct"


@dataclass(frozen=True)
class Seconds:
    """`time_s` (m,) is Unix time; `both` and `legs` map names to (m,), NaN where not known.

    `both` has `OF_BOTH` and `BALANCE`, the left leg's share of both contact times; `legs` has
    ``left_<name>`` and ``right_<name>`` of `OF_EACH_LEG`.
    """

    time_s: IntArray
    both: Mapping[str, FloatArray]
    legs: Mapping[str, FloatArray]

    def known(self) -> BoolArray:
        """Return True (m,) where anything is known."""
        return np.asarray(np.isfinite([*self.both.values(), *self.legs.values()]).any(axis=0))


def unit(name: str) -> str:
    """Return the unit of a value of `Seconds` in plain ASCII, which every reader shows."""
    symbol = unit_of(name).symbol
    return symbol.replace("°", "deg").replace("²", "^2").replace("³", "^3")


def whole_seconds(run: Run) -> IntArray:
    """Return every whole second of Unix time in the session, (m,)."""
    start_s = run.start_s
    stop_s = start_s + float(run.header.get("duration_s") or 0.0)
    return np.arange(int(np.ceil(start_s)), int(np.floor(stop_s)) + 1, dtype=np.int64)


def by_second(run: Run, time_s: IntArray, *, ahead_s: float = 0.0) -> Seconds:
    """Return what is known at `time_s` (m,), Unix time of a clock that is `ahead_s` of the pods'.

    Only running has values: what lies outside its bouts has none.
    """
    at_s: FloatArray = time_s.astype(np.float64) - (run.start_s + ahead_s)
    running = _running(run, at_s)
    everyone = np.ones(len(run.stances["side"]), dtype=bool)
    of_side = {side: run.stances["side"] == side for side in SIDES}
    both = {name: _mean(run, name, everyone, at_s, running) for name in OF_BOTH}
    legs = {
        f"{side}_{name}": _mean(run, name, own, at_s, running)
        for name in OF_EACH_LEG
        for side, own in of_side.items()
    }
    shown = shown_by_own_pod(run)
    left_s, right_s = (
        _mean(run, "contact_time_s", own & shown, at_s, running) for own in of_side.values()
    )
    both[BALANCE] = 100 * left_s / (left_s + right_s)
    return Seconds(np.asarray(time_s), both, legs)


def shown_by_own_pod(run: Run) -> BoolArray:
    """Return True (n,) for stances whose leg wears a pod that showed them.

    The pelvis alone tells the legs apart, but not their contact times well enough for a balance.
    """
    by_pelvis = np.asarray(run.stances["seen_by_pelvis"], dtype=bool)
    return np.asarray(~by_pelvis & np.isnan(run.numbers("side_agreement_pct")))


def _running(run: Run, at_s: FloatArray) -> BoolArray:
    bouts = run.header.get("bouts") or {}
    inside = np.zeros(len(at_s), dtype=bool)
    for start_s, stop_s, gait in zip(
        *(bouts.get(key, ()) for key in ("start_s", "stop_s", "gait")), strict=True
    ):
        if gait == "running":
            inside |= (at_s >= start_s) & (at_s <= stop_s)
    return inside


def _mean(run: Run, name: str, own: BoolArray, at_s: FloatArray, running: BoolArray) -> FloatArray:
    """Return the mean of the known values of `own` stances within `AROUND_S` of `at_s` (m,)."""
    contact_s, values = run.numbers("initial_contact_s"), run.numbers(name)
    used = own & np.isfinite(values)
    contact_s, values = contact_s[used], values[used]
    total = np.concatenate([[0.0], np.cumsum(values)])
    first = np.searchsorted(contact_s, at_s - AROUND_S)
    last = np.searchsorted(contact_s, at_s + AROUND_S, side="right")
    count = last - first
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(running & (count > 0), (total[last] - total[first]) / count, np.nan)
