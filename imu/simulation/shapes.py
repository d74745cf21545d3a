"""Shapes: how an impact rings, how posture goes to posture, a smooth path through via points."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from scipy.integrate import cumulative_trapezoid
from scipy.interpolate import PPoly, pchip_interpolate

from imu.frames import FloatArray

LONGEST_GLIDE_S: Final = 1.0  # between via points farther apart a posture rests at both


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


def via_points(knot_s: FloatArray, value: FloatArray) -> PPoly:
    """Return a path through `value` (k,) at `knot_s` (k,), rising, as a piecewise quintic.

    Value, rate and acceleration are continuous, and the path turns at its highest and lowest via
    points and nowhere else (slopes by Fritsch and Carlson 1980). Where the value holds from one
    knot to the next, and between knots farther apart than `LONGEST_GLIDE_S`, it rests at both.
    """
    span = np.diff(knot_s)
    secant = np.diff(value) / span
    slope = pchip_interpolate(knot_s, value, knot_s, der=1)
    after = (6 * secant - 4 * slope[:-1] - 2 * slope[1:]) / span  # of the cubic on either side
    before = (2 * slope[:-1] + 4 * slope[1:] - 6 * secant) / span
    bend = (np.append(after, before[-1:]) + np.append(after[:1], before)) / 2
    rests = (secant == 0) | (span > LONGEST_GLIDE_S)
    moves = ~(np.append(rests, True) | np.append(True, rests))
    slope, bend = slope * moves, bend * moves
    return PPoly(_quintic(span, value, slope, bend), knot_s)


def _quintic(
    span: FloatArray, value: FloatArray, slope: FloatArray, bend: FloatArray
) -> FloatArray:
    """Return coefficients (6, k - 1), highest power first, from both ends of each span."""
    v0, v1, a0, a1 = slope[:-1], slope[1:], bend[:-1], bend[1:]
    rise = np.diff(value)
    c3 = (20 * rise - (8 * v1 + 12 * v0) * span - (3 * a0 - a1) * span**2) / (2 * span**3)
    c4 = (-30 * rise + (14 * v1 + 16 * v0) * span + (3 * a0 - 2 * a1) * span**2) / (2 * span**4)
    c5 = (12 * rise - 6 * (v1 + v0) * span + (a1 - a0) * span**2) / (2 * span**5)
    return np.stack([c5, c4, c3, a0 / 2, v0, value[:-1]])


def progress(x: FloatArray) -> FloatArray:
    """Return the share (n,) of a minimum-jerk movement done by the share `x` (n,) of its time."""
    x = np.clip(x, 0.0, 1.0)
    return np.asarray(x**3 * (10 - 15 * x + 6 * x**2))


def _integral(time_s: FloatArray, x: FloatArray) -> FloatArray:
    return np.asarray(cumulative_trapezoid(x, time_s, initial=0))


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

    @cached_property
    def velocity(self) -> FloatArray:
        """Integral (n,) of `value` over `time_s`."""
        return _integral(self.time_s, self.value)

    @cached_property
    def displacement(self) -> FloatArray:
        """Integral (n,) of `velocity` over `time_s`."""
        return _integral(self.time_s, self.velocity)

    @property
    def sharpness(self) -> float:
        """How sharply it is bent at its peak, per s²."""
        at = int(np.searchsorted(self.time_s, self.peak_s))
        step_s = float(self.time_s[1] - self.time_s[0])
        return float(2 * self.value[at] - self.value[at - 1] - self.value[at + 1]) / step_s**2

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
    """Return a push on `RING_S` of time constant `tau_s`, taken back over `back_s`.

    Its peak is about 1.
    """

    def shape(s: FloatArray) -> FloatArray:
        return np.asarray(s**2 * np.exp(2 - s) / 4)

    return shape(RING_S / tau_s) - shape(RING_S / back_s) * tau_s / back_s


SHANK_RING: Final = Ring.of(
    ringing(0.00728, turns=0.726),
    1.135 * ringing(0.01315, turns=0.414),
    0.2 * ringing(0.02142, turns=1.217),
)
ACROSS_RING: Final = Ring.of(ringing(0.0105, turns=0.15))  # forward and left axes of the shank
PELVIS_RING: Final = Ring.of(ringing(0.008, turns=0.3), push(0.0036, back_s=0.02))


def impacts(
    time_s: FloatArray, peak_s: FloatArray, size: FloatArray, ring: Ring = SHANK_RING
) -> FloatArray:
    """Add up rings that peak at `peak_s` (k,) with `size` (k,); `time_s` (n,) is sorted."""
    return rung(time_s, peak_s, size, ring, ring.value)


def rung(
    time_s: FloatArray, peak_s: FloatArray, size: FloatArray, ring: Ring, course: FloatArray
) -> FloatArray:
    """Add up `course` over the time of `ring`: its value, velocity or displacement.

    A ring that begins before the one before it has died away cuts it off.
    """
    if not len(peak_s):
        return np.zeros_like(time_s)
    onset_s = peak_s - ring.peak_s
    i = np.clip(np.searchsorted(onset_s, time_s, side="right") - 1, 0, len(onset_s) - 1)
    since = time_s - onset_s[i]
    return np.asarray(size[i] * np.interp(since, ring.time_s, course, left=0.0, right=0.0))
