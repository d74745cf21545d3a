"""Find the range at which a sensor clips by its readings, where nothing says it or says it wrongly.

Peaks of a movement are round and of many heights. Of a sensor that clips they all end at one
height, at which it stays. That is told three ways, of each end of each axis: many more readings are
close to that height than next below it, or beyond it, also with noise or a filter on top; readings
that stay the same from sample to sample do so there alone; and the largest reading of all comes
again and again.
"""

from typing import Final

import numpy as np

from imu.frames import FloatArray, IntArray
from imu.recording.fills.alike_runs import count_sizes

PEAKS: Final = 0.5
"""Of the largest reading: what is less says nothing of the range."""
OF_LARGEST: Final = 0.8
"""What clips is nowhere read to be much more, but where a curve through it overshoots."""
RARE: Final = 2e-4
"""Share of the samples that may be beyond any range: flipped bits."""
BIN: Final = 0.005
BELOW: Final = 17
CROWDED: Final = ((2, 0.6), (6, 1.6))
"""Bins of the largest reading that are one height, 1 % or after a filter 3 %, and how many more are
there than in the 8.5 % below it. Of 60 made-up people the peaks of a movement came to 0.3 and 1.2;
parabolas, all alike, would to 0.5 and 1.0."""
STAYS: Final = 2.0
"""The same of readings that stay the same: 0.4."""
AGAIN: Final = 1.0
"""The same of the largest reading of all, in counts as coarse as a 250th of it: 0.75."""
COARSE: Final = 0.01
"""Of the largest reading: counts beyond tell nothing."""
PART: Final = 2048
MOST_PARTS: Final = 50
"""So much of a record is looked at, some seconds at a time."""
FEWEST: Final = 10
FEWEST_SAME: Final = 5
FEWEST_PEAKS: Final = 5
FEWEST_PEAKS_SAME: Final = 4
SAME: Final = 1e-6
UNLIKE: Final = 0.5
FALLS: Final = 0.8
"""Of the range: so low it falls between two peaks."""


def seen_full_scale(values: FloatArray) -> float | None:
    """Return the range at which readings (n, 3) of one sensor clip, None where none is seen.

    Axes are its own, NaN is missing. Of ends that differ, as calibrated ones do, it is the lowest.
    """
    values = _some(values)
    largest = _largest(values)
    if not largest > 0:
        return None
    steps = count_sizes(values[np.isfinite(values[:, 0])])
    # In few coarse readings of one axis no two may be but a count apart.
    least = float(np.min(steps[steps > 0], initial=np.inf))
    levels = [
        _level(axis, sign, largest, min(float(step), least))
        for axis, step in zip(values.T, steps, strict=True)
        if step < COARSE * largest
        for sign in (1.0, -1.0)
    ]
    return min((level for level in levels if level is not None), default=None)


def _some(values: FloatArray) -> FloatArray:
    """Return parts of a long record (n, 3), spread over all of it, one after the other."""
    parts = len(values) // PART
    if parts <= MOST_PARTS:
        return values
    first = np.linspace(0, len(values) - PART, MOST_PARTS).astype(np.int64)
    return np.concatenate([values[at : at + PART] for at in first.tolist()])


def _largest(values: FloatArray) -> float:
    """Return the largest reading along any axis of `values` (n, 3) that is not a rare one."""
    size = np.nan_to_num(np.maximum.reduce([np.abs(axis) for axis in values.T]))
    rank = max(FEWEST_SAME, int(RARE * len(size)))
    if len(size) < FEWEST * rank:
        return 0.0
    return float(np.partition(size, len(size) - rank)[len(size) - rank])


def _level(axis: FloatArray, sign: float, largest: float, step: float) -> float | None:
    """Return where one end of `axis` (n,) clips, of which `step` is the least; None elsewhere."""
    at = np.flatnonzero(axis > PEAKS * largest if sign > 0 else axis < -PEAKS * largest)
    high = sign * axis[at]
    if len(high) < FEWEST_SAME or not high.max() > OF_LARGEST * largest:
        return None
    found = [_again(high, step), _stays(high, at, step), *_crowded(high, largest)]
    for low, end, fewest in filter(None, found):
        level = (low + end) / 2
        if level > OF_LARGEST * largest and _peaks(sign * axis, at, low, end) >= fewest:
            return level
    return None


_Found = tuple[float, float, int] | None
"""From where to where readings are one height, and on how many peaks they must be."""


def _crowded(high: FloatArray, largest: float) -> list[_Found]:
    """Return where many more of `high` (m,) are at one height than next below and beyond it."""
    edges = largest * np.arange(PEAKS, 1.2, BIN)
    count = np.concatenate([[0], np.cumsum(np.histogram(high, edges)[0])])
    found: list[_Found] = []
    for width, most in CROWDED:
        low = np.arange(BELOW, len(edges) - width)
        there, below = count[low + width] - count[low], count[low] - count[low - BELOW]
        beyond = len(high) - count[low + width]
        often = np.where(there >= FEWEST, there / (below + beyond + 1.0), 0.0)
        best = int(np.argmax(often))
        if often[best] > most:
            found.append((float(edges[low[best]]), float(edges[low[best] + width]), FEWEST_PEAKS))
    return found


def _again(high: FloatArray, step: float) -> _Found:
    """Return the largest of `high` (m,) where it comes again and again."""
    top = float(high.max())
    low = top - max(SAME * top, 0.1 * step)
    often = np.count_nonzero(high >= low)
    close = np.count_nonzero(high > 0.95 * top) - often
    return (low, top, FEWEST_PEAKS_SAME) if often > AGAIN * (close + 1) else None


def _stays(high: FloatArray, at: IntArray, step: float) -> _Found:
    """Return where `high` (m,), of samples `at`, stays the same, if hardly anywhere else."""
    slack = max(SAME * float(high.max()), 0.6 * step if step > 2 * RARE * high.max() else 0.0)
    same = (np.abs(np.diff(high)) <= slack) & (np.diff(at) == 1)
    staying = np.sort(high[np.append(same, False) | np.append(False, same)])
    if len(staying) < FEWEST_SAME:
        return None
    there = np.searchsorted(staying, staying + slack, side="right") - np.arange(len(staying))
    best = int(np.argmax(there))
    low = float(staying[best])
    elsewhere = np.count_nonzero(staying > 0.9 * low) - int(there[best])
    if there[best] < max(FEWEST_SAME, STAYS * (elsewhere + 1)):
        return None
    return low, low + slack, FEWEST_PEAKS_SAME


def _peaks(axis: FloatArray, at: IntArray, low: float, end: float) -> int:
    """Return on how many peaks of `axis` (n,) readings, of those `at` (m,), are from low to end.

    None of them may have most: that is where somebody stood. And they must not be come to in the
    same way each time, as where one stride was written over and over.
    """
    above = at[axis[at] > FALLS * low]
    peak = np.cumsum(np.diff(above, prepend=-2) > 1) - 1
    there = (axis[above] >= low) & (axis[above] <= end)
    peaks, first, often = np.unique(peak[there], return_index=True, return_counts=True)
    if not len(peaks) or often.max() > often.sum() / 2:
        return 0
    before = axis[np.maximum(above[there][first] - 1, 0)]
    return len(peaks) if len(np.unique(before)) > UNLIKE * len(peaks) else 0


STATED: Final = 0.97
"""Of a stated range: one that is seen this close to it is the same."""


def full_scale(values: FloatArray | None, stated: float | None) -> float | None:
    """Return the range of a sensor from its readings (n, 3) where that is less than is `stated`."""
    seen = None if values is None else seen_full_scale(values)
    return stated if seen is None or (stated is not None and seen > STATED * stated) else seen
