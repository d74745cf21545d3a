"""The one place where a metric is declared: `@metric` on a function.

The function's name is the column, its suffix the unit, its docstring the definition, its body
the formula. Everything else a person or a file needs to know stands in the decorator. Schema,
data dictionary, report labels and tests iterate `METRICS`. A metric whose meaning changes gets a
new name, so that a baseline never mixes two definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import cleandoc
from types import MappingProxyType
from typing import Final, Literal, get_args

import numpy as np

from imu.frames import FloatArray
from imu.metrics.evidence import Meaning, Proof
from imu.sensors import Clipping, Need, Sensor
from imu.stance_signals.signals import StanceSignals
from imu.units import Unit, unit_of

Theme = Literal[
    "over the stance leg",
    "after mid-stance",
    "pelvis",
    "shank rotation",
    "shank impact",
    "force",
    "timing",
]
THEMES: Final[tuple[Theme, ...]] = get_args(Theme)
"""In the order in which people read them: the question first, what surrounds it after."""
NOTHING: Final[Mapping[Sensor, Clipping]] = MappingProxyType({})
Formula = Callable[[StanceSignals], FloatArray]


@dataclass(frozen=True, slots=True)
class Comparing:
    """What is known of a metric beforehand where sessions are compared; in typical errors.

    `family` joins what is one matter, as an angle and its rate; by default each is its own.
    `per_mps` is mean and SD over runners of its change per m/s of pace, `shoes` the SD of the
    effect of one pair. `moved_by_belt` marks what a belt that sits otherwise moves on both legs.
    The means are those of the virtual runner; the SDs are wider, for people.
    """

    family: str = ""
    per_mps: tuple[float, float] = (0.0, 1.5)
    shoes: float = 0.7
    moved_by_belt: bool = False


ANYHOW: Final = Comparing()


@dataclass(frozen=True, slots=True)
class Metric:
    """Everything the program knows about one metric; made by `metric`, never by hand.

    `equation` is the formula in one line, for people, and `cite` where it comes from. `measured`
    says how well it is measured and `matters` how surely it matters, each with its source.
    `valid_range` holds every plausible value of a running stance, in the metric's own unit; a value
    beyond it is left out with a reason (`imu.metrics.valid_range`), never cut to it.
    `measured_error` is the error of a single stance's value against the virtual runner's truth:
    twelve made-up people on the level at 3 m/s, pods as people wear them at 200 Hz. `typical_error`
    is what is known beforehand of the SD between sessions of one unchanged runner, re-mounting
    included, in the metric's own unit; the runner's own sessions take over as they come. `primary`
    metrics are compared with the baseline, as `comparing` says; the others are exploratory.
    `clipping` maps each sensor that the value depends on to the bias that a saturated sample of it
    would cause; the value is NaN instead. `sync_s` is how far apart the clocks of pelvis and shank
    may be, `legs_sync_s` those of the two shanks, and `most_turning_radps` how fast the runner's
    heading may turn, for on a bend the vertical is not known; beyond any of them the value is NaN.
    So it is where a pod that it needs was received for less than `unbroken_s` between two long gaps
    and did not rest there, for then the vertical is not known either.
    A `session_only` metric does not tell one stance from the next, so it is published as the median
    of a session alone.
    """

    name: str
    label: str
    theme: Theme
    doc: str
    equation: str
    cite: str
    measured: Proof
    matters: Meaning
    needs: tuple[Need, ...]
    valid_range: tuple[float, float]
    measured_error: str
    typical_error: float
    primary: bool
    comparing: Comparing
    clipping: Mapping[Sensor, Clipping]
    sync_s: float
    legs_sync_s: float
    most_turning_radps: float
    unbroken_s: float
    session_only: bool
    formula: Formula

    @property
    def unit(self) -> Unit:
        """The unit, from the suffix of the name."""
        return unit_of(self.name)


METRICS: Final[dict[str, Metric]] = {}


def of_stances() -> dict[str, Metric]:
    """Return the metrics that are published for every stance."""
    return {name: metric for name, metric in METRICS.items() if not metric.session_only}


def metric(
    label: str,
    *,
    theme: Theme,
    equation: str,
    cite: str,
    measured: Proof,
    matters: Meaning,
    needs: tuple[Need, ...],
    valid_range: tuple[float, float],
    measured_error: str,
    typical_error: float,
    primary: bool = False,
    comparing: Comparing = ANYHOW,
    clipping: Mapping[Sensor, Clipping] = NOTHING,
    sync_s: float = np.inf,
    legs_sync_s: float = np.inf,
    most_turning_radps: float = np.inf,
    unbroken_s: float = 0.0,
    session_only: bool = False,
) -> Callable[[Formula], Formula]:
    """Declare a metric; fails at import when anything a reader needs is missing."""

    def declare(formula: Formula) -> Formula:
        name = formula.__name__
        doc = cleandoc(formula.__doc__ or "")
        unit_of(name)
        if name in METRICS:
            raise ValueError(f"metric {name} is declared twice; a new meaning needs a new name")
        said = {
            "docstring": doc,
            "label": label,
            "theme": theme in THEMES,
            "equation": equation,
            "source": cite,
            "source of how it is measured": measured.source,
            "source of how it matters": matters.source,
            "valid range": valid_range[0] < valid_range[1],
            "measured error": measured_error,
            "typical error": typical_error > 0,
        }
        if missing := [what for what, given in said.items() if not given]:
            raise ValueError(f"metric {name} needs a {', a '.join(missing)}; say it in @metric")
        METRICS[name] = Metric(
            name,
            label,
            theme,
            doc,
            equation,
            cite,
            measured,
            matters,
            needs,
            valid_range,
            measured_error,
            typical_error,
            primary,
            comparing,
            clipping,
            sync_s,
            legs_sync_s,
            most_turning_radps,
            unbroken_s,
            session_only,
            _nan_unless_synchronised(formula, sync_s, legs_sync_s),
        )
        return formula

    return declare


def order_by_theme() -> None:
    """Put `METRICS` in the order of `THEMES`; within a theme they stay as declared."""
    ordered = sorted(METRICS.values(), key=lambda m: THEMES.index(m.theme))
    METRICS.clear()
    METRICS.update({m.name: m for m in ordered})


def _nan_unless_synchronised(formula: Formula, sync_s: float, legs_sync_s: float) -> Formula:
    """Return `formula` with NaN where its pods are not on one clock to `sync_s`, `legs_sync_s`."""
    if not np.isfinite(min(sync_s, legs_sync_s)):
        return formula

    def synchronised(s: StanceSignals) -> FloatArray:
        apart = np.zeros(len(s), dtype=bool)
        for offset_s, limit_s in ((s.clock_offset_s, sync_s), (s.legs_offset_s, legs_sync_s)):
            if np.isfinite(limit_s):
                apart |= ~np.asarray(offset_s <= limit_s)
        return np.where(apart, np.nan, formula(s))

    return synchronised
