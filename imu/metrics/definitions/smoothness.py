"""Smoothness of the pelvis in stance: for research, no norm in running is known."""

import numpy as np

from imu.dsp.rows import highest, sum_of
from imu.dsp.spectrum import arc_length
from imu.frames import FloatArray
from imu.metrics.definitions.pelvis import PELVIS_GYROSCOPE, SYNC_S, TRAVEL_CLIPPING
from imu.metrics.registry import metric
from imu.stance_signals.signals import StanceSignals


@metric(
    "Smoothness of the pelvis upward, spectral",
    theme="smoothness",
    equation="SPARC of upward velocity from IC to TO, up to 10 Hz",
    evidence="hypothesis",
    needs=("pelvis",),
    cite="Balasubramanian 2015, J NeuroEng Rehabil 12:112; no norms in running",
    valid_range=(-8.0, -1.0),
    measured_error="bias +0.002, SD 0.057",
    typical_error=0.05,
    clipping={"pelvis accelerometer": "unknown"},
    sync_s=SYNC_S,
)
def vertical_sparc_index(s: StanceSignals) -> FloatArray:
    """Spectral arc length of the pelvis' upward velocity in stance; nearer to 0 is smoother."""
    return arc_length(s.travel.lift_rows, rate_hz=s.rate_hz)


@metric(
    "Smoothness of the pelvis forward, spectral",
    theme="smoothness",
    equation="SPARC of forward velocity about the mean speed from IC to TO, up to 10 Hz",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="Balasubramanian 2015, J NeuroEng Rehabil 12:112; no norms in running",
    valid_range=(-8.0, -1.0),
    measured_error="bias +0.042, SD 0.090",
    typical_error=0.08,
    clipping=TRAVEL_CLIPPING,
    sync_s=SYNC_S,
)
def forward_sparc_index(s: StanceSignals) -> FloatArray:
    """Spectral arc length of the pelvis' forward velocity in stance; nearer to 0 is smoother."""
    return arc_length(s.travel.speed_rows, rate_hz=s.rate_hz)


@metric(
    "Smoothness of the pelvis upward, jerk",
    theme="smoothness",
    equation="-ln(tc³ / v_peak² integral of jerk²), upward, IC to TO, 20 Hz",
    evidence="hypothesis",
    needs=("pelvis",),
    cite="Balasubramanian 2015, J NeuroEng Rehabil 12:112; no norms in running",
    valid_range=(-14.0, 0.0),
    measured_error="bias +0.04, SD 0.12",
    typical_error=0.2,
    clipping={"pelvis accelerometer": "unknown"},
    sync_s=SYNC_S,
)
def vertical_ldlj_index(s: StanceSignals) -> FloatArray:
    """Log dimensionless jerk of the pelvis' upward velocity in stance; nearer to 0 is smoother."""
    return _log_jerk(s, s.travel.up_mps2, s.travel.lift_rows)


@metric(
    "Smoothness of the pelvis forward, jerk",
    theme="smoothness",
    equation="-ln(tc³ / v_peak² integral of jerk²), forward, IC to TO, 20 Hz",
    evidence="hypothesis",
    needs=PELVIS_GYROSCOPE,
    cite="Balasubramanian 2015, J NeuroEng Rehabil 12:112; no norms in running",
    valid_range=(-16.0, 0.0),
    measured_error="bias +0.00, SD 0.14",
    typical_error=0.25,
    clipping=TRAVEL_CLIPPING,
    sync_s=SYNC_S,
)
def forward_ldlj_index(s: StanceSignals) -> FloatArray:
    """Log dimensionless jerk of the pelvis' forward velocity in stance; nearer to 0 is smoother."""
    return _log_jerk(s, s.travel.forward_mps2, s.travel.speed_rows)


def _log_jerk(s: StanceSignals, acc: FloatArray | None, velocity: FloatArray) -> FloatArray:
    """Return -ln of tc³ / v_peak² times the integral of the squared jerk over stance, (k,)."""
    jerk_mps3 = np.diff(s.stance_rows(acc), axis=1) * s.rate_hz
    area = sum_of(jerk_mps3**2) / s.rate_hz
    fastest = highest(np.abs(velocity))
    with np.errstate(invalid="ignore", divide="ignore"):
        return -np.log((s.contact / s.rate_hz) ** 3 / fastest**2 * area)
