"""Find where an exporter filled in a whole pod, one of its sensors, or one axis of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.dsp.gaps import marked, stretches
from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.each_axis import axes_of, joined
from imu.recording.fills.held_fills import held_fills
from imu.recording.fills.hidden_losses import KINDS, hidden_losses, longest_of, near_of
from imu.recording.fills.line_fills import line_fills
from imu.recording.fills.side_by_side import Columns

AXES: Final = "xyz"
GO_ON: Final = 3.0
"""Counts by which other axes move from sample to sample, on the mean, while one was filled in."""
GO_ON_AS: Final = 0.4
"""The same, over what it is in all of the recording: fine counts move at rest as well."""
MOST_COUNTED: Final = 100.0
"""Counts of one step: a landing is not to speak for what is usual."""


@dataclass(frozen=True)
class Fill:
    """Samples (n,) that were filled in one way: `of` names sensor or axis, "" is all of a pod."""

    of: str
    kind: str
    where: BoolArray

    @property
    def how(self) -> str:
        """In words."""
        return KINDS[self.kind]


def filled_parts(
    sensors: Mapping[str, FloatArray],
    *,
    rate_hz: float,
    coarse: Mapping[str, BoolArray] | None = None,
) -> list[Fill]:
    """Return what was filled in of `sensors` (n, 3) that share rows, each sample once per pod.

    Values are as the file has them, in order, without NaN. What all sensors say together is looked
    at first, then each by itself, then each axis, but where it is `coarse` (n, 3), as of another
    sensor that was put in its place.
    """
    names = list(sensors)
    seen = [axes_of(one, longest=longest_of(rate_hz)) for one in sensors.values()]
    every = joined(seen)
    together, count = every.values, every.count
    fills: list[Fill] = []
    taken = np.zeros(len(together), dtype=bool)

    def add(of: str, kind: str, where: BoolArray) -> None:
        where &= ~taken
        if where.any():
            fills.append(Fill(of, kind, where))
            taken[where] = True

    for kind, where in hidden_losses(together, rate_hz=rate_hz, seen=every).items():
        add("", kind, where)
    for k, name in enumerate(names if len(names) > 1 else []):
        own = np.arange(3 * k, 3 * k + 3)
        found = hidden_losses(seen[k].values, rate_hz=rate_hz, known=taken.copy(), seen=seen[k])
        for kind, where in found.items():
            add(name, kind, _as_others_go_on(where, together, count, own))
    for k in range(together.shape[1]):
        sensor, own = names[k // 3], np.array([k])
        axis = together.T[k][:, None]
        fine = True if coarse is None or sensor not in coarse else ~coarse[sensor][:, k % 3]
        near = near_of(rate_hz)
        where = held_fills(axis, count[own], every.again[k], near, taken) & fine
        add(f"{sensor} {AXES[k % 3]}", "held", _as_others_go_on(where, together, count, own))
        where = line_fills(axis, count[own], near, taken) & fine
        add(f"{sensor} {AXES[k % 3]}", "straight", _as_others_go_on(where, together, count, own))
    return fills


def _as_others_go_on(
    where: BoolArray, values: Columns, count: FloatArray, own: IntArray
) -> BoolArray:
    """Return those runs of `where` (n,) in which the axes other than `own` move by some counts.

    Where these are at rest too, in counts as coarse, nothing tells a fill from it.
    """
    if not where.any():
        return where
    start, stop = stretches(where)
    moved = np.zeros(len(values))
    for k in np.setdiff1d(np.arange(values.shape[1]), own):
        if count[k] > 0:
            axis = values.T[k]
            step = np.abs(np.diff(axis, prepend=axis[0]))
            np.maximum(moved, np.minimum(step / count[k], MOST_COUNTED), out=moved)
    total = np.concatenate([[0], np.cumsum(moved)])
    least = max(GO_ON, GO_ON_AS * float(total[-1]) / len(values))
    goes_on = total[stop] - total[start] >= least * (stop - start)
    return marked(len(values), start[goes_on], stop[goes_on])
