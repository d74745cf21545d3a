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

from imu.alignment.segment import Segment
from imu.dsp.filters import lowpass
from imu.dsp.integral import integral
from imu.frames import FORWARD, UP, ComplexArray, FloatArray
from imu.orientation.angles import level_in_world, level_of_axis
from imu.stance_signals.windows import StanceWindows

SWING_HZ: Final = 6.0
"""The swing is slower, the impact faster."""
USUAL_STRIDE_S: Final = 0.7
STRIDES_AROUND: Final = 1.0
"""Strides before and after a stance over which its running direction is taken."""
FACES_EVERY: Final = 8
"""Which of the two ways along the line is ahead needs no more than one sample in so many."""


@dataclass(frozen=True)
class Inclination:
    """Lean of the shank under `pod` in the stances `s` of its leg, upright being quiet standing.

    `quaternions` (n, 4) are world_from_segment.
    """

    s: StanceWindows
    pod: Segment
    quaternions: FloatArray

    @cached_property
    def _way(self) -> ComplexArray:
        """(k,) the running direction in the world, as a unit number."""
        s = self.s
        level = level_in_world(self.pod.acc_mps2, self.quaternions).T
        x, y = lowpass(level, cutoff_hz=SWING_HZ, rate_hz=s.rate_hz).T
        known = np.isfinite(s.stride)
        usual = np.median(s.stride[known]) if known.any() else USUAL_STRIDE_S * s.rate_hz
        reach = STRIDES_AROUND * np.where(known, s.stride, usual)
        begin = np.clip(s.start - reach, 0, len(x) - 1)
        end = np.clip(s.start + 2 * reach, 0, len(x) - 1)

        def over_strides(x: FloatArray, every: int = 1) -> FloatArray:
            area = integral(x)
            return s.at(area, end / every) - s.at(area, begin / every)

        # both ways of a line are one number: its square
        line = over_strides((x - y) * (x + y)) + 2j * over_strides(x * y)
        way = np.exp(0.5j * np.angle(line))
        ahead = level_of_axis(self.quaternions[::FACES_EVERY], FORWARD)
        last = np.full(FACES_EVERY, ahead[-1:])  # so that the last positions are inside
        ahead = np.append(ahead, last)
        faces = over_strides(ahead.real, FACES_EVERY) + 1j * over_strides(ahead.imag, FACES_EVERY)
        return np.asarray(way * np.where((way.conj() * faces).real < 0, -1.0, 1.0))

    @property
    def heading_radps(self) -> FloatArray:
        """(k,) how fast the running direction turns from this stride to the next, + to the left."""
        turned = np.angle(self._way[1:] * self._way[:-1].conj())
        apart = np.diff(self.s.start) / self.s.rate_hz
        rate = np.append(turned / apart, np.nan)
        return np.where(np.isfinite(self.s.stride), rate, np.nan)

    def _level(self, position: FloatArray) -> ComplexArray:
        """Return the level part of the long axis (k,) against the running direction."""
        last = len(self.quaternions) - 1
        inside = (position >= 0) & (position <= last)
        at = np.where(inside, position, 0.0)
        low = np.minimum(at.astype(np.int64), max(last - 1, 0))
        before, after = (level_of_axis(self.quaternions[sample], UP) for sample in (low, low + 1))
        level = before + (at - low) * (after - before)
        return np.where(inside, level, np.nan) * self._way.conj()

    def forward_deg(self, position: FloatArray) -> FloatArray:
        """Return how far the top leans forward (k,) at `position` (k,)."""
        return np.degrees(np.arcsin(np.clip(self._level(position).real, -1, 1)))

    def left_deg(self, position: FloatArray) -> FloatArray:
        """Return how far the top leans to the left (k,) at `position` (k,)."""
        return np.degrees(np.arcsin(np.clip(self._level(position).imag, -1, 1)))
