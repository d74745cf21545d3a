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
from imu.dsp.integral import double_integral, integral
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
        known = s.gap_free(self._measured, s.start, s.next_own(end))
        ways, gained = [], []
        for ankle in self._ankle():
            before = (s.at(ankle, end) - s.at(ankle, begin)) / (end - begin)
            after, at = s.next_own(before), s.at(ankle, middle)
            drifted = (s.next_own(middle) - middle) * (before + after) / 2
            ways.append(s.next_own(at) - at - drifted)
            gained.append(after - before)
        with np.errstate(invalid="ignore", divide="ignore"):
            level = (ways[0] * gained[1] - ways[1] * gained[0]) / np.hypot(*gained)
        return np.where(known, level / (s.stride * s.rate_hz), np.nan)

    @property
    def _measured(self) -> BoolArray:
        """(n,) True where the pod was received, and its gyroscope not saturated."""
        return self.pod.valid & ~self.pod.motion.gyr_clipped

    def _ankle(self) -> tuple[FloatArray, FloatArray]:
        """Return where the ankle is (n,): forward and up in the plane of the shank at first.

        In m times the square of the rate. It falls freely besides, and drifts.
        """
        rate_hz, acc, gyr = self.s.rate_hz, self.pod.acc_mps2, self.pod.gyr_radps
        if gyr is None:
            raise ValueError("a shank pod without a gyroscope does not tell how far it travels")
        # Single precision is many times as fast, and exact to 1e-5 rad after an hour of drift.
        turned = (integral(gyr[:, LEFT]) / rate_hz).astype(np.float32)
        cos, sin = np.cos(turned).astype(np.float64), np.sin(turned).astype(np.float64)
        forward = double_integral(acc[:, FORWARD] * cos + acc[:, UP] * sin)
        upward = double_integral(acc[:, UP] * cos - acc[:, FORWARD] * sin)
        lever = self.height_m * rate_hz**2
        sin *= lever
        cos *= lever
        forward -= sin
        upward -= cos
        return forward, upward
