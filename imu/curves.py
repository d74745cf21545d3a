"""Mean curves over stance, left and right: what the numbers look like."""

from collections.abc import Callable
from typing import Final

import numpy as np

from imu.analysis import CURVE_POINTS, Curves
from imu.frames import SIDES, BoolArray, FloatArray
from imu.metrics.leg import Leg
from imu.metrics.signals import StanceSignals

Signal = Callable[[StanceSignals, FloatArray], FloatArray]


def _tilt(s: StanceSignals, grid: FloatArray) -> FloatArray:
    return s.at(s.posture.tilt_from_standing_deg, grid)


def _drop(s: StanceSignals, grid: FloatArray) -> FloatArray:
    start = s.at(s.posture.obliquity_deg, s.start)[:, None]
    return s.toward[:, None] * (s.at(s.posture.obliquity_deg, grid) - start)


def _rotation(s: StanceSignals, grid: FloatArray) -> FloatArray:
    return s.posture.rotation_deg(grid)


def _force(s: StanceSignals, grid: FloatArray) -> FloatArray:
    return s.at(s.travel.force_bw, grid) + s.travel.force_offset_bw[:, None]


def _shank_rotation(s: StanceSignals, grid: FloatArray) -> FloatArray:
    return _of_legs(s, grid, lambda leg: leg.internal_rotation_deg(grid[leg.own]))


def _axial(s: StanceSignals, grid: FloatArray) -> FloatArray:
    return _of_legs(s, grid, lambda leg: s.at(leg.axial_mps2, grid[leg.own]))


def _of_legs(s: StanceSignals, grid: FloatArray, read: Callable[[Leg], FloatArray]) -> FloatArray:
    return s.by_leg(read) if s.legs else np.full(grid.shape, np.nan)


SIGNALS: Final[dict[str, Signal]] = {
    "pelvis_tilt_deg": _tilt,
    "pelvis_drop_deg": _drop,
    "pelvis_rotation_deg": _rotation,
    "shank_rotation_deg": _shank_rotation,
    "vertical_force_bw": _force,
    "shank_axial_mps2": _axial,
}


def curves(s: StanceSignals, *, usable: BoolArray) -> Curves:
    """Return mean and SD over the `usable` (k,) stances of each side, 0..100 % of stance.

    Drop and rotations start from zero at initial contact; + as in the metrics.
    """
    phase = np.linspace(0.0, 1.0, CURVE_POINTS)
    grid = s.start[:, None] + phase * (s.stop - s.start)[:, None]
    grid = np.where(usable[:, None], grid, np.nan)
    mean: dict[str, FloatArray] = {}
    sd: dict[str, FloatArray] = {}
    for name, signal in SIGNALS.items():
        values = signal(s, grid) if len(s) else np.empty((0, CURVE_POINTS))
        pairs = [_mean_and_sd(values[s.side == side]) for side in SIDES]
        mean[name] = np.vstack([pair[0] for pair in pairs])
        sd[name] = np.vstack([pair[1] for pair in pairs])
    count = np.array([int(np.sum((s.side == side) & usable)) for side in SIDES], dtype=np.int64)
    return Curves(mean, sd, count)


def _mean_and_sd(rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    known = np.isfinite(rows)
    n = known.sum(axis=0)
    filled = np.where(known, rows, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(n > 0, filled.sum(axis=0) / n, np.nan)
        spread = np.where(known, rows - mean, 0.0)
        sd = np.where(n > 1, np.sqrt((spread**2).sum(axis=0) / (n - 1)), np.nan)
    return mean, sd
