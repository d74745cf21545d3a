"""Reduce padded rows, (k, m) with NaN after the end of each stance: maxima, values, medians."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from imu.frames import BoolArray, FloatArray, IntArray


def highest(rows: FloatArray) -> FloatArray:
    """Return the maximum of each row (k, m), NaN padding aside; NaN for an empty row."""
    return np.asarray(np.fmax.reduce(rows, axis=1, initial=np.nan))


def lowest(rows: FloatArray) -> FloatArray:
    """Return the minimum of each row (k, m), NaN padding aside; NaN for an empty row."""
    return np.asarray(np.fmin.reduce(rows, axis=1, initial=np.nan))


def value_at(rows: FloatArray, column: FloatArray) -> FloatArray:
    """Return each row's value at a fractional column (k,), linear; NaN outside or unknown."""
    inside = (column >= 0) & (column <= rows.shape[1] - 1)
    if rows.shape[1] < 2:
        return np.full(len(rows), np.nan)
    low = np.clip(np.where(inside, column, 0).astype(np.int64), 0, rows.shape[1] - 2)
    k = np.arange(len(rows))
    before, after = rows[k, low], rows[k, low + 1]
    return np.where(inside, before + (column - low) * (after - before), np.nan)


def not_negative(x: FloatArray) -> FloatArray:
    """Return `x` with 0 for what is negative; NaN stays."""
    return np.asarray(np.maximum(x, 0.0))


def zero_filled(rows: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return `rows` with 0 for NaN, and which entries are known."""
    known, filled = np.isfinite(rows), rows.copy()
    if not known.all():
        np.copyto(filled, 0.0, where=~known)
    return filled, known


def norm(vectors: FloatArray) -> FloatArray:
    """Return the Euclidean norms (n,) of `vectors` (n, 3)."""
    x, y, z = vectors.T
    return np.asarray(np.sqrt(x * x + y * y + z * z))


def windows(x: FloatArray, start: IntArray, length: int) -> FloatArray:
    """Return ``x[start[i]:start[i] + length]`` as rows (k, length); the ends repeat."""
    last = len(x) - length
    if last < 0:
        return np.asarray(np.take(x, start[:, None] + np.arange(length), mode="clip"))
    inside = np.clip(start, 0, last)
    rows = np.asarray(sliding_window_view(x, length)[inside])
    beyond = np.flatnonzero(inside != start)
    if len(beyond):
        rows[beyond] = np.take(x, start[beyond, None] + np.arange(length), mode="clip")
    return rows


def ragged(
    x: FloatArray, start: IntArray, stop: IntArray, *, width: int | None = None
) -> FloatArray:
    """Stack ``x[start[i]:stop[i]]`` as rows, padded with NaN; shape (len(start), width).

    Indices outside `x` (n,) read as NaN. Without a `width` it is that of the longest, so intervals
    must be bounded: one long one makes the whole matrix wide.
    """
    column = np.arange(int(np.max(stop - start, initial=0)) if width is None else width)
    rows = windows(x, start, len(column))
    np.copyto(rows, np.nan, where=column >= (np.minimum(stop, len(x)) - start)[:, None])
    if (start < 0).any():
        np.copyto(rows, np.nan, where=column < -start[:, None])
    return rows


def middle_of_neighbours(x: FloatArray, count: int) -> FloatArray:
    """Return the median of what is known of the `count` values around each of `x` (k,).

    At the ends it is that of the first and last `count`. NaN where nothing around is known.
    """
    if not len(x):
        return x
    count = min(count, len(x))
    first = np.clip(np.arange(len(x)) - count // 2, 0, len(x) - count)
    return middle_of(x[first[:, None] + np.arange(count)])


def middle_of(rows: FloatArray) -> FloatArray:
    """Return the median of what is known in each row (k, m); NaN where nothing is."""
    ordered = np.sort(rows, axis=1)  # NaN last
    known = np.isfinite(rows).sum(axis=1)
    k = np.arange(len(rows))
    low, high = np.maximum((known - 1) // 2, 0), np.minimum(known // 2, rows.shape[1] - 1)
    return np.asarray((ordered[k, low] + ordered[k, high]) / 2)
