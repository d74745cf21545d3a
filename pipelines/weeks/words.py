"""Values, changes and their intervals in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from imu.baseline.expected import PATTERN, CellSide
from imu.metrics.registry import METRICS
from imu.units import Unit
from pipelines.formatting import inside, quantity, span

SIDES: Final[dict[CellSide, str]] = {
    "left": "left",
    "right": "right",
    "left - right": "left less right",
}
BETWEEN_SAID: Final = "Left less right: above zero the left is the larger"
"""The one sign of differences between the legs, wherever they are shown."""
TYPICAL_ERROR: Final = "A typical error is how far a measure lies off from run to run by itself."
"""What is said wherever the pattern is, which has no unit but this."""
OF_PATTERN: Final = Unit("", "typical errors")
PATTERN_LABEL: Final = "pattern of a leg loaded less through its length (hypothesis)"


def how_to_read(named: Iterable[str]) -> tuple[str, ...]:
    """Return what must be known to read changes of the metrics that are `named`."""
    of_pattern = (TYPICAL_ERROR,) if PATTERN in named else ()
    return (*of_pattern, f"{BETWEEN_SAID}.")


def label(metric: str) -> str:
    """Return what a metric is called, as it reads inside a sentence."""
    return PATTERN_LABEL if metric == PATTERN else inside(METRICS[metric].label)


def titled(metric: str, side: CellSide) -> str:
    """Return ``left, pelvis turned over the leg``."""
    return f"{SIDES[side]}, {label(metric)}"


def unit(metric: str, *, finer: int = 0) -> Unit:
    """Return the unit in which a metric is shown, with `finer` more decimals."""
    shown = OF_PATTERN if metric == PATTERN else METRICS[metric].unit
    return replace(shown, decimals=shown.decimals + finer)


def change(size: float, low: float, high: float, of: Unit, *, per: str = "") -> str:
    """Return a change without its sign: ``0.4° a week (95 % interval 0.2 to 0.6)``."""
    ends = sorted((low, high)) if size >= 0 else sorted((-high, -low))
    said = quantity(abs(size), of)
    return f"{said}{per} (95 % interval {span(ends[0], ends[1], of)})"


def signed(size: float, low: float, high: float, of: Unit) -> str:
    """Return a change with its sign: ``−0.1° (−0.3 to 0.1)``."""
    if not (low <= high):
        return "not known"
    return f"{quantity(size, of, signed=True)} ({span(low, high, of, signed=True)})"
