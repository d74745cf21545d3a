"""Estimate vertical ground reaction force over time from the pelvis and from timing.

Two estimates that fail differently are averaged. The pelvis' upward specific force (10 Hz) follows
the shape of a stance but holds the soft coupling of pod and trunk; a half sine as long as the
contact, whose impulse supports body weight over the step (Morin 2005, J Appl Biomech 21:167),
gives the level but no shape. Both are zero in flight. The impact peak is not in it on purpose.
"""

import numpy as np

from imu.dsp.filters import lowpass
from imu.frames import GRAVITY_MPS2, BoolArray, FloatArray, IntArray
from imu.stance_signals.signals import StanceSignals

FORCE_HZ = 10.0
ACTIVE = (0.3, 0.7)
"""Share of stance in which the active peak is sought."""
EDGE = 0.15
"""Share of stance over which the measured force is faded in and out, where filters smear flight."""


def vertical_force_bw(s: StanceSignals) -> FloatArray | None:
    """Return the vertical force under both feet in body weights, (n,); None without a pelvis pod.

    Zero in flight; NaN outside running and where the next contact of the other leg is not known.
    Against force plates in running (Alcantara 2022, one man, -10 to +10 degrees, 2.5-4.2 m/s) its
    RMSE is 0.14 to 0.23 BW, see docs/validity.md.
    """
    if s.upward_mps2 is None:
        return None
    n = len(s.upward_mps2)
    out = np.full(n, np.nan)
    if not len(s):
        return out
    position = np.arange(n)
    stance = np.clip(np.searchsorted(s.start, position, side="right") - 1, 0, None)
    done = (position - s.start[stance]) / (s.stop - s.start)[stance]
    down = (done >= 0) & (done <= 1)
    out[_in_flight(s, position, stance)] = 0.0
    out[down] = _averaged(_measured_bw(s.upward_mps2, s.rate_hz), done, _mean_bw(s)[stance])[down]
    return out


def active_rows_bw(s: StanceSignals) -> FloatArray:
    """Return the vertical force in the middle 30 to 70 % of each stance as rows (k, m).

    As `vertical_force_bw`, but NaN where the stance's own stride is not known.
    """
    if s.upward_mps2 is None:
        return s.nothing[:, None]
    begin, end = (s.start + share * s.contact for share in ACTIVE)
    measured = s.rows(_measured_bw(s.upward_mps2, s.rate_hz), begin, end)
    position = np.ceil(begin)[:, None] + np.arange(measured.shape[1])
    done = (position - s.start[:, None]) / s.contact[:, None]
    return _averaged(measured, done, (s.stride / (2 * s.contact))[:, None])


def _measured_bw(upward_mps2: FloatArray, rate_hz: float) -> FloatArray:
    return lowpass(upward_mps2, cutoff_hz=FORCE_HZ, rate_hz=rate_hz) / GRAVITY_MPS2


def _averaged(measured: FloatArray, done: FloatArray, mean_bw: FloatArray) -> FloatArray:
    """Return the mean of the `measured` force and a half sine of mean `mean_bw` at phase `done`."""
    faded = np.clip(np.minimum(done, 1 - done) / EDGE, 0, 1) * np.maximum(measured, 0)
    half_sine = np.pi / 2 * mean_bw * np.sin(np.pi * np.clip(done, 0, 1))
    return (faded + half_sine) / 2


def _in_flight(s: StanceSignals, position: IntArray, stance: IntArray) -> BoolArray:
    """Return True (n,) between a toe-off and the next contact of the other leg."""
    with np.errstate(invalid="ignore"):
        return np.asarray((position > s.stop[stance]) & (position < s.opposite[stance]))


def _mean_bw(s: StanceSignals) -> FloatArray:
    """Return the mean force (k,) of each stance, T / (2 tc); the nearest known stride at an end."""
    known = np.flatnonzero(np.isfinite(s.stride))
    if not len(known):
        return s.nothing
    stride = np.interp(np.arange(len(s)), known, s.stride[known])
    return stride / (2 * (s.stop - s.start))
