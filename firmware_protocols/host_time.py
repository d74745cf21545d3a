"""Time of a pod that sends none: when samples were taken, and how many are missing, by arrivals.

Delay only adds. So of each half minute (of a third of a shorter stream, but no less than ten
seconds) the notification that came earliest for its number of samples tells the time, and between
two of those samples are evenly spaced.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray

ANCHOR_S: Final = 30.0
LEAST_ANCHOR_S: Final = 10.0
LEAST_ANCHORS: Final = 3
REFINED: Final = 3
SLOPE_S: Final = 5.0
LEAST_SLOPES: Final = 3
SILENT_S: Final = 0.2
AROUND_S: Final = 5.0
STEP_S: Final = 0.1
"""A silence of `SILENT_S` lost samples if those after it are later by so much, for their number,
than those before: by the earliest within `AROUND_S` on both sides."""
SLOWEST_HZ, FASTEST_HZ, USUAL_HZ = 0.1, 1000.0, 100.0


@dataclass(frozen=True)
class HostTime:
    """Time of the samples of a stream, from when its notifications came.

    `rate_hz` is measured. `missing` (k,) counts the samples that are known to be missing before
    the first of each notification. Sample number `anchor_count` (m,) was taken at `anchor_s` (m,).
    """

    rate_hz: float
    missing: IntArray
    anchor_count: FloatArray
    anchor_s: FloatArray

    def at(self, count: IntArray) -> FloatArray:
        """Return the time in s of samples by their number (n,), those missing counted too."""
        return np.interp(count, self.anchor_count, self.anchor_s)


def host_time(count: IntArray, host_s: FloatArray, nominal_hz: float | None) -> HostTime:
    """Time a stream of which `count` (k,) samples, rising, had come by `host_s` (k,), rising."""
    rate_hz = _measured_hz(count, host_s, nominal_hz)
    missing = _missing(count, host_s, rate_hz)
    number = count + np.cumsum(missing) - 1  # of the last sample of each notification
    for _ in range(REFINED):
        earliest = _earliest(number, host_s, rate_hz)
        passed_s = float(host_s[earliest[-1]] - host_s[earliest[0]])
        if passed_s > SLOPE_S:  # over which the rate shows better than in any stretch
            rate_hz = _within(float(number[earliest[-1]] - number[earliest[0]]) / passed_s)
    at, at_s = number[earliest].astype(np.float64), host_s[earliest]
    # Before the first and behind the last of them time runs on at the measured rate.
    last = max(float(number[-1]), float(at[-1]))
    return HostTime(
        rate_hz,
        missing,
        np.concatenate([[-1.0], at, [last + 1]]),
        np.concatenate(
            [[at_s[0] - (at[0] + 1) / rate_hz], at_s, [at_s[-1] + (last + 1 - at[-1]) / rate_hz]]
        ),
    )


def _bins(host_s: FloatArray, width_s: float) -> IntArray:
    """Return where each stretch of `width_s` that has any notification begins (m,)."""
    number = ((host_s - host_s[0]) / width_s).astype(np.int64)
    return np.flatnonzero(np.diff(number, prepend=-1))


def _earliest(number: IntArray, host_s: FloatArray, rate_hz: float) -> IntArray:
    """Return of each stretch the notification that came earliest for its number (m,)."""
    lag_s = host_s - number / rate_hz
    width_s = min(ANCHOR_S, max(float(host_s[-1] - host_s[0]) / LEAST_ANCHORS, LEAST_ANCHOR_S))
    begins = _bins(host_s, width_s)
    begins = begins[: max(1, len(begins) - 1)]  # the last takes in what is left over
    least_s = np.minimum.reduceat(lag_s, begins)
    stretch = np.searchsorted(begins, np.arange(len(lag_s)), side="right") - 1
    is_least = np.flatnonzero(lag_s == least_s[stretch])
    return is_least[np.unique(stretch[is_least], return_index=True)[1]]


def _measured_hz(count: IntArray, host_s: FloatArray, nominal_hz: float | None) -> float:
    """Return the rate of most stretches; of a short stream the nominal rate, if that is known."""
    begins = _bins(host_s, SLOPE_S)
    passed_s = np.diff(host_s[begins])
    full: BoolArray = (passed_s > SLOPE_S / 2) & (passed_s < 2 * SLOPE_S)
    if full.sum() >= LEAST_SLOPES:
        measured_hz = float(np.median(np.diff(count[begins])[full] / passed_s[full]))
    elif nominal_hz is not None:
        measured_hz = nominal_hz
    elif host_s[-1] > host_s[0]:
        measured_hz = float((count[-1] - count[0]) / (host_s[-1] - host_s[0]))
    else:
        measured_hz = USUAL_HZ
    return _within(measured_hz)


def _within(rate_hz: float) -> float:
    return min(max(rate_hz, SLOWEST_HZ), FASTEST_HZ)


def _missing(count: IntArray, host_s: FloatArray, rate_hz: float) -> IntArray:
    """Return how many samples are missing (k,) before each notification, as far as time tells."""
    lag_s = host_s - count / rate_hz
    silent_s = max(SILENT_S, 2 / rate_hz)
    missing = np.zeros(len(count), dtype=np.int64)
    for k in np.flatnonzero(np.diff(host_s, prepend=host_s[0]) > silent_s).tolist():
        first, stop = np.searchsorted(
            host_s, [host_s[k - 1] - AROUND_S, host_s[k] + AROUND_S], side="right"
        )
        step_s = lag_s[k:stop].min() - lag_s[min(first, k - 1) : k].min()
        if step_s > max(STEP_S, 1 / rate_hz):
            missing[k] = round(step_s * rate_hz)
    return missing
