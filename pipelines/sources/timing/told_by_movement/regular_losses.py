"""Notice samples that are lost at regular places, too few at a time for times of arrival to show.

Over a loss the movement goes further than from one sample to the next, and so less far just before
and after than over it. One such step says little, but one that comes again every so many rows, or
between bursts, all through a recording, does.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray
from imu.recording.fills.side_by_side import Columns

AT_REGULAR_PLACES: Final = (
    "samples seem to be missing at regular places, where the movement goes on too far from one row "
    "to the next"
)
IF_SO: Final = f"{AT_REGULAR_PLACES}: if so, all its times are too short"
PERIODS: Final = (3, 200)
CLEARLY: Final = 8.0
"""Standard errors. In 132 clean recordings of made-up people chance went beyond 6.5 four times."""
LARGER: Final = 0.1
MUCH_LARGER: Final = 0.3
"""A loss of one sample makes the step over it about 1.6 times those beside it: 0.45."""
PARTS: Final = 4
FEWEST: Final = 24
MOST: Final = 2.0
STRIDE_ROWS: Final = 101
AT_REST: Final = 0.2
BESIDE: Final = 0.2
FAR: Final = 0.5
IN_A_BURST: Final = 0.3
ROWS: Final = 60_000


def lost_regularly(values: Columns, new_burst: FloatArray | None = None) -> bool:
    """Whether rows of `values` (n, axes), in order, are lost at regular places.

    `new_burst` (n - 1,) is how long after the row before each next one came, in sample periods.
    """
    if len(values) < FEWEST * PERIODS[0]:
        return False
    larger = _larger(values[:ROWS])
    if new_burst is not None:
        border = new_burst[: len(larger) + 2][1:-1] > IN_A_BURST
        if 0 < border.mean() < 0.5 and _at_borders(larger, border):
            return True
    known = np.isfinite(larger).astype(np.float64)
    there = np.where(known > 0, larger, 0.0)
    return any(
        _may_be_larger(known, there, period) and _at_a_period(larger, period)
        for period in range(*PERIODS)
    )


def _larger(values: FloatArray) -> FloatArray:
    """Return by how much each step (n - 3,) is larger than those beside it, as a logarithm.

    NaN at rest, where steps are those of noise.
    """
    from scipy.ndimage import uniform_filter1d

    scale = np.maximum(values.std(axis=0), 1e-12)
    step = np.abs(np.diff(values / scale, axis=0)).sum(axis=1)
    around = uniform_filter1d(step, STRIDE_ROWS, mode="nearest")
    moving = around > AT_REST * np.percentile(around, 90)
    step = np.log(np.maximum(step, 1e-3 * max(float(np.median(step)), 1e-12)))
    larger = np.clip(step[1:-1] - (step[:-2] + step[2:]) / 2, -MOST, MOST)
    return np.asarray(np.where(moving[1:-1], larger, np.nan))


def _may_be_larger(known: FloatArray, there: FloatArray, period: int) -> bool:
    """Whether steps at one place of a period are much larger on the mean: at most periods none are.

    `known` (m,) is 1 where a step is, `there` (m,) its logarithm, else 0; as `_clear` asks.
    """
    whole = len(there) // period * period
    folded, spoken = (x[:whole].reshape(-1, period) for x in (there, known))
    mostly = (spoken.sum(axis=1) > 0.5 * period).astype(np.float64)
    count = np.maximum(np.einsum("k,kp->p", mostly, spoken), 1)
    return bool((np.einsum("k,kp->p", mostly, folded) > MUCH_LARGER * (1 - 1e-9) * count).any())


def _at_a_period(larger: FloatArray, period: int) -> bool:
    """Whether steps at one place of a period are clearly larger, and those beside it smaller."""
    whole = len(larger) // period * period
    folded = larger[:whole].reshape(-1, period)
    if len(folded) < FEWEST:
        return False
    clear, mean = _clear(folded)
    # Of a peak of the movement itself more than two steps are unusual, and these two not alike.
    beside = np.array([np.roll(mean, by) for by in (1, -1)])
    far = np.array([np.roll(mean, by) for by in (2, -2)])
    single = (beside < -BESIDE * mean).all(axis=0) & (np.abs(far) < FAR * mean).all(axis=0)
    return bool((clear & single).any())


def _at_borders(larger: FloatArray, border: BoolArray) -> bool:
    """Whether the same holds of the steps between bursts."""
    if np.count_nonzero(border) < FEWEST:
        return False
    clear, mean = _clear(larger[border][:, None])
    beside = np.array([np.nanmean(larger[np.roll(border, by)]) for by in (1, -1)])
    return bool(clear[0] and (beside < -BESIDE * mean[0]).all())


def _clear(larger: FloatArray) -> tuple[BoolArray, FloatArray]:
    """Return for which columns of (k, p) the mean is far above 0 all through, and these means."""
    larger = larger[np.isfinite(larger).mean(axis=1) > 0.5]
    if len(larger) < FEWEST:
        return np.zeros(larger.shape[1], dtype=bool), np.zeros(larger.shape[1])
    known = np.isfinite(larger)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, larger, 0.0).sum(axis=0) / count
    if not (mean > MUCH_LARGER).any():  # as of nearly all periods that are asked for
        return np.zeros(larger.shape[1], dtype=bool), mean
    spread = np.sqrt(np.where(known, (larger - mean) ** 2, 0.0).sum(axis=0) / count)
    clear = (mean > CLEARLY * np.maximum(spread, LARGER) / np.sqrt(count)) & (count >= FEWEST)
    clear &= mean > MUCH_LARGER
    for part in np.array_split(np.where(known, larger, 0.0), PARTS):
        clear &= part.mean(axis=0) > LARGER
    return np.asarray(clear), mean
