"""What the runner does: a tuple of segments, and the slow course of speed and heading."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, cast

import numpy as np
from scipy.interpolate import CubicSpline

from imu.frames import FloatArray
from imu.simulation.noise import stream, wander
from imu.simulation.runner import LOADINGS
from imu.simulation.shapes import minimum_jerk

SLOW_RATE_HZ: Final = 20.0
MARGIN_S: Final = 3.0  # the first and the last segment go on beyond the record


@dataclass(frozen=True, slots=True)
class Stand:
    """Quiet standing: the zero of the pelvic tilt."""

    duration_s: float


@dataclass(frozen=True, slots=True)
class Walk:
    """Walking; `turn_deg` is the change of heading over the segment, + = to the left."""

    duration_s: float
    speed_mps: float = 1.4
    grade_pct: float = 0.0
    turn_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """Running.

    `fatigue_per_min` maps names of `Loading` to their change per minute of this segment, on both
    sides; it stays for the running after it.
    """

    duration_s: float
    speed_mps: float = 3.0
    grade_pct: float = 0.0
    turn_deg: float = 0.0
    fatigue_per_min: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hop:
    """Hops on both feet on the spot: a transient that every pod feels at once."""

    count: int = 3
    period_s: float = 0.62
    contact_time_s: float = 0.30

    @property
    def flight_s(self) -> float:
        """Time in the air of one hop."""
        return self.period_s - self.contact_time_s

    @property
    def duration_s(self) -> float:
        """Time on the spot before, during and after the hops."""
        return self.count * self.period_s + 1.5


@dataclass(frozen=True, slots=True)
class Bend:
    """Knee bends with a bow, feet flat: pelvis and shanks lean forward about left, and come back.

    The hips stay where they are: a pod feels only the turning.
    """

    count: int = 4
    period_s: float = 2.5
    pelvis_deg: float = 35.0
    shank_deg: float = 25.0

    @property
    def duration_s(self) -> float:
        """Time from upright to upright; stand before and after it."""
        return self.count * self.period_s


Segment = Stand | Walk | Run | Hop | Bend
Script = tuple[Segment, ...]
ON_THE_SPOT: Final = (Stand, Hop, Bend)


def turn(angle_deg: float, *, duration_s: float = 4.0, speed_mps: float = 1.2) -> Walk:
    """Return a walked turn by `angle_deg`, + = to the left."""
    return Walk(duration_s, speed_mps=speed_mps, turn_deg=angle_deg)


def duration_s(script: Script) -> float:
    """Return the length of the whole script."""
    return float(sum(segment.duration_s for segment in script))


def check(script: Script) -> None:
    """Raise ValueError for a script that cannot be run."""
    if not script:
        raise ValueError("the script is empty; give at least one segment, e.g. Run(60)")
    if (shortest := min(segment.duration_s for segment in script)) < 2:
        raise ValueError(f"a segment lasts {shortest:g} s; give every segment 2 s or more")
    for segment in script:
        _check_fatigue(segment)
        speed = getattr(segment, "speed_mps", None)
        low, high = (1.6, 8.0) if isinstance(segment, Run) else (0.5, 2.2)
        if speed is not None and not low <= speed <= high:
            raise ValueError(
                f"{type(segment).__name__} at {speed:g} m/s; give {low:g} to {high:g} m/s"
            )


def _check_fatigue(segment: Segment) -> None:
    named = segment.fatigue_per_min if isinstance(segment, Run) else {}
    if unknown := sorted(set(named) - set(LOADINGS)):
        raise ValueError(f"fatigue of {unknown[0]!r}; give one of {', '.join(LOADINGS)}")


@dataclass(frozen=True)
class Course:
    """Slow course of the script on a 20 Hz grid from -`MARGIN_S`: equal-length arrays.

    Speed, grade and turning change smoothly, over about 2 s.
    """

    time_s: FloatArray
    speed_mps: FloatArray
    grade_pct: FloatArray
    turning_radps: FloatArray
    standing: FloatArray  # 1 while standing, 0 while moving
    bends: FloatArray  # knots (k, 3): time, lean forward of pelvis and shanks in deg

    @cached_property
    def _heading(self) -> Callable[..., FloatArray]:
        return cast(
            "Callable[..., FloatArray]",
            CubicSpline(self.time_s, np.cumsum(self.turning_radps) / SLOW_RATE_HZ),
        )

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
        """Return the acceleration to the left that turning needs."""
        return np.interp(time_s, self.time_s, self.speed_mps * self.turning_radps)

    def forward_mps2(self, time_s: FloatArray) -> FloatArray:
        """Return the change of speed."""
        return np.interp(time_s, self.time_s, np.gradient(self.speed_mps, self.time_s))

    def path_m(self, time_s: FloatArray) -> FloatArray:
        """Return the way covered along the path."""
        return np.interp(time_s, self.time_s, np.cumsum(self.speed_mps) / SLOW_RATE_HZ)

    def height_m(self, time_s: FloatArray) -> FloatArray:
        """Return the height climbed."""
        climb_mps = self.speed_mps * self.grade_pct / 100
        return np.interp(time_s, self.time_s, np.cumsum(climb_mps) / SLOW_RATE_HZ)


def starts(script: Script) -> FloatArray:
    """Return (segments + 1,) the times at which segments begin, and the end."""
    return np.concatenate([[0.0], np.cumsum([segment.duration_s for segment in script])])


def course(script: Script) -> Course:
    """Lay the script out in time."""
    edges = starts(script)
    time_s = np.arange(-MARGIN_S, edges[-1] + MARGIN_S, 1 / SLOW_RATE_HZ)
    which = np.clip(np.searchsorted(edges, time_s, side="right") - 1, 0, len(script) - 1)

    def profile(name: str) -> FloatArray:
        values = np.array([getattr(segment, name, 0.0) for segment in script], dtype=np.float64)
        return values[which]

    still = np.array([isinstance(segment, ON_THE_SPOT) for segment in script], dtype=np.float64)
    return Course(
        time_s,
        smooth(profile("speed_mps")),
        smooth(profile("grade_pct")),
        np.radians(smooth(profile("turn_deg") / profile("duration_s"), width_s=1.0)),
        smooth(still[which], width_s=1.0),
        _bends(script, edges),
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
