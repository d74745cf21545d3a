"""The vertical force as a curve over time: what the pelvis feels, and what timing alone demands.

Two estimates that fail differently are averaged. The pelvis' upward specific force (10 Hz) follows
the shape of a stance but holds the soft coupling of pod and trunk; a half sine as long as the
contact, whose impulse carries the body over the whole step (Morin 2005, J Appl Biomech 21:167),
knows the level but no shape. Both are zero in flight. The impact peak is not in it on purpose.
"""

import numpy as np

from imu.filters import lowpass
from imu.frames import GRAVITY_MPS2, BoolArray, FloatArray, IntArray
from imu.metrics.signals import StanceSignals

FORCE_HZ = 10.0
EDGE = 0.15
"""Share of stance over which the felt force is faded in and out, where filters smear flight."""


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
    felt = lowpass(s.upward_mps2, cutoff_hz=FORCE_HZ, rate_hz=s.rate_hz) / GRAVITY_MPS2
    faded = np.clip(np.minimum(done, 1 - done) / EDGE, 0, 1) * np.maximum(felt, 0)
    demanded = (np.pi / 2 * _mean_bw(s))[stance] * np.sin(np.pi * np.clip(done, 0, 1))
    out[down] = ((faded + demanded) / 2)[down]
    return out


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
