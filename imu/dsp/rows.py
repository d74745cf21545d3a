"""Reduce padded rows, (k, m) with NaN after the end of each stance: maxima, means, crossings."""

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray


def highest(rows: FloatArray) -> FloatArray:
    """Return the maximum of each row (k, m), NaN padding aside; NaN for an empty row."""
    return np.asarray(np.fmax.reduce(rows, axis=1, initial=np.nan))


def lowest(rows: FloatArray) -> FloatArray:
    """Return the minimum of each row (k, m), NaN padding aside; NaN for an empty row."""
    return np.asarray(np.fmin.reduce(rows, axis=1, initial=np.nan))


def sum_of(rows: FloatArray) -> FloatArray:
    """Return the sum of each row (k, m), NaN padding aside; NaN for an empty row."""
    filled, known = zero_filled(rows)
    return np.asarray(np.where(known.any(axis=1), filled.sum(axis=1), np.nan))


def mean_of(rows: FloatArray) -> FloatArray:
    """Return the mean of each row (k, m), NaN padding aside; NaN for an empty row."""
    return np.asarray(sum_of(rows) / np.maximum(np.isfinite(rows).sum(axis=1), 1))


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


def column_of_highest(rows: FloatArray) -> IntArray:
    """Return the column of each row's maximum (k,); 0 for an empty row."""
    if not rows.size:
        return np.zeros(len(rows), dtype=np.int64)
    return np.asarray(np.argmax(np.where(np.isnan(rows), -np.inf, rows), axis=1))


def where_highest(rows: FloatArray) -> FloatArray:
    """Return the column of each row's maximum (k,), refined by a parabola; NaN if empty."""
    at = column_of_highest(rows)
    known = np.isfinite(highest(rows))
    if rows.shape[1] < 3:
        return np.where(known, at, np.nan)
    k = np.arange(len(rows))
    inner = np.clip(at, 1, rows.shape[1] - 2)
    a, b, c = (rows[k, inner + shift] for shift in (-1, 0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = 0.5 * (a - c) / (a - 2 * b + c)
        refined = np.where((inner == at) & (np.abs(shift) <= 1), at + shift, at)
    return np.where(known, refined, np.nan)


def zero_filled(rows: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return `rows` with 0 for NaN, and which entries are known."""
    known = np.isfinite(rows)
    return np.where(known, rows, 0.0), known


def last_rise(rows: FloatArray, level: FloatArray, first: IntArray, last: IntArray) -> FloatArray:
    """Return where each row last rises through `level` (k,) between two of its columns.

    `first` and `last` (k,) bound the search; fractional columns (k,), linear between samples, NaN
    where the row never rises through it.
    """
    if rows.shape[1] < 2:
        return np.full(len(rows), np.nan)
    column = np.arange(rows.shape[1] - 1)
    inside = (column >= first[:, None]) & (column < last[:, None])
    up = (rows[:, :-1] < level[:, None]) & (rows[:, 1:] >= level[:, None]) & inside
    at = rows.shape[1] - 2 - np.argmax(up[:, ::-1], axis=1)
    k = np.arange(len(rows))
    with np.errstate(divide="ignore", invalid="ignore"):
        part = (level - rows[k, at]) / (rows[k, at + 1] - rows[k, at])
    return np.where(up.any(axis=1), at + part, np.nan)


def norm(vectors: FloatArray) -> FloatArray:
    """Return the Euclidean norms (n,) of `vectors` (n, 3)."""
    x, y, z = vectors.T
    return np.asarray(np.sqrt(x * x + y * y + z * z))


def ragged(x: FloatArray, start: IntArray, stop: IntArray) -> FloatArray:
    """Stack ``x[start[i]:stop[i]]`` as rows, padded with NaN; shape (len(start), longest).

    Indices outside `x` (n,) read as NaN. Intervals must be bounded: one long one makes the whole
    matrix wide.
    """
    column = np.arange(int(np.max(stop - start, initial=0)))
    rows = np.take(x, start[:, None] + column, mode="clip")
    before, after = -start[:, None], (np.minimum(stop, len(x)) - start)[:, None]
    rows[(column < before) | (column >= after)] = np.nan
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
