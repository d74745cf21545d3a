"""Shapes: how a shank moves through a stride, how an impact rings, how posture goes to posture.

The knots of the ankle were found by least squares, as the smooth ankle path whose rigid-body
specific force comes nearest to measured shanks (Bach 2022, Dorschky 2019) given the shank angle.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import FloatArray


@dataclass(frozen=True)
class ShankStride:
    """One stride from initial contact to the next, as knots.

    Knot times are shares of stance, then of swing. `angle_deg` is the inclination (+ = top
    forward), `forward` the ankle along the path in strides, `up_m` its height over standing.
    """

    stance: FloatArray
    swing: FloatArray
    angle_deg: FloatArray
    forward: FloatArray
    up_m: FloatArray


RUNNING: Final = ShankStride(
    stance=np.array([0, 0.1, 0.2, 0.32, 0.45, 0.6, 0.75, 0.88]),
    swing=np.array([0, 0.08, 0.16, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.84, 0.92]),
    angle_deg=np.array(
        [
            -14.0,
            -5.3,
            4.6,
            15.9,
            20.9,
            26.8,
            29.4,
            29.0,
            29.9,
            39.9,
            53.8,
            68.5,
            79.9,
            79.4,
            64.6,
            38.7,
            10.6,
            -12.5,
            -20.7,
        ]
    ),
    forward=np.array(
        [
            -0.0154,
            -0.0015,
            0.0024,
            -0.0012,
            0.0024,
            0.0030,
            0.0112,
            0.0300,
            0.0536,
            0.0797,
            0.1127,
            0.1688,
            0.2543,
            0.3633,
            0.4834,
            0.6146,
            0.7551,
            0.8736,
            0.9463,
        ]
    ),
    up_m=np.array(
        [
            0.0186,
            0.0017,
            -0.0003,
            -0.0011,
            -0.0091,
            0.0048,
            0.0346,
            0.0661,
            0.0951,
            0.1352,
            0.1723,
            0.2006,
            0.2053,
            0.1761,
            0.1205,
            0.0574,
            0.0176,
            0.0201,
            0.0333,
        ]
    ),
)
WALKING: Final = ShankStride(
    stance=np.array([0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.92]),
    swing=np.array([0, 0.12, 0.25, 0.4, 0.55, 0.7, 0.82, 0.92]),
    angle_deg=np.array(
        [
            -18.0,
            -9,
            -1,
            5,
            10,
            16,
            26,
            38,
            48,
            58,
            60,
            50,
            30,
            6,
            -12,
            -19,
        ]
    ),
    forward=np.array(
        [
            -0.0367,
            -0.0015,
            0.0018,
            -0.0002,
            -0.0028,
            0.0006,
            0.0191,
            0.0570,
            0.1102,
            0.1837,
            0.2869,
            0.4261,
            0.5803,
            0.7390,
            0.8550,
            0.9251,
        ]
    ),
    up_m=np.array(
        [
            0.0226,
            0.0005,
            -0.0005,
            -0.0004,
            0.0025,
            0.0038,
            0.0063,
            0.0182,
            0.0361,
            0.0673,
            0.0890,
            0.0804,
            0.0472,
            0.0197,
            0.0208,
            0.0284,
        ]
    ),
)
HOPPING: Final = ShankStride(
    stance=np.array([0, 0.15, 0.35, 0.5, 0.65, 0.85]),
    swing=np.array([0, 0.25, 0.5, 0.75]),
    angle_deg=np.array([4.0, 9, 16, 18, 16, 8, 3, 1, 1, 2]),
    forward=np.array([0.0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    up_m=np.array([0.03, 0.005, 0, 0, 0, 0.03, 0.07, 0.12, 0.14, 0.10]),
)
STANDING_ANGLE_DEG: Final = 5.0


def minimum_jerk(
    time_s: FloatArray, knot_s: FloatArray, value: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Go from posture to posture: value and rate at `time_s` (n,), each of shape (n,).

    At every knot the value is exact and the movement rests (rate and acceleration are zero), so
    a knot moves its two neighbouring stretches and nothing else. Held beyond both ends.
    """
    last = len(knot_s) - 2
    i = np.clip(np.searchsorted(knot_s, time_s, side="right") - 1, 0, last)
    span_s = np.diff(knot_s)
    x = np.clip((time_s - knot_s[i]) / span_s[i], 0.0, 1.0)
    step = np.diff(value)[i]
    at = value[i] + step * progress(x)
    return at, step * (30 * x**2 * (1 - x) ** 2) / span_s[i]


def progress(x: FloatArray) -> FloatArray:
    """Return the share of a minimum-jerk movement done after the share `x` of its time."""
    x = np.clip(x, 0.0, 1.0)
    return np.asarray(x**3 * (10 - 15 * x + 6 * x**2))


RING_TURNS: Final = 0.35
RING_TABLE_STEP: Final = 0.02
RING_LENGTH: Final = 16.0  # time constants until it has died away


def ring(s: FloatArray) -> FloatArray:
    """Return the ringing of an impact at `s` time constants after its onset; first peak is 1.

    The second derivative of a decaying displacement s³ exp(-s) sin(`RING_TURNS` s): it begins
    smoothly, and neither velocity nor displacement is left over, whatever its size.
    """
    return _raw_ring(s) / _RING_PEAK


def _raw_ring(s: FloatArray) -> FloatArray:
    s = np.maximum(s, 0.0)
    decay = 1 - 1j * RING_TURNS
    return np.asarray(((6 * s - 6 * decay * s**2 + decay**2 * s**3) * np.exp(-decay * s)).imag)


def _ring_peak() -> tuple[float, float]:
    s = np.linspace(0, 3, 30001)
    raw = _raw_ring(s)
    at = int(np.argmax(raw))
    return float(raw[at]), float(s[at])


_RING_PEAK, RING_PEAK_AT = _ring_peak()


def impacts(
    time_s: FloatArray, peak_s: FloatArray, size: FloatArray, *, tau_s: float
) -> FloatArray:
    """Add up rings of time constant `tau_s` that peak at `peak_s` (k,) with `size` (k,).

    `time_s` (n,) is sorted; rings must begin at least one length apart.
    """
    if not len(peak_s):
        return np.zeros_like(time_s)
    table_s = np.arange(0, RING_LENGTH, RING_TABLE_STEP)
    onset_s = peak_s - RING_PEAK_AT * tau_s
    i = np.clip(np.searchsorted(onset_s, time_s, side="right") - 1, 0, len(onset_s) - 1)
    s = (time_s - onset_s[i]) / tau_s
    return np.asarray(size[i] * np.interp(s, table_s, ring(table_s), left=0.0, right=0.0))
