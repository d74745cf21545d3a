"""Fit a pod's clock from both sides: what it sent arrived later, what it was asked left earlier.

Arrivals bound a pod's clock from above. Where frames and connection events meet at few instants,
the earliest of them may all be late alike (`imu.recording.clock`). A request that was stamped as it
was sent, and by the pod as it came in, bounds the clock from below, and requests are sent at any
instant. Both lines are envelopes, and neither takes a delay to be the same in both directions.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from imu.frames import FloatArray
from imu.recording.clock import BEAT_S, MINUTE_S, ClockFit, fit_clock

FEWEST: Final = 20
"""Requests below which the latest of them says too little."""
WAIT_SHARE: Final = 0.4
"""SD of the least wait of n requests, as a share of the median wait over the root of n."""


GRAIN_S: Final = 0.005
"""Sample period by which frames and connection events may step past each other, at 200 Hz."""
EVERY_S: Final = ((60.0, 0.08), (120.0, 0.125), (300.0, 0.25))
LATER_S: Final = 2.0
"""Until which time of a record a pod is asked how often, and later: arrivals then tell as much."""


def ping_every_s(since_s: float) -> float:
    """Return how long after a ping the next is due, in the mean, `since_s` into a record."""
    return next((every_s for until_s, every_s in EVERY_S if since_s < until_s), LATER_S)


@dataclass(frozen=True)
class TwoWay:
    """The lines above and below a pod's clock, and how far apart they are in the middle, in s."""

    arrivals: ClockFit
    requests: ClockFit
    apart_s: float


def two_way(arrivals: ClockFit, requests: FloatArray, *, pod: str = "pod") -> TwoWay | None:
    """Return both lines; None where too few requests were answered.

    `requests` (k, 2) pair the device time at which each came in with the host time at which it was
    sent, both in s, in order of device time.
    """
    if len(requests) < FEWEST or requests[0, 0] == requests[-1, 0]:
        return None
    # Seen backward in time, a request that left before the pod had it is an arrival that came late.
    device_s, sent_s = -requests[::-1].T
    sent_s = np.maximum.accumulate(sent_s)
    back = fit_clock(device_s, sent_s, pod=pod)
    line = replace(
        back,
        offset_s=-back.offset_s,
        reference_s=-back.reference_s,
        uncertainty_s=_uncertainty_s(sent_s - back.host_s(device_s), device_s),
        residuals_s=(),
    )
    middle_s = np.array([line.reference_s])
    return TwoWay(arrivals, line, float((arrivals.host_s(middle_s) - line.host_s(middle_s))[0]))


def _uncertainty_s(wait_s: FloatArray, at_s: FloatArray) -> float:
    """Return the RMS of the least wait (n,) of each quarter, with what no request shows."""
    quarter = np.minimum((4 * (at_s - at_s[0]) / np.ptp(at_s)).astype(np.int64), 3)
    least_s = np.full(4, np.nan)
    np.fmin.at(least_s, quarter, wait_s)
    fewest = max(1, int(np.bincount(quarter, minlength=4).min()))
    hidden_s = WAIT_SHARE * float(np.median(wait_s)) / np.sqrt(fewest)
    return float(np.hypot(np.sqrt(np.nanmean(least_s**2)), hidden_s))


def between(both: TwoWay, *, apart_s: float) -> ClockFit:
    """Return the clock between both lines, each counting by how uncertain it is.

    `apart_s` is what both ways take together at least: the least `TwoWay.apart_s` of all pods of a
    radio. By it requests are put on the scale of arrivals, so that pods of which only these are
    known agree with the others.
    """
    own, other = both.arrivals, both.requests
    arrived = own.uncertainty_s**2 + (BEAT_S * _unswept(own)) ** 2
    asked = other.uncertainty_s**2
    share = asked / (arrived + asked)
    here_s = np.array([own.reference_s])
    offset_s = share * own.offset_s + (1 - share) * (float(other.host_s(here_s)[0]) + apart_s)
    return replace(
        own,
        slope=share * own.slope + (1 - share) * other.slope,
        offset_s=offset_s,
        uncertainty_s=float(np.sqrt(arrived * asked / (arrived + asked))),
    )


def _unswept(arrivals: ClockFit) -> float:
    """Return how much of a sample period the pod's clock did not drift through, 0 to 1.

    Only drift makes frames meet the events at other instants: by a clock that runs as the host's
    does, the earliest arrival of an hour may be as late as that of a minute.
    """
    drift_s = abs(arrivals.slope - 1) * len(arrivals.residuals_s) * MINUTE_S
    return max(0.0, 1.0 - drift_s / GRAIN_S)
