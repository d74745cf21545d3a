"""Maxima and level crossings in many windows at once, with sub-sample timing."""

from collections.abc import Iterator

import numpy as np

from imu import compiled
from imu.dsp.rows import windows
from imu.frames import FloatArray, IntArray

LEAST_PART, LARGEST_PART = 4_096, 1_048_576


def windows_in_parts(length: IntArray) -> Iterator[tuple[IntArray | slice, int, int]]:
    """Cut windows of unequal `length` (k,) into parts that can be laid out as a matrix each.

    Yields the windows with samples left, the offset of the part and its width. Windows of about one
    length are one part. A single long one (from the last step before a pause to the first one after
    it) makes no matrix wide: its remainder comes in parts no larger than the first.
    """
    longest, offset = int(np.max(length, initial=1)), 0
    going_on: IntArray | slice = slice(None)
    most = LARGEST_PART
    while offset < longest:
        left = length[going_on] - offset
        middle = max((len(left) - 1) // 2, 0)
        usual = max(int(np.partition(left, middle)[middle]), 1) if len(left) else 1
        width = longest - offset if longest - offset <= 2 * usual else usual
        width = max(min(width, most // max(len(left), 1)), 1)
        yield going_on, offset, width
        most = max(min(most, len(left) * width), LEAST_PART)
        offset += width
        going_on = np.flatnonzero(length > offset)


def argmax_in(x: FloatArray, start: IntArray, stop: IntArray) -> IntArray:
    """Return the position in `x` (n,), finite, of the highest sample of each ``[start, stop)``.

    Shape (k,); of equal ones the first. Intervals are cut to the array; an empty one gives its
    start.
    """
    return _furthest_in(x, start, stop, 1.0)


def argmin_in(x: FloatArray, start: IntArray, stop: IntArray) -> IntArray:
    """Return the position of the lowest sample of each ``[start, stop)``, as `argmax_in` does."""
    return _furthest_in(x, start, stop, -1.0)


def _furthest_in(x: FloatArray, start: IntArray, stop: IntArray, sign: float) -> IntArray:
    start = np.clip(start, 0, len(x) - 1)
    stop = np.clip(stop, start + 1, len(x))
    if compiled.usable(len(x)):
        from imu.compiled.searching import find_highest  # it needs numba

        highest = np.empty(len(start), dtype=np.int64)
        find_highest(np.ascontiguousarray(x), start, stop, highest, sign)
        return highest
    length = stop - start
    x = x if sign > 0 else -x
    at, most = start.copy(), np.full(len(start), -np.inf)
    for some, offset, width in windows_in_parts(length):
        rows = windows(x, start[some] + offset, width)
        np.copyto(rows, -np.inf, where=np.arange(width) >= (length[some] - offset)[:, None])
        column = np.argmax(rows, axis=1)
        found = np.take_along_axis(rows, column[:, None], axis=1)[:, 0]
        at[some] = np.where(found > most[some], start[some] + offset + column, at[some])
        most[some] = np.maximum(found, most[some])
    return at


def reduced_in(of_two: np.ufunc, x: FloatArray, start: IntArray, stop: IntArray) -> FloatArray:
    """Return what `numpy.fmax`, `fmin` or `add` makes of `x` (n,) in each ``[start, stop)``.

    Shape (k,); NaN for an interval without a sample that is known. Nothing is copied.
    """
    low, high = np.clip(start, 0, len(x)), np.clip(stop, 0, len(x))
    some, found = np.flatnonzero(high > low), np.full(len(low), np.nan)
    if len(some):
        low, high, last = low[some], high[some], len(x) - 1
        edges = np.minimum(np.stack([low, high], axis=1).ravel(), last)
        inner = of_two.reduceat(x, edges)[::2]  # and what lies between two intervals
        found[some] = np.where((high > last) & (low < last), of_two(inner, x[last]), inner)
    return found


def refine_peak(x: FloatArray, at: IntArray) -> FloatArray:
    """Return fractional positions (k,) of the extrema of `x` near `at`: parabola of three."""
    inner = np.clip(at, 1, len(x) - 2)
    before, middle, after = x[inner - 1], x[inner], x[inner + 1]
    bend = before - 2 * middle + after
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = 0.5 * (before - after) / bend
    shift = np.where(np.isfinite(shift) & (np.abs(shift) <= 1), shift, 0.0)
    return np.asarray(np.where(inner == at, at + shift, at))


def first_fall(x: FloatArray, level: FloatArray, start: IntArray, stop: IntArray) -> FloatArray:
    """Return where `x` first falls through `level` (k,) in each ``[start, stop]``; NaN if never.

    Fractional positions (k,), linear between samples.
    """
    if compiled.usable(len(x)):
        return _crossing(x, level, start, stop, 1)
    last = len(x) - 1
    mirrored = last_crossing(x[::-1], level, np.maximum(last - stop, 0), last - start)
    return np.asarray(last - mirrored)


def last_fall(x: FloatArray, level: FloatArray, start: IntArray, stop: IntArray) -> FloatArray:
    """Return where `x` last falls through `level` (k,) in each ``[start, stop]``; NaN if never.

    Fractional positions (k,), linear between samples.
    """
    if compiled.usable(len(x)):
        return _crossing(x, -level, start, stop, -1, sign=-1.0)
    return last_crossing(-x, -level, start, stop)


def last_crossing(x: FloatArray, level: FloatArray, start: IntArray, stop: IntArray) -> FloatArray:
    """Return where `x` last rises through `level` (k,) in each ``[start, stop]``; NaN if never.

    Fractional positions (k,), linear between samples.
    """
    if compiled.usable(len(x)):
        return _crossing(x, level, start, stop, -1)
    last = np.full(len(start), -1)
    for some, offset, width in windows_in_parts(stop - start):
        rows = windows(x, start[some] + offset, width + 1)
        below = rows < level[some][:, None]
        rises = below[:, :-1] & ~below[:, 1:]
        rises &= np.arange(width) < (stop - start)[some][:, None] - offset
        column = width - 1 - np.argmax(rises[:, ::-1], axis=1)
        last[some] = np.where(rises.any(axis=1), offset + column, last[some])
    known = last >= 0
    step = start + np.maximum(last, 0)
    low, high = (x[np.clip(step + ahead, 0, len(x) - 1)] for ahead in (0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        at = step + (level - low) / (high - low)
    return np.asarray(np.where(known, at, np.nan))


def _crossing(
    x: FloatArray,
    level: FloatArray,
    start: IntArray,
    stop: IntArray,
    way: int,
    *,
    sign: float = 1.0,
) -> FloatArray:
    from imu.compiled.searching import find_crossing  # it needs numba

    found = np.empty(len(start))
    find_crossing(np.ascontiguousarray(x), level, start, stop, found, way, sign)
    return found
