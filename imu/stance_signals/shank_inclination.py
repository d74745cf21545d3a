"""How a shank leans in stance, in the vertical planes along and across the running direction.

The axis about which a shank swings is not square to the plane in which the body travels: the shank
is turned about its bone while it swings. So the running direction is where the shank itself is
accelerated to and fro, level, over the strides around: no other direction comes near it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

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
    """Lean of a shank in the stances of its leg, (k,) each, upright being quiet standing.

    `heading_radps` is how fast the running direction turns from this stride to the next, + to the
    left; `contact_forward_deg` how far the top leans forward at contact, `midstance_left_deg` how
    far to the left at mid-stance.
    """

    heading_radps: FloatArray
    contact_forward_deg: FloatArray
    midstance_left_deg: FloatArray

    @classmethod
    def of(cls, s: StanceWindows, acc_mps2: FloatArray, quaternions: FloatArray) -> Inclination:
        """Return the lean in the stances `s`; `quaternions` (n, 4) are world_from_segment."""
        way = _way(s, acc_mps2, quaternions)
        contact, middle = (
            _long_axis(quaternions, position) * way.conj() for position in (s.start, s.midstance)
        )
        turned = np.angle(way[1:] * way[:-1].conj())
        rate = np.append(turned / (np.diff(s.start) / s.rate_hz), np.nan)
        return cls(
            heading_radps=np.where(np.isfinite(s.stride), rate, np.nan),
            contact_forward_deg=np.degrees(np.arcsin(np.clip(contact.real, -1, 1))),
            midstance_left_deg=np.degrees(np.arcsin(np.clip(middle.imag, -1, 1))),
        )


def _way(s: StanceWindows, acc_mps2: FloatArray, quaternions: FloatArray) -> ComplexArray:
    """Return the running direction (k,) in the world, as a unit number."""
    x, y = lowpass(level_in_world(acc_mps2, quaternions).T, cutoff_hz=SWING_HZ, rate_hz=s.rate_hz).T
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
    ahead = level_of_axis(quaternions[::FACES_EVERY], FORWARD)
    ahead = np.append(ahead, ahead[-1:])  # so that the last positions are inside
    faces = over_strides(ahead.real, FACES_EVERY) + 1j * over_strides(ahead.imag, FACES_EVERY)
    return np.asarray(way * np.where((way.conj() * faces).real < 0, -1.0, 1.0))


def _long_axis(quaternions: FloatArray, position: FloatArray) -> ComplexArray:
    """Return the level part of the long axis (k,) in the world at positions (k,)."""
    last = len(quaternions) - 1
    inside = (position >= 0) & (position <= last)
    at = np.where(inside, position, 0.0)
    low = np.minimum(at.astype(np.int64), max(last - 1, 0))
    before, after = (level_of_axis(quaternions[sample], UP) for sample in (low, low + 1))
    return np.where(inside, before + (at - low) * (after - before), np.nan)
