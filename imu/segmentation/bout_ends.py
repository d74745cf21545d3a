"""The first and the last stance of a bout, where running turns into walking or standing.

Who breaks into a run stands on one foot when its first step begins, and who stops puts a foot down
from which no flight starts. Such a step looks like a stance whose contact is too short.
"""

from typing import Final

import numpy as np

from imu.dsp.gaps import throughout
from imu.dsp.peaks import argmax_in
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
    pelvis, 7 Hz, `known` (n,) where it was measured. A flight is told from standing by the usual
    one of the same run: the force must come at least half way down to it.
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
    at = argmax_in(-x, start.astype(np.int64), stop.astype(np.int64) + 1)
    return np.where(inside, x[at], np.nan)


def not_run(
    start: FloatArray, stride: FloatArray, flew_before: BoolArray, flew_after: BoolArray
) -> BoolArray:
    """Return True (k,) for what begins or ends a chain of stances between no two flights."""
    near = np.diff(start) < NEXT_STEP * stride[:-1]
    inner = np.append(False, near) & np.append(near, False)
    return np.asarray(~inner & ~flew_before & ~flew_after)


def unlike_their_own(
    start: FloatArray, stop: FloatArray, stride: FloatArray, bout: IntArray, n: int
) -> BoolArray:
    """Return True (k,) for the first of a bout with a contact far shorter than those after it.

    And for the last with one far from those before it, either way. Where the record of `n` samples
    itself begins or ends there is no other gait to mistake it for.
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
