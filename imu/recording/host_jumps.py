"""Tell by the pods' clocks, which do not jump, how far the host's clock did."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from imu.frames import FloatArray

JOIN_S: Final = 10.0


def joins_s(arrivals: Sequence[FloatArray], at_s: Sequence[float]) -> list[float]:
    """Return how far the host's clock is off after each of its jumps `at_s`, by the pods' clocks.

    `arrivals`, one (k, 2) for each pod, pair device time with host time in s, in order; `at_s` are
    host times, in order, after which every stamp is late by the value returned (added to those of
    earlier jumps). The pods' clocks do not jump, so the change of the least delay across a jump
    measures it; the median over the pods is taken. 0 where no pod was received on both sides.
    """
    edges_s = [-np.inf, *at_s, np.inf]
    off_s = []
    for from_s, jump_s, until_s in zip(edges_s, edges_s[1:], edges_s[2:], strict=False):
        near = [pod[(pod[:, 1] > from_s) & (pod[:, 1] <= until_s)] for pod in arrivals]
        known = [off for pod in near if (off := _join_s(pod, jump_s)) is not None]
        off_s.append(float(np.median(known)) if known else 0.0)
    return off_s


def _join_s(arrival: FloatArray, jump_s: float) -> float | None:
    device_s, host_s = arrival[:, 0], arrival[:, 1]
    before, after = host_s <= jump_s, host_s > jump_s
    if not before.any() or not after.any():
        return None
    before &= device_s > device_s[before].max() - JOIN_S
    after &= device_s < device_s[after].min() + JOIN_S
    lag_s = host_s - device_s
    return float(lag_s[after].min() - lag_s[before].min())
