"""How pelvis and shanks move on a bicycle: the feet turn with the cranks, the pelvis sits."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import FloatArray
from imu.simulation.course import Course
from imu.simulation.movement.motion import Angle

CRANK_M: Final = 0.17
BOWED_DEG: Final = 28.0
ROCKING_DEG: Final = 2.0  # of the pelvis, to the side of the lower pedal
SHANK_MEAN_DEG: Final = 12.0
SHANK_SWING_DEG: Final = 24.0  # assumed: knee bent by 25 to 110 degrees


@dataclass(frozen=True)
class CrankTurns:
    """The cranks of a script: how far they are turned, and how fully one sits on the bicycle."""

    course: Course

    @property
    def any(self) -> bool:
        """Whether the script has a ride at all."""
        return bool(self.course.cycling.any())

    def pelvis(self, time_s: FloatArray) -> tuple[Angle, Angle]:
        """Return obliquity and tilt, rad (n,) with their rates, that the saddle adds."""
        if not self.any:
            return _still(time_s), _still(time_s)
        sits, sitting = self.course.sits(time_s)
        turned, turning = self.course.cranks(time_s)
        rocking = np.radians(ROCKING_DEG) * np.sin(turned)
        return (
            (sits * rocking, sitting * rocking + sits * _rate(ROCKING_DEG, turned, turning)),
            (np.radians(BOWED_DEG) * sits, np.radians(BOWED_DEG) * sitting),
        )

    def shank(self, time_s: FloatArray, sign: float) -> Angle:
        """Return the inclination, rad (n,), that cranks add to a shank; `sign` +1 is the left."""
        if not self.any:
            return _still(time_s)
        sits, sitting = self.course.sits(time_s)
        phase, turning = self._crank(time_s, sign)
        leans = np.radians(SHANK_MEAN_DEG) + np.radians(SHANK_SWING_DEG) * np.sin(phase)
        return sits * leans, sitting * leans + sits * _rate(SHANK_SWING_DEG, phase, turning)

    def ankle_mps2(self, time_s: FloatArray, sign: float) -> FloatArray:
        """Return the acceleration (n, 2) of an ankle on its circle: forward, up."""
        if not self.any:
            return np.zeros((len(time_s), 2))
        sits, _ = self.course.sits(time_s)
        phase, turning = self._crank(time_s, sign)
        inward = sits * CRANK_M * turning**2
        return np.stack([-inward * np.sin(phase), -inward * np.cos(phase)], axis=1)

    def _crank(self, time_s: FloatArray, sign: float) -> Angle:
        """Return the angle of one crank from straight up, half a turn from the other's."""
        turned, turning = self.course.cranks(time_s)
        return turned + (0.0 if sign > 0 else np.pi), turning


def _rate(size_deg: float, phase: FloatArray, turning: FloatArray) -> FloatArray:
    return np.asarray(np.radians(size_deg) * np.cos(phase) * turning)


def _still(time_s: FloatArray) -> Angle:
    zero = np.zeros_like(time_s)
    return zero, zero
