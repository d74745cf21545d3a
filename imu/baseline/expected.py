"""What is known of each judged value before this runner's own runs say more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from imu.baseline.regression import Prior
from imu.frames import SIDES, BoolArray, FloatArray, IntArray
from imu.metrics.registry import Metric

CellSide = Literal["left", "right", "left - right"]
BETWEEN: Final = "left - right"


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of one metric beforehand; in its unit.

    `typical_error` is the SD between sessions of an unchanged runner under one set of conditions,
    re-strapping included. `family` joins what is one matter: an angle and its rate. The SDs say
    how far runners differ: `pace` is mean and SD over runners of the change per m/s, `pace_bend`
    that per (m/s)², `grade` per 1 % of slope (up and down apart), `shoes` and `surface` the effect
    of one pair or one ground. `moved_by_belt` marks what a belt that sits otherwise moves on both
    legs alike.
    """

    typical_error: float
    family: str
    pace: tuple[float, float]
    pace_bend: float
    grade: float
    shoes: float
    surface: float
    moved_by_belt: bool = False

    def __post_init__(self) -> None:
        if not self.typical_error > 0:
            raise ValueError(
                f"the typical error of family {self.family} is {self.typical_error}; "
                "give the SD between sessions, above 0"
            )


def in_errors(
    typical_error: float,
    family: str,
    *,
    pace: tuple[float, float] = (0.0, 1.5),
    shoes: float = 0.7,
    belt: bool = False,
) -> Expected:
    """Return what is expected of a metric whose slopes are given in typical errors.

    The defaults are for a metric of which nothing is known but its error. `belt`: see
    `Expected.moved_by_belt`.
    """
    te = typical_error
    return Expected(
        te,
        family,
        pace=(pace[0] * te, pace[1] * te),
        pace_bend=0.25 * max(1.0, pace[1]) * te,
        grade=0.2 * te,
        shoes=shoes * te,
        surface=0.7 * te,
        moved_by_belt=belt,
    )


def of_metrics(metrics: Mapping[str, Metric], *, primary: bool = True) -> dict[str, Expected]:
    """Return what is expected of each primary metric, as it is declared; or of the others."""
    return {
        name: in_errors(
            m.typical_error,
            m.comparing.family or name,
            pace=m.comparing.per_mps,
            shoes=m.comparing.shoes,
            belt=m.comparing.moved_by_belt,
        )
        for name, m in metrics.items()
        if m.primary == primary
    }


COMPENSATION: Final[Mapping[str, float]] = {
    "pelvic_rotation_over_leg_deg": -1.0,
    "pelvic_tilt_after_midstance_deg": 1.0,
    "pelvic_drop_deg": 1.0,
    "shank_internal_rotation_deg": 1.0,
}
"""The founding hypothesis, declared before any run: a leg that is not loaded through length turns
the pelvis less over it, tips it forward after mid-stance, drops it more and turns the shank in."""


@dataclass(frozen=True)
class Cells:
    """The c judged values of a session in order, and what is known of them beforehand.

    `names` (metric, side): left and right of each metric, then left - right of each, then that of
    the pattern. `families` names the families and `family` (c,) numbers that of each cell: all
    cells of a family are one matter and one finding. `alike` (c,) marks those that a belt shifts
    on both legs at once, `shod` (c,) those that another pair of shoes commonly does, by more than
    a typical error.
    """

    names: tuple[tuple[str, CellSide], ...]
    families: tuple[str, ...]
    family: IntArray
    expected: tuple[Expected, ...]
    alike: BoolArray
    shod: BoolArray

    def __len__(self) -> int:
        return len(self.names)

    @property
    def weight(self) -> FloatArray:
        """Return the share (f,) of false alarms that each family may cause, 1 on average.

        The pattern is what was asked first; it gets twice its share, the others what is left.
        """
        count = len(self.families)
        if PATTERN not in self.families or count < MANY:
            return np.ones(count)
        is_pattern = np.array([family == PATTERN for family in self.families])
        return np.where(is_pattern, 2.0, (count - 2.0) / (count - 1.0))


PATTERN: Final = "pattern"
MANY: Final = 4
"""Families from which on the pattern gets more than its share."""


def cells_of(metrics: Mapping[str, Expected], pattern: Mapping[str, float] | None = None) -> Cells:
    """Return the cells of `metrics`, and of their `pattern` if there is one.

    `pattern` maps metrics to +1 or -1: what rises and falls together in a leg that loads
    otherwise (see `stacked`).
    """
    legs: list[tuple[tuple[str, CellSide], Expected]] = [
        ((name, side), e) for name, e in metrics.items() for side in SIDES
    ]
    legs += [((name, "left - right"), between_legs(e)) for name, e in metrics.items()]
    if pattern:
        legs.append(((PATTERN, "left - right"), between_legs(_pattern(metrics, pattern))))
    names, expected = zip(*legs, strict=True)
    families = tuple(dict.fromkeys(e.family for e in expected))
    return Cells(
        names=names,
        families=families,
        family=np.array([families.index(e.family) for e in expected]),
        expected=expected,
        alike=np.array([e.moved_by_belt for e in expected]),
        shod=np.array([e.shoes > e.typical_error for e in expected]),
    )


def between_legs(e: Expected) -> Expected:
    """Return what is expected of left - right.

    Half of a session's error is common to both legs, and so is most of what pace, hills and shoes
    do.
    """
    return replace(
        e,
        pace=(0.0, 0.5 * e.pace[1]),
        pace_bend=0.5 * e.pace_bend,
        grade=0.5 * e.grade,
        shoes=0.5 * e.shoes,
        surface=0.5 * e.surface,
        moved_by_belt=False,
    )


def _pattern(metrics: Mapping[str, Expected], pattern: Mapping[str, float]) -> Expected:
    """Return what is expected of a sum of standardised values: errors add as if independent."""
    of = [metrics[name] for name in pattern]

    def together(sds: list[float]) -> float:
        return float(
            np.sqrt(sum((sd / e.typical_error) ** 2 for sd, e in zip(sds, of, strict=True)))
        )

    return Expected(
        typical_error=float(np.sqrt(len(of))),
        family=PATTERN,
        pace=(0.0, together([e.pace[1] for e in of])),
        pace_bend=together([e.pace_bend for e in of]),
        grade=together([e.grade for e in of]),
        shoes=together([e.shoes for e in of]),
        surface=together([e.surface for e in of]),
    )


def stacked(
    medians: Mapping[str, FloatArray],
    metrics: Mapping[str, Expected],
    pattern: Mapping[str, float] | None = None,
) -> FloatArray:
    """Return session values (k, ..., c) in the order of `cells_of` from (k, ..., 2) per metric.

    A metric without values is NaN throughout, and so is a median that clipping hides (infinite).
    """
    shape = next((np.shape(v) for v in medians.values()), (0, 2))
    nothing = np.full(shape, np.nan)
    given = {name: np.asarray(medians.get(name, nothing), dtype=np.float64) for name in metrics}
    of = {name: np.where(np.isfinite(v), v, np.nan) for name, v in given.items()}
    columns = [of[name] for name in metrics]
    columns += [both[..., :1] - both[..., 1:] for both in columns[: len(metrics)]]
    if pattern:
        total = sum(s * of[n] / metrics[n].typical_error for n, s in pattern.items())
        columns.append(np.asarray(total)[..., :1] - np.asarray(total)[..., 1:])
    return np.concatenate(columns, axis=-1)


def prior_of(
    cells: Cells, *, shoes: int, surfaces: int, later: int, weight: float, error: FloatArray
) -> Prior:
    """Return the prior of the columns of `design`; `error` (..., c) may be the runner's own."""
    of = cells.expected
    pace = np.array([e.pace for e in of]).reshape(-1, 2)

    def repeated(values: list[float], times: int) -> FloatArray:
        return np.repeat(np.array(values)[:, None], times, axis=1)

    sd = np.concatenate(
        [
            np.full((len(of), 1), np.inf),
            pace[:, 1:],
            np.array([[e.pace_bend, e.grade, e.grade] for e in of]),
            repeated([e.shoes for e in of], shoes),
            repeated([e.surface for e in of], surfaces),
            np.full((len(of), later), np.inf),
        ],
        axis=1,
    )
    slope = np.zeros(sd.shape)
    slope[:, 1] = pace[:, 0]
    return Prior(error, weight, slope, sd)
