"""What the runner does: a tuple of segments, and the slow course of speed and heading."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from imu.frames import FloatArray

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


Segment = Stand | Walk | Run | Hop
Script = tuple[Segment, ...]


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
        speed = getattr(segment, "speed_mps", None)
        low, high = (1.6, 8.0) if isinstance(segment, Run) else (0.5, 2.2)
        if speed is not None and not low <= speed <= high:
            raise ValueError(
                f"{type(segment).__name__} at {speed:g} m/s; give {low:g} to {high:g} m/s"
            )


@dataclass(frozen=True)
class Course:
    """Slow course of the script on a 20 Hz grid from -`MARGIN_S`: equal-length arrays.

    `height_mps` is the rate of climb. Everything is smooth over about 2 s.
    """

    time_s: FloatArray
    speed_mps: FloatArray
    grade_pct: FloatArray
    heading_rad: FloatArray
    standing: FloatArray  # 1 while standing, 0 while moving


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

    length_s = np.array([segment.duration_s for segment in script])[which]
    still = np.array([isinstance(segment, Stand | Hop) for segment in script], dtype=np.float64)
    turning = np.radians(smooth(profile("turn_deg") / length_s, width_s=1.0))
    return Course(
        time_s,
        smooth(profile("speed_mps")),
        smooth(profile("grade_pct")),
        np.cumsum(turning) / SLOW_RATE_HZ,
        smooth(still[which], width_s=1.0),
    )


def smooth(x: FloatArray, *, width_s: float = 2.0) -> FloatArray:
    """Average `x` (n,) over a Hann window of `width_s`; ends are held."""
    half = round(width_s * SLOW_RATE_HZ / 2)
    window = np.hanning(2 * half + 1)
    padded = np.pad(x, half, mode="edge")
    return np.asarray(np.convolve(padded, window / window.sum(), mode="valid"))
