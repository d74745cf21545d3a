"""Fit each pod's clock to the host's clock, from times of arrival: one session clock.

A notification never arrives early. It waits for a connection event, for a retry, for a busy host:
delay is never negative. So a pod's clock is fitted to the lower envelope of its arrivals, never to
their mean, which follows the quality of the link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import FloatArray
from imu.recording.sample_times import US, sample_time_s
from imu.recording.samples import Samples

MINUTE_S: Final = 60.0
SLOPE_LIMIT_PPM: Final = 100.0
"""Crystals are within 20 to 50 ppm of their nominal rate; the host's own adds to that."""
SLOPE_FREE_AFTER_S: Final = 120.0
"""In the link model, after one minute of pods of 60 ppm whose frames meet the connection events
anyhow, 300 s leave 3.0 ms between them, this 1.2 and 60 s 1.1, which tilts short records more."""


@dataclass(frozen=True)
class ClockFit:
    """Host time of a pod's device time: ``offset_s + slope * (device_s - reference_s)``.

    `uncertainty_s` is how far the line may lie from a line with the same least delay (one
    standard deviation). `delay_s` is the median delay of the arrivals above the line, `spread_s`
    its interquartile range, `count` their number. `residuals_s` has the least delay above the line
    in each minute of device time, NaN in one without an arrival: it grows where the pod's clock
    leaves the line.
    """

    slope: float
    offset_s: float
    reference_s: float
    uncertainty_s: float
    delay_s: float
    spread_s: float
    count: int
    residuals_s: tuple[float, ...] = ()

    def host_s(self, device_s: FloatArray) -> FloatArray:
        """Return host time in s, shape as `device_s`."""
        return self.offset_s + self.slope * (device_s - self.reference_s)


def fit_clock(
    device_s: FloatArray,
    arrival_s: FloatArray,
    *,
    pod: str = "pod",
    slope_limit_ppm: float = SLOPE_LIMIT_PPM,
    slope_free_after_s: float = SLOPE_FREE_AFTER_S,
) -> ClockFit:
    """Fit the lower envelope of (n,) arrivals over device time, both in s and in order.

    The line is the one that is highest in the middle of the record while it lies below every
    arrival and runs within `slope_limit_ppm` of the host's clock, a limit that grows from zero
    with the record up to `slope_free_after_s`: at first the earliest arrival, in the end the edge
    of the lower convex hull under the centre. Its remaining delay is the least that occurred,
    nearly the same for all pods of one radio.
    """
    device_s, arrival_s = _checked_arrivals(pod, device_s, arrival_s)
    return _envelope(device_s, arrival_s, slope_limit_ppm, slope_free_after_s)


def fit_shared_clock(arrivals: Sequence[FloatArray]) -> ClockFit:
    """Fit one clock to the arrivals of pods that keep their device time in step by themselves.

    `arrivals`, one (k, 2) for each pod, pair device time with host time in s. Any packet of any pod
    tells of the same clock, so the best link serves all; see `fit_clock`.
    """
    every = np.concatenate(arrivals)
    device_s, arrival_s = every[np.argsort(every[:, 0], kind="stable")].T
    if len(device_s) < 2 or device_s[0] == device_s[-1]:
        return _lone_arrival(every[:1])
    return _envelope(device_s, arrival_s, SLOPE_LIMIT_PPM, SLOPE_FREE_AFTER_S)


def _envelope(
    device_s: FloatArray, arrival_s: FloatArray, slope_limit_ppm: float, slope_free_after_s: float
) -> ClockFit:
    reference_s = float(device_s[0] + device_s[-1]) / 2
    away_s = device_s - reference_s
    lag_s = (arrival_s - arrival_s[0]) - (device_s - device_s[0])
    duration_s = float(np.ptp(device_s))
    free = 1.0 if duration_s >= slope_free_after_s else duration_s / slope_free_after_s
    tilt = _highest_tilt(away_s, lag_s, free * slope_limit_ppm * 1e-6)
    above_s = lag_s - tilt * away_s
    least_s = float(above_s.min())
    low, middle, high = np.quantile(above_s - least_s, [0.25, 0.5, 0.75])
    return ClockFit(
        slope=1 + tilt,
        offset_s=float(arrival_s[0] + (reference_s - device_s[0])) + least_s,
        reference_s=reference_s,
        uncertainty_s=_uncertainty_s(above_s - least_s, duration_s),
        delay_s=float(middle),
        spread_s=float(high - low),
        count=len(device_s),
        residuals_s=_by_minute_s(above_s - least_s, device_s),
    )


def _by_minute_s(delay_s: FloatArray, device_s: FloatArray) -> tuple[float, ...]:
    """Return the least delay (n,) in each minute, NaN in one without any."""
    minute = ((device_s - device_s[0]) / MINUTE_S).astype(np.int64)
    least_s = np.full(minute[-1] + 1, np.inf)
    np.minimum.at(least_s, minute, delay_s)
    return tuple(np.where(np.isfinite(least_s), np.round(least_s, 6), np.nan).tolist())


def _checked_arrivals(
    pod: str, device_s: FloatArray, arrival_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    device_s, arrival_s = (np.asarray(x, dtype=np.float64) for x in (device_s, arrival_s))
    if len(device_s) < 2:
        raise ValueError(f"{pod}: too little was received to fit its clock; record it for longer")
    if not (np.isfinite(device_s).all() and np.isfinite(arrival_s).all()):
        raise ValueError(f"{pod}: its times hold NaN or infinity; check how they were decoded")
    if (np.diff(device_s) < 0).any():
        raise ValueError(f"{pod}: its time runs backward; it was restarted: record it on its own")
    if (np.diff(arrival_s) < 0).any():
        raise ValueError(
            f"{pod}: the clock that stamped its arrivals ran backward; join its pieces first, "
            "or stamp with a clock that is never set"
        )
    if device_s[0] == device_s[-1]:
        raise ValueError(f"{pod}: its clock stands still; switch it off and on again")
    return device_s, arrival_s


def _highest_tilt(away_s: FloatArray, lag_s: FloatArray, limit: float) -> float:
    """Return the slope in ±limit whose line below all points (away_s, lag_s) is highest at 0.

    That height is concave in the slope: close in on its top from both ends, each step along the
    two supporting lines. Finite and in practice a handful of steps.
    """
    left, right = (int(np.argmin(lag_s - tilt * away_s)) for tilt in (-limit, limit))
    if away_s[left] >= 0:
        return -limit
    if away_s[right] <= 0:
        return limit
    tilt = 0.0
    for _ in range(len(lag_s)):
        tilt = float((lag_s[right] - lag_s[left]) / (away_s[right] - away_s[left]))
        above = lag_s - tilt * away_s
        lowest = int(np.argmin(above))
        if lowest in (left, right) or above[lowest] > above[left] - 1e-12:
            break
        if away_s[lowest] < 0:
            left = lowest
        else:
            right = lowest
    return tilt


BEAT_S: Final = 1.5e-3  # SD of what the beat of frame period and connection interval can hide
BEAT_SWEPT_AFTER_S: Final = 300.0  # crystals drift through that beat; both from simulation
LATE_S: Final = 0.06  # how late an arrival of a fair link easily is: events missed, a busy host


def _yet_to_come_s(count: int) -> float:
    """Return how much earlier than the earliest of `count` arrivals one more might have been."""
    return LATE_S / (count + 1)


def _uncertainty_s(delay_s: FloatArray, duration_s: float) -> float:
    """Return the RMS of the least delay of each quarter, with the error that no arrival shows."""
    quarters = np.minimum(np.arange(4) * len(delay_s) // 4, len(delay_s) - 1)
    least_s = np.minimum.reduceat(delay_s, np.unique(quarters))
    hidden_s = BEAT_S * min(1.0, BEAT_SWEPT_AFTER_S / duration_s)
    hidden_s = float(np.hypot(hidden_s, _yet_to_come_s(len(delay_s))))
    return float(np.hypot(np.sqrt(np.mean(least_s**2)), hidden_s))


def session_time_s(
    samples: Samples,
    arrival: FloatArray,
    *,
    pod: str = "pod",
    origin_s: float = 0.0,
    shared: ClockFit | None = None,
) -> tuple[FloatArray, ClockFit]:
    """Return the session clock of each sample (n,) and the fit behind it.

    `arrival` (k, 2) pairs device time with host time, both in s; `origin_s` is the host time at
    which the session clock is 0. A single arrival or sample is enough; the fit's uncertainty is
    then large. `shared` is the clock of pods that keep in step by themselves (`fit_shared_clock`).
    """
    clock = shared or _own_clock(arrival, pod)
    lone = len(samples) == 1
    device_s = samples["device_us"] * US if lone else sample_time_s(samples, pod=pod)
    return clock.host_s(np.asarray(device_s, dtype=np.float64)) - origin_s, clock


def _own_clock(arrival: FloatArray, pod: str) -> ClockFit:
    if len(arrival) == 1:
        return _lone_arrival(arrival)
    return fit_clock(arrival[:, 0], arrival[:, 1], pod=pod)


def _lone_arrival(arrival: FloatArray) -> ClockFit:
    (device_s, arrival_s), *_ = arrival.tolist()
    uncertainty_s = float(np.hypot(BEAT_S, _yet_to_come_s(1)))
    return ClockFit(1.0, arrival_s, device_s, uncertainty_s, 0.0, 0.0, 1)
