"""The slow course of a script: speed, heading, lean, standing and sitting, on a 20 Hz grid."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, cast

import numpy as np
from scipy.interpolate import CubicSpline

from imu.frames import GRAVITY_MPS2, FloatArray
from imu.simulation.noise import stream, wander
from imu.simulation.script import MARGIN_S, ON_THE_SPOT, Bend, Cycle, Script, starts
from imu.simulation.shapes import minimum_jerk

SLOW_RATE_HZ: Final = 20.0
Spline = Callable[..., FloatArray]


@dataclass(frozen=True)
class Course:
    """Slow course of the script on a 20 Hz grid from -`MARGIN_S`: equal-length arrays.

    Speed, grade and turning change smoothly, over about 2 s. Every method takes times (n,) and
    returns values (n,), or values and their rate a second, of which angles are in rad.
    """

    time_s: FloatArray
    speed_mps: FloatArray
    grade_pct: FloatArray
    turning_radps: FloatArray
    standing: FloatArray  # 1 while standing, 0 while moving
    bends: FloatArray  # knots (k, 3): time, lean forward of pelvis and shanks in deg
    cycling: FloatArray  # 1 on the saddle
    crank_radps: FloatArray

    def _spline(self, values: FloatArray) -> Spline:
        return cast("Spline", CubicSpline(self.time_s, values))

    @cached_property
    def _heading(self) -> Spline:
        return self._spline(np.cumsum(self.turning_radps) / SLOW_RATE_HZ)

    @cached_property
    def _lean(self) -> Spline:
        return self._spline(-np.arctan(self.speed_mps * self.turning_radps / GRAVITY_MPS2))

    @cached_property
    def _sits(self) -> Spline:
        return self._spline(self.cycling)

    @cached_property
    def _cranks(self) -> Spline:
        return self._spline(np.cumsum(self.crank_radps) / SLOW_RATE_HZ)

    def lean(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return how far the body leans into a bend, about forward (- = to the left), and rate."""
        return self._lean(time_s), self._lean(time_s, 1)

    def sits(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return how fully one sits on a bicycle, 0 to 1, and its rate."""
        return self._sits(time_s), self._sits(time_s, 1)

    def cranks(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the angle of the left crank from straight up, and its rate."""
        return self._cranks(time_s), self._cranks(time_s, 1)

    def heading(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the direction of travel, + to the left, and its rate."""
        return self._heading(time_s), self._heading(time_s, 1)

    def bend_pelvis(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return how far the pelvis bows in a `Bend`, rad, and its rate."""
        return minimum_jerk(time_s, self.bends[:, 0], np.radians(self.bends[:, 1]))

    def bend_shank(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return how far the shanks lean forward in a `Bend`, rad, and its rate."""
        return minimum_jerk(time_s, self.bends[:, 0], np.radians(self.bends[:, 2]))

    def speed(self, time_s: FloatArray) -> FloatArray:
        """Return the speed in m/s."""
        return np.interp(time_s, self.time_s, self.speed_mps)

    def sideways_mps2(self, time_s: FloatArray) -> FloatArray:
        """Return the acceleration to the left that turning needs, m/s²."""
        return np.interp(time_s, self.time_s, self.speed_mps * self.turning_radps)

    def forward_mps2(self, time_s: FloatArray) -> FloatArray:
        """Return the change of speed, m/s²."""
        return np.interp(time_s, self.time_s, np.gradient(self.speed_mps, self.time_s))

    def path_m(self, time_s: FloatArray) -> FloatArray:
        """Return the way covered along the path, m."""
        return np.interp(time_s, self.time_s, np.cumsum(self.speed_mps) / SLOW_RATE_HZ)

    def height_m(self, time_s: FloatArray) -> FloatArray:
        """Return the height climbed, m."""
        climb_mps = self.speed_mps * self.grade_pct / 100
        return np.interp(time_s, self.time_s, np.cumsum(climb_mps) / SLOW_RATE_HZ)


def course(script: Script) -> Course:
    """Lay the script out in time."""
    edges = starts(script)
    time_s = np.arange(-MARGIN_S, edges[-1] + MARGIN_S, 1 / SLOW_RATE_HZ)
    which = np.clip(np.searchsorted(edges, time_s, side="right") - 1, 0, len(script) - 1)

    def profile(name: str) -> FloatArray:
        values = np.array([getattr(segment, name, 0.0) for segment in script], dtype=np.float64)
        return values[which]

    rides = np.array([isinstance(segment, Cycle) for segment in script], dtype=np.float64)
    still = np.array([isinstance(segment, ON_THE_SPOT) for segment in script], dtype=np.float64)
    return Course(
        time_s,
        smooth(profile("speed_mps")),
        smooth(profile("grade_pct")),
        np.radians(smooth(profile("turn_deg") / profile("duration_s"), width_s=1.0)),
        smooth(still[which], width_s=1.0),
        _bends(script, edges),
        smooth(rides[which]),
        smooth(profile("cadence_rpm") * 2 * np.pi / 60),
    )


def _bends(script: Script, edges: FloatArray) -> FloatArray:
    """Return knots (k, 3) of time, pelvis and shank: upright at both ends and between bends."""
    knots = [np.array([[edges[0] - MARGIN_S, 0.0, 0.0], [edges[-1] + MARGIN_S, 0.0, 0.0]])]
    for segment, start_s in zip(script, edges[:-1], strict=True):
        if isinstance(segment, Bend):
            half = np.arange(2 * segment.count + 1)
            lean = (half % 2)[:, None] * [segment.pelvis_deg, segment.shank_deg]
            knots.append(np.column_stack([start_s + half * segment.period_s / 2, lean]))
    table = np.concatenate(knots)
    table = table[np.argsort(table[:, 0], kind="stable")]
    return np.asarray(table[np.append(np.diff(table[:, 0]) > 0, True)])


def smooth(x: FloatArray, *, width_s: float = 2.0) -> FloatArray:
    """Average `x` (n,) over a Hann window of `width_s`; ends are held."""
    half = round(width_s * SLOW_RATE_HZ / 2)
    window = np.hanning(2 * half + 1)
    padded = np.pad(x, half, mode="edge")
    return np.asarray(np.convolve(padded, window / window.sum(), mode="valid"))


SWAY_DEG: Final = np.array([0.15, 0.25, 0.15, 0.2])  # body to the side, forward; pelvis likewise
SWAY_HZ: Final = (0.05, 0.8)


@dataclass(frozen=True)
class Sway:
    """How a standing person is never quite still: a spline of four angles in rad.

    The body leans to its right and forward about the ankles; the pelvis moves a little besides.
    """

    angles: Callable[..., FloatArray]
    standing_tilt_deg: float  # mean tilt of the pelvis while standing; the zero of the metrics

    @classmethod
    def of(cls, course: Course, *, seed: int) -> "Sway":
        """Draw the sway of one session; there is none while moving."""
        rng, n = stream(seed, "sway"), len(course.time_s)
        low, high = SWAY_HZ
        noise = [wander(n, SLOW_RATE_HZ, rng, low_hz=low, high_hz=high) for _ in SWAY_DEG]
        angle = np.radians(SWAY_DEG) * np.stack(noise, axis=1) * course.standing[:, None]
        still = course.standing > 0.999
        zero = float(np.degrees(angle[still, 3].mean())) if still.any() else 0.0
        return cls(cast("Callable[..., FloatArray]", CubicSpline(course.time_s, angle)), zero)

    def shank(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return frontal and sagittal lean (n, 2) of the shanks, and its rate."""
        return self.angles(time_s)[:, :2], self.angles(time_s, 1)[:, :2]

    def pelvis(self, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return obliquity and tilt (n, 2) of the pelvis, and its rate."""
        return self.angles(time_s)[:, 2:], self.angles(time_s, 1)[:, 2:]

    def body_mps2(self, time_s: FloatArray, *, height_m: float) -> FloatArray:
        """Return the acceleration (n, 2) of a point `height_m` over the ankles: forward, left."""
        right, forward = self.angles(time_s, 2)[:, :2].T
        return height_m * np.stack([forward, -right], axis=1)
