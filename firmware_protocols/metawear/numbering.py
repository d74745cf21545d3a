"""MetaWear, number samples by the ticks of the pod's clock: what is missing shows as time."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from firmware_protocols.metawear.messages import TICK_S
from imu.frames import FloatArray, IntArray

RATE_OFF: Final = 0.15
"""No sensor runs so far off the rate it is named by; what is further off is loss."""
APART_S: Final = 1.0
LEAST: Final = 50
"""Samples from which on the rate is measured: a tick is a coarse time."""


@dataclass(frozen=True)
class Numbered:
    """Numbers (n,) of samples, the rate at which they were taken, and how many are missing."""

    index: IntArray
    rate_hz: float
    lost: int


def numbered(tick: IntArray, nominal_hz: float) -> Numbered:
    """Return the numbers of samples that were taken at `tick` (n,), rising.

    The first number is taken from the pod's clock at the nominal rate, so that the same first
    sample always has the same.
    """
    roughly_hz = _typical_hz(tick, nominal_hz)
    rate_hz = _fitted_hz(tick, _steps(tick, roughly_hz), nominal_hz)
    step = _steps(tick, rate_hz)
    index = _summed(step) + round(int(tick[0]) * TICK_S * nominal_hz)
    return Numbered(index, rate_hz, int(step.sum()) - len(step))


def _steps(tick: IntArray, rate_hz: float) -> IntArray:
    return np.maximum(1, np.rint(np.diff(tick) * (TICK_S * rate_hz))).astype(np.int64)


def _summed(step: IntArray) -> IntArray:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(step)])


def _typical_hz(tick: IntArray, nominal_hz: float) -> float:
    """Return about the rate, of samples that follow one another."""
    step = np.diff(tick)
    follows = np.abs(step * (TICK_S * nominal_hz) - 1) < RATE_OFF + TICK_S * nominal_hz
    count = int(np.count_nonzero(follows))
    if count < LEAST:
        return nominal_hz
    return _believed(count / float(step[follows].sum() * TICK_S), nominal_hz)


def _fitted_hz(tick: IntArray, step: IntArray, nominal_hz: float) -> float:
    """Return the rate that fits best, over all stretches without a long silence."""
    if len(tick) <= LEAST:
        return nominal_hz
    begins = np.concatenate([[0], np.flatnonzero(np.diff(tick) * TICK_S > APART_S) + 1])
    size = np.diff(begins, append=len(tick))
    count, time = (
        _centred(values.astype(np.float64), begins, size) for values in (_summed(step), tick)
    )
    passed = float(time @ count) * TICK_S
    return _believed(float(count @ count) / passed, nominal_hz) if passed > 0 else nominal_hz


def _centred(values: FloatArray, begins: IntArray, size: IntArray) -> FloatArray:
    return np.asarray(values - np.repeat(np.add.reduceat(values, begins) / size, size))


def _believed(rate_hz: float, nominal_hz: float) -> float:
    return rate_hz if abs(rate_hz / nominal_hz - 1) < RATE_OFF else nominal_hz
