"""Combine several estimates of one event into one, weighted by how well they agree on this runner.

Each estimate fails in its own way: on a soft landing, on a fast run, on loose skin. None decides
alone, and none is left out for good: an estimate that stays away from the others over the whole
record counts less in all its stances, and one that strays in a single stance counts less there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imu.dsp.rows import middle_of
from imu.frames import FloatArray

STRAY_S = 0.012
"""Departure at which a single estimate counts half."""
UNSURE_S = 0.025
"""Mean departure of the estimates of one stance beyond which none of them is believed."""
ROUNDS = 6


@dataclass(frozen=True)
class Estimate:
    """One way to time an event: `at` (k,) in samples, NaN where it sees nothing.

    `sd_s` is how far it lies from the event in a runner whom nobody tuned it on.
    """

    at: FloatArray
    sd_s: float


def agreed(estimates: Sequence[Estimate], *, rate_hz: float) -> FloatArray:
    """Return the event (k,) on which the estimates agree; NaN where they do not."""
    at = np.column_stack([one.at for one in estimates])
    typical = np.array([one.sd_s for one in estimates]) * rate_hz
    level = np.nan_to_num(middle_of((at - middle_of(at)[:, None]).T))
    astray = at - _middle_of_others(at)
    spread = np.nan_to_num(middle_of(np.abs(astray - middle_of(astray.T)).T))
    weight = 1 / (typical**2 + level**2 + (1.5 * spread) ** 2)
    # Without the departure that an estimate has in all stances, one that is missing moves nothing.
    own = at - level + weight @ level / weight.sum()
    event = middle_of(own)
    stray = np.nan_to_num(own - event[:, None]) / (STRAY_S * rate_hz)
    for _ in range(ROUNDS):
        trust = np.where(np.isfinite(own), weight / (1 + stray**2), 0.0)
        total = np.maximum(trust.sum(axis=1), np.finfo(float).tiny)
        event = (trust * np.nan_to_num(own)).sum(axis=1) / total
        stray = np.nan_to_num(own - event[:, None]) / (STRAY_S * rate_hz)
    counted = np.where(np.isfinite(own), weight, 0.0)
    unsure = (counted * np.minimum(np.abs(stray), 10)).sum(axis=1) * STRAY_S
    few = np.isfinite(own).sum(axis=1) < min(2, len(estimates))
    doubtful = unsure > UNSURE_S * np.maximum(counted.sum(axis=1), np.finfo(float).tiny)
    return np.where(few | doubtful, np.nan, event)


def _middle_of_others(at: FloatArray) -> FloatArray:
    """Return for each estimate (k, m) the median of the others: none is its own judge."""
    if at.shape[1] < 2:
        return at
    order = np.argsort(at, axis=1, kind="stable")  # NaN last
    ordered, rank = np.take_along_axis(at, order, axis=1), np.argsort(order, axis=1)
    known = np.isfinite(at)
    others = known.sum(axis=1, keepdims=True) - known
    low, high = np.maximum((others - 1) // 2, 0), np.minimum(others // 2, at.shape[1] - 2)
    before, after = (
        np.take_along_axis(ordered, place + (place >= rank), axis=1) for place in (low, high)
    )
    return np.asarray((before + after) / 2)
