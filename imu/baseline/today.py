"""Today's run in records: every comparison, and the few findings worth a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from imu.baseline.conditions import COMPARABLE, UNKNOWN, Conditions, comparable
from imu.baseline.expected import PATTERN, Cells, CellSide, Expected, cells_of, stacked
from imu.baseline.like_for_like import (
    MODEL,
    Departures,
    Model,
    departures,
    members,
    stretches,
)
from imu.baseline.verdict import RATES, Rates, Verdicts, verdicts
from imu.frames import BoolArray, FloatArray, IntArray

ENOUGH_RUNS: Final = 3
"""In one pair of shoes or on one surface, before their effect is the runner's own."""

TEACHING: Final = 150
"""The last runs that teach slopes and error; the reference does for as long as it stands."""

OUTSIDE: Final = 0.05
PACE: Final = 1
"""The column of pace in `like_for_like.design`."""
JUDGED: Final = ("inside", "at the edge", "outside")

BELT: Final = (
    "outside your usual range on both legs alike, as a belt that sits otherwise does: named if the "
    "next run shows it too"
)

Level = Literal["seen once", "firm"]
State = Literal[
    "not measured", "building baseline", "not comparable", "inside", "at the edge", "outside"
]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One metric on one side today against what is usual under today's conditions; stored units.

    `low` to `high` holds 19 of 20 new sessions of an unchanged runner under these conditions.
    `difference` is today less `usual`, with its 95 % interval. `sessions` past sessions make the
    level. `per_mps` is how much it changes per m/s about the usual pace, with its standard
    error: that of runners, as far as this runner's own runs do not say more. NaN where unknown.
    """

    metric: str
    side: CellSide
    family: str
    today: float
    usual: float
    low: float
    high: float
    difference_low: float
    difference_high: float
    typical_error: float
    sessions: int
    p_value: float
    state: State
    words: str
    per_mps: float
    per_mps_error: float

    @property
    def difference(self) -> float:
        """Today less what is usual."""
        return self.today - self.usual


@dataclass(frozen=True, slots=True)
class Finding:
    """One family that changed: the comparison that shows it most, and all others outside.

    `side` is the leg whose own value moved more.
    """

    family: str
    level: Level
    side: CellSide
    lead: Comparison
    members: tuple[Comparison, ...]
    p_value: float


@dataclass(frozen=True)
class Today:
    """What is said of today's run. `conditions` is one of `COMPARABLE`; `caveats` are sentences."""

    conditions: str
    caveats: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    findings: tuple[Finding, ...]


def today(
    medians: Mapping[str, FloatArray],
    conditions: Conditions,
    metrics: Mapping[str, Expected],
    pattern: Mapping[str, float] | None = None,
    *,
    usable: BoolArray | None = None,
    reference: BoolArray | None = None,
    model: Model = MODEL,
    rates: Rates = RATES,
) -> Today:
    """Compare the last of k sessions with the others.

    `medians` maps a metric to (k, 2) session medians, oldest first, left then right; NaN where it
    was not measured or a fault of a pod touches it. `conditions` are (k,). `usable` (k,) is False
    for past runs that must not count, `reference` (k,) True for those that the runner chose as
    usual. Raises ValueError when there is no session or the counts differ.
    """
    cells = cells_of(metrics, pattern)
    values = stacked(medians, metrics, pattern)
    _check(values, conditions)
    if usable is not None:  # what must not count is as if it had not been
        kept = np.flatnonzero(np.append(np.asarray(usable, dtype=bool)[:-1], True))
        values, conditions = values[kept], conditions.at(kept)
        reference = None if reference is None else np.asarray(reference)[kept]
    used = members(values, conditions, cells, model)
    if reference is not None:
        used |= np.asarray(reference, dtype=bool)[:, None] & np.isfinite(values)
    counts = _counts(conditions, model)
    used &= counts[:, None]
    new = _judged(np.isfinite(values).any(axis=-1) & counts, conditions, model)
    rows = _teaching(used, new, conditions, model, reference)
    held = departures(
        values[rows],
        conditions.at(rows),
        used[rows],
        np.searchsorted(rows, new),
        cells,
        model,
        None if reference is None else np.asarray(reference)[rows],
    )
    said = verdicts(held, cells, rates)
    comparisons = tuple(_comparison(held, said, cells, i, model) for i in range(len(cells)))
    return Today(
        COMPARABLE[int(held.comparable[0])],
        _caveats(conditions, used),
        comparisons,
        _findings(said, held, cells, comparisons),
    )


def _teaching(
    used: BoolArray,
    new: IntArray,
    conditions: Conditions,
    model: Model,
    reference: BoolArray | None,
) -> IntArray:
    """Return the numbers of the sessions that say what to expect, in order.

    The reference, the late ones, and of all others those at the ends of pace and grade: what was
    run once stays comparable.
    """
    counts = np.array(used.any(axis=-1))
    counts[new] = False
    usual = counts & (stretches(counts, model, reference) == 0)
    late = counts & (counts.sum() - np.cumsum(counts) < TEACHING)
    usual |= late
    usual[new] = True
    for values in (conditions.speed_mps, conditions.grade_pct):
        if len(known := np.flatnonzero(counts & np.isfinite(values))):
            usual[known[[np.argmin(values[known]), np.argmax(values[known])]]] = True
    return np.flatnonzero(usual)


def _check(values: FloatArray, conditions: Conditions) -> None:
    if not len(values):
        raise ValueError("there is no session to compare; give today's as the last one")
    if len(values) != len(conditions):
        raise ValueError(
            f"{len(values)} sessions have values but {len(conditions)} have conditions; give one "
            "row per session in both"
        )


def _counts(conditions: Conditions, model: Model) -> BoolArray:
    """Return which sessions (k,) may count: without pace or hills only if the others are few.

    An index of pace is no pace here.
    """
    known = conditions.pace_measured & np.isfinite(conditions.grade_pct)
    return known if np.sum(known[:-1]) >= model.least else np.ones(len(conditions), dtype=bool)


def _judged(measured: BoolArray, conditions: Conditions, model: Model) -> IntArray:
    """Return the numbers of today's session and of the last comparable one before it.

    `measured` (k,) are all sessions that may count, changed or not.
    """
    last = len(measured) - 1
    past = np.array(measured)
    past[last] = False
    if past.sum() <= model.least:
        return np.array([last])

    def fits(j: int) -> bool:
        others = past & (np.arange(len(past)) != j)
        return int(comparable(conditions, others, conditions.at([j]))[0]) == 0

    before = next((j for j in range(last - 1, -1, -1) if past[j] and fits(j)), None)
    return np.array([last] if before is None else [last, before])


def _comparison(held: Departures, said: Verdicts, cells: Cells, i: int, model: Model) -> Comparison:
    metric, side = cells.names[i]
    value, usual = float(held.value[0, i]), float(held.expected[0, i])
    reach = float(held.reach()[0, i])
    sessions = int(held.sessions[i])
    code = int(held.comparable[0])
    p = float(held.p_value[0, i])
    named = bool(said.once[cells.family[i]])
    state = _state(value, sessions, code, model) or _place(p, named=named)
    words = _words(state, sessions, code, model)
    if state == "at the edge" and _as_a_belt_does(held, cells, metric):
        words = BELT
    shown = state in JUDGED
    nan = float("nan")
    return Comparison(
        metric,
        side,
        cells.families[cells.family[i]],
        value,
        usual if shown else nan,
        usual - reach if shown else nan,
        usual + reach if shown else nan,
        value - usual - reach if shown else nan,
        value - usual + reach if shown else nan,
        float(np.sqrt(held.fitted.scale2[i])),
        sessions,
        p,
        state,
        words,
        float(held.fitted.slope[i, PACE]),
        float(np.sqrt(held.fitted.inverse[i, PACE, PACE] * held.fitted.scale2[i])),
    )


def _as_a_belt_does(held: Departures, cells: Cells, metric: str) -> bool:
    """Tell whether both legs lie outside on one side, in a measure that a belt moves alike."""
    legs = [i for i in np.flatnonzero(cells.alike) if cells.names[i][0] == metric]
    outside = held.p_value[0, legs] < OUTSIDE
    return bool(legs) and bool(outside.all() and len(set(np.sign(held.departure[0, legs]))) == 1)


def _state(value: float, sessions: int, code: int, model: Model) -> State | None:
    """Return why there is no judgement; None where there is one."""
    if not np.isfinite(value):
        return "not measured"
    if sessions < model.least:
        return "building baseline"
    return "not comparable" if code else None


def _place(p_value: float, *, named: bool) -> State:
    if p_value >= OUTSIDE:
        return "inside"
    return "outside" if named else "at the edge"


def _words(state: State, sessions: int, code: int, model: Model) -> str:
    return {
        "not measured": "not measured today",
        "building baseline": f"building baseline ({sessions}/{model.least})",
        "not comparable": f"not comparable: {COMPARABLE[code]}",
        "inside": "inside your usual range",
        "at the edge": "just outside your usual range, no more than chance gives",
        "outside": "outside your usual range",
    }[state]


def _shared(runs: int, what: str) -> str:
    """Return ``No past run was in today's shoes``, or how many were."""
    under = {"shoes": "in", "surface": "on"}[what]
    if runs < 2:
        return f"{('No', 'Only one')[runs]} past run was {under} today's {what}"
    return f"Only {runs} past runs were {under} today's {what}"


def _caveats(conditions: Conditions, used: BoolArray) -> tuple[str, ...]:
    past = used[:-1].any(axis=-1)
    now, before = conditions.at([-1]), conditions.at(slice(len(conditions) - 1))
    said = []
    for what, were, here, there in (
        ("shoes", "were", now.shoes[0], before.shoes[past]),
        ("surface", "was", now.surface[0], before.surface[past]),
    ):
        runs = int(np.sum(there == here))
        if here == UNKNOWN:
            said.append(f"The {what} of today's run {were} not said.")
        elif past.any() and runs < ENOUGH_RUNS:
            said.append(
                f"{_shared(runs, what)}: the usual range is wider, by what such a change commonly "
                "does."
            )
    if np.isnan(now.speed_mps[0]):
        said.append("Today's pace is not known: the usual range is wider.")
    elif not now.pace_measured[0]:
        said.append(
            "Today's pace is not known. An index from step time, contact time and swing rate "
            f"stands in for it, good to some {now.index_error_mps[0]:.1f} m/s: the usual range is "
            "wider, and a change of technique can pass for one of pace."
        )
    if np.isnan(now.grade_pct[0]):
        said.append("Today's hills are not known: the usual range is wider.")
    return tuple(said)


def _findings(
    said: Verdicts, held: Departures, cells: Cells, comparisons: tuple[Comparison, ...]
) -> tuple[Finding, ...]:
    found = []
    for f in np.flatnonzero(said.once):
        mine = [c for c in comparisons if c.family == cells.families[f]]
        lead = comparisons[int(said.lead[f])]
        outside = tuple(c for c in mine if c.state == "outside" and c is not lead)
        found.append(
            Finding(
                cells.families[f],
                "firm" if said.firm[f] else "seen once",
                _leg(lead, held, cells),
                lead,
                outside,
                float(said.p_once[f]),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.level != "firm", one.p_value)))


def _leg(lead: Comparison, held: Departures, cells: Cells) -> CellSide:
    """Return the leg that moved: of a difference between legs, the one further from its usual."""
    if lead.side != "left - right" or lead.metric == PATTERN:
        return lead.side if lead.metric != PATTERN else _pattern_leg(lead)
    at = {side: cells.names.index((lead.metric, side)) for side in ("left", "right")}
    size = {side: abs(held.departure[0, i] / held.error[0, i]) for side, i in at.items()}
    return "left" if size["left"] >= size["right"] else "right"


def _pattern_leg(lead: Comparison) -> CellSide:
    return "left" if lead.difference > 0 else "right"
