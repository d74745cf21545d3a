"""Leave out what was sent twice, and put what came late in its place."""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.side_by_side import Columns

SAME_STAMP_S: Final = 2e-6  # the raw file counts microseconds, and no pod is nearly as fast
LATE_S: Final = 10.0
LATE_SHARE: Final = 0.05
CROWDED: Final = 0.5
MOSTLY: Final = 0.9


def in_order(
    rows: IntArray, time_s: FloatArray
) -> tuple[IntArray, FloatArray, tuple[str, ...]] | None:
    """Return rows in order of their stamps, None where these tell that a clock was set.

    A packet that came late fits into the gap that it left; a clock that was set back stamps twice
    what it stamped before.
    """
    if not (time_s[1:] < time_s[:-1]).any():
        return rows, time_s, ()
    behind_s = np.maximum.accumulate(time_s) - time_s
    late = behind_s > 0
    order = np.argsort(time_s, kind="stable")
    steps_s = np.diff(time_s[order])
    usual_s = np.median(steps_s)
    crowded = np.mean(steps_s < CROWDED * usual_s) > SAME_SHARE
    if late.mean() > LATE_SHARE or behind_s.max() > LATE_S or crowded:
        return None
    notes = (f"{np.count_nonzero(late)} rows that came late were put in their place",)
    return rows[order], time_s[order], notes


SAME_SHARE: Final = 0.002


def jitters(time_s: FloatArray) -> bool:
    """Whether stamps (n,) run back now and then, but never far: they jitter by over a period.

    A clock that was set, or rows that stand in another's place, go back once, or further.
    """
    back = np.count_nonzero(time_s[1:] < time_s[:-1])
    behind_s = float((np.maximum.accumulate(time_s) - time_s).max(initial=0.0))
    mean_s = float(time_s[-1] - time_s[0]) / (len(time_s) - 1)
    return bool(back >= OFTEN and behind_s < min(FAR_BACK * mean_s, FAR_BACK_S))


def rising(time_s: FloatArray) -> FloatArray:
    """Return stamps (n,) that jitter as times by which each row was there, each after the last."""
    there_s = np.maximum.accumulate(time_s)
    new = np.concatenate([[True], there_s[1:] > there_s[:-1]])
    row = np.arange(len(there_s))
    return np.asarray(there_s + (row - np.maximum.accumulate(np.where(new, row, 0))) * APART_S)


APART_S: Final = 2 * SAME_STAMP_S
OFTEN: Final = 5
FAR_BACK: Final = 6.0
"""Mean steps: a normal jitter of a whole period goes back by some four."""
FAR_BACK_S: Final = 0.1


def sent_twice(time_s: FloatArray, values: Columns) -> BoolArray:
    """Return which rows (n,), in any order of `time_s` (n,), repeat a row in stamp and values.

    Of rows that share a stamp, as those of one packet do, the second half repeats the first where
    the packet was sent twice. Single rows that are alike count only where packets have one row:
    a pod at rest may say the same thing three times.
    """
    order = np.argsort(time_s, kind="stable")
    stamp, sorted_values = time_s[order], values[order]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(stamp) > SAME_STAMP_S]))
    count = np.diff(np.append(starts, len(stamp)))
    again = np.zeros(len(stamp), dtype=bool)
    if count.max(initial=1) > 1:
        usual = _usual(count, starts, sorted_values)
        place = np.arange(len(stamp)) - np.repeat(starts, count)
        possible = (place >= usual) & (np.repeat(count, count) % usual == 0)
        at = np.flatnonzero(possible)
        again[at] = (sorted_values[at] == sorted_values[at - usual]).all(axis=1)
    out = np.zeros(len(stamp), dtype=bool)
    out[order] = again
    return out


def _usual(count: IntArray, starts: IntArray, values: FloatArray) -> int:
    """Return how many rows a packet has: the usual, or half of it where most come twice."""
    usual = int(np.bincount(count).argmax())
    if usual % 2:
        return usual
    half = usual // 2
    at = (starts[count == usual][:, None] + np.arange(half)).ravel()
    same = (values[at] == values[at + half]).all(axis=1).reshape(-1, half).all(axis=1)
    return half if np.mean(same) > MOSTLY else usual
