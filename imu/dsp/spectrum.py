"""Spectra of stances: a Fourier transform of many short rows at a few chosen frequencies.

Stances last a quarter of a second, so a spectrum is smooth on the scale of 1 Hz: the transform
is a product with a small matrix of sines, equal at every sampling rate.
"""

from typing import Final

import numpy as np

from imu.dsp.rows import zero_filled
from imu.frames import BoolArray, FloatArray, IntArray

BAND_HZ: Final[FloatArray] = np.arange(3.0, 21.0)
"""The frequencies at which the power of a stance is taken."""
TAPER: Final = 0.1
"""The share at each end of a stance that is faded out."""


def power_density(rows: FloatArray, frequency_hz: FloatArray, *, rate_hz: float) -> FloatArray:
    """Return the one-sided power per Hz (k, f) of `rows` (k, m): detrended, ends faded out.

    Its integral over all frequencies is the mean square of the row about its trend.
    """
    x, known = zero_filled(rows)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    column = np.arange(rows.shape[1])
    x = _detrended(x, known, count, column)
    lengths, which = np.unique(count, return_inverse=True)
    edge = np.minimum(column + 0.5, lengths[:, None] - column - 0.5) / lengths[:, None]
    window = (np.sin(np.pi / 2 * np.clip(edge / TAPER, 0.0, 1.0)) ** 2)[which.ravel()]
    x *= window
    power = _amplitude(x, frequency_hz, rate_hz) ** 2
    weight = np.sum(np.square(window, out=window), axis=1, keepdims=True, where=known)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * power / rate_hz / weight)


def band_mean_square(density: FloatArray, low_hz: float, high_hz: float) -> FloatArray:
    """Return the mean square (k,) between two frequencies, from power per Hz at `BAND_HZ`."""
    inside = (low_hz <= BAND_HZ) & (high_hz >= BAND_HZ)
    return np.asarray(np.trapezoid(density[:, inside], BAND_HZ[inside], axis=1))


def _detrended(x: FloatArray, known: BoolArray, count: IntArray, column: IntArray) -> FloatArray:
    t = np.where(known, column - (count - 1) / 2, 0.0)
    mean = x.sum(axis=1, keepdims=True) / count
    slope = (x * t).sum(axis=1, keepdims=True) / np.maximum((t**2).sum(axis=1, keepdims=True), 1)
    return np.where(known, x - mean - slope * t, 0.0)


def _amplitude(rows: FloatArray, frequency_hz: FloatArray, rate_hz: float) -> FloatArray:
    angle = 2 * np.pi / rate_hz * np.arange(rows.shape[1])[:, None] * frequency_hz
    return np.hypot(rows @ np.cos(angle), rows @ np.sin(angle))
