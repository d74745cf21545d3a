"""Session values on their conditions: a Bayesian regression in closed form, many at once.

For each cell (one metric on one side) y = X b + e. The slopes have a normal prior, so that few
runs lean on what is known of runners and many on the runner's own; the error has a scaled inverse
chi-square prior, which is the typical error that is known beforehand; e is correlated between
days that lie close together. Everything is then a Student t (normal-inverse-gamma model; Gelman,
Bayesian Data Analysis, 3rd ed., ch. 14; correlation by generalised least squares).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray

LEFT_OUT: Final = 1e6
"""Variance, in typical errors squared, that leaves a session out of a fit."""


@dataclass(frozen=True)
class Prior:
    """What is known beforehand of c cells and p columns.

    `error` (..., c) is the SD between sessions and `weight` how many sessions that knowledge is
    worth. `slope` (c, p) and `slope_sd` (c, p) are in the metric's unit per unit of the column;
    an infinite SD leaves the column to the data and costs a degree of freedom.
    """

    error: FloatArray
    weight: float
    slope: FloatArray
    slope_sd: FloatArray


@dataclass(frozen=True)
class Fit:
    """The fitted cells: `slope` (..., c, p); `scale2` (..., c) the squared error between sessions.

    `inverse` (..., c, p, p) times `scale2` is the covariance of the slopes; `gain` (..., c, p, k)
    is how each session moves them. `freedom` (..., c) counts sessions and prior, `sessions`
    (..., c) the sessions alone; `squares` (..., c) are those of the residuals.
    """

    slope: FloatArray
    inverse: FloatArray
    gain: FloatArray
    squares: FloatArray
    scale2: FloatArray
    freedom: FloatArray
    sessions: FloatArray


def between_days(day: FloatArray, other: FloatArray, share: float, days: float) -> FloatArray:
    """Return the correlation (..., k, n) of sessions on `day` (k, ...) with those on `other`.

    `share` of the variance between sessions is that of days that hang together; it fades with
    exp(-distance / `days`).
    """
    apart = np.abs(np.moveaxis(day, 0, -1)[..., None] - np.moveaxis(other, 0, -1)[..., None, :])
    return np.asarray(share * np.exp(-apart / days))


def fit(
    y: FloatArray,
    x: FloatArray,
    used: BoolArray,
    correlation: FloatArray,
    prior: Prior,
    *,
    oddness: FloatArray | None = None,
) -> Fit:
    """Fit `y` (k, ..., c) to the columns `x` (k, ..., p) on the sessions that are `used`.

    `used` has the shape of `y`; values that are not finite are never used. `correlation`
    (..., k, k) is that of the sessions, without what is each session's own. `oddness`, of the
    shape of `y`, multiplies the variance of sessions that should count less.
    """
    values, columns, mine = _arranged(y, x, used)
    together = _covariance(correlation, mine, oddness)
    expected = np.einsum("...kp,...cp->...ck", columns[..., 0, :, :], prior.slope)
    left = np.where(mine, values - expected, 0.0)
    right = np.concatenate([columns + np.zeros((*left.shape, 1)), left[..., None]], axis=-1)
    weighted = np.linalg.solve(together, right)
    precision = (prior.error[..., None] / prior.slope_sd) ** 2 + 1e-9
    gram = np.swapaxes(columns, -1, -2) @ weighted[..., :-1]
    inverse = np.linalg.inv(gram + precision[..., None] * np.eye(x.shape[-1]))
    gain = inverse @ np.swapaxes(weighted[..., :-1], -1, -2)
    moved = np.einsum("...pk,...k->...p", gain, left)
    squares = np.einsum("...k,...k->...", left, weighted[..., -1]) - np.einsum(
        "...p,...kp,...k->...", moved, weighted[..., :-1], left
    )
    sessions = mine.sum(axis=-1).astype(np.float64)
    freedom = _freedom(sessions, columns, mine, prior)
    squares = np.maximum(squares, 0.0)
    scale2 = (prior.weight * prior.error**2 + squares) / freedom
    return Fit(
        moved + prior.slope,
        np.asarray(inverse),
        np.asarray(gain),
        squares,
        scale2,
        freedom,
        sessions,
    )


def evidence(
    fitted: Fit, y: FloatArray, used: BoolArray, correlation: FloatArray, prior: Prior
) -> FloatArray:
    """Return the log marginal likelihood (..., c) of `correlation`, up to a constant.

    The arguments are those of `fit`.
    """
    mine = np.moveaxis(np.isfinite(y) & used, 0, -1)
    spread = np.linalg.slogdet(_covariance(correlation, mine, None))[1]
    spread = spread - np.linalg.slogdet(fitted.inverse)[1]
    squares = prior.weight * prior.error**2 + fitted.squares
    return np.asarray(-0.5 * (spread + fitted.freedom * np.log(squares)))


def added(
    fitted: Fit,
    y: FloatArray,
    x: FloatArray,
    used: BoolArray,
    correlation: FloatArray,
    more: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what each of the columns `more` (k, j) would do if added alone to the fit, free.

    That is its coefficient, the square of its standard error over the error between sessions, and
    the squares that remain, (..., c, j) each (Frisch, Waugh and Lovell). The other arguments are
    those of `fit`.
    """
    _, columns, mine = _arranged(y, x, used)
    weight = np.linalg.inv(_covariance(correlation, mine, None))
    rest = np.moveaxis(np.where(np.isfinite(y), y, 0.0), 0, -1)
    rest = rest - np.einsum("...kp,...cp->...ck", columns[..., 0, :, :], fitted.slope)
    of_more = weight @ more
    explained = fitted.inverse @ (np.swapaxes(columns, -1, -2) @ of_more)
    size2 = np.einsum("kj,...kj->...j", more, of_more - weight @ columns @ explained)
    along = np.einsum("...kj,...k->...j", of_more, np.where(mine, rest, 0.0))
    known = size2 > 1e-6
    coefficient = np.where(known, along / np.where(known, size2, 1.0), np.nan)
    left = fitted.squares[..., None] - np.where(known, coefficient * along, 0.0)
    return coefficient, np.where(known, 1.0 / np.where(known, size2, 1.0), np.nan), left


def _covariance(correlation: FloatArray, mine: BoolArray, oddness: FloatArray | None) -> FloatArray:
    """Return the covariance (..., c, k, k) of sessions in errors squared."""
    odd = 1.0 if oddness is None else np.moveaxis(oddness, 0, -1)
    own = (1.0 - _diagonal(correlation))[..., None, :] * odd + np.where(mine, 0.0, LEFT_OUT)
    return np.asarray(correlation[..., None, :, :] + own[..., None] * np.eye(mine.shape[-1]))


def _arranged(
    y: FloatArray, x: FloatArray, used: BoolArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return values and use (..., c, k), columns (..., 1, k, p)."""
    known = np.isfinite(y) & used
    values = np.moveaxis(np.where(known, y, 0.0), 0, -1)
    return values, np.moveaxis(x, 0, -2)[..., None, :, :], np.moveaxis(known, 0, -1)


def _diagonal(correlation: FloatArray) -> FloatArray:
    return np.asarray(np.diagonal(correlation, axis1=-2, axis2=-1))


def _freedom(
    sessions: FloatArray, columns: FloatArray, mine: BoolArray, prior: Prior
) -> FloatArray:
    """Prior and sessions, less one for each free column that some session fills."""
    free = np.isinf(prior.slope_sd)
    filled = np.any((columns != 0) & mine[..., None], axis=-2)
    return np.asarray(prior.weight + np.maximum(sessions - (filled & free).sum(axis=-1), 0.0))


@dataclass(frozen=True)
class Predicted:
    """Values expected of n new sessions, (n, ..., c), and how far they may lie off.

    `widening` (..., c, n, n) times the fit's `scale2` is the covariance of new minus expected
    values. `error` is the SD of one new session against its expectation; Student t with
    `freedom`.
    """

    expected: FloatArray
    widening: FloatArray
    error: FloatArray
    freedom: FloatArray


def predict(fitted: Fit, x: FloatArray, with_past: FloatArray, among: FloatArray) -> Predicted:
    """Predict new sessions with columns `x` (n, ..., p), at their usual level.

    `with_past` (..., k, n) is their correlation with the sessions of the fit, `among` (..., n, n)
    that among themselves, without what is each session's own. The past is not used to guess how
    good a day today is: a lasting change must not become what is expected.
    """
    columns = np.moveaxis(x, 0, -2)[..., None, :, :]  # (..., 1, n, p)
    expected = np.einsum("...np,...cp->...cn", columns[..., 0, :, :], fitted.slope)
    of_slopes = columns @ fitted.inverse @ np.swapaxes(columns, -1, -2)
    cross = columns @ (fitted.gain @ with_past[..., None, :, :])
    own = np.eye(x.shape[0]) * (1.0 - _diagonal(among))[..., None, :, None]
    widening = among[..., None, :, :] + own + of_slopes - cross - np.swapaxes(cross, -1, -2)
    variance = np.maximum(_diagonal(widening), 0.25)
    error = np.sqrt(variance * fitted.scale2[..., None])
    return Predicted(
        np.moveaxis(expected, -1, 0), widening, np.moveaxis(error, -1, 0), fitted.freedom
    )
