"""Compute the pelvis' acceleration, velocity and position in each stride: forward, left, up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from imu.dsp.cycle import Cycle, closed
from imu.dsp.filters import highpass, lowpass
from imu.dsp.rows import highest, lowest
from imu.dsp.spectrum import BAND_HZ, power_density
from imu.frames import FORWARD, GRAVITY_MPS2, LEFT, BoolArray, FloatArray
from imu.orientation.angles import heading_level, upward
from imu.stance_signals.pelvis_posture import Posture
from imu.stance_signals.windows import StanceWindows

FORCE_HZ: Final = 8.0
TRAVEL_HZ: Final = 20.0
HEADING_HZ: Final = 0.3
"""Yaw below this frequency is the running direction, above it rotation of the pelvis."""
SHOCK_HZ: Final = 60.0
TRANSIENT_HZ: Final = 10.0


@dataclass(frozen=True)
class Travel:
    """The pelvis pod's accelerations in the world, and their integrals over each stride of `s`.

    None or NaN without a pelvis pod; forward and left need its gyroscope.
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

    @cached_property
    def force_bw(self) -> FloatArray | None:
        """(n,) vertical force estimate before the stride's mean is set to 1 BW; 8 Hz."""
        force = self._smooth(self.upward_mps2, FORCE_HZ)
        return None if force is None else force / GRAVITY_MPS2

    @cached_property
    def force_offset_bw(self) -> FloatArray:
        """(k,) what makes the mean vertical force over the stride exactly one body weight."""
        return 1.0 - self.s.mean_over_stride(self.force_bw, self._measured)

    @property
    def up_mps2(self) -> FloatArray | None:
        """(n,) upward specific force; 20 Hz."""
        return self._smooth(self.upward_mps2, TRAVEL_HZ)

    @property
    def shock_mps2(self) -> FloatArray | None:
        """(n,) upward specific force; 60 Hz (-3 dB)."""
        return self._smooth(self.upward_mps2, SHOCK_HZ, corrected=True)

    @property
    def transient_mps2(self) -> FloatArray | None:
        """(n,) upward acceleration above 10 Hz."""
        if self.upward_mps2 is None:
            return None
        return highpass(self.upward_mps2, cutoff_hz=TRANSIENT_HZ, rate_hz=self.s.rate_hz)

    @cached_property
    def _vertical(self) -> tuple[FloatArray, FloatArray]:
        """Rows of upward velocity in stance, and range of height in the step that begins it."""
        stride = self._cycle(self.upward_mps2)
        height = stride.position_m
        count = np.isfinite(height).sum(axis=1, keepdims=True)
        step = np.where(np.arange(height.shape[1]) < count / 2, height, np.nan)
        return self._in_stance(stride.velocity_mps), highest(step) - lowest(step)

    @property
    def lift_rows(self) -> FloatArray:
        """(k, m) upward velocity in stance about its mean over the stride."""
        return self._vertical[0]

    @property
    def oscillation_m(self) -> FloatArray:
        """(k,) highest minus lowest position in the step that begins with this contact."""
        return self._vertical[1]

    @property
    def power(self) -> FloatArray:
        """(k, f) power density of the upward acceleration in stance at `BAND_HZ`."""
        rows = self.s.stance_rows(self.upward_mps2)
        return power_density(rows, BAND_HZ, rate_hz=self.s.rate_hz)

    # ------------------------------------------------------------------ forward and left

    @cached_property
    def _level(self) -> tuple[FloatArray | None, FloatArray, FloatArray]:
        """Forward acceleration (n,), rows of position to the left in stance, and its range."""
        pelvis, quaternions = self.s.pelvis, self.s.quaternions.get("pelvis")
        yaw_deg, forward, left = self.posture.yaw_deg, None, None
        if pelvis is not None and quaternions is not None and yaw_deg is not None:
            level = heading_level(pelvis.acc_mps2, quaternions)
            way_deg = lowpass(yaw_deg, cutoff_hz=HEADING_HZ, rate_hz=self.s.rate_hz)
            turned = np.radians(yaw_deg - way_deg)
            left = level[:, FORWARD] * np.sin(turned) + level[:, LEFT] * np.cos(turned)
            forward = self._smooth(level[:, FORWARD], TRAVEL_HZ)
        position = self._cycle(left).position_m
        return forward, self._in_stance(position), highest(position) - lowest(position)

    @property
    def forward_mps2(self) -> FloatArray | None:
        """(n,) forward acceleration, level, along the pelvis' own heading; 20 Hz."""
        return self._level[0]

    @property
    def left_rows(self) -> FloatArray:
        """(k, m) position in stance to the left of the running direction, stride mean 0, m."""
        return self._level[1]

    @property
    def sway_m(self) -> FloatArray:
        """(k,) how far the pelvis moves from side to side over the stride."""
        return self._level[2]

    @cached_property
    def drive_rows(self) -> FloatArray:
        """(k, m) forward acceleration in stance, the mean of the stride taken out."""
        rows = self.s.stance_rows(self.forward_mps2)
        return rows - self.s.mean_over_stride(self.forward_mps2, self._measured)[:, None]

    @cached_property
    def speed_rows(self) -> FloatArray:
        """(k, m) forward velocity in stance about the mean speed of the stride."""
        return self._in_stance(self._cycle(self.forward_mps2).velocity_mps)

    # ------------------------------------------------------------------

    def _smooth(
        self, x: FloatArray | None, cutoff_hz: float, *, corrected: bool = False
    ) -> FloatArray | None:
        if x is None:
            return None
        return lowpass(x, cutoff_hz=cutoff_hz, rate_hz=self.s.rate_hz, corrected=corrected)

    def _cycle(self, x: FloatArray | None) -> Cycle:
        """Integrate `x` over each stride; NaN where its end or a sample in it is not known."""
        s, end = self.s, self.s.start + self.s.stride
        gap_free = self._measured is not None and s.gap_free(self._measured, s.start, end)
        return closed(s.rows(x, s.start, np.where(gap_free, end, np.nan)), rate_hz=s.rate_hz)

    def _in_stance(self, rows: FloatArray) -> FloatArray:
        """Return rows over a stride (k, m) with NaN after toe-off."""
        last = np.floor(self.s.stop) - np.ceil(self.s.start)
        width = int(np.max(last, initial=0.0)) + 1
        rows = rows[:, :width]
        return np.where(np.arange(rows.shape[1]) <= last[:, None], rows, np.nan)
