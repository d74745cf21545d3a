"""Two periods of one runner held against each other, under one pace, grade, shoes and surface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from imu.baseline.across_weeks.effects import LEAST_RUNS, between_periods
from imu.baseline.conditions import UNKNOWN, Conditions
from imu.baseline.expected import BETWEEN, CellSide
from imu.baseline.verdict import RATES, told
from imu.frames import BoolArray, FloatArray
from imu.units import Unit
from pipelines.formatting import plural
from pipelines.weeks.families import by_family
from pipelines.weeks.pattern import is_lone_pattern
from pipelines.weeks.periods import Period, period
from pipelines.weeks.runs import CELLS, Runs, cautions, runs_of
from pipelines.weeks.trend import check_metrics
from pipelines.weeks.words import change, how_to_read, signed, titled, unit

FEW: Final = 3
"""Runs of a period below which a single odd day weighs much."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Second less first of one metric and side; stored units, NaN where unknown."""

    metric: str
    side: CellSide
    family: str
    size: float
    low: float
    high: float
    p_value: float
    named: bool
    words: str


@dataclass(frozen=True)
class Compared:
    """Two periods, or two conditions of one run: `first` and `second` in words, all differences."""

    first: str
    second: str
    differences: tuple[Difference, ...]
    cautions: tuple[str, ...]


def compared(
    root: Path, athlete: str, first: str, second: str, *, metrics: Sequence[str] = ()
) -> Compared:
    """Hold the period `second` against `first`; ValueError where there is nothing to compare."""
    check_metrics(metrics)
    runs = runs_of(root, athlete)
    one, other = period(runs, first), period(runs, second)
    if np.any(one.runs & other.runs):
        raise _overlap(runs, one, other)
    both = one.runs | other.runs
    if both.sum() < LEAST_RUNS:
        raise ValueError(
            f"the periods hold {plural(int(both.sum()), 'run')} that count between them; two "
            f"periods are compared from {LEAST_RUNS} runs on"
        )
    under = runs.history.conditions
    effect = between_periods(runs.values, under, one.runs, other.runs, runs.used, CELLS)
    found = told(effect.p_value, CELLS.family, RATES.periods)
    families = [CELLS.families[f] for f in CELLS.family]
    ends = np.stack([effect.size, effect.low, effect.high, effect.p_value], axis=-1)
    said = differences(CELLS.names, families, ends, found, than="in the second period")
    said = tuple(replace(o, named=o.named and not is_lone_pattern(o, said)) for o in said)
    return Compared(
        _described(runs, one),
        _described(runs, other),
        tuple(one for one in said if not metrics or one.metric in metrics),
        (*_confounded(runs, one, other), *cautions(runs, both)),
    )


def _overlap(runs: Runs, one: Period, other: Period) -> ValueError:
    common = one.runs & other.runs
    lie = "lies" if common.sum() == 1 else "lie"
    return ValueError(
        f"{one.words} and {other.words} overlap: {plural(int(common.sum()), 'run')}, "
        f"{runs.days(common)}, {lie} in both; give two periods without common runs"
    )


def _described(runs: Runs, which: Period) -> str:
    speed = runs.history.conditions.speed_mps[which.runs]
    out = f"; {which.left_out} more do not count" if which.left_out else ""
    count = plural(int(which.runs.sum()), "run")
    return f"{count}, {runs.days(which.runs)}{at_pace(speed)}{out}"


def at_pace(speed_mps: FloatArray) -> str:
    """Return the mean of what is known of `speed_mps` (n,) in words that follow others."""
    known = np.isfinite(speed_mps)
    return f", {speed_mps[known].mean():.2f} m/s on average" if known.any() else ""


def differences(
    names: Sequence[tuple[str, CellSide]],
    families: Sequence[str],
    ends: FloatArray,
    found: BoolArray,
    *,
    than: str,
) -> tuple[Difference, ...]:
    """Return one record for each of c cells; `ends` (c, 4) are size, interval and p.

    `than` says where a value is higher or lower.
    """
    said = []
    for (metric, side), family, of_cell, is_named in zip(names, families, ends, found, strict=True):
        size, low, high, p_value = (float(value) for value in of_cell)
        of = unit(metric)
        moved = _moved(size, low, high, of, than) if is_named else signed(size, low, high, of)
        words = f"{titled(metric, side)}: {moved}"
        one = (metric, side, family, size, low, high, p_value, bool(is_named), words)
        said.append(Difference(*one))
    return tuple(said)


def _moved(size: float, low: float, high: float, of: Unit, than: str) -> str:
    return f"{'higher' if size > 0 else 'lower'} {than} by {change(size, low, high, of)}"


def _confounded(runs: Runs, one: Period, other: Period) -> list[str]:
    under = runs.history.conditions
    few = [
        f"Only {plural(int(p.runs.sum()), 'run')} in {p.words}: one odd day weighs much."
        for p in (one, other)
        if p.runs.sum() < FEW
    ]
    return [*few, *_never_shared(under, one.runs, other.runs)]


def _never_shared(under: Conditions, one: BoolArray, other: BoolArray) -> list[str]:
    said = []
    for what, of_runs in (("shoes", under.shoes), ("surface", under.surface)):
        first, second = ({*of_runs[w].tolist()} - {UNKNOWN} for w in (one, other))
        if first and second and not first & second:
            said.append(
                f"The two periods share no {what}: the intervals count what such a change "
                "commonly does, and cannot tell the two apart."
            )
    return said


def lines_of(said: Compared, *, each: Sequence[str] = ("first", "second")) -> list[str]:
    """Return the comparison as lines for people: what changed by family, then every leg."""
    lines = [f"{each[0]}: {said.first}", f"{each[1]}: {said.second}"]
    found = by_family(said.differences)
    if not found:
        lines.append("Nothing differs that could be told from noise.")
    for family, members in found.items():
        lines += [f"Different: {family}", *(f"  {one.words}" for one in members)]
    rest = [one for one in said.differences if not one.named and one.side != BETWEEN]
    if rest:
        lines += ["", f"Not told apart, {each[1]} less {each[0]} with 95 % interval:"]
        lines += [f"  {one.words}" for one in rest]
    if any(one.side == BETWEEN for one in said.differences):
        lines += how_to_read(one.metric for one in said.differences if one.named)
    return [*lines, *(f"Note: {words}" for words in said.cautions)]
