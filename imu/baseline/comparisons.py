"""One metric on one side against its usual, and the few families that are worth a sentence."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from imu.baseline.conditions import COMPARABLE
from imu.baseline.expected import PATTERN, Cells, CellSide
from imu.baseline.like_for_like import Departures, Model
from imu.baseline.verdict import Verdicts

OUTSIDE: Final = 0.05
PACE: Final = 1
"""The column of pace in `like_for_like.design`."""
JUDGED: Final = ("inside", "at the edge", "outside")

BELT: Final = (
    "outside your usual range on both legs alike, as a belt that sits otherwise does: named if the "
    "next run shows it too"
)
SHOES: Final = (
    "outside your usual range on both legs alike, as other shoes do, and today's were not said: "
    "named if the next run shows it too, or if it was the usual pair"
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


def comparison(held: Departures, said: Verdicts, cells: Cells, i: int, model: Model) -> Comparison:
    """Return what is said of cell number `i`."""
    metric, side = cells.names[i]
    value, usual = float(held.value[0, i]), float(held.expected[0, i])
    reach = float(held.reach()[0, i])
    sessions = int(held.sessions[i])
    code = int(held.comparable[0])
    p = float(held.p_value[0, i])
    named = bool(said.once[cells.family[i]])
    state = _state(value, sessions, code, model) or _place(p, named=named)
    words = _words(state, sessions, code, model)
    if state == "at the edge":
        words = _explained(held, cells, metric) or words
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


def _explained(held: Departures, cells: Cells, metric: str) -> str:
    """Return what else moves both legs alike, if both lie outside on one side; or ""."""
    causes = (
        [(cells.alike, BELT)] if held.shoes_said[0] else [(cells.alike, BELT), (cells.shod, SHOES)]
    )
    for moved, words in causes:
        legs = [i for i in np.flatnonzero(moved) if cells.names[i][0] == metric]
        outside = bool(legs) and bool((held.p_value[0, legs] < OUTSIDE).all())
        if outside and len(set(np.sign(held.departure[0, legs]))) == 1:
            return words
    return ""


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


def findings(
    said: Verdicts, held: Departures, cells: Cells, comparisons: tuple[Comparison, ...]
) -> tuple[Finding, ...]:
    """Return the families that changed, the firm ones first."""
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
