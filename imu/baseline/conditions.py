"""What each run was run under, and whether past runs say anything about today's.

Arrays have the sessions along the first axis, oldest first; whatever stands behind it (several
runners at once, or nothing) is carried along.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray

UNKNOWN: Final = -1
UNKNOWN_PACE_MPS: Final = 0.3
UNKNOWN_GRADE_PCT: Final = 1.5
"""SD of pace and grade over the runs of one runner, where they are not known."""
PACE_MARGIN_MPS: Final = 0.15
GRADE_MARGIN_PCT: Final = 1.0
"""How far beyond all past runs today may lie: that is within the error of both covariates."""

COMPARABLE: Final = (
    "comparable",
    "faster than any past run",
    "slower than any past run",
    "steeper uphill than any past run",
    "steeper downhill than any past run",
)
"""What `comparable` says by number: 0 is comparable, all else is not."""


@dataclass(frozen=True)
class Conditions:
    """Conditions of sessions, (k, ...) each.

    `day` counts days from any zero, `speed_mps` is the mean speed over ground and `grade_pct` the
    mean grade (+ = uphill), NaN where unknown. `shoes` and `surface` number the pairs and the
    surfaces of this runner from 0 on; `UNKNOWN` where it was not said. `pace_error_mps` is that of
    a pace for which an index stands in (`imu.baseline.pace_index`), 0 where a speed was measured
    or stated; None where no index was used.
    """

    day: FloatArray
    speed_mps: FloatArray
    grade_pct: FloatArray
    shoes: IntArray
    surface: IntArray
    pace_error_mps: FloatArray | None = None

    def __post_init__(self) -> None:
        shapes = {np.shape(of) for of in self._given()}
        if len(shapes) > 1:
            raise ValueError(
                f"conditions differ in shape ({sorted(shapes)}); give one value per session, "
                "NaN or UNKNOWN where it was not said"
            )
        if not np.isfinite(self.day).all():
            raise ValueError("a session has no day; give the day of each, counted from any zero")

    def __len__(self) -> int:
        return len(self.day)

    def at(self, rows: slice | IntArray | list[int] | tuple[slice, slice | int]) -> "Conditions":
        """Return the conditions of some sessions, by their numbers along the first axis."""
        return Conditions(*(of[rows] for of in self._given()))

    @property
    def index_error_mps(self) -> FloatArray:
        """Error (k, ...) of the paces for which an index stands in, 0 for all others."""
        none = self.pace_error_mps is None
        return np.zeros(np.shape(self.speed_mps)) if none else np.asarray(self.pace_error_mps)

    @property
    def pace_measured(self) -> BoolArray:
        """Of which sessions (k, ...) a speed was measured or stated."""
        return np.asarray(np.isfinite(self.speed_mps) & (self.index_error_mps == 0))

    def _given(self) -> tuple[Any, ...]:
        of = (self.day, self.speed_mps, self.grade_pct, self.shoes, self.surface)
        return of if self.pace_error_mps is None else (*of, self.pace_error_mps)


def comparable(past: Conditions, used: BoolArray, today: Conditions) -> IntArray:
    """Return for each of `today` (n, ...) its place in `COMPARABLE`.

    `used` (k, ...) tells which past runs count. A run is comparable if its pace and its grade lie
    within those of the past runs that count, or beyond them by less than the margins. What is not
    known today cannot lie outside.
    """
    low, high = _range(past.speed_mps, used)
    margin_mps = PACE_MARGIN_MPS + today.index_error_mps
    down, up = _range(past.grade_pct, used)
    return np.select(
        [
            today.speed_mps > high + margin_mps,
            today.speed_mps < low - margin_mps,
            today.grade_pct > up + GRADE_MARGIN_PCT,
            today.grade_pct < down - GRADE_MARGIN_PCT,
        ],
        [1, 2, 3, 4],
        0,
    )


def _range(values: FloatArray, used: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return lowest and highest (...,) of what is used and known; no limit where nothing is."""
    known = used & np.isfinite(values)
    none = ~known.any(axis=0)
    low = np.where(known, values, np.inf).min(axis=0, initial=np.inf)
    high = np.where(known, values, -np.inf).max(axis=0, initial=-np.inf)
    return np.where(none, -np.inf, low), np.where(none, np.inf, high)
