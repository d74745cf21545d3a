"""How a shank leans in stance, in the vertical planes along and across the running direction.

The axis about which a shank swings is not square to the plane in which the body travels: the shank
is turned about its bone while it swings. So the running direction is where the shank itself is
accelerated to and fro, level, over the strides around: no other direction comes near it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.alignment.segment import Segment
from imu.dsp.filters import lowpass
from imu.dsp.integral import integral
from imu.frames import FORWARD, UP, FloatArray
from imu.orientation.angles import along_axis, in_world
from imu.stance_signals.windows import StanceWindows

ComplexArray = npt.NDArray[np.complex128]

SWING_HZ: Final = 6.0
"""The swing is slower, the impact faster."""
USUAL_STRIDE_S: Final = 0.7
STRIDES_AROUND: Final = 1.0
"""Strides before and after a stance over which its running direction is taken."""


@dataclass(frozen=True)
class Inclination:
    """Lean of the shank under `pod` in the stances `s` of its leg, upright being quiet standing.

    `quaternions` (n, 4) are world_from_segment.
    """

    s: StanceWindows
    pod: Segment
    quaternions: FloatArray

    @cached_property
    def _long_axis(self) -> ComplexArray:
        """(n,) the level part of the shank's long axis in the world: real x, imaginary y."""
        x, y = along_axis(self.quaternions, UP)[:2]
        return np.asarray(x + 1j * y)

    @cached_property
    def _way(self) -> ComplexArray:
        """(k,) the running direction in the world, as a unit number."""
        s = self.s
        level = in_world(self.pod.acc_mps2, self.quaternions)[:, :2]
        level = lowpass(level, cutoff_hz=SWING_HZ, rate_hz=s.rate_hz)
        to_and_fro = (level[:, 0] + 1j * level[:, 1]) ** 2  # both ways of a line are one number
        ahead = along_axis(self.quaternions, FORWARD)
        known = np.isfinite(s.stride)
        usual = np.median(s.stride[known]) if known.any() else USUAL_STRIDE_S * s.rate_hz
        reach = STRIDES_AROUND * np.where(known, s.stride, usual)
        begin = np.clip(s.start - reach, 0, len(level) - 1)
        end = np.clip(s.start + 2 * reach, 0, len(level) - 1)

        def over_strides(x: FloatArray) -> FloatArray:
            area = integral(x)
            return s.at(area, end) - s.at(area, begin)

        line = over_strides(to_and_fro.real) + 1j * over_strides(to_and_fro.imag)
        way = np.exp(0.5j * np.angle(line))
        faces = over_strides(ahead[0]) + 1j * over_strides(ahead[1])
        return np.asarray(way * np.where((way.conj() * faces).real < 0, -1.0, 1.0))

    @property
    def heading_radps(self) -> FloatArray:
        """(k,) how fast the running direction turns from this stride to the next, + to the left."""
        turned = np.angle(self._way[1:] * self._way[:-1].conj())
        apart = np.diff(self.s.start) / self.s.rate_hz
        rate = np.append(turned / apart, np.nan)
        return np.where(np.isfinite(self.s.stride), rate, np.nan)

    def _level(self, position: FloatArray) -> ComplexArray:
        x, y = (self.s.at(part, position) for part in (self._long_axis.real, self._long_axis.imag))
        return np.asarray((x + 1j * y) * self._way.conj())

    def forward_deg(self, position: FloatArray) -> FloatArray:
        """Return how far the top leans forward (k,) at `position` (k,)."""
        return np.degrees(np.arcsin(np.clip(self._level(position).real, -1, 1)))

    def left_deg(self, position: FloatArray) -> FloatArray:
        """Return how far the top leans to the left (k,) at `position` (k,)."""
        return np.degrees(np.arcsin(np.clip(self._level(position).imag, -1, 1)))
