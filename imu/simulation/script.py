"""What the runner does: a tuple of segments, each with its length and its pace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from imu.frames import FloatArray
from imu.simulation.runner import LOADINGS

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


STAIR_GRADE_PCT: Final = 60.0  # 17 cm high, 28 cm deep


@dataclass(frozen=True, slots=True)
class StairsUp(Walk):
    """Walking up stairs, a step at a time."""

    speed_mps: float = 0.5
    grade_pct: float = STAIR_GRADE_PCT


@dataclass(frozen=True, slots=True)
class StairsDown(Walk):
    """Walking down stairs, a step at a time."""

    speed_mps: float = 0.5
    grade_pct: float = -STAIR_GRADE_PCT


@dataclass(frozen=True, slots=True)
class Cycle:
    """Riding a bicycle on the spot: the feet turn with the cranks, the pelvis sits."""

    duration_s: float
    cadence_rpm: float = 85.0


@dataclass(frozen=True, slots=True)
class Hop:
    """Hops on both feet on the spot: a transient that every pod measures at once."""

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

    The hips stay where they are: a pod measures only the turning.
    """

    count: int = 4
    period_s: float = 2.5
    pelvis_deg: float = 35.0
    shank_deg: float = 25.0

    @property
    def duration_s(self) -> float:
        """Time from upright to upright; stand before and after it."""
        return self.count * self.period_s


Segment = Stand | Walk | Run | Hop | Bend | Cycle
Script = tuple[Segment, ...]
ON_THE_SPOT: Final = (Stand, Hop, Bend, Cycle)


def turn(angle_deg: float, *, duration_s: float = 4.0, speed_mps: float = 1.2) -> Walk:
    """Return a walked turn by `angle_deg`, + = to the left."""
    return Walk(duration_s, speed_mps=speed_mps, turn_deg=angle_deg)


def skip_rope(duration_s: float) -> Hop:
    """Return rope skipping on both feet, about 130 turns of the rope a minute."""
    period_s = 0.46
    return Hop(count=max(round(duration_s / period_s), 1), period_s=period_s, contact_time_s=0.24)


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
        low, high = _speed_range_mps(segment)
        if speed is not None and not low <= speed <= high:
            raise ValueError(
                f"{type(segment).__name__} at {speed:g} m/s; give {low:g} to {high:g} m/s"
            )


def _speed_range_mps(segment: Segment) -> tuple[float, float]:
    if isinstance(segment, Run):
        return 1.6, 8.0
    return (0.3, 1.0) if isinstance(segment, StairsUp | StairsDown) else (0.5, 2.2)


def _check_fatigue(segment: Segment) -> None:
    named = segment.fatigue_per_min if isinstance(segment, Run) else {}
    if unknown := sorted(set(named) - set(LOADINGS)):
        raise ValueError(f"fatigue of {unknown[0]!r}; give one of {', '.join(LOADINGS)}")


def starts(script: Script) -> FloatArray:
    """Return (segments + 1,) the times at which segments begin, and the end."""
    return np.concatenate([[0.0], np.cumsum([segment.duration_s for segment in script])])
