"""Movella DOT, time: the pod's 32 bit of µs unwrapped, its starts told apart, samples numbered.

The clock begins at 0 when a pod is switched on and wraps after 71.6 minutes. Live samples carry no
counter; what is missing shows as time that passed.
"""

from typing import Final

import numpy as np

from firmware_protocols.movella_dot.values import LIVE_RATES_HZ, RATES_HZ
from imu.frames import BoolArray, FloatArray, IntArray

WRAP_US: Final = 2**32
US: Final = 1e-6
JUMP_S: Final = 2.0
"""Delay only adds. A clock that overtakes the earliest arrival by more is another one."""
RATE_OFF: Final = 0.1
"""No clock is so far off; steps that are, are loss."""
USUAL_STEP: Final = 0.1
"""The share of the steps between samples that are surely of samples without loss between them."""


def steps(raw_us: IntArray, host_s: FloatArray | None = None) -> IntArray:
    """Return the time in µs from each stamp (k,) to the next (k - 1,), without wraps.

    `host_s` (k,), where there is any, says how often the clock wrapped over a lost link; without
    it, never more than once between two stamps.
    """
    step_us = np.diff(raw_us)
    passed_us = 0.0 if host_s is None else np.diff(host_s) / US
    wraps = np.rint((passed_us - step_us) / WRAP_US).astype(np.int64)
    return np.asarray(step_us + wraps * WRAP_US)


def starts(
    raw_us: IntArray, host_s: FloatArray | None = None, link: IntArray | None = None
) -> list[tuple[IntArray, IntArray]]:
    """Return for each start of a clock which stamps (n,) are of it, and their time in µs (n,).

    A clock that went back began anew; so did one that runs ahead of the earliest arrival, and one
    that is late by more than it ever was from one `link` (k,) to the next. The same stamp again is
    the same sample, and left out.
    """
    if not len(raw_us):
        return []
    step_us = steps(raw_us, host_s)
    began = np.concatenate([[True], step_us < 0])
    stamp_us = raw_us[0] + np.cumsum(np.where(began, 0, np.concatenate([[0], step_us])))
    if host_s is not None and link is not None:
        _mark_other_clocks(began, host_s - stamp_us * US, link)
    first = np.flatnonzero(began)
    found = []
    for rows in np.split(np.arange(len(raw_us)), first[1:]):
        own_us = stamp_us[rows] - stamp_us[rows[0]] + raw_us[rows[0]]
        new = np.diff(own_us, prepend=own_us[0] - 1) > 0
        found.append((rows[new], own_us[new]))
    return found


def _mark_other_clocks(began: BoolArray, lag_s: FloatArray, link: IntArray) -> None:
    begins = np.flatnonzero(began | (np.diff(link, prepend=link[0] - 1) != 0))
    least_s = np.minimum.reduceat(lag_s, begins)
    began[begins[1:]] |= np.diff(least_s) > JUMP_S
    firsts = np.flatnonzero(began).tolist()
    for start, stop in zip(firsts, [*firsts[1:], len(began)], strict=True):
        lag = lag_s[start:stop]
        began[start + 1 : stop] |= lag[1:] < np.minimum.accumulate(lag)[:-1] - JUMP_S


def nominal_hz(time_us: IntArray) -> float:
    """Return the rate that samples at `time_us` (n,) were set to: the nearest of those there are.

    Of a single sample it is the fastest that is sent live.
    """
    if len(time_us) < 2:
        return LIVE_RATES_HZ[0]
    usual_us = float(np.quantile(np.diff(time_us), USUAL_STEP, method="lower"))
    rates_hz = np.array(RATES_HZ)
    return float(rates_hz[np.argmin(np.abs(np.log(rates_hz * usual_us * US)))])


def numbered(time_us: IntArray) -> tuple[IntArray, float]:
    """Return the index of each sample (n,), by its time, and the rate in Hz.

    The first is numbered from the zero of the clock at the nominal rate, so that the same first
    sample always has the same index. The rate is that of samples which follow each other, for
    stamps are in whole µs and a third of one at each sample would be a sample in 14 minutes.
    """
    nominal = nominal_hz(time_us)
    step_us = np.diff(time_us)
    follows = np.abs(step_us * US * nominal - 1) < RATE_OFF
    rate_hz = float(1 / (step_us[follows].mean() * US)) if follows.any() else nominal
    index = np.full(len(time_us), round(int(time_us[0]) * US * nominal), dtype=np.int64)
    index[1:] += np.cumsum(np.maximum(1, np.rint(step_us * US * rate_hz)).astype(np.int64))
    return index, rate_hz
