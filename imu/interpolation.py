"""Samples at other times: band-limited where they are dense, never across a gap."""

from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray

TAPS: Final = 6
DENSE_PERIODS: Final = 1.5  # a longer step means that at least one sample is missing
EXACT_PERIODS: Final = 1e-6


def interpolate(
    time_s: FloatArray, values: FloatArray, at_s: FloatArray, *, period_s: float, longest_s: float
) -> FloatArray:
    """Return `values` (n, c), sampled at `time_s` (n,) about every `period_s`, at `at_s` (m,).

    Six-point polynomial between samples that follow one another (error on a sine of a tenth of
    the sampling rate: 0.03 %), a straight line over a step with samples missing, NaN where that
    step is longer than `longest_s` and outside the record. A time that is a sample's own gives
    that sample.
    """
    result = np.full((len(at_s), values.shape[1]), np.nan)
    left, part = _cells(time_s, at_s)
    step = np.append(np.diff(time_s), np.inf)
    within = (left >= 0) & (at_s <= time_s[-1])
    inside = np.flatnonzero(within & (step[left] <= longest_s))
    first, last = _runs(step > DENSE_PERIODS * period_s)
    cell = left[inside]
    dense = (step[cell] <= DENSE_PERIODS * period_s) & (last[cell] - first[cell] >= TAPS - 1)
    on, cell = inside[dense], cell[dense]
    base = np.clip(cell - TAPS // 2 + 1, first[cell], last[cell] - TAPS + 1)
    result[on] = _polynomial(values, base, cell - base + part[on])
    on = inside[~dense]
    cell, weight = left[on], part[on, None]
    result[on] = (1 - weight) * values[cell] + weight * values[cell + 1]
    return _own_samples(result, time_s, values, at_s, EXACT_PERIODS * period_s)


def _cells(time_s: FloatArray, at_s: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the sample at or before each time (-1: none) and how far into its step, 0 to 1."""
    left = np.searchsorted(time_s, at_s, side="right") - 1
    near = np.clip(left, 0, len(time_s) - 2)
    return left, (at_s - time_s[near]) / (time_s[near + 1] - time_s[near])


def _runs(breaks_after: BoolArray) -> tuple[IntArray, IntArray]:
    """Return for each sample the first and last sample of its unbroken run."""
    number = np.arange(len(breaks_after))
    starts = np.append(True, breaks_after[:-1])
    first = np.maximum.accumulate(np.where(starts, number, 0))
    stops = np.where(breaks_after, number, len(number) - 1)
    return first, np.minimum.accumulate(stops[::-1])[::-1]


def _polynomial(values: FloatArray, base: IntArray, place: FloatArray) -> FloatArray:
    """Evaluate the polynomial through ``values[base : base + TAPS]`` at `place`, 0 to TAPS - 1."""
    from scipy.sparse import csr_array

    nodes = np.arange(TAPS)
    weight = np.vander(place, TAPS) @ np.linalg.inv(np.vander(nodes.astype(np.float64), TAPS))
    columns = (base[:, None] + nodes).astype(np.int32)
    rows = np.arange(0, weight.size + 1, TAPS, dtype=np.int32)
    shape = (len(base), len(values))
    result: FloatArray = csr_array((weight.ravel(), columns.ravel(), rows), shape=shape) @ values
    return result


def _own_samples(
    result: FloatArray, time_s: FloatArray, values: FloatArray, at_s: FloatArray, slack_s: float
) -> FloatArray:
    right = np.searchsorted(time_s, at_s + slack_s, side="right") - 1
    own = (right >= 0) & (at_s - time_s[right] <= slack_s)
    result[own] = values[right[own]]
    return result
