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
            -0.0124,
            -0.0028,
            0.0025,
            0.0002,
            0.002,
            -0.001,
            0.0054,
            0.0239,
            0.0475,
            0.0734,
            0.1061,
            0.1617,
            0.2474,
            0.3576,
            0.4809,
            0.6174,
            0.7617,
            0.8816,
            0.953,
        ]
    ),
    up_m=np.array(
        [
            0.0206,
            0.003,
            -0.0038,
            0.0011,
            -0.0052,
            0.0005,
            0.0255,
            0.0526,
            0.0777,
            0.1139,
            0.147,
            0.1724,
            0.1763,
            0.1489,
            0.0958,
            0.0377,
            0.0061,
            0.015,
            0.0322,
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
    forward=np.array([0.0, 0, 0, 0, 0, 0, 0, 0.1, 0.5, 0.9]),
    up_m=np.array([0.03, 0.005, 0, 0, 0, 0.03, 0.07, 0.12, 0.14, 0.10]),
)


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


RING_S: Final = np.arange(0.0, 0.3, 1e-4)


@dataclass(frozen=True)
class Ring:
    """How an impact rings: `value` at `time_s` after its onset; its highest peak is 1, at `peak_s`.

    No velocity is left over, whatever its size: an impact never tilts the mean of the stride.
    """

    time_s: FloatArray
    value: FloatArray
    peak_s: float

    @classmethod
    def of(cls, *parts: FloatArray) -> "Ring":
        """Add up parts, each on `RING_S`."""
        return cls._scaled(np.sum(parts, axis=0))

    @classmethod
    def _scaled(cls, value: FloatArray) -> "Ring":
        at = int(np.argmax(value))
        return cls(RING_S, np.asarray(value / value[at]), float(RING_S[at]))


def ringing(tau_s: float, *, turns: float) -> FloatArray:
    """Return the second derivative of the displacement s³ exp(-s) sin(turns s); first peak is 1.

    s counts time constants `tau_s`. Neither velocity nor displacement is left over.
    """
    decay = 1 - 1j * turns

    def bend(s: FloatArray) -> FloatArray:
        poly = 6 * s - 6 * decay * s**2 + decay**2 * s**3
        return np.asarray((poly * np.exp(-decay * s)).imag)

    return bend(RING_S / tau_s) / float(bend(np.linspace(0, 1.5, 1501)).max())


def push(tau_s: float, *, back_s: float) -> FloatArray:
    """Return one push of time constant `tau_s`, taken back over `back_s`; its peak is about 1."""

    def shape(s: FloatArray) -> FloatArray:
        return np.asarray(s**2 * np.exp(2 - s) / 4)

    return shape(RING_S / tau_s) - shape(RING_S / back_s) * tau_s / back_s


SHANK_RING: Final = Ring.of(ringing(0.008, turns=0.8), 1.05 * ringing(0.017, turns=0.9))
ACROSS_RING: Final = Ring.of(ringing(0.0075, turns=0.35))  # forward and left axes of the shank
PELVIS_RING: Final = Ring.of(ringing(0.008, turns=0.3), push(0.0036, back_s=0.02))


def impacts(
    time_s: FloatArray, peak_s: FloatArray, size: FloatArray, ring: Ring = SHANK_RING
) -> FloatArray:
    """Add up rings that peak at `peak_s` (k,) with `size` (k,); `time_s` (n,) is sorted.

    A ring that begins before the one before it has died away cuts it off.
    """
    if not len(peak_s):
        return np.zeros_like(time_s)
    onset_s = peak_s - ring.peak_s
    i = np.clip(np.searchsorted(onset_s, time_s, side="right") - 1, 0, len(onset_s) - 1)
    since = time_s - onset_s[i]
    return np.asarray(size[i] * np.interp(since, ring.time_s, ring.value, left=0.0, right=0.0))
