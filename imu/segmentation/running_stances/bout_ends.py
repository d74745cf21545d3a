"""Find steps at the ends of bouts that are not running, from flights and contact times.

A runner who sets off stands on one foot when the first step begins, and one who stops puts a foot
down without a flight after it. Such a step looks like a stance whose contact is too short.
"""

from typing import Final

import numpy as np

from imu.dsp.gaps import throughout
from imu.dsp.peaks import argmin_in
from imu.frames import BoolArray, FloatArray, IntArray

NEXT_STEP: Final = 0.75
"""Share of a stride within which the other foot follows in running."""
LONGEST_FLIGHT: Final = 0.3
"""Share of a stride in which a flight before or after a stance is looked for."""
COMPARED: Final = 10
SCATTER: Final = 0.15
"""Contact times scatter by 3 % from step to step; the first after standing is up to 15 % longer."""


def flights(
    start: FloatArray, stop: FloatArray, stride: FloatArray, force_bw: FloatArray, known: BoolArray
) -> tuple[BoolArray, BoolArray]:
    """Return whether a flight comes before and after each stance, (k,) each; True if not known.

    `start`, `stop`, `stride` (k,) in samples, in order; `force_bw` (n,) the upward force at the
    pelvis, 7 Hz, `known` (n,) where it was measured. The force must fall
    at least half way from 1 BW to the median minimum of the same run's flights.
    """
    reach = LONGEST_FLIGHT * stride
    previous, following = np.append(-np.inf, stop[:-1]), np.append(start[1:], np.inf)
    before = _lightest(force_bw, known, np.clip(previous, start - reach, start), start)
    after = _lightest(force_bw, known, stop, np.clip(following, stop, stop + reach))
    measured = after[np.isfinite(after)]
    half_way = (1 + np.median(measured)) / 2 if len(measured) else np.inf
    return ~(before > half_way), ~(after > half_way)


def _lightest(x: FloatArray, known: BoolArray, start: FloatArray, stop: FloatArray) -> FloatArray:
    """Return the lowest `x` (n,) in each ``[start, stop]`` (k,); NaN where not all is known."""
    inside = (start >= 0) & (stop < len(x)) & throughout(known, np.maximum(start, 0), stop)
    at = argmin_in(x, start.astype(np.int64), stop.astype(np.int64) + 1)
    return np.where(inside, x[at], np.nan)


def not_run(
    start: FloatArray, stride: FloatArray, flew_before: BoolArray, flew_after: BoolArray
) -> BoolArray:
    """Return True (k,) for stances at an end of a chain with no flight before or after them."""
    near = np.diff(start) < NEXT_STEP * stride[:-1]
    inner = np.append(False, near) & np.append(near, False)
    return np.asarray(~inner & ~flew_before & ~flew_after)


def unlike_neighbours(
    start: FloatArray, stop: FloatArray, stride: FloatArray, bout: IntArray, n: int
) -> BoolArray:
    """Return True (k,) for the first of a bout with a contact far shorter than those after it.

    And for the last with a contact far shorter or longer than those before it. Not where the record
    of `n` samples itself begins or ends.
    """
    contact = stop - start
    first, last = _share_of_usual(contact, bout), _share_of_usual(contact[::-1], bout[::-1])[::-1]
    begins, ends = start > stride, stop + stride < n
    return np.asarray(begins & (first < 1 - SCATTER) | ends & (np.abs(last - 1) > SCATTER))


def _share_of_usual(contact: FloatArray, bout: IntArray) -> FloatArray:
    """Return the contact over the median of the next ones (k,) where a bout begins, else 1."""
    share = np.ones(len(contact))
    ends = np.flatnonzero(np.diff(bout, prepend=-1) != 0)
    if len(ends):
        ahead = np.minimum(ends[:, None] + np.arange(1, 1 + COMPARED), len(contact) - 1)
        other = bout[ahead] != bout[ends][:, None]
        known = np.where(other, np.nan, contact[ahead])
        share[ends] = contact[ends] / np.nanmedian(known, axis=1)
    return share
