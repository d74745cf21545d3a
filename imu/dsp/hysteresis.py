"""Tell when a value is beyond a line for long enough, without flicker at the line."""

from dataclasses import dataclass

import numpy as np

from imu.frames import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Latch:
    """Where a value stood at the end of what was looked at: beyond since `since_s`, NaN: not."""

    since_s: float = np.nan


def held_beyond(
    time_s: FloatArray,
    value: FloatArray,
    *,
    line: float,
    hysteresis: float,
    least_s: float,
    before: Latch = Latch(),
) -> tuple[BoolArray, Latch]:
    """Return where (n,) `value` (n,) is above `line` and has been for `least_s`, and how it ended.

    Being above begins where the value exceeds the line and ends where it is `hysteresis` or more
    below it; what lies between, and NaN, changes nothing. `time_s` (n,) rises. A series cut in two
    gives the same as in one when the second part goes on from the `Latch` of the first.
    """
    beyond, back = value > line, value <= line - hysteresis
    number = np.arange(len(value))
    decided = np.maximum.accumulate(np.where(beyond | back, number, -1))
    began_before = bool(np.isfinite(before.since_s))
    held = np.where(decided >= 0, beyond[decided], began_before)
    begins = held & ~np.append(began_before, held[:-1])
    begun = np.maximum.accumulate(np.where(begins, number, -1))
    since_s = np.where(held, np.where(begun >= 0, time_s[begun], before.since_s), np.nan)
    last = Latch(float(since_s[-1])) if len(value) else before
    return held & (time_s - since_s >= least_s), last
