"""MetaWear, number samples by the ticks of the pod's clock: what is missing shows as time."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from firmware_protocols.metawear.messages import TICK_S
from imu.frames import IntArray

RATE_OFF: Final = 0.15
"""No sensor runs so far off the rate it is named by; what is further off is loss."""


@dataclass(frozen=True)
class Numbered:
    """Numbers (n,) of samples, the rate at which they were taken, and how many are missing."""

    index: IntArray
    rate_hz: float
    lost: int


def numbered(tick: IntArray, nominal_hz: float) -> Numbered:
    """Return the numbers of samples that were taken at `tick` (n,), strictly rising.

    The first number is taken from the pod's clock at the nominal rate, so that the same first
    sample always has the same.
    """
    rate_hz = _rate_hz(tick, nominal_hz)
    step = np.maximum(1, np.rint(np.diff(tick) * (TICK_S * rate_hz))).astype(np.int64)
    index = np.zeros(len(tick), np.int64)
    np.cumsum(step, out=index[1:])
    index += round(int(tick[0]) * TICK_S * nominal_hz)
    return Numbered(index, rate_hz, int(step.sum()) - len(step))


def _rate_hz(tick: IntArray, nominal_hz: float) -> float:
    """Return the rate over all samples that follow one another, for a tick is a coarse time."""
    step = np.diff(tick)
    follows = np.abs(step * (TICK_S * nominal_hz) - 1) < RATE_OFF + TICK_S * nominal_hz
    if not follows.any():
        return nominal_hz
    rate_hz = float(np.count_nonzero(follows) / (step[follows].sum() * TICK_S))
    return rate_hz if abs(rate_hz / nominal_hz - 1) < RATE_OFF else nominal_hz
