"""Braking and propulsion: the forward speed lost after contact and won back before toe-off."""

import numpy as np

from imu.dsp.rows import highest, sum_of
from imu.frames import FloatArray
from imu.metrics.definitions.pelvis import PELVIS_GYROSCOPE, SYNC_S, TRAVEL_CLIPPING
from imu.metrics.registry import metric
from imu.stance_signals.signals import StanceSignals


@metric(
    "Braking",
    theme="braking and propulsion",
    equation="integral of max(-a_forward, 0) from IC to TO, stride mean taken out",
    evidence="established",
    needs=PELVIS_GYROSCOPE,
    cite="Neugebauer 2014 (hip accelerometry and braking force)",
    valid_range=(0.0, 1.0),
    measured_error="bias +0.075, SD 0.053",
    typical_error=0.03,
    clipping=TRAVEL_CLIPPING,
    sync_s=SYNC_S,
)
def braking_mps(s: StanceSignals) -> FloatArray:
    """Forward speed lost in stance, as a positive number.

    The negative part of the pelvis' forward acceleration (20 Hz, its stride mean taken out)
    integrated from contact to toe-off.
    """
    return sum_of(np.maximum(-s.travel.drive_rows, 0.0)) / s.rate_hz


@metric(
    "Propulsion",
    theme="braking and propulsion",
    equation="integral of max(a_forward, 0) from IC to TO, stride mean taken out",
    evidence="established",
    needs=PELVIS_GYROSCOPE,
    cite="Neugebauer 2014 (hip accelerometry and braking force)",
    # A pelvis goes to and fro with 4.8 m/s² at 3.3 m/s (Alcantara 2022): 0.6 m/s, 1 at 6 m/s.
    valid_range=(0.0, 2.0),
    measured_error="bias +0.000, SD 0.023",
    typical_error=0.03,
    clipping=TRAVEL_CLIPPING,
    sync_s=SYNC_S,
)
def propulsion_mps(s: StanceSignals) -> FloatArray:
    """Forward speed won in stance.

    The positive part of the pelvis' forward acceleration (20 Hz, its stride mean taken out)
    integrated from contact to toe-off.
    """
    return sum_of(np.maximum(s.travel.drive_rows, 0.0)) / s.rate_hz


@metric(
    "Peak braking",
    theme="braking and propulsion",
    equation="max of -a_forward in 0-40 % of stance, stride mean taken out",
    evidence="established",
    needs=PELVIS_GYROSCOPE,
    cite="Neugebauer 2014 (hip accelerometry and braking force)",
    valid_range=(0.0, 60.0),
    measured_error="bias +0.07, SD 0.16",
    typical_error=0.8,
    clipping=TRAVEL_CLIPPING,
    sync_s=SYNC_S,
)
def peak_braking_mps2(s: StanceSignals) -> FloatArray:
    """Strongest backward acceleration of the pelvis in the first 40 % of stance, 20 Hz.

    A positive number; the stride's mean is taken out, so that a tilt of the pod does not count.
    """
    rows = s.travel.drive_rows
    until = np.floor(s.start + 0.4 * s.contact) - np.ceil(s.start)
    return highest(np.where(np.arange(rows.shape[1]) <= until[:, None], -rows, np.nan))
