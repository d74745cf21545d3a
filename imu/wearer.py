"""What is known beforehand of the one who wears the pods, beside the samples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

from imu.frames import Placement

HEIGHT_M: Final = (0.8, 2.6)
POD_HEIGHT_M: Final = (0.0, 0.5)
SPEED_SCALE: Final = (0.8, 1.25)
LEG_SHARE: Final = 0.53
"""Length of the leg, ground to hip, as a share of the body's height (Winter; Morin 2005)."""


@dataclass(frozen=True)
class Wearer:
    """A runner: body height, height of shank pods above the ankle, scale of the speed.

    `pod_height_m` holds what was measured with a tape, from the outer ankle bone up to the middle
    of the pod; a pod that is not in it has its height estimated. `speed_scale` is what true over
    measured speed was in a run of known distance. ValueError names what cannot be meant.
    """

    height_m: float | None = None
    pod_height_m: Mapping[Placement, float] = field(default_factory=dict)
    speed_scale: float = 1.0

    def __post_init__(self) -> None:
        if wrong := sorted(set(self.pod_height_m) - {"shank_left", "shank_right"}):
            raise ValueError(f"pod_height_m is that of shank_left and shank_right, not {wrong[0]}")
        if self.height_m is not None:
            _check("height_m", self.height_m, HEIGHT_M)
        for place, height_m in self.pod_height_m.items():
            _check(f"pod_height_m of {place}", height_m, POD_HEIGHT_M)
        _check("speed_scale", self.speed_scale, SPEED_SCALE)

    @property
    def leg_length_m(self) -> float:
        """Length of the leg from the body's height; NaN where that is not known."""
        return float("nan") if self.height_m is None else LEG_SHARE * self.height_m


def _check(name: str, value: float, limits: tuple[float, float]) -> None:
    low, high = limits
    if not isfinite(value) or not low <= value <= high:
        raise ValueError(f"{name} is {value:g}; give a number from {low:g} to {high:g}")


ANYBODY: Final = Wearer()
