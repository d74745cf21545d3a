"""Interpolate samples at other times: polynomial where they are dense, NaN in long gaps."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from imu.dsp.filters import CACHED, blocks
from imu.frames import BoolArray, FloatArray, IntArray

TAPS: Final = 6
DENSE_PERIODS: Final = 1.5  # a longer step means that at least one sample is missing
EXACT_PERIODS: Final = 1e-6


def interpolate(
    time_s: FloatArray,
    channels: Sequence[FloatArray],
    at_s: FloatArray,
    *,
    period_s: float,
    longest_s: float,
) -> FloatArray:
    """Return `channels` (c times (n,)), sampled at `time_s` (n,), at `at_s` (m,) as rows (c, m).

    Samples are about `period_s` apart; both times increase. Six-point polynomial between samples
    that follow one another (error on a sine of a tenth of the sampling rate: 0.03 %), a straight
    line over a step with samples missing, NaN where that step is longer than `longest_s` and
    outside the record. A time that is a sample's own gives that sample.
    """
    result = np.empty((len(channels), len(at_s)))
    room = np.empty((2 * TAPS, min(len(at_s), CACHED)))
    for part in blocks(len(at_s)):
        at = at_s[part]
        begin, end = np.searchsorted(time_s, (at[0], at[-1]))
        around = slice(max(int(begin) - TAPS, 0), int(end) + TAPS)
        pieces = [np.ascontiguousarray(channel[around]) for channel in channels]
        result[:, part] = np.nan  # a block at a time, while it is in the cache
        _fill(result[:, part], time_s[around], pieces, at, period_s, longest_s, room)
    return result


def _fill(
    result: FloatArray,
    time_s: FloatArray,
    channels: Sequence[FloatArray],
    at_s: FloatArray,
    period_s: float,
    longest_s: float,
    room: FloatArray,
    /,
) -> None:
    """Fill `result` (c, m) where `channels` (c times (n,)) determine it.

    In a `room` (2 `TAPS`, m or more): fresh memory for each block would take longer than the rest.
    """
    left = _last_before(time_s, at_s)
    own, sample = _own_samples(time_s, left, at_s, EXACT_PERIODS * period_s)
    if len(own) == len(at_s):  # as of the pod by which the grid was made
        every = _steps(sample)
        for row, x in zip(result, channels, strict=True):
            row[:] = x[every]
        return
    cell = np.clip(left, 0, len(time_s) - 2)
    step_s = np.diff(time_s)
    share = (at_s - time_s[cell]) / step_s[cell]
    known = (left == cell) & (step_s[cell] <= longest_s)
    breaks = step_s > DENSE_PERIODS * period_s
    first, last = _run(breaks, cell)
    dense = known & ~breaks[cell] & (last - first >= TAPS - 1)
    on, across = _where(dense), np.flatnonzero(known & ~dense)
    base = np.clip(cell - TAPS // 2 + 1, first, last - TAPS + 1)[on]
    weights = _weights(cell[on] - base + share[on], room[:, : len(base)])
    steps, cell, share = _steps(base), cell[across], share[across]
    for row, x in zip(result, channels, strict=True):
        row[on] = _weighed(x, steps, weights, room)
        row[across] = (1 - share) * x[cell] + share * x[cell + 1]
        row[own] = x[sample]


def _last_before(time_s: FloatArray, at_s: FloatArray) -> IntArray:
    """Return the last sample at or before each of `at_s` (m,), which increase; -1 before the first.

    As `numpy.searchsorted` would from the right, less one, but each is looked for from the one
    before; where rounding led to a neighbour, that is put right.
    """
    place = np.interp(at_s, time_s, np.arange(len(time_s), dtype=np.float64), left=-1.0)
    left = place.astype(np.int64)
    left -= time_s[np.maximum(left, 0)] > at_s
    np.maximum(left, -1, out=left)
    left += time_s[np.minimum(left + 1, len(time_s) - 1)] <= at_s
    return np.minimum(left, len(time_s) - 1)


def _weighed(
    x: FloatArray, base: IntArray | slice, weights: FloatArray, room: FloatArray
) -> FloatArray:
    """Return the sum (m,) of `TAPS` samples of `x` (n,) from each of `base` (m) on, weighed.

    In the first two rows of the `room`.
    """
    total, part = room[:2, : weights.shape[1]]
    total[:] = 0.0
    for tap, weight in enumerate(weights):
        if isinstance(base, slice):
            np.multiply(weight, x[tap:][base], out=part)
        else:
            np.multiply(weight, x[tap:].take(base, out=part, mode="clip"), out=part)
        total += part
    return np.asarray(total)


def _where(mask: BoolArray) -> IntArray | slice:
    """Return where `mask` (n,) is True, as a slice if that is everywhere: no copies then."""
    return slice(None) if mask.all() else np.flatnonzero(mask)


def _run(breaks_after: BoolArray, cell: IntArray) -> tuple[IntArray, IntArray]:
    """Return the first and last sample of the unbroken run that each of `cell` lies in.

    Or those of the only one.
    """
    ends = np.flatnonzero(breaks_after)
    if not len(ends):
        return np.array(0), np.array(len(breaks_after))
    number = np.searchsorted(ends, cell)
    return np.append(0, ends + 1)[number], np.append(ends, len(breaks_after))[number]


def _weights(place: FloatArray, room: FloatArray) -> FloatArray:
    """Return the weight of each of TAPS samples (TAPS, m) in the polynomial through them.

    `place` (m,) is where it is read: 0 at the first of them, TAPS - 1 at the last. They are in the
    second half of the `room` (2 `TAPS`, m).
    """
    powers, weights = room[:TAPS], room[TAPS:]
    powers[0] = 1.0
    for power in range(1, TAPS):
        np.multiply(powers[power - 1], place, out=powers[power])
    nodes = np.vander(np.arange(TAPS, dtype=np.float64), increasing=True)
    np.matmul(np.linalg.inv(nodes).T, powers, out=weights)
    return weights


def _steps(index: IntArray) -> IntArray | slice:
    """Return `index` (m,), as a slice where it is consecutive: no copies then."""
    in_step = len(index) > 0 and bool((index[1:] - index[:-1] == 1).all())
    return slice(int(index[0]), int(index[-1]) + 1) if in_step else index


def _own_samples(
    time_s: FloatArray, left: IntArray, at_s: FloatArray, slack_s: float
) -> tuple[IntArray, IntArray]:
    """Return which of `at_s` are a sample's own time, and that sample."""
    next_one = np.minimum(left + 1, len(time_s) - 1)
    right = np.where(time_s[next_one] <= at_s + slack_s, next_one, left)
    own = np.flatnonzero((right >= 0) & (at_s - time_s[right] <= slack_s))
    return own, right[own]
