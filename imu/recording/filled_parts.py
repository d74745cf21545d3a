"""Find where an exporter filled in a whole pod, one of its sensors, or one axis of one."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from imu.frames import BoolArray, FloatArray
from imu.recording.alike_runs import count_sizes
from imu.recording.held_fills import held_fills
from imu.recording.hidden_losses import KINDS, hidden_losses, near_of

AXES = "xyz"


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
    parts = {"": np.concatenate([one.T for one in sensors.values()]).T}
    if len(sensors) > 1:
        parts |= sensors
    taken = np.zeros(len(parts[""]), dtype=bool)
    found = []
    for name, values in parts.items():
        for kind, where in hidden_losses(values, rate_hz=rate_hz).items():
            found.append(Fill(name, kind, where & ~taken))
            taken |= where
    near = near_of(rate_hz)
    for name, values in sensors.items():
        other = (coarse or {}).get(name)
        for k, axis in enumerate(AXES):
            one = values[:, k : k + 1]
            where = held_fills(one, count_sizes(one), near)
            where &= True if other is None else ~other[:, k]
            found.append(Fill(f"{name} {axis}", "held", where & ~taken))
            taken |= where
    return [fill for fill in found if fill.where.any()]
