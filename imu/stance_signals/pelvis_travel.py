"""Compute the pelvis' acceleration and position in each stride: up, and from side to side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from imu.dsp.cycle import closed
from imu.dsp.filters import highpass, lowpass
from imu.dsp.peaks import reduced_in
from imu.dsp.rows import highest, lowest, ragged, value_at
from imu.frames import BoolArray, FloatArray, IntArray
from imu.orientation.angles import across, upward
from imu.stance_signals.pelvis_posture import Posture
from imu.stance_signals.windows import StanceWindows, samples

HEADING_HZ: Final = 0.3
"""Yaw below this frequency is the running direction, above it rotation of the pelvis."""
TRANSIENT_HZ: Final = 10.0
ROWS_AT_ONCE: Final = 250_000
"""About so many samples of strides are laid out as rows at once."""
CENTRE_AHEAD_M: Final = 0.1
"""How far the middle of the pelvis lies ahead of a pod on the sacrum.

A pelvis that turns swings the pod to the side, on an arm of this length; the body does not move.
"""


@dataclass(frozen=True)
class Travel:
    """The pelvis pod's accelerations in the world, and their integrals over each stride of `s`.

    None or NaN without a pelvis pod; sideways needs its gyroscope.
    """

    s: StanceWindows
    posture: Posture

    @cached_property
    def _measured(self) -> BoolArray | None:
        """(n,) True where the acceleration was measured, neither missing nor saturated."""
        pelvis = self.s.pelvis
        return None if pelvis is None else pelvis.valid & ~pelvis.motion.acc_clipped

    # ------------------------------------------------------------------ up

    @cached_property
    def upward_mps2(self) -> FloatArray | None:
        """(n,) upward specific force in the world, standing +9.81."""
        pelvis = self.s.pelvis
        if pelvis is None:
            return None
        return upward(pelvis.acc_mps2, self.s.quaternions.get("pelvis"))

    @property
    def transient_mps2(self) -> FloatArray | None:
        """(n,) upward acceleration above 10 Hz."""
        if self.upward_mps2 is None:
            return None
        return highpass(self.upward_mps2, cutoff_hz=TRANSIENT_HZ, rate_hz=self.s.rate_hz)

    @cached_property
    def oscillation_m(self) -> FloatArray:
        """(k,) highest minus lowest position in the step that begins with this contact."""
        found = self.s.nothing.copy()
        for part in self._strides.parts():
            height = self._cycle(self.upward_mps2, part)
            step, count = height[:, : height.shape[1] // 2 + 1], self._strides.count[part, None]
            np.copyto(step, np.nan, where=np.arange(step.shape[1]) >= count / 2)
            found[part] = highest(step) - lowest(step)
        return found

    # ------------------------------------------------------------------ sideways

    @cached_property
    def _sideways(self) -> tuple[FloatArray, FloatArray]:
        """(k,) Position of the middle of the pelvis toward the left at mid-stance, and its range.

        About the mean of the stride, in m, across the running direction.
        """
        pelvis, quaternions = self.s.pelvis, self.s.quaternions.get("pelvis")
        yaw_deg = self.posture.yaw_deg
        if pelvis is None or quaternions is None or yaw_deg is None:
            return self.s.nothing, self.s.nothing
        way_deg = lowpass(yaw_deg, cutoff_hz=HEADING_HZ, rate_hz=self.s.rate_hz)
        turned = np.subtract(yaw_deg, way_deg, out=way_deg)
        turned *= np.radians(1)
        sine = np.sin(turned)
        left = across(pelvis.acc_mps2, quaternions, sine, np.cos(turned, out=turned))
        swung, strides = np.multiply(CENTRE_AHEAD_M, sine, out=sine), self._strides
        total = reduced_in(np.add, swung, strides.low, strides.high)
        middle = total / np.maximum(strides.count, 1)
        midstance = self.s.midstance - np.ceil(self.s.start)
        at, sway = np.empty((2, len(self.s)))
        for part in strides.parts():
            rows = self._cycle(left, part)  # about its mean, and so is not what is added
            rows += strides.rows(swung, part)
            at[part] = value_at(rows, midstance[part])
            sway[part] = highest(rows) - lowest(rows)
        return at - middle, sway

    @property
    def left_at_midstance_m(self) -> FloatArray:
        """(k,) position to the left of the running direction at mid-stance, stride mean 0."""
        return self._sideways[0]

    @property
    def sway_m(self) -> FloatArray:
        """(k,) how far the pelvis moves from side to side over the stride."""
        return self._sideways[1]

    # ------------------------------------------------------------------

    @cached_property
    def _strides(self) -> Strides:
        """The strides; without samples where one is not measured throughout."""
        s, end = self.s, self.s.start + self.s.stride
        gap_free = self._measured is not None and s.gap_free(self._measured, s.start, end)
        return Strides(*samples(s.start, np.where(gap_free, end, np.nan)))

    def _cycle(self, x: FloatArray | None, part: slice) -> FloatArray:
        """Return the double integral of `x` over each stride of a part (p, m), about its mean.

        NaN after its end, and where that or a sample in it is not known.
        """
        return closed(self._strides.rows(x, part), rate_hz=self.s.rate_hz).position_m


@dataclass(frozen=True)
class Strides:
    """Strides, by their first sample and their end, (k,) each; both are the same for none."""

    low: IntArray
    high: IntArray

    @property
    def count(self) -> IntArray:
        """(k,) samples of each."""
        return self.high - self.low

    def parts(self) -> Iterator[slice]:
        """Cut them into parts of about one size: as rows those of an hour are large."""
        count = max(len(self.low) * self._width // ROWS_AT_ONCE, 1)
        edges = (len(self.low) * k // count for k in range(count + 1))
        return (slice(first, end) for first, end in pairwise(edges))

    def rows(self, x: FloatArray | None, part: slice) -> FloatArray:
        """Return the samples of `x` (n,) in the strides of a part, as rows of one width for all."""
        low, high = self.low[part], self.high[part]
        if x is None:
            return np.full((len(low), 1), np.nan)
        return ragged(x, low, high, width=self._width)

    @cached_property
    def _width(self) -> int:
        return int(np.max(self.count, initial=0))
