"""Tell whether one axis of a shank's accelerometer is turned that lies along its hinge.

The leg swings about that axis, and so does its mirror image: gravity over whole strides tells such
an axis poorly (`turned_wrongly`). But no pod sits quite straight. What the hinge is off the axis
is seen twice: the angular rate is along the hinge, and the acceleration of a swing is across it.
With the axis turned, both are off to opposite sides. So is the hinge off level in standing then,
and gravity turns on a little more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from imu.dsp.filters import lowpass
from imu.dsp.rows import norm
from imu.frames import FloatArray
from imu.quality.conventions.gravity import Quietest
from imu.quality.conventions.over_strides import (
    Overview,
    Strides,
    bias_at_rest,
    strides,
    until_each,
)

SLOW_HZ: Final = 6.0
"""Above that a leg rings."""
TURNING_RADPS: Final = 2.0
ACROSS: Final = 0.0745
"""By how much both normals differ on right pods, as tangents, rms an axis; fitted with the next two
to 344 made-up shanks and their mirror images, by logistic regression."""
OFF_LEVEL: Final = 0.078
TURNS_ON: Final = 6.4
"""By which the logarithm of how much less gravity turns on counts."""
SURE: Final = 4.0
"""Of the logarithm of a likelihood ratio: right shanks gave -2.5 and more, and 87 of 100 turned
ones less than -4."""
SEARCHED: Final = 8
FEWEST: Final = 200
MOSTLY: Final = 0.8
"""Of the power of rotation: on made-up people legs turn about their hinge with 0.92."""


@dataclass(frozen=True)
class HingeAxis:
    """The sensor's axis (0, 1 or 2) nearest to the hinge.

    `as_is` is the logarithm of how much likelier it counts alike in both sensors than not.
    """

    axis: int
    as_is: float

    @property
    def turned(self) -> bool:
        """Whether it surely counts the other way round in one of both sensors."""
        return self.as_is < -SURE

    @property
    def shown(self) -> bool:
        """Whether the movement shows that it counts alike."""
        return self.as_is > SURE


def hinge_axis(
    acc_mps2: FloatArray, gyr_radps: FloatArray, overview: Overview, *, rate_hz: float
) -> HingeAxis | None:
    """Return the axis along the hinge of a shank, and whether it counts alike in both sensors.

    `acc_mps2`, `gyr_radps` (n, 3) on the pod's own axes, as their columns stand in the file;
    `overview` is theirs, on whatever axes. None where too little is known.
    """
    rest = overview.rest
    if rest is not None:
        # That of an overview may be on other axes.
        at = slice(rest.start, rest.start + round(rate_hz))
        rest = replace(rest, mean_mps2=acc_mps2[at].mean(axis=0))
    bias = bias_at_rest(gyr_radps, rest, rate_hz)
    seen = strides(acc_mps2, gyr_radps, overview, rate_hz=rate_hz, bias_radps=bias)
    return _of_strides(seen, rest, rate_hz) if seen.enough else None


def _of_strides(seen: Strides, rest: Quietest | None, rate_hz: float) -> HingeAxis | None:
    some = seen.fewer(SEARCHED)
    gyr, acc = (_slow(x, rate_hz) for x in (some.turn_rad * rate_hz, until_each(some.force)))
    speed_up = np.gradient(gyr, axis=1).reshape(-1, 3) * rate_hz
    gyr, acc = gyr.reshape(-1, 3), acc.reshape(-1, 3)
    turning = norm(gyr)
    fast = turning > TURNING_RADPS
    if np.count_nonzero(fast) < FEWEST:
        return None
    gyr, acc, speed_up, turning = gyr[fast], acc[fast], speed_up[fast], turning[fast]
    power, axes = np.linalg.eigh(gyr.T @ gyr)
    if power[-1] < MOSTLY * power.sum():
        return None
    hinge = axes[:, -1]
    axis = int(np.argmax(np.abs(hinge)))
    others = [k for k in range(3) if k != axis]
    # Where the pod sits beside the hinge's axis, turning itself moves it along that axis.
    by_turning = [speed_up[:, others], gyr[:, [axis]] * gyr[:, others], turning[:, None] ** 2]
    known = np.hstack([acc[:, others], np.ones((len(acc), 1)), *by_turning])
    across = -np.linalg.lstsq(known, acc[:, axis], rcond=None)[0][:2]
    along = hinge[others] / hinge[axis]
    as_is = float(across @ along) / ACROSS**2
    if rest is not None and rest.quiet:
        up = rest.mean_mps2 / rest.size_mps2
        other = up.copy()
        other[axis] *= -1.0
        as_is += float((hinge @ other) ** 2 - (hinge @ up) ** 2) / (2 * OFF_LEVEL**2)
    turned = np.eye(3)
    turned[axis, axis] = -1.0
    least = 1e-3
    more = max(seen.misfit_mps2(-turned), least) / max(seen.misfit_mps2(), least)
    return HingeAxis(axis, float(as_is + TURNS_ON * np.log(more)))


def _slow(windows: FloatArray, rate_hz: float) -> FloatArray:
    """Return windows (k, n, 3) below `SLOW_HZ`; all at once, as columns: several times as fast."""
    count, length, axes = windows.shape
    columns = windows.transpose(1, 0, 2).reshape(length, count * axes)
    slow = lowpass(columns, cutoff_hz=SLOW_HZ, rate_hz=rate_hz)
    return np.ascontiguousarray(slow.reshape(length, count, axes).transpose(1, 0, 2))
