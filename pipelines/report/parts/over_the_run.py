"""How today's run drifted, held against how this runner's runs usually do, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from scipy.special import stdtrit

from imu.baseline.conditions import PACE_MARGIN_MPS
from imu.baseline.expected import of_metrics
from imu.baseline.within_run import RULES, DriftToday, against_usual_drift, as_long
from imu.frames import SIDES, BoolArray, FloatArray, Side
from imu.metrics.registry import Metric
from imu.session.drift import SPEED, drift, paced
from pipelines.formatting import inside, plural, quantity, span, symbol
from pipelines.report.compared import Compared
from pipelines.report.data import ReportData

NO_PACE: Final = "Today's pace is not known at each stance, so what it does is in these changes."
BELT: Final = "a belt that creeps does the same, so it is not named"


@dataclass(frozen=True, slots=True)
class LegDrift:
    """Last less first third of the run of one metric and leg, at one pace; stored units.

    `low` to `high` is its 95 % interval, `usual_low` to `usual_high` holds 19 of 20 runs of an
    unchanged runner, `runs` past ones are behind it; NaN where unknown. `named` is what was told
    from the usual, all measures judged together.
    """

    metric: str
    side: Side
    change: float
    low: float
    high: float
    usual_low: float
    usual_high: float
    runs: int
    named: bool
    words: str


@dataclass(frozen=True)
class Drifts:
    """The drift of every primary metric and leg that has one, and what limits all of them."""

    legs: tuple[LegDrift, ...]
    notes: tuple[str, ...]

    def of(self, metric: str) -> list[LegDrift]:
        """Return those of one metric."""
        return [one for one in self.legs if one.metric == metric]

    @property
    def summary(self) -> str:
        """What a runner reads: what was named, or that nothing was, or that there is no usual."""
        if not self.legs:
            return "The run is too short to tell how it drifted."
        if named := [one.words for one in self.legs if one.named]:
            return f"Over the run: {'; '.join(named)}."
        if not any(np.isfinite(one.usual_low) for one in self.legs):
            return "How this run drifted is not held against how your runs usually do."
        return "Over the run you drifted as you usually do."


@lru_cache(maxsize=1)  # more than one section says it
def drifts(of: Compared) -> Drifts:
    """Return today's drift of every primary metric against the drift usual for this runner."""
    data = of.data
    names = [n for n, m in data.metrics.items() if m.primary and n in data.values]
    if not names:
        return Drifts((), ())
    today = drift(data.side, data.spared(), speed_mps=data.pace_mps)
    rows = [today.names.index(name) for name in names]
    slope, slope_error = _per_mps(of, names)
    with_pace = bool(np.isfinite(today.pace_mps).any())
    pace = _of_both(today.pace_mps)
    change = today.change[rows] - paced(slope, pace)
    error = np.hypot(today.error[rows], paced(slope_error, pace))
    reach = stdtrit(today.freedom[rows], 0.975) * error
    past, why_not = _past(data, names, slope, pace if with_pace else None)
    expected = of_metrics({name: data.metrics[name] for name in names})
    held = against_usual_drift(change, past, expected)
    ends = (change - reach, change + reach)
    legs = [
        _leg(data.metrics[name], i, j, held, ends)
        for i, name in enumerate(names)
        for j in range(len(SIDES))
        if np.isfinite(change[i, j])
    ]
    notes = () if not legs else (*([] if with_pace else [NO_PACE]), *why_not)
    return Drifts(tuple(legs), notes)


def _per_mps(of: Compared, names: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """Return what a metre per second more does to this runner, (m, 2), and its standard error."""
    both = [[of.usual[name, side] for side in SIDES] for name in names]
    said = np.array([[(c.per_mps, c.per_mps_error) for c in legs] for legs in both])
    said = said.reshape(len(names), len(SIDES), 2)
    return said[..., 0], said[..., 1]


def _of_both(pace_mps: FloatArray) -> FloatArray:
    """Return the change of pace (..., 1): the mean of the legs that tell it, else NaN."""
    known = np.isfinite(pace_mps)
    total = np.where(known, pace_mps, 0.0).sum(axis=-1, keepdims=True)
    count = known.sum(axis=-1, keepdims=True)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _past(
    data: ReportData, names: Sequence[str], slope: FloatArray, pace: FloatArray | None
) -> tuple[FloatArray, list[str]]:
    """Return the drifts (k, m, 2) of past runs that today's is held against, and why not of all.

    They are of about today's length, at one pace where today's is known, and today's pace changed
    by no more than in one of them.
    """
    nothing = np.zeros((0, len(names), len(SIDES)))
    known = data.history
    if not data.comparable:
        return nothing, [f"Its recording is of grade {data.grade}."]
    if not known.drift:
        return nothing, [_few(np.zeros(0, dtype=bool), nothing)]
    counts = known.usable[:-1] & as_long(known.running_s[-1], known.running_s[:-1])
    change = np.stack([known.drift[name][:-1] for name in names], axis=1)
    paces = _of_both(known.drift[SPEED][:-1])
    if pace is not None:
        counts &= np.isfinite(paces[:, 0])
        if counts.any() and not _within(float(pace[0]), paces[counts, 0]):
            return nothing, [_other_pace(float(pace[0]))]
        change = change - paced(slope, paces[..., None])
    used = np.flatnonzero(counts)[-MOST_RUNS:]
    few = [_few(counts, change)] if len(used) < RULES.minimum_sessions else []
    return change[used], few


MOST_RUNS: Final = 40
"""The last past runs that say how runs usually drift."""


def _within(pace_mps: float, paces_mps: FloatArray) -> bool:
    low, high = paces_mps.min() - PACE_MARGIN_MPS, paces_mps.max() + PACE_MARGIN_MPS
    return bool(low <= pace_mps <= high)


def _other_pace(pace_mps: float) -> str:
    way = "faster" if pace_mps > 0 else "slower"
    return (
        f"You ended this run {abs(pace_mps):.1f} m/s {way} than you began it, which no past run "
        "about as long does: its drift is not held against them."
    )


def _few(counts: BoolArray, change: FloatArray) -> str:
    runs = int(np.isfinite(change[counts]).any(axis=(1, 2)).sum())
    return (
        f"{plural(runs, 'past run')} about as long as this one tell how you usually drift; "
        f"{RULES.minimum_sessions} are needed."
    )


def _leg(
    m: Metric, i: int, j: int, held: DriftToday, ends: tuple[FloatArray, FloatArray]
) -> LegDrift:
    change, low, high = (float(v[i, j]) for v in (held.today, *ends))
    usual_low, usual_high = float(held.low[i, j]), float(held.high[i, j])
    named = bool(held.named[i, j])
    size = quantity(change, m.unit, signed=True)
    words = f"{SIDES[j]} {inside(m.label)} {size} (95 % interval {_span(m, low, high)})"
    if np.isfinite(usual_low):
        inside_it = usual_low <= change <= usual_high
        place = "outside" if named else "inside" if inside_it else "at the edge"
        if not named and not inside_it and m.comparing.moved_by_belt:
            place = f"at the edge: {BELT}"
        words += f", usual for you {_span(m, usual_low, usual_high)}: {place}"
    return LegDrift(
        m.name,
        SIDES[j],
        change,
        low,
        high,
        usual_low,
        usual_high,
        int(held.runs[i, j]),
        named,
        words,
    )


def _span(m: Metric, low: float, high: float) -> str:
    return span(low, high, m.unit, signed=True) + symbol(m.unit)


def beside(of_metric: Sequence[LegDrift], m: Metric) -> str:
    """Return what stands beside the chart of one metric: each leg's change, and its usual one."""
    said = []
    for one in of_metric:
        ends = span(one.low, one.high, m.unit, signed=True)
        if np.isfinite(one.usual_low):
            ends += f"; usual {span(one.usual_low, one.usual_high, m.unit, signed=True)}"
        said.append(f"{one.side} {quantity(one.change, m.unit, signed=True)} ({ends})")
    return f"last less first third: {', '.join(said)}" if said else ""
