"""Masks over samples: runs of True, neighbourhoods, and interpolation across gaps."""

from typing import Final

import numpy as np

from imu.dsp.filters import CACHED, blocks
from imu.frames import BoolArray, FloatArray, IntArray

LONG_S: Final = 0.15
"""After a longer gap the orientation filter is started anew."""


def stretches(mask: BoolArray) -> tuple[IntArray, IntArray]:
    """Return start and stop (exclusive) of each run of True in `mask` (n,), (k,) each."""
    edges = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    first, last = np.flatnonzero(mask[:1]), len(mask) + np.flatnonzero(mask[-1:])
    edges = np.concatenate([first, edges, last])
    return edges[::2], edges[1::2]


def long_gaps(valid: BoolArray, *, rate_hz: float) -> tuple[IntArray, IntArray]:
    """Return first missing and next received sample (k,) of gaps longer than `LONG_S`."""
    start, stop = stretches(~valid)
    long = (stop - start) / rate_hz > LONG_S
    return start[long], stop[long]


def between_long_gaps(valid: BoolArray, *, rate_hz: float) -> IntArray:
    """Return starts and stops (2, k) of the parts of a record, the first and last maybe empty."""
    start, stop = long_gaps(valid, rate_hz=rate_hz)
    return np.stack([np.append(0, stop), np.append(start, len(valid))])


def marked(n: int, start: IntArray, stop: IntArray) -> BoolArray:
    """Return True (n,) inside runs, half open, which may overlap."""
    if not len(start):
        return np.zeros(n, dtype=bool)
    edges = np.zeros(n + 1, dtype=np.int64)
    np.add.at(edges, start, 1)
    np.add.at(edges, stop, -1)
    return np.cumsum(edges[:-1]) > 0


def gap_values(x: FloatArray, valid: BoolArray) -> tuple[IntArray, FloatArray]:
    """Return the invalid samples (h,) of `x` (n, k), and their linear interpolation (h, k).

    Constant before the first and after the last valid sample.
    """
    missing = np.flatnonzero(~valid)
    begins, ends = np.diff(missing, prepend=-2) > 1, np.diff(missing, append=len(x) + 1) > 1
    number = np.cumsum(begins) - 1
    before, after = (missing[begins] - 1)[number], (missing[ends] + 1)[number]
    before, after = np.where(before < 0, after, before), np.where(after == len(x), before, after)
    share = (missing - before) / np.maximum(after - before, 1)
    return missing, x[before] + share[:, None] * (x[after] - x[before])


def interpolated(x: FloatArray, valid: BoolArray, *, turn: FloatArray | None = None) -> FloatArray:
    """Return `x` (n, k) with linear interpolation across invalid samples, rotated by `turn` (k, k).

    For filters only, which need finite numbers; what is computed there is masked afterwards. Every
    axis is contiguous, because axes are read one at a time.
    """
    missing, rows = gap_values(x, valid)
    if turn is None and not len(missing):
        return x
    result = np.array(x.T, order="C") if turn is None else turn @ x.T
    result[:, missing] = rows.T if turn is None else turn @ rows.T
    return result.T


def moving_sum(x: FloatArray | BoolArray, *, reach_samples: int) -> FloatArray | IntArray:
    """Return the sum of `x` (n,) over all samples within reach of each; cut at the ends."""
    n, reach = len(x), reach_samples
    sums = np.zeros(n + 2 * reach + 1, dtype=np.int64 if x.dtype == bool else np.float64)
    np.cumsum(x, out=sums[reach + 1 : reach + 1 + n])
    sums[reach + 1 + n :] = sums[reach + n]
    return np.asarray(sums[2 * reach + 1 :] - sums[: -(2 * reach + 1)])


def moving_sd(x: FloatArray, *, reach_samples: int) -> FloatArray:
    """Return the SD of `x` (n,) over all samples within reach of each; cut at the ends."""
    n, reach, result, mean = len(x), reach_samples, np.empty(len(x)), np.mean(x)
    sums = np.zeros(min(n, CACHED) + 2 * reach + 1, np.complex128)  # of values and their squares
    for part in blocks(n):
        first, end = max(part.start - reach, 0), min(part.stop + reach, n)
        before, size = first - part.start + reach, min(part.stop, n) - part.start
        inner = slice(before + 1, before + 1 + end - first)
        known = sums[inner]
        np.subtract(x[first:end], mean, out=known.real)
        np.square(known.real, out=known.imag)
        np.cumsum(known, out=known)
        sums[: before + 1], sums[inner.stop :] = 0.0, known[-1]
        count: int | IntArray = 2 * reach + 1
        if first + 2 * reach + size > end or before:
            index = np.arange(part.start, part.start + size)
            count = np.minimum(index + reach + 1, n) - np.maximum(index - reach, 0)
        means = sums[2 * reach + 1 : 2 * reach + 1 + size] - sums[:size]
        means *= 1 / count
        square = means.imag - np.square(means.real)
        result[part] = np.sqrt(np.maximum(square, 0.0, out=square))
    return result


def near(mask: BoolArray, *, reach_samples: int) -> BoolArray:
    """Return True (n,) within `reach_samples` of a sample that is True."""
    starts, stops = stretches(mask)
    starts, stops = np.maximum(starts - reach_samples, 0), stops + reach_samples
    apart = starts[1:] > stops[:-1]
    first, last = np.append(True, apart), np.append(apart, True)
    return filled(len(mask), starts[first[: len(starts)]], stops[last[: len(stops)]])


def filled(n: int, starts: IntArray, stops: IntArray) -> BoolArray:
    """Return True (n,) in each ``[starts, stops)`` (k,), in order and apart from one another."""
    edges = np.minimum(np.stack([starts, stops], axis=1).ravel(), n)
    lengths = np.diff(edges, prepend=0, append=n)
    return np.repeat(np.arange(len(lengths)) % 2 == 1, lengths)


def throughout(
    good: BoolArray, start: FloatArray | IntArray, stop: FloatArray | IntArray
) -> BoolArray:
    """Return True (k,) where `good` (n,) holds in all of ``[start, stop]``; False if NaN."""
    known = np.isfinite(start) & np.isfinite(stop)
    if good.all():
        return known
    bad = np.flatnonzero(~good)
    low = np.clip(np.floor(np.where(known, start, 0)), 0, len(good)).astype(np.int64)
    high = np.clip(np.ceil(np.where(known, stop, 0)) + 1, low, len(good)).astype(np.int64)
    return np.asarray(known & (np.searchsorted(bad, low) == np.searchsorted(bad, high)))
