"""The one place where a metric is declared: `@metric` on a function.

The function's name is the column, its suffix the unit, its docstring the definition, its body
the formula. Everything else a person or a file needs to know stands in the decorator. Schema,
data dictionary, report labels and tests iterate `METRICS`. A metric whose meaning changes gets a
new name, so that a baseline never mixes two definitions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING, Final, Literal

from imu.frames import FloatArray
from imu.units import Unit, unit_of

if TYPE_CHECKING:
    from imu.metrics.signals import StanceSignals

Evidence = Literal["established", "associated in some studies", "hypothesis"]
Theme = Literal["timing", "shank", "pelvis", "coupling", "force"]
Need = Literal["pelvis", "pelvis gyroscope", "shank", "shank gyroscope"]
Formula = Callable[["StanceSignals"], FloatArray]


@dataclass(frozen=True, slots=True)
class Metric:
    """Everything the program knows about one metric; made by `metric`, never by hand.

    `typical_error` is what is known beforehand of the SD between sessions of one unchanged
    runner, re-mounting included, in the metric's own unit; the runner's own sessions take over
    as they come. `primary` metrics are compared with the baseline; the others are exploratory.
    `clipping` says that a saturated sample would make the value too low, so it is NaN instead.
    """

    name: str
    label: str
    theme: Theme
    doc: str
    evidence: Evidence
    needs: tuple[Need, ...]
    cite: str
    typical_error: float
    primary: bool
    clipping: bool
    formula: Formula

    @property
    def unit(self) -> Unit:
        """The unit, from the suffix of the name."""
        return unit_of(self.name)


METRICS: Final[dict[str, Metric]] = {}


def metric(
    label: str,
    *,
    theme: Theme,
    evidence: Evidence,
    needs: tuple[Need, ...],
    cite: str,
    typical_error: float,
    primary: bool = False,
    clipping: bool = False,
) -> Callable[[Formula], Formula]:
    """Declare a metric; fails at import when anything a reader needs is missing."""

    def declare(formula: Formula) -> Formula:
        name = formula.__name__
        doc = cleandoc(formula.__doc__ or "")
        if name in METRICS:
            raise ValueError(f"metric {name} is declared twice; a new meaning needs a new name")
        if not (doc and label and cite and typical_error > 0):
            raise ValueError(f"metric {name} needs a docstring, a label, a source and an error")
        unit_of(name)
        METRICS[name] = Metric(
            name,
            label,
            theme,
            doc,
            evidence,
            needs,
            cite,
            typical_error,
            primary,
            clipping,
            formula,
        )
        return formula

    return declare
