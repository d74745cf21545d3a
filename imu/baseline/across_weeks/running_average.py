"""An average that leans on recent runs, against a reference that does not move.

A control chart (EWMA; Roberts, 1959): slower than one run, faster than a trend.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.special import stdtr, stdtrit

from imu.baseline.across_weeks.effects import WEEKS, Effect
from imu.baseline.conditions import Conditions
from imu.baseline.expected import Cells
from imu.baseline.like_for_like import Departures, Model, departures
from imu.baseline.verdict import SURE
from imu.frames import BoolArray, FloatArray, IntArray

WEIGHT: Final = 0.25
MODEL: Final = replace(WEEKS, day_share=0.5, day_span=15.0)
"""Days that hang together for long move an average most, so more of that is allowed for."""
RUNS: Final = 60
"""The last runs that are averaged; what was before them weighs nothing."""


@dataclass(frozen=True)
class RunningAverage:
    """The average of each of c cells after each of n runs, less the reference, (n, c).

    `sessions` (n,) numbers the runs. An unchanged runner stays within plus or minus `limit`, in
    all cells together, 19 times out of 20. NaN before a cell was measured.
    """

    sessions: IntArray
    level: FloatArray
    limit: FloatArray

    @property
    def since(self) -> IntArray:
        """The run (c,) since which the average lies beyond its limit; -1 where it is within."""
        within = ~(np.abs(self.level) > self.limit)
        if not len(within):
            return np.full(self.level.shape[1], -1)
        outside_at_end = np.cumprod(~within[::-1], axis=0).sum(axis=0)
        first = np.minimum(len(within) - outside_at_end, len(within) - 1)
        return np.where(outside_at_end > 0, self.sessions[first], -1)


def running_average(
    values: FloatArray,
    conditions: Conditions,
    used: BoolArray,
    cells: Cells,
    reference: BoolArray,
    model: Model = MODEL,
) -> RunningAverage:
    """Average the runs after the `reference` (k,), of `values` (k, c) those that are `used` (k, c).

    Each run is held against the reference at its own pace, grade, shoes and surface.
    """
    used = used & np.isfinite(values)
    counts = used.any(axis=-1)
    usual = np.flatnonzero(reference & counts)
    later = np.flatnonzero(counts & ~reference)
    new = later[later > usual[-1]][-RUNS:] if len(usual) else later[:0]
    if not len(new):
        nothing = np.zeros((0, len(cells)))
        return RunningAverage(new, nothing, nothing)
    rows = np.concatenate([usual, new])
    seen = np.where(used[rows], values[rows], np.nan)
    held = departures(
        seen,
        conditions.at(rows),
        used[rows],
        np.arange(len(usual), len(rows)),
        cells,
        model,
        np.arange(len(rows)) < len(usual),
    )
    found = ewma(held)
    share = 1.0 - SURE / (2 * len(cells))
    known = held.sessions >= model.least
    limit = np.where(known, stdtrit(found.freedom, share) * found.error, np.nan)
    return RunningAverage(new, np.where(known, found.size, np.nan), limit)


def ewma(held: Departures, weight: float = WEIGHT) -> Effect:
    """Return the average departure after each of `held` (n sessions, oldest first), (n, ..., c).

    z = w x + (1 - w) z' against the level of the reference; a session that was not measured is
    passed over. The error counts that of the level, and days that hang together.
    """
    n = len(held.value)
    age = np.arange(n)[:, None] - np.arange(n)
    weights = np.where(age >= 0, weight * (1.0 - weight) ** np.maximum(age, 0.0), 0.0)
    known = np.isfinite(held.departure)
    shares = np.einsum("ti,i...->t...i", weights, known)
    total = shares.sum(axis=-1, keepdims=True)
    shares = shares / np.where(total > 0, total, np.nan)
    size = np.einsum("t...i,i...->t...", shares, np.where(known, held.departure, 0.0))
    variance = np.einsum("t...i,...ij,t...j->t...", shares, held.widening, shares, optimize=True)
    error = held.scale * np.sqrt(np.maximum(variance, 0.0))
    p_value = 2.0 * stdtr(held.freedom, -np.abs(size) / error)
    sessions = np.cumsum(known, axis=0).astype(np.float64)
    return Effect(size, error, held.freedom, p_value, sessions)
