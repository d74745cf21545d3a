"""Zero-lag filters and sub-sample timing: the numerical grammar of every event and metric.

Filters run forward and backward over finite arrays. A second-order pass there and back has its
-3 dB point at 0.80 of the design frequency; `corrected=True` moves the design so that -3 dB is at
the stated frequency (Alcantara 2022). Event features are stated uncorrected, peaks corrected.
"""

from typing import Literal

import numpy as np
from scipy.signal import butter, sosfiltfilt

from imu.frames import BoolArray, FloatArray, IntArray


def lowpass(
    x: FloatArray, *, cutoff_hz: float, rate_hz: float, corrected: bool = False
) -> FloatArray:
    """Low-pass `x` (n, ...) along its first axis: 2nd-order Butterworth, both ways."""
    if corrected and cutoff_hz < 0.45 * rate_hz:
        warped = np.tan(np.pi * cutoff_hz / rate_hz) / (np.sqrt(2) - 1) ** 0.25
        cutoff_hz = min(float(np.arctan(warped)) * rate_hz / np.pi, 0.449 * rate_hz)
    return _filtered(x, cutoff_hz, rate_hz, "lowpass")


def highpass(x: FloatArray, *, cutoff_hz: float, rate_hz: float) -> FloatArray:
    """High-pass `x` (n, ...) along its first axis: 2nd-order Butterworth, both ways."""
    return _filtered(x, cutoff_hz, rate_hz, "highpass")


def _filtered(
    x: FloatArray, cutoff_hz: float, rate_hz: float, kind: Literal["lowpass", "highpass"], /
) -> FloatArray:
    if cutoff_hz >= 0.45 * rate_hz:
        return np.asarray(x, dtype=np.float64)
    sos = butter(2, cutoff_hz, kind, fs=rate_hz, output="sos")
    pad = max(min(len(x) - 1, int(rate_hz)), 0)
    rows = np.ascontiguousarray(np.moveaxis(x, 0, -1))
    return np.asarray(np.moveaxis(sosfiltfilt(sos, rows, axis=-1, padlen=pad), -1, 0))


def bridged(x: FloatArray, valid: BoolArray) -> FloatArray:
    """Return `x` (n, k) with straight lines across invalid samples.

    For filters only, which need finite numbers; whatever is computed there is masked afterwards.
    """
    if valid.all():
        return x
    at = np.flatnonzero(valid)
    columns = [np.interp(np.arange(len(x)), at, column[at]) for column in x.T]
    return np.column_stack(columns)


def near_invalid(valid: BoolArray, *, reach_samples: int) -> BoolArray:
    """Return True (n,) within `reach_samples` of an invalid sample."""
    bad = np.concatenate([[0], np.cumsum(~valid)])
    index = np.arange(len(valid))
    low = np.clip(index - reach_samples, 0, len(valid))
    high = np.clip(index + reach_samples + 1, 0, len(valid))
    return np.asarray(bad[high] > bad[low])


def windows(x: FloatArray, start: IntArray, length: int) -> FloatArray:
    """Return ``x[start[i]:start[i] + length]`` as rows (k, length); the ends repeat."""
    index = np.clip(start[:, None] + np.arange(length), 0, len(x) - 1)
    return np.asarray(x[index])


def argmax_in(x: FloatArray, start: IntArray, stop: IntArray) -> IntArray:
    """Return the position in `x` of the highest sample of each ``[start, stop)``, (k,).

    Intervals are cut to the array; an empty one gives its start.
    """
    start = np.clip(start, 0, len(x) - 1)
    stop = np.clip(stop, start + 1, len(x))
    length = int(np.max(stop - start, initial=1))
    rows = np.where(np.arange(length) < (stop - start)[:, None], windows(x, start, length), -np.inf)
    return np.asarray(start + np.argmax(rows, axis=1))


def refine_peak(x: FloatArray, at: IntArray) -> FloatArray:
    """Return fractional positions (k,) of the extrema of `x` near `at`: parabola of three."""
    inner = np.clip(at, 1, len(x) - 2)
    before, middle, after = x[inner - 1], x[inner], x[inner + 1]
    bend = before - 2 * middle + after
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = 0.5 * (before - after) / bend
    shift = np.where(np.isfinite(shift) & (np.abs(shift) <= 1), shift, 0.0)
    return np.asarray(np.where(inner == at, at + shift, at))


def last_crossing(x: FloatArray, level: FloatArray, start: IntArray, stop: IntArray) -> FloatArray:
    """Return where `x` last rises through `level` (k,) in each ``[start, stop]``; NaN if never.

    Fractional positions (k,), linear between samples.
    """
    length = int(np.max(stop - start, initial=0)) + 1
    rows = windows(x, start, length)
    inside = np.arange(length - 1) < (stop - start)[:, None]
    rises = (rows[:, :-1] < level[:, None]) & (rows[:, 1:] >= level[:, None]) & inside
    last = length - 2 - np.argmax(rises[:, ::-1], axis=1)
    k = np.arange(len(rows))
    low, high = rows[k, last], rows[k, last + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        at = start + last + (level - low) / (high - low)
    return np.asarray(np.where(rises.any(axis=1), at, np.nan))
