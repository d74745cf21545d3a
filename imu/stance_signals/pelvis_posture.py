"""Compute tilt, obliquity and rotation of the pelvis in each stance from its orientation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from imu.dsp.filters import lowpass
from imu.frames import FloatArray
from imu.orientation.angles import Attitude, attitude
from imu.stance_signals.stride_harmonic import PHASES, StrideCurve
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

    @cached_property
    def _angles_deg(self) -> Attitude | None:
        """Yaw, obliquity and tilt in degrees, low-passed at 40 Hz."""
        if "pelvis" not in self.s.quaternions:
            return None
        raw = attitude(self.s.quaternions["pelvis"])
        angles = np.degrees(np.stack([raw.yaw, raw.obliquity, raw.tilt])).T
        return Attitude(*lowpass(angles, cutoff_hz=ANGLE_HZ, rate_hz=self.s.rate_hz).T)

    # ------------------------------------------------------------------ tilt

    @property
    def tilt_deg(self) -> FloatArray | None:
        """(n,) anterior tilt relative to level."""
        return None if self._angles_deg is None else self._angles_deg.tilt

    @property
    def tilt_from_standing_deg(self) -> FloatArray | None:
        """(n,) anterior tilt relative to quiet standing; None without standing."""
        return self._from_standing(self.tilt_deg)

    def _from_standing(self, angle: FloatArray | None) -> FloatArray | None:
        pelvis = self.s.pelvis
        if pelvis is None or angle is None or not pelvis.standing.any():
            return None
        return angle - np.mean(angle[pelvis.standing])

    # ------------------------------------------------------------------ drop

    @property
    def obliquity_deg(self) -> FloatArray | None:
        """(n,) obliquity, + right side down."""
        return None if self._angles_deg is None else self._angles_deg.obliquity

    @property
    def obliquity_from_standing_deg(self) -> FloatArray | None:
        """(n,) obliquity relative to quiet standing; None without standing."""
        return self._from_standing(self.obliquity_deg)

    @cached_property
    def drop_rows(self) -> FloatArray:
        """(k, m) how far the swing side has sunk since contact, first 60 % of stance, degrees."""
        at_contact = self.s.at(self.obliquity_deg, self.s.start)[:, None]
        return self.s.stance_sign[:, None] * (self.loading_rows(self.obliquity_deg) - at_contact)

    @cached_property
    def drop_rate_rows(self) -> FloatArray:
        """(k, m) rate at which the swing side sinks, first 60 % of stance, rad/s."""
        if self.obliquity_deg is None:
            return self.s.nothing[:, None]
        rate = np.gradient(self.obliquity_deg) * np.radians(self.s.rate_hz)
        return self.s.stance_sign[:, None] * self.loading_rows(rate)

    def loading_rows(self, x: FloatArray | None) -> FloatArray:
        """Return the samples of `x` (n,) in the first 60 % of stance as rows."""
        return self.s.rows(x, self.s.start, self.s.start + LOADING_SHARE * self.s.contact)

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
        s = self.s
        since = s.stride[:, None] * PHASES
        rows = s.at(angle_deg, s.start[:, None] + since) - slope[:, None] * since
        return StrideCurve(s.stance_sign[:, None] * rows)

    def rotation_about_mean_deg(self, position: FloatArray) -> FloatArray:
        """Return the rotation over the stance leg about its stride's mean, at `position` (k, ...).

        + brings the swing side forward. The runner's change of heading is taken out.
        """
        return self._about_mean(
            self.yaw_deg, position, self.heading_slope, self.rotation_over_stride.mean
        )

    def drop_about_mean_deg(self, position: FloatArray) -> FloatArray:
        """Return how low the swing side is about its stride's mean, at `position` (k, ...)."""
        return self._about_mean(
            self.obliquity_deg, position, np.zeros(len(self.s)), self.drop_over_stride.mean
        )

    def _about_mean(
        self,
        angle_deg: FloatArray | None,
        position: FloatArray,
        slope: FloatArray,
        mean: FloatArray,
    ) -> FloatArray:
        shape = (len(self.s),) + (1,) * (position.ndim - 1)
        since = position - self.s.start.reshape(shape)
        angle = self.s.at(angle_deg, position) - since * slope.reshape(shape)
        return self.s.stance_sign.reshape(shape) * angle - mean.reshape(shape)
