"""Mean and SD of signals over stance, 0 to 100 %, left and right."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from imu.frames import SIDES, BoolArray, FloatArray, IntArray
from imu.sensors import Sensor
from imu.session.censored import clipped_by
from imu.stance_signals.availability import UNBROKEN_S, unbroken_s
from imu.stance_signals.shank import Leg
from imu.stance_signals.signals import StanceSignals

CURVE_POINTS: Final = 101
PARTS: Final = np.array_split(np.linspace(0.0, 1.0, CURVE_POINTS), 2)
"""Of the phases: at all of them at once an hour's stances are larger than a pod's samples."""


@dataclass(frozen=True)
class Curves:
    """Stance-normalised curves, 0 to 100 % of stance in `CURVE_POINTS` steps.

    `mean` and `sd` map a suffixed signal name (``pelvis_tilt_deg`` …) to (2, 101): left, right.
    `count` (2,) is the number of stances behind them. Leg-signed as in the metrics.
    """

    mean: Mapping[str, FloatArray]
    sd: Mapping[str, FloatArray]
    count: IntArray

    @classmethod
    def joined(cls, parts: Sequence["Curves"]) -> "Curves":
        """Return the curves of several signals of the same stances together."""
        mean, sd = (
            {name: found[name] for name in SIGNALS for found in of_parts if name in found}
            for of_parts in ([part.mean for part in parts], [part.sd for part in parts])
        )
        return cls(mean, sd, parts[0].count)


Signal = Callable[[StanceSignals, FloatArray], FloatArray]


def _tilt(s: StanceSignals, grid: FloatArray) -> FloatArray:
    return s.posture.tilt_from_standing_deg(grid)


def _drop(s: StanceSignals, grid: FloatArray) -> FloatArray:
    return s.posture.drop_about_mean_deg(grid)


def _rotation(s: StanceSignals, grid: FloatArray) -> FloatArray:
    return s.posture.rotation_about_mean_deg(grid)


def _force(s: StanceSignals, grid: FloatArray) -> FloatArray:
    return s.at(s.force.over_time_bw, grid)


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


RESTS_ON: Final[dict[str, Sensor]] = {
    "pelvis_tilt_deg": "pelvis gyroscope",
    "pelvis_drop_deg": "pelvis gyroscope",
    "pelvis_rotation_deg": "pelvis gyroscope",
    "shank_rotation_deg": "shank gyroscope",
    "vertical_force_bw": "pelvis accelerometer",
    "shank_axial_mps2": "shank accelerometer",
}
OF_THE_VERTICAL: Final = frozenset({"pelvis_tilt_deg"})
"""Not from zero at contact nor about a stride's mean, so what the filter has not found yet is in
them."""
MOST_CLIPPED = 0.1
"""The highest tenth left out lowers a mean of peaks with a CV of 12 % by 2 %; more is too much."""


def curves(
    s: StanceSignals, quality: Mapping[str, Any], names: Collection[str] = SIGNALS
) -> Curves:
    """Return mean and SD over the running stances of each side without a gap, 0..100 % of stance.

    Of the signals of these `names`. Drop and rotations start from zero at initial contact; + as in
    the metrics. A stance in which the sensor of a curve was clipped is left out of it; where that
    is more than `MOST_CLIPPED` of them there is no curve, for the rest would read low. Nor does a
    stance count between long gaps so close that the vertical is not known. `quality` are the
    columns of the stances.
    """
    cut = s.toe_off_sure & ~s.by_pelvis & ~s.unlike_running
    gap_free = cut & (quality["coverage_pct"] >= 100.0)
    own = np.stack([(s.side == side) & gap_free for side in SIDES])
    used: dict[str, BoolArray] = {}
    for name in names:
        clipped = clipped_by(RESTS_ON[name], quality, len(s))
        few = (own & clipped).sum(axis=1) <= MOST_CLIPPED * own.sum(axis=1)
        used[name] = own & ~clipped & few[:, None]
        if name in OF_THE_VERTICAL:
            used[name] &= unbroken_s(s)["pelvis"] >= UNBROKEN_S
    parts = [_of_part(s, phase, used) for phase in PARTS]
    both = {name: np.concatenate([part[name] for part in parts], axis=2) for name in names}
    mean, sd = ({name: of_name[k] for name, of_name in both.items()} for k in (0, 1))
    return Curves(mean, sd, own.sum(axis=1).astype(np.int64))


def _of_part(
    s: StanceSignals, phase: FloatArray, used: Mapping[str, BoolArray]
) -> dict[str, FloatArray]:
    """Return mean and SD of each signal at some phases (m,) of stance, left and right, (2, 2, m).

    Of the stances `used` (2, k) for it.
    """
    grid = s.start[:, None] + phase * (s.stop - s.start)[:, None]
    found = {}
    for name in used:
        values = SIGNALS[name](s, grid) if len(s) else grid
        sides = [_mean_and_sd(values[of_side]) for of_side in used[name]]
        found[name] = np.stack(sides, axis=1)
    return found


def _mean_and_sd(rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return mean and SD (m,) of what is known of `rows` (k, m), which it uses up."""
    if len(rows) > 1:
        mean = rows.mean(axis=0)
        if np.isfinite(mean).all():
            rows -= mean
            return mean, np.sqrt(np.square(rows, out=rows).sum(axis=0) / (len(rows) - 1))
    known = np.isfinite(rows)
    n = known.sum(axis=0)
    filled = np.where(known, rows, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(n > 0, filled.sum(axis=0) / n, np.nan)
        spread = np.where(known, rows - mean, 0.0)
        sd = np.where(n > 1, np.sqrt((spread**2).sum(axis=0) / (n - 1)), np.nan)
    return mean, sd
