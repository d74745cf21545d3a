"""Force and the centre of mass, from the pelvis: what it carries and how it moves.

The impact peak and the loading rate of the ground reaction force are left out on purpose: no
accelerometer estimates them (Kiernan 2023, Sensors 23:8719: limits beyond 65 %).
"""

import numpy as np

from imu.frames import GRAVITY_MPS2, FloatArray
from imu.metrics.registry import metric
from imu.metrics.signals import StanceSignals, highest, lowest


@metric(
    "Peak vertical force",
    theme="force",
    evidence="established",
    needs=("pelvis",),
    cite="Kiernan 2023, Sensors 23:8719; Patoz 2022 (smallest real difference 0.28 BW)",
    typical_error=0.1,
)
def peak_force_bw(s: StanceSignals) -> FloatArray:
    """Active peak: highest vertical force in 30-70 % of stance.

    From the pelvis' upward specific force at 8 Hz, shifted so that its mean over the stride is
    one body weight.
    """
    contact = s.stop - s.start
    rows = s.rows(s.force_bw, s.start + 0.3 * contact, s.start + 0.7 * contact)
    return highest(rows) + s.force_offset_bw


@metric(
    "Mean vertical force in stance",
    theme="force",
    evidence="established",
    needs=(),
    cite="Morin 2005, J Appl Biomech 21:167; exact for steady running",
    typical_error=0.05,
)
def mean_force_bw(s: StanceSignals) -> FloatArray:
    """Mean vertical force while the foot is down, from timing alone: T / (2 tc)."""
    return s.stride / (2 * (s.stop - s.start))


@metric(
    "Vertical oscillation",
    theme="force",
    evidence="established",
    needs=("pelvis",),
    cite="Asgari & Heller 2025, Sensors 25:315 (sacral displacement, bias 2 mm)",
    typical_error=0.004,
)
def vertical_oscillation_m(s: StanceSignals) -> FloatArray:
    """Highest minus lowest position of the pelvis in the step that begins with this contact.

    The upward acceleration integrated twice over the stride, which must close on itself.
    """
    if s.upward_mps2 is None:
        return s.nothing
    rows = s.rows(s.upward_mps2 - GRAVITY_MPS2, s.start, s.start + s.stride)
    inside = np.isfinite(rows)
    count = np.maximum(inside.sum(axis=1, keepdims=True), 1)
    height = np.where(inside, rows, 0.0)
    for _ in range(2):
        height = np.where(inside, height - height.sum(axis=1, keepdims=True) / count, 0.0)
        height = np.cumsum(height, axis=1) / s.rate_hz
    step = np.arange(rows.shape[1]) < count / 2
    height = np.where(inside & step, height, np.nan)
    return np.where(np.isfinite(s.stride), highest(height) - lowest(height), np.nan)


@metric(
    "Braking",
    theme="force",
    evidence="established",
    needs=("pelvis", "pelvis gyroscope"),
    cite="Neugebauer 2014 (hip accelerometry and braking force)",
    typical_error=0.03,
)
def braking_mps(s: StanceSignals) -> FloatArray:
    """Forward speed lost in stance, as a positive number.

    The negative part of the pelvis' forward acceleration (20 Hz, its stride mean taken out)
    integrated from contact to toe-off.
    """
    rows = s.rows(s.forward_mps2, s.start, s.stop)
    centred = rows - s.mean_over_stride(s.forward_mps2)[:, None]
    lost = np.where(np.isfinite(centred), np.maximum(-centred, 0.0), 0.0).sum(axis=1)
    return np.where(np.isfinite(centred).any(axis=1), lost / s.rate_hz, np.nan)
