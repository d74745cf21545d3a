"""Compute tilt, obliquity and rotation of the pelvis in each stance from its orientation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from imu.dsp.filters import lowpass
from imu.frames import FloatArray
from imu.orientation.angles import Attitude, attitude
from imu.stance_signals.windows import StanceWindows

ANGLE_HZ: Final = 20.0
LOADING_SHARE: Final = 0.6
"""Share of stance in which the pelvis drops."""


@dataclass(frozen=True)
class Posture:
    """Angles of the pelvis over the stances of `s`; None or NaN without a pelvis gyroscope.

    Angles in degrees as (n,) are right-handed; those as rows (k, m) are leg-signed.
    """

    s: StanceWindows

    @cached_property
    def _angles_deg(self) -> Attitude | None:
        """Yaw, obliquity and tilt in degrees, low-passed at 20 Hz."""
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

    @cached_property
    def tilting_deg(self) -> FloatArray:
        """(k,) how far the pelvis tips forward from contact to mid-stance."""
        return self.s.at(self.tilt_deg, self.s.midstance) - self.s.at(self.tilt_deg, self.s.start)

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
        return self.s.stance_sign[:, None] * self.loading_rows(self._rate_radps(self.obliquity_deg))

    def _rate_radps(self, angle_deg: FloatArray | None) -> FloatArray | None:
        if angle_deg is None:
            return None
        return np.asarray(np.gradient(angle_deg) * np.radians(self.s.rate_hz))

    def loading_rows(self, x: FloatArray | None) -> FloatArray:
        """Return the samples of `x` (n,) in the first 60 % of stance as rows."""
        return self.s.rows(x, self.s.start, self.s.start + LOADING_SHARE * self.s.contact)

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

    def rotation_deg(self, position: FloatArray) -> FloatArray:
        """Return the rotation since contact over the stance leg at `position` (k, ...).

        + brings the swing side forward. The runner's change of heading is taken out.
        """
        shape = (len(self.s),) + (1,) * (position.ndim - 1)
        since = position - self.s.start.reshape(shape)
        turned = self.s.at(self.yaw_deg, position) - self._yaw_at_contact.reshape(shape)
        return self.s.stance_sign.reshape(shape) * (
            turned - since * self.heading_slope.reshape(shape)
        )

    @cached_property
    def _yaw_at_contact(self) -> FloatArray:
        return self.s.at(self.yaw_deg, self.s.start)

    @cached_property
    def to_midstance_deg(self) -> FloatArray:
        """(k,) rotation over the stance leg from contact to mid-stance."""
        return self.rotation_deg(self.s.midstance)

    @cached_property
    def rotation_rows(self) -> FloatArray:
        """(k, m) rotation over the stance leg since contact, from contact to toe-off, degrees."""
        rows = self.s.stance_rows(self.yaw_deg)
        since = np.ceil(self.s.start)[:, None] + np.arange(rows.shape[1]) - self.s.start[:, None]
        turned = rows - self._yaw_at_contact[:, None]
        return self.s.stance_sign[:, None] * (turned - since * self.heading_slope[:, None])

    @cached_property
    def turn_rate_rows(self) -> FloatArray:
        """(k, m) rate of rotation over the stance leg in the first half of stance, rad/s."""
        rate = self._rate_radps(self.yaw_deg)
        return self.s.stance_sign[:, None] * self.s.rows(rate, self.s.start, self.s.half)
