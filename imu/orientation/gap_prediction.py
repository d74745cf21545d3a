"""Predict the samples inside short gaps, for the orientation filter only.

No metric reads the predicted samples: a stance that touches a gap is NaN. But the filter
integrates the gyroscope, so an error inside a gap persists after it, and a straight line across
50 ms of a running shank is wrong by several degrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from imu.dsp.gaps import stretches, throughout
from imu.frames import BoolArray, FloatArray, IntArray

LINE_S: Final = 0.012
"""Up to this length linear interpolation is good enough."""
PREDICTED_S: Final = 1.0
"""Longest gap whose samples are predicted."""
CONTEXT_S: Final = 0.1
"""Time on both sides of a gap in which strides are compared."""
NEAREST_S: Final = 0.4
FARTHEST_S: Final = 2.4
"""Distance to the moments compared with: one to four strides."""
APART_S: Final = 0.25
MOMENTS: Final = 4
ALIKE: Final = 0.5
"""Share of the mean square of the rate around a gap; moments that differ by more are not used."""
NOISE_RADPS: Final = 0.03
GRID_HZ: Final = 50.0
AT_ONCE: Final = 512


def predicted(
    gyr_radps: FloatArray,
    acc_mps2: FloatArray,
    valid: BoolArray,
    *,
    rate_hz: float,
    acc_in_place: bool = False,
) -> tuple[FloatArray, FloatArray]:
    """Return both sensors (n, 3) with predicted samples where `valid` (n,) is False.

    They are copies; `acc_in_place` writes the accelerations where they are.

    The input is linear there. A gap of up to `PREDICTED_S` is predicted from the most similar
    moments around it (the same phase of other strides), corrected to meet both its edges; where
    nothing is similar the line stays. In a longer gap the rate is 0.
    """
    if valid.all():
        return gyr_radps, acc_mps2
    start, stop = stretches(~valid)
    length_s = (stop - start) / rate_hz
    short = (length_s > LINE_S) & (length_s <= PREDICTED_S) & (start > 0) & (stop < len(valid))
    gyr = gyr_radps.copy(order="F")
    acc = acc_mps2 if acc_in_place else acc_mps2.copy(order="F")
    which = np.flatnonzero(short)
    for first in range(0, len(which), AT_ONCE):
        some = which[first : first + AT_ONCE]
        gaps = _Gaps(gyr, acc, valid, start[some], stop[some], rate_hz)
        where, what = gaps.predicted()
        gyr[where], acc[where] = what[:, :3], what[:, 3:]
    for k in np.flatnonzero(length_s > PREDICTED_S):
        gyr[start[k] : stop[k]] = 0.0
    return gyr, acc


@dataclass(frozen=True)
class _Gaps:
    """Gaps ``[start, stop)`` (h,) in `gyr` and `acc` (n, 3), where `valid` is False."""

    gyr: FloatArray
    acc: FloatArray
    valid: BoolArray
    start: IntArray
    stop: IntArray
    rate_hz: float

    def predicted(self) -> tuple[IntArray, FloatArray]:
        """Return the samples (m,) that can be predicted, and their values (m, 6)."""
        length = self.stop - self.start
        of = np.repeat(np.arange(len(length)), length)
        where = np.arange(len(of)) - np.repeat(np.cumsum(length) - length, length) + self.start[of]
        share = ((where - self.start[of] + 1) / (length[of] + 1))[:, None]
        total, weight = np.zeros((len(of), 6)), np.zeros(len(of))
        for lag, mismatch in self._moments():
            trust = np.where(mismatch < np.inf, 1 / (mismatch + NOISE_RADPS**2), 0.0)
            lag = np.where(trust > 0, lag, 0)
            before = self._at(self.start - 1) - self._at(self.start - 1 + lag)
            after = self._at(self.stop) - self._at(self.stop + lag)
            correction = before[of] + share * (after - before)[of]
            total += trust[of, None] * (self._at(where + lag[of]) + correction)
            weight += trust[of]
        known = weight > 0
        return where[known], total[known] / weight[known, None]

    def _at(self, sample: IntArray) -> FloatArray:
        """Return both sensors (m, 6) at some samples."""
        return np.hstack([self.gyr[sample], self.acc[sample]])

    def _moments(self) -> list[tuple[IntArray, FloatArray]]:
        """Return the most similar moments: lags (h,) in samples, and their mismatch (h,)."""
        grid = max(round(self.rate_hz / GRID_HZ), 1)
        far, near, apart = (
            int(time_s * self.rate_hz) for time_s in (FARTHEST_S, NEAREST_S, APART_S)
        )
        lags = np.concatenate([np.arange(-far, 1 - near, grid), np.arange(near, far + 1, grid)])
        mismatch = self._mismatch(np.broadcast_to(lags, (len(self.start), len(lags))))
        rows, found = np.arange(len(mismatch)), []
        for _ in range(MOMENTS):
            best = lags[np.argmin(mismatch, axis=1)]
            mismatch[np.abs(lags - best[:, None]) < apart] = np.inf
            close = best[:, None] + np.arange(1 - grid, grid)
            exact = self._mismatch(close)
            k = np.argmin(exact, axis=1)
            found.append((close[rows, k], exact[rows, k]))
        return found

    def _mismatch(self, lag: IntArray) -> FloatArray:
        """Return how much the context of each gap differs from that `lag` (h, k) samples away.

        Mean square of the difference of the angular rates; infinite where it is too much, or where
        the other moment was not received.
        """
        around, received = self._context
        out, power = np.zeros(lag.shape), np.zeros(len(lag))
        for k in range(around.shape[1]):
            there = np.clip(around[:, k, None] + lag, 0, len(self.gyr) - 1)
            here = self.gyr[around[:, k]]
            difference = self.gyr[there] - here[:, None]
            out += received[:, k, None] * np.einsum("hkc,hkc->hk", difference, difference)
            power += received[:, k] * np.einsum("hc,hc->h", here, here)
        out[(out > ALIKE * power[:, None]) | ~self._received_at(lag)] = np.inf
        return np.asarray(out / np.maximum(received.sum(axis=1), 1)[:, None])

    @cached_property
    def _context(self) -> tuple[IntArray, BoolArray]:
        """Samples (h, c) close before and after each gap, and whether they were received."""
        grid = max(round(self.rate_hz / GRID_HZ), 1)
        reach = np.arange(0, int(CONTEXT_S * self.rate_hz) + 1, grid)
        before, after = self.start[:, None] - 1 - reach, self.stop[:, None] + reach
        around = np.hstack([before, after])
        inside = np.clip(around, 0, len(self.gyr) - 1)
        return inside, (inside == around) & self.valid[inside]

    def _received_at(self, lag: IntArray) -> BoolArray:
        """Return whether all of each gap, with its edges, was received `lag` (h, k) away."""
        first, last = self.start[:, None] - 1 + lag, self.stop[:, None] + lag
        inside = (first >= 0) & (last < len(self.gyr))
        return np.asarray(inside & throughout(self.valid, first, last))
