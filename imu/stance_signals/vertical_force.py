"""Estimate vertical ground reaction force over time from the pelvis and from timing.

Two estimates that fail differently are averaged. The pelvis' upward specific force (10 Hz) follows
the shape of a stance but holds the soft coupling of pod and trunk; a half sine as long as the
contact, whose impulse supports body weight over the step (Morin 2005, J Appl Biomech 21:167),
gives the level but no shape. Both are zero in flight and carry one body weight over a stride. The
impact peak is not in it on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from imu.dsp.filters import blocks, lowpass
from imu.dsp.integral import integral
from imu.frames import PER_G, BoolArray, FloatArray, IntArray
from imu.stance_signals.pelvis_travel import Travel
from imu.stance_signals.windows import StanceWindows

FORCE_HZ = 10.0
ACTIVE = (0.3, 0.7)
"""Share of stance in which the active peak is sought."""
EDGE = 0.22
"""Share of stance over which the measured force is faded in and out, where filters smear flight."""


@dataclass(frozen=True)
class VerticalForce:
    """The vertical force under both feet over the stances of `s`; None or NaN without a pelvis pod.

    Against force plates in running (Alcantara 2022, one man, -10 to +10 degrees, 2.5-4.2 m/s) its
    RMSE is 0.14 to 0.23 BW, see docs/validity.md.
    """

    s: StanceWindows
    travel: Travel

    @cached_property
    def over_time_bw(self) -> FloatArray | None:
        """(n,) in body weights: zero in flight, NaN outside running.

        NaN also where the next contact of the other leg is not known.
        """
        s, upward = self.s, self.travel.upward_mps2
        if upward is None:
            return None
        out = np.full(len(upward), np.nan)
        if not len(s):
            return out
        faded = lowpass(upward, cutoff_hz=FORCE_HZ, rate_hz=s.rate_hz, gain=PER_G)
        begun = np.clip(np.ceil(s.start), 0, len(out)).astype(np.int64)
        stance = np.repeat(np.arange(len(s)), np.diff(begun[1:], prepend=0, append=len(out)))
        for part in blocks(len(out)):
            out[part] = done = _share_done(s, part, stance[part])
            edge = np.clip(np.minimum(done, 1 - done) / EDGE, 0, 1)  # 0 outside
            faded[part] = edge * np.maximum(faded[part], 0)
        measured, impulse = _carrying(s, faded) / 2, np.pi / 4 * _mean_bw(s)
        for part in blocks(len(out)):
            last, done = stance[part], out[part]
            half_sine = impulse[last] * np.sin(np.pi * np.clip(done, 0, 1))
            force = measured[last] * faded[part] + half_sine
            flies = _in_flight(s, np.arange(part.start, part.start + len(done)), last)
            down = (done >= 0) & (done <= 1)
            out[part] = np.where(down, force, np.where(flies, 0.0, np.nan))
        return out

    @cached_property
    def active_peak_bw(self) -> FloatArray:
        """(k,) highest in 30 to 70 % of each stance; NaN where its stride is not known."""
        s = self.s
        begin, end = (s.start + share * s.contact for share in ACTIVE)
        return s.highest(self.over_time_bw, begin, np.where(np.isfinite(s.stride), end, np.nan))


def _share_done(s: StanceWindows, part: slice, stance: IntArray) -> FloatArray:
    """Return how much of the `stance` (m,) that began last is done at each sample of a part."""
    position = np.arange(part.start, part.start + len(stance))
    return np.asarray((position - s.start[stance]) / s.contact[stance])


def _in_flight(s: StanceWindows, position: IntArray, stance: IntArray) -> BoolArray:
    """Return True (n,) between a toe-off and the next contact of the other leg."""
    with np.errstate(invalid="ignore"):
        return np.asarray((position > s.stop[stance]) & (position < s.opposite[stance]))


def _mean_bw(s: StanceWindows) -> FloatArray:
    """Return the mean force (k,) of each stance, T / (2 tc); the nearest known stride at an end."""
    known = np.flatnonzero(np.isfinite(s.stride))
    if not len(known):
        return s.nothing
    stride = np.interp(np.arange(len(s)), known, s.stride[known])
    return stride / (2 * s.contact)


def _carrying(s: StanceWindows, faded: FloatArray) -> FloatArray:
    """Return what scales `faded` (n,) so that both stances of a stride carry one body weight, (k,).

    A stance whose other leg is not seen carries half of it.
    """
    area = integral(faded)
    impulse = s.at(area, s.stop) - s.at(area, s.start)
    other = np.append(impulse[1:], np.nan)
    follows = np.append(s.start[1:], np.nan) == s.opposite
    mean_impulse = np.where(follows & np.isfinite(s.stride), (impulse + other) / 2, impulse)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(mean_impulse > 0, _mean_bw(s) * s.contact / mean_impulse, np.nan)
