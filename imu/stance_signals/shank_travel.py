"""Compute how far a shank's pod carries the ankle in each stride, from rest to rest of the foot.

The pod is strapped down in the plane in which the shank swings: its force is turned by the angle
that the shank has turned, and integrated twice. Past the middle of stance the ankle rests, so
there the pod moves as the shank turns about the ankle. What is left of the ankle's velocity from
one rest to the next is gravity over that time, and tells what is up; the drift along it is taken
out linearly. No attitude filter is needed, and what is level needs no heading.

Everything is a difference of running integrals over the whole record, read at a few instants.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.integral import integral
from imu.frames import FORWARD, LEFT, UP, BoolArray, FloatArray
from imu.stance_signals.windows import StanceWindows

REST: Final = (0.45, 0.65)
"""Share of stance over which the ankle is at rest on average. Later it leaves, earlier the impact
still shakes the shank, and the faster it tips the more its height above the ankle matters."""


@dataclass(frozen=True)
class ShankTravel:
    """The way of the ankle under a pod that sits `height_m` above it, in the stances `s` of a leg.

    The pod has a gyroscope. Ways are in the plane of the shank, from the angle at the beginning
    of the record on: only their lengths and differences of direction mean anything.
    """

    s: StanceWindows
    pod: Segment
    height_m: float

    def speed_mps(self) -> FloatArray:
        """Return the level speed (own,) over the stride from this rest of the foot to the next.

        NaN where the next stance of the leg is not seen, or a sample up to its rest is missing or
        the gyroscope saturated in it.
        """
        s, (begin, end) = self.s, (self.s.start + share * self.s.contact for share in REST)
        middle = (begin + end) / 2
        last = s.next_own(end)
        known = s.gap_free(self._measured, s.start, last)
        stride_s = (s.next_own(middle) - middle) / s.rate_hz
        ways, gained = [], []
        for way in self._ways_m():
            before = (s.at(way, end) - s.at(way, begin)) / (end - begin) * s.rate_hz
            after, at = s.next_own(before), s.at(way, middle)
            ways.append(s.next_own(at) - at - stride_s * (before + after) / 2)
            gained.append(after - before)
        upward = np.hypot(*gained)
        with np.errstate(invalid="ignore", divide="ignore"):
            level = (ways[0] * gained[1] - ways[1] * gained[0]) / upward
        return np.where(known, level * s.rate_hz / s.stride, np.nan)

    @property
    def _measured(self) -> BoolArray:
        """(n,) True where the pod was received, and its gyroscope not saturated."""
        return self.pod.valid & ~self.pod.motion.gyr_clipped

    def _ways_m(self) -> tuple[FloatArray, FloatArray]:
        """Return the way of the ankle (n,), forward and up in the plane of the shank at first.

        Gravity is in, and so is the velocity of free fall that it amounts to.
        """
        rate_hz, acc, gyr = self.s.rate_hz, self.pod.acc_mps2, self.pod.gyr_radps
        if gyr is None:
            raise ValueError("a shank pod without a gyroscope does not tell how far it travels")
        # Single precision is many times as fast, and exact to 1e-5 rad after an hour of drift.
        turned = (integral(gyr[:, LEFT]) / rate_hz).astype(np.float32)
        cos, sin = np.cos(turned).astype(np.float64), np.sin(turned).astype(np.float64)
        forward = acc[:, FORWARD] * cos + acc[:, UP] * sin
        upward = acc[:, UP] * cos - acc[:, FORWARD] * sin
        return (
            integral(integral(forward)) / rate_hz**2 - self.height_m * sin,
            integral(integral(upward)) / rate_hz**2 - self.height_m * cos,
        )
