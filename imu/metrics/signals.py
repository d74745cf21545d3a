"""What a metric's formula reads: signals in the leg's own signs, and stances as sample positions.

Positions are fractional samples of the grid, (k,). A signal that a recording does not contain
reads as NaN, so a formula never asks which pods were worn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from imu.filters import lowpass
from imu.frames import (
    FORWARD,
    GRAVITY_MPS2,
    SIDES,
    UP,
    FloatArray,
    Placement,
    toward_stance_leg,
)
from imu.orientation import Attitude, attitude, heading_level, upward
from imu.recording import ragged
from imu.segments import Segment

ANGLE_HZ = 20.0
SETTLE_S = 0.02
"""Soft tissue rings right after contact; rotation excursions start this much later."""


@dataclass(frozen=True)
class StanceSignals:
    """One recording cut into `k` stances.

    `side` (k,), `start`, `midstance`, `stop` (k,) in samples, `stride` (k,) in samples to the
    next contact of the same leg, NaN at the end of a bout; `opposite` (k,) the next contact of
    the other leg.
    """

    rate_hz: float
    side: npt.NDArray[np.str_]
    start: FloatArray
    midstance: FloatArray
    stop: FloatArray
    stride: FloatArray
    opposite: FloatArray
    segments: Mapping[Placement, Segment]
    quaternions: Mapping[Placement, FloatArray]

    def __len__(self) -> int:
        return len(self.side)

    # ------------------------------------------------------------------ reading signals

    @cached_property
    def nothing(self) -> FloatArray:
        """(k,) of NaN: the value of what cannot be known."""
        return np.full(len(self), np.nan)

    def at(self, x: FloatArray | None, position: FloatArray) -> FloatArray:
        """Return `x` (n,) at fractional positions (k, ...), linear; NaN outside or unknown."""
        if x is None:
            return np.full(position.shape, np.nan)
        inside = np.isfinite(position) & (position >= 0) & (position <= len(x) - 1)
        p = np.where(inside, position, 0.0)
        low = np.minimum(p.astype(np.int64), len(x) - 2)
        value = x[low] + (p - low) * (x[low + 1] - x[low])
        return np.where(inside, value, np.nan)

    def rows(self, x: FloatArray | None, start: FloatArray, stop: FloatArray) -> FloatArray:
        """Return the samples of `x` (n,) within ``[start, stop]`` as rows (k, longest)."""
        if x is None:
            return np.full((len(start), 1), np.nan)
        known = np.isfinite(start) & np.isfinite(stop)
        low = np.ceil(np.where(known, start, 0)).astype(np.int64)
        high = np.where(known, np.floor(np.where(known, stop, 0)) + 1, low).astype(np.int64)
        return ragged(x, low, np.maximum(high, low))

    def by_leg(self, read: Callable[[StanceSignals, Segment], FloatArray]) -> FloatArray:
        """Return one value per stance (k,), from `read` on the stances of each leg's own shank."""
        out = self.nothing.copy()
        for side in SIDES:
            own = self.side == side
            segment = self.segments.get("shank_left" if side == "left" else "shank_right")
            if segment is not None and own.any():
                out[own] = read(self.only(own), segment)
        return out

    def only(self, own: npt.NDArray[np.bool_]) -> StanceSignals:
        """Return these signals with only the stances `own` (k,)."""
        return replace(
            self,
            side=self.side[own],
            start=self.start[own],
            midstance=self.midstance[own],
            stop=self.stop[own],
            stride=self.stride[own],
            opposite=self.opposite[own],
        )

    # ------------------------------------------------------------------ pelvis

    @cached_property
    def toward(self) -> FloatArray:
        """(k,) +1 for left, -1 for right stances."""
        return toward_stance_leg(self.side)

    @property
    def pelvis(self) -> Segment | None:
        """The pelvis pod, None when it was not worn."""
        return self.segments.get("pelvis")

    @cached_property
    def pelvis_attitude(self) -> Attitude | None:
        """Pelvis angles, rad, low-passed at 20 Hz; None without a pelvis gyroscope."""
        if "pelvis" not in self.quaternions:
            return None
        raw = attitude(self.quaternions["pelvis"])
        return Attitude(
            *(
                lowpass(angle, cutoff_hz=ANGLE_HZ, rate_hz=self.rate_hz)
                for angle in (raw.yaw, raw.obliquity, raw.tilt)
            )
        )

    @cached_property
    def tilt_deg(self) -> FloatArray | None:
        """(n,) anterior tilt relative to quiet standing; None without standing or gyroscope."""
        pelvis, angles = self.pelvis, self.pelvis_attitude
        if pelvis is None or angles is None or not pelvis.standing.any():
            return None
        return np.degrees(angles.tilt - np.mean(angles.tilt[pelvis.standing]))

    @cached_property
    def obliquity_deg(self) -> FloatArray | None:
        """(n,) obliquity, + right side down; None without a pelvis gyroscope."""
        angles = self.pelvis_attitude
        return None if angles is None else np.degrees(angles.obliquity)

    @cached_property
    def yaw_deg(self) -> FloatArray | None:
        """(n,) pelvis yaw, + to the left, drifting; None without a pelvis gyroscope."""
        angles = self.pelvis_attitude
        return None if angles is None else np.degrees(angles.yaw)

    @cached_property
    def heading_slope(self) -> FloatArray:
        """(k,) how fast the runner's heading turns, degrees per sample, over four strides."""
        reach = 2 * self.stride
        slope = self.nothing
        for before, after in ((reach, reach), (0 * reach, reach), (reach, 0 * reach)):
            change = self.at(self.yaw_deg, self.start + after) - self.at(
                self.yaw_deg, self.start - before
            )
            slope = np.where(np.isfinite(slope), slope, change / (before + after))
        return slope

    def rotation_over_leg_deg(self, position: FloatArray) -> FloatArray:
        """Return the pelvis' rotation since contact over the stance leg at `position` (k, ...).

        + brings the swing side forward. The turning of the runner is taken out.
        """
        shape = (len(self),) + (1,) * (position.ndim - 1)
        since = position - self.start.reshape(shape)
        turned = self.at(self.yaw_deg, position) - self.at(self.yaw_deg, self.start).reshape(shape)
        return self.toward.reshape(shape) * (turned - since * self.heading_slope.reshape(shape))

    @cached_property
    def upward_mps2(self) -> FloatArray | None:
        """(n,) upward specific force of the pelvis in the world, standing +9.81."""
        pelvis = self.pelvis
        if pelvis is None:
            return None
        return upward(pelvis.acc_mps2, self.quaternions.get("pelvis"))

    @cached_property
    def force_bw(self) -> FloatArray | None:
        """(n,) vertical force estimate before the stride's mean is set to 1 BW; 8 Hz."""
        if self.upward_mps2 is None:
            return None
        return lowpass(self.upward_mps2, cutoff_hz=8.0, rate_hz=self.rate_hz) / GRAVITY_MPS2

    @cached_property
    def force_offset_bw(self) -> FloatArray:
        """(k,) what makes the mean vertical force over the stride exactly one body weight."""
        return 1.0 - self.mean_over_stride(self.force_bw)

    @cached_property
    def forward_mps2(self) -> FloatArray | None:
        """(n,) forward acceleration of the pelvis, level, along its own heading; 20 Hz."""
        pelvis, quaternions = self.pelvis, self.quaternions.get("pelvis")
        if pelvis is None or quaternions is None:
            return None
        forward = heading_level(pelvis.acc_mps2, quaternions)[:, FORWARD]
        return lowpass(forward, cutoff_hz=ANGLE_HZ, rate_hz=self.rate_hz)

    def mean_over_stride(self, x: FloatArray | None) -> FloatArray:
        """Return the mean of `x` (n,) from each contact to the next of the same leg, (k,)."""
        if x is None:
            return self.nothing
        area = np.concatenate([[0.0], np.cumsum((x[1:] + x[:-1]) / 2)])
        return (self.at(area, self.start + self.stride) - self.at(area, self.start)) / self.stride

    # ------------------------------------------------------------------ shank

    def internal_rotation_deg(self, segment: Segment, position: FloatArray) -> FloatArray:
        """Return the shank's internal rotation since contact at `position` (k, ...).

        The rate about the long axis, 20 Hz, integrated; what is left over after a whole stride
        is bias or a turn and is taken out evenly.
        """
        rate = self.internal_rate_radps(segment)
        if rate is None:
            return np.full(position.shape, np.nan)
        angle = np.degrees(np.concatenate([[0.0], np.cumsum((rate[1:] + rate[:-1]) / 2)]))
        angle /= self.rate_hz
        shape = (len(self),) + (1,) * (position.ndim - 1)
        slope = np.degrees(self.mean_over_stride(rate)) / self.rate_hz
        since = position - self.start.reshape(shape)
        turned = self.at(angle, position) - self.at(angle, self.start).reshape(shape)
        return turned - since * np.nan_to_num(slope).reshape(shape)

    def internal_rate_radps(self, segment: Segment) -> FloatArray | None:
        """Return the internal-rotation rate (n,) of the leg these stances are of; 20 Hz."""
        if segment.gyr_radps is None or not len(self):
            return None
        sign = -float(self.toward[0])
        return lowpass(sign * segment.gyr_radps[:, UP], cutoff_hz=ANGLE_HZ, rate_hz=self.rate_hz)

    def impact_mps2(self, segment: Segment) -> FloatArray:
        """Return the shank's specific force (n, 3) at 60 Hz (-3 dB), gravity in."""
        return lowpass(segment.acc_mps2, cutoff_hz=60.0, rate_hz=self.rate_hz, corrected=True)


def highest(rows: FloatArray) -> FloatArray:
    """Return the maximum of each row (k, m), NaN padding aside; NaN for an empty row."""
    return np.asarray(np.fmax.reduce(rows, axis=1, initial=np.nan))


def lowest(rows: FloatArray) -> FloatArray:
    """Return the minimum of each row (k, m), NaN padding aside; NaN for an empty row."""
    return np.asarray(np.fmin.reduce(rows, axis=1, initial=np.nan))


def where_highest(rows: FloatArray) -> FloatArray:
    """Return the column of each row's maximum (k,), refined by a parabola; NaN if empty."""
    filled = np.where(np.isnan(rows), -np.inf, rows)
    at = np.argmax(filled, axis=1)
    k = np.arange(len(rows))
    inner = np.clip(at, 1, max(rows.shape[1] - 2, 1))
    if rows.shape[1] < 3:
        return np.where(np.isfinite(highest(rows)), at, np.nan)
    a, b, c = (rows[k, inner + shift] for shift in (-1, 0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = 0.5 * (a - c) / (a - 2 * b + c)
    refined = np.where((inner == at) & (np.abs(shift) <= 1), at + shift, at)
    return np.where(np.isfinite(highest(rows)), refined, np.nan)
