"""Detect rest, activity and full scale from the samples of one pod, in any axes."""

from dataclasses import dataclass, fields

import numpy as np

from imu.dsp.gaps import gap_values, long_gaps, moving_sd, near, stretches
from imu.dsp.rows import norm
from imu.frames import GRAVITY_MPS2, BoolArray, FloatArray
from imu.recording.full_scale import clipped
from imu.recording.recording import Sensor


@dataclass(frozen=True)
class Motion:
    """Per-sample findings (n,) of one pod.

    `still`: quiet for at least a second around; `active`: the norm of the specific force
    varies by more than `ACTIVE_MPS2` in the second around; `changes`: it varies otherwise three
    seconds later, as where somebody sets off, stops or changes pace; `acc_clipped` and
    `gyr_clipped`: some axis of that sensor stands at full scale, which is `acc_range_mps2` and
    `gyr_range_radps`.
    """

    still: BoolArray
    active: BoolArray
    changes: BoolArray
    acc_clipped: BoolArray
    gyr_clipped: BoolArray
    acc_range_mps2: float | None = None
    gyr_range_radps: float | None = None


@dataclass(frozen=True, kw_only=True)
class Observed(Motion):
    """The motion of one pod with `spread_mps2` (n,), how much the force varies around a sample."""

    spread_mps2: FloatArray

    def kept(self) -> Motion:
        """Return what is of use once a pod is aligned: all but the spread, which is large."""
        return Motion(**{one.name: getattr(self, one.name) for one in fields(Motion)})


STILL_MPS2 = 0.4
STILL_RADPS = 0.25
ACTIVE_MPS2 = 0.25 * GRAVITY_MPS2
CHANGE_S = 3.0
CHANGE_MPS2 = 1.5


def observe(sensor: Sensor, *, rate_hz: float) -> Observed:
    """Return rest, activity and clipping of `sensor`, from moving one-second windows."""
    reach = max(int(rate_hz), 2) // 2
    missing, rows = gap_values(sensor.acc_mps2, sensor.valid)
    force = norm(sensor.acc_mps2)
    force[missing] = norm(rows)
    spread = moving_sd(force, reach_samples=reach)
    still = (spread < STILL_MPS2) & sensor.valid
    if sensor.gyr_radps is not None and still.any():
        still[still] = _rate_sd(sensor.gyr_radps, sensor.valid, still, reach) < STILL_RADPS
    return Observed(
        still=~near(~still, reach_samples=reach),
        active=spread > ACTIVE_MPS2,
        changes=_changes(spread, sensor.valid, rate_hz=rate_hz),
        spread_mps2=spread,
        acc_clipped=clipped(sensor.acc_mps2, sensor.acc_range_mps2, sensor.largest_mps2),
        gyr_clipped=clipped(
            sensor.gyr_radps, sensor.gyr_range_radps, sensor.largest_radps, n=len(spread)
        ),
        acc_range_mps2=sensor.acc_range_mps2,
        gyr_range_radps=sensor.gyr_range_radps,
    )


def _changes(spread: FloatArray, valid: BoolArray, *, rate_hz: float) -> BoolArray:
    """Return True (n,) where the activity of the pod changes within three seconds.

    Standing, walking and running differ in activity; within one of them it is nearly constant.
    """
    half = round(CHANGE_S / 2 * rate_hz)
    reach = half + round(rate_hz / 2)
    longer = np.pad(spread, half, mode="edge")
    before, after = longer[: len(spread)], longer[2 * half :]
    change = np.abs(after - before)
    found = (change > CHANGE_MPS2) & (change > 0.3 * np.maximum(before, after))
    for start, stop in zip(*long_gaps(valid, rate_hz=rate_hz), strict=True):
        found[max(start - reach, 0) : stop + reach] = False  # nothing is active in a gap
    return np.asarray(found)


def _rate_sd(gyr: FloatArray, valid: BoolArray, still: BoolArray, reach: int) -> FloatArray:
    """Return the greatest SD of any axis of `gyr` (n, 3) around each sample that is `still`.

    Computed only around still samples, which are a small part of a run.
    """
    around = near(still, reach_samples=reach)
    missing, rows = gap_values(gyr, valid)
    part = gyr[around]
    part[~valid[around]] = rows[around[missing]]
    inner = still[around]
    return np.asarray(
        np.max([moving_sd(axis, reach_samples=reach)[inner] for axis in part.T], axis=0)
    )


def last_rest(motion: Motion, *, rate_hz: float, least_s: float = 1.0) -> BoolArray:
    """Return the samples (n,) of quiet standing to trust: the last long rest before moving off.

    The pod lies still on a table before it is strapped on; the rest right before the first
    active motion is the one in which it is worn. Without one, the longest rest of the record;
    all False when there is none of `least_s`.
    """
    starts, stops = stretches(motion.still)
    keep = stops - starts >= least_s * rate_hz
    starts, stops = starts[keep], stops[keep]
    rest = np.zeros(len(motion.still), dtype=bool)
    if len(starts):
        first = int(np.argmax(motion.active))
        before = np.count_nonzero(stops <= first) if motion.active.any() else 0
        pick = before - 1 if before else int(np.argmax(stops - starts))
        rest[starts[pick] : stops[pick]] = True
    return rest
