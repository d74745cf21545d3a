"""Predict the samples inside short gaps, for the orientation filter only.

Nothing of this reaches a metric: holes stay holes, and a stance that touches one is NaN. But the
filter adds up the gyroscope, so what it believes of a hole stays in the samples after it, and a
straight line across 50 ms of a running shank is wrong by several degrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from imu.dsp.gaps import stretches, throughout
from imu.frames import BoolArray, FloatArray, IntArray

LINE_S: Final = 0.012
"""Up to here a straight line will do."""
RECALLED_S: Final = 1.0
"""In a longer hole nothing is recalled."""
LONG_S: Final = 0.15
"""After a longer hole the inclination is better found anew."""
CONTEXT_S: Final = 0.1
"""On both sides of a hole, by which moments are compared."""
NEAREST_S: Final = 0.4
FARTHEST_S: Final = 2.4
"""How far away the other moments are: one to four strides."""
APART_S: Final = 0.25
MOMENTS: Final = 4
ALIKE: Final = 0.5
"""Of the mean square of the rate around a hole; a moment that differs by more tells nothing."""
NOISE_RADPS: Final = 0.03
GRID_HZ: Final = 50.0
AT_ONCE: Final = 512


def carried(
    gyr_radps: FloatArray, acc_mps2: FloatArray, valid: BoolArray, *, rate_hz: float
) -> tuple[FloatArray, FloatArray]:
    """Return both sensors (n, 3) with what probably happened where `valid` (n,) is False.

    They come with straight lines there. A hole of up to `RECALLED_S` is recalled from the most
    alike moments around it (the same phase of other strides), bent to meet both its edges; where
    nothing is alike the line stays. In a longer one the pod is taken to keep its direction.
    """
    if valid.all():
        return gyr_radps, acc_mps2
    start, stop = stretches(~valid)
    length_s = (stop - start) / rate_hz
    short = (length_s > LINE_S) & (length_s <= RECALLED_S) & (start > 0) & (stop < len(valid))
    both = np.hstack([gyr_radps, acc_mps2])
    which = np.flatnonzero(short)
    for first in range(0, len(which), AT_ONCE):
        some = which[first : first + AT_ONCE]
        holes = _Holes(both, valid, start[some], stop[some], rate_hz)
        where, what = holes.recalled()
        both[where] = what
    for k in np.flatnonzero(length_s > RECALLED_S):
        both[start[k] : stop[k], :3] = 0.0
    gyr, acc = (np.asfortranarray(part) for part in (both[:, :3], both[:, 3:]))
    return gyr, acc


def long_holes(valid: BoolArray, *, rate_hz: float) -> tuple[IntArray, IntArray]:
    """Return first missing and next heard sample (k,) of holes longer than `LONG_S`."""
    start, stop = stretches(~valid)
    long = (stop - start) / rate_hz > LONG_S
    return start[long], stop[long]


@dataclass(frozen=True)
class _Holes:
    """Holes ``[start, stop)`` (h,) in `x` (n, 6), the angular rate first, which `valid` marks."""

    x: FloatArray
    valid: BoolArray
    start: IntArray
    stop: IntArray
    rate_hz: float

    def recalled(self) -> tuple[IntArray, FloatArray]:
        """Return the samples (m,) at which anything can be said, and what (m, 6)."""
        size = self.stop - self.start
        of = np.repeat(np.arange(len(size)), size)
        where = np.arange(len(of)) - np.repeat(np.cumsum(size) - size, size) + self.start[of]
        share = ((where - self.start[of] + 1) / (size[of] + 1))[:, None]
        total, weight = np.zeros((len(of), self.x.shape[1])), np.zeros(len(of))
        for lag, unlike in self._moments():
            trust = np.where(unlike < np.inf, 1 / (unlike + NOISE_RADPS**2), 0.0)
            lag = np.where(trust > 0, lag, 0)
            before = self.x[self.start - 1] - self.x[self.start - 1 + lag]
            after = self.x[self.stop] - self.x[self.stop + lag]
            bent = before[of] + share * (after - before)[of]
            total += trust[of, None] * (self.x[where + lag[of]] + bent)
            weight += trust[of]
        known = weight > 0
        return where[known], total[known] / weight[known, None]

    def _moments(self) -> list[tuple[IntArray, FloatArray]]:
        """Return the most alike moments: lags (h,) in samples, and how unlike they are (h,)."""
        grid = max(round(self.rate_hz / GRID_HZ), 1)
        far, near, apart = (
            int(time_s * self.rate_hz) for time_s in (FARTHEST_S, NEAREST_S, APART_S)
        )
        lags = np.concatenate([np.arange(-far, 1 - near, grid), np.arange(near, far + 1, grid)])
        unlike = self._unlike(np.broadcast_to(lags, (len(self.start), len(lags))))
        rows, found = np.arange(len(unlike)), []
        for _ in range(MOMENTS):
            best = lags[np.argmin(unlike, axis=1)]
            unlike[np.abs(lags - best[:, None]) < apart] = np.inf
            close = best[:, None] + np.arange(1 - grid, grid)
            exact = self._unlike(close)
            k = np.argmin(exact, axis=1)
            found.append((close[rows, k], exact[rows, k]))
        return found

    def _unlike(self, lag: IntArray) -> FloatArray:
        """Return how much the context of each hole differs from that `lag` (h, k) samples away.

        Mean square of the difference of the angular rates; infinite where it is too much, or where
        the other moment was not heard of.
        """
        around, heard = self._context
        out, power = np.zeros(lag.shape), np.zeros(len(lag))
        for k in range(around.shape[1]):
            there = np.clip(around[:, k, None] + lag, 0, len(self.x) - 1)
            here = self.x[around[:, k], :3]
            gap = self.x[there, :3] - here[:, None]
            out += heard[:, k, None] * np.einsum("hkc,hkc->hk", gap, gap)
            power += heard[:, k] * np.einsum("hc,hc->h", here, here)
        out[(out > ALIKE * power[:, None]) | ~self._heard_at(lag)] = np.inf
        return np.asarray(out / np.maximum(heard.sum(axis=1), 1)[:, None])

    @cached_property
    def _context(self) -> tuple[IntArray, BoolArray]:
        """Samples (h, c) close before and after each hole, and whether they were heard."""
        grid = max(round(self.rate_hz / GRID_HZ), 1)
        reach = np.arange(0, int(CONTEXT_S * self.rate_hz) + 1, grid)
        before, after = self.start[:, None] - 1 - reach, self.stop[:, None] + reach
        around = np.hstack([before, after])
        inside = np.clip(around, 0, len(self.x) - 1)
        return inside, (inside == around) & self.valid[inside]

    def _heard_at(self, lag: IntArray) -> BoolArray:
        """Return whether all of each hole, with its edges, was heard `lag` (h, k) away."""
        first, last = self.start[:, None] - 1 + lag, self.stop[:, None] + lag
        inside = (first >= 0) & (last < len(self.x))
        return np.asarray(inside & throughout(self.valid, first, last))
