"""Compute tilt, obliquity and rotation of the pelvis in each stance from its orientation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from imu.dsp.filters import lowpass
from imu.dsp.slopes import rises
from imu.frames import FloatArray
from imu.orientation.angles import Attitude, attitude_rad
from imu.stance_signals.stride_harmonic import PHASES, StrideCurve, parts
from imu.stance_signals.windows import StanceWindows

ANGLE_HZ: Final = 40.0
LOADING_SHARE: Final = 0.6
"""Share of stance in which the pelvis drops."""


@dataclass(frozen=True)
class Posture:
    """Angles of the pelvis over the stances of `s`; None or NaN without a pelvis gyroscope.

    Angles in degrees as (n,) are right-handed; those as (k,) or rows (k, m) are leg-signed.
    """

    s: StanceWindows

    def let_go(self) -> None:
        """Forget what is as long as the record; it is computed anew where it is asked for."""
        vars(self).pop("_angles_deg", None)

    @cached_property
    def _angles_deg(self) -> Attitude | None:
        """Yaw, obliquity and tilt in degrees, low-passed at 40 Hz."""
        if "pelvis" not in self.s.quaternions:
            return None
        angles = attitude_rad(self.s.quaternions["pelvis"]).T
        in_deg = float(np.degrees(1))
        return Attitude(*lowpass(angles, cutoff_hz=ANGLE_HZ, rate_hz=self.s.rate_hz, gain=in_deg).T)

    # ------------------------------------------------------------------ tilt

    @property
    def tilt_deg(self) -> FloatArray | None:
        """(n,) anterior tilt relative to level."""
        return None if self._angles_deg is None else self._angles_deg.tilt

    def tilt_from_standing_deg(self, position: FloatArray) -> FloatArray:
        """Return anterior tilt relative to quiet standing at `position` (k, ...)."""
        return self.s.at(self.tilt_deg, position) - self._standing(self.tilt_deg)

    @property
    def mean_tilt_from_standing_deg(self) -> FloatArray:
        """(k,) mean anterior tilt in stance, relative to quiet standing."""
        return self.s.mean_over_stance(self.tilt_deg) - self._standing(self.tilt_deg)

    def _standing(self, angle: FloatArray | None) -> float:
        """Return an angle (n,) in quiet standing; NaN without standing."""
        pelvis = self.s.pelvis
        if pelvis is None or angle is None or not pelvis.standing.any():
            return np.nan
        return float(np.mean(angle[pelvis.standing]))

    # ------------------------------------------------------------------ drop

    @property
    def obliquity_deg(self) -> FloatArray | None:
        """(n,) obliquity, + right side down."""
        return None if self._angles_deg is None else self._angles_deg.obliquity

    def obliquity_from_standing_deg(self, position: FloatArray) -> FloatArray:
        """Return obliquity relative to quiet standing at `position` (k, ...)."""
        return self.s.at(self.obliquity_deg, position) - self._standing(self.obliquity_deg)

    @cached_property
    def _lowest_deg(self) -> FloatArray:
        """(k,) how low the swing side is at most in the first 60 % of stance, against level."""
        return self._lowest_on_swing_side(self.obliquity_deg)

    @cached_property
    def drop_deg(self) -> FloatArray:
        """(k,) how far the swing side sinks after contact, in the first 60 % of stance."""
        at_contact = self.s.at(self.obliquity_deg, self.s.start)
        return self._lowest_deg - self.s.stance_sign * at_contact

    @property
    def drop_from_standing_deg(self) -> FloatArray:
        """(k,) how far the swing side sinks below quiet standing, in the first 60 % of stance."""
        return self._lowest_deg - self.s.stance_sign * self._standing(self.obliquity_deg)

    @cached_property
    def drop_rate_radps(self) -> FloatArray:
        """(k,) fastest sinking of the swing side in the first 60 % of stance."""
        if self.obliquity_deg is None:
            return self.s.nothing
        rate = rises(self.obliquity_deg)
        return np.asarray(self._lowest_on_swing_side(rate) * np.radians(self.s.rate_hz))

    def _lowest_on_swing_side(self, x: FloatArray | None) -> FloatArray:
        """Return how low an obliquity (n,), or its rate, is at most in the first 60 % of stance."""
        end = self.s.start + LOADING_SHARE * self.s.contact
        return self.s.highest_toward_leg(x, self.s.start, end)

    @cached_property
    def drop_over_stride(self) -> StrideCurve:
        """The swing side's lowness over the stride, about its mean, degrees."""
        return self._over_stride(self.obliquity_deg, np.zeros(len(self.s)))

    # ------------------------------------------------------------------ rotation

    @property
    def yaw_deg(self) -> FloatArray | None:
        """(n,) yaw, + to the left, drifting."""
        return None if self._angles_deg is None else self._angles_deg.yaw

    @cached_property
    def heading_slope(self) -> FloatArray:
        """(k,) how fast the runner's heading turns, degrees per sample, over four strides."""
        s, reach = self.s, 2 * self.s.stride
        slope = s.nothing
        for before, after in ((reach, reach), (0 * reach, reach), (reach, 0 * reach)):
            change = s.at(self.yaw_deg, s.start + after) - s.at(self.yaw_deg, s.start - before)
            slope = np.where(np.isfinite(slope), slope, change / (before + after))
        return slope

    @cached_property
    def rotation_over_stride(self) -> StrideCurve:
        """Rotation over the stance leg over the stride, about its mean, heading out, degrees."""
        return self._over_stride(self.yaw_deg, self.heading_slope)

    def _over_stride(self, angle_deg: FloatArray | None, slope: FloatArray) -> StrideCurve:
        s, found = self.s, []
        for part in parts(len(s)):
            since = s.stride[part, None] * PHASES
            rows = s.at(angle_deg, s.start[part, None] + since)
            rows -= slope[part, None] * since
            found.append(StrideCurve.of(s.stance_sign[part, None] * rows))
        return StrideCurve.joined(found)

    def rotation_about_mean_deg(self, position: FloatArray) -> FloatArray:
        """Return the rotation over the stance leg about its stride's mean, at `position` (k, ...).

        + brings the swing side forward. The runner's change of heading is taken out.
        """
        return self._about_mean(
            self.yaw_deg, position, self.heading_slope, self.rotation_over_stride.mean
        )

    def drop_about_mean_deg(self, position: FloatArray) -> FloatArray:
        """Return how low the swing side is about its stride's mean, at `position` (k, ...)."""
        return self._about_mean(self.obliquity_deg, position, None, self.drop_over_stride.mean)

    def _about_mean(
        self,
        angle_deg: FloatArray | None,
        position: FloatArray,
        slope: FloatArray | None,
        mean: FloatArray,
    ) -> FloatArray:
        shape = (len(self.s),) + (1,) * (position.ndim - 1)
        angle = self.s.at(angle_deg, position)
        if slope is not None:
            angle -= (position - self.s.start.reshape(shape)) * slope.reshape(shape)
        angle *= self.s.stance_sign.reshape(shape)
        angle -= mean.reshape(shape)
        return angle
