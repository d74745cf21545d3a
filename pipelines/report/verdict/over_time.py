"""What changed over the run and over weeks, as it is said among the first sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.baseline.expected import BETWEEN, PATTERN
from imu.frames import SIDES
from imu.metrics.registry import Metric
from pipelines.formatting import listed, quantity, span, symbol
from pipelines.report.compared import Compared
from pipelines.report.data import ReportData
from pipelines.report.parts.over_the_run import LegDrift, drifts
from pipelines.report.parts.weeks import weeks
from pipelines.report.verdict.gathered import phrases
from pipelines.report.words.changes import OVER_RUN, OVER_WEEKS
from pipelines.weeks.course import in_a_sentence
from pipelines.weeks.families import by_family
from pipelines.weeks.pattern import leg_of, members
from pipelines.weeks.trend import Told

RATE: Final = "_rate_"
LEFT_AGAINST_RIGHT: Final = "left against right"
NO_PLACE: Final = "in the last runs, against your reference"


@dataclass(frozen=True, slots=True)
class Move:
    """One metric that moved on one leg, or on one against the other."""

    metric: str
    leg: str
    size: float


def over_run(of: Compared) -> str:
    """Say what drifted otherwise than it usually does; empty where nothing did."""
    named = [one for one in drifts(of).legs if one.named]
    kept = _without_rates(of.data.metrics, named)
    if not kept:
        return ""
    moves = [Move(one.metric, one.side, one.change) for one in kept]
    by_leg = "; ".join(f"{legs}: {said}" for legs, said in _by_legs(moves).items())
    sizes = "; ".join(_size(one, of.data.metrics[one.metric], kept) for one in kept)
    return OVER_RUN.format(changes=by_leg, sizes=sizes)


def _without_rates(metrics: Mapping[str, Metric], named: Sequence[LegDrift]) -> list[LegDrift]:
    """Leave out the rate of an angle that is named itself."""
    family = {one.metric: metrics[one.metric].comparing.family or one.metric for one in named}
    angles = {family[one.metric] for one in named if RATE not in one.metric}
    return [one for one in named if RATE not in one.metric or family[one.metric] not in angles]


def _size(one: LegDrift, m: Metric, kept: Sequence[LegDrift]) -> str:
    of = f"{one.side}" if len({other.metric for other in kept}) == 1 else f"{m.label}, {one.side}"
    ends = span(one.low, one.high, m.unit, signed=True) + symbol(m.unit)
    usual = span(one.usual_low, one.usual_high, m.unit, signed=True) + symbol(m.unit)
    change = quantity(one.change, m.unit, signed=True)
    return f"{of} {change}, 95 % interval {ends}, usually {usual}"


@dataclass(frozen=True, slots=True)
class ChangedOverWeeks:
    """What `midstance trend` names: who did what on which `legs`, `when` it did so.

    `legs` are left, right, both or, where only their difference moved, none. `p_value` is that of
    the surest of it.
    """

    changes: str
    legs: tuple[str, ...]
    when: str
    p_value: float


def over_weeks(of: Compared) -> str:
    """Say what changed over weeks, as `midstance trend` names it; empty where nothing did."""
    if (found := changed_over_weeks(of.data)) is None:
        return ""
    return OVER_WEEKS.format(changes=found.changes, when=found.when, athlete=of.data.athlete)


def changed_over_weeks(data: ReportData) -> ChangedOverWeeks | None:
    """Return what changed over the weeks up to today's run; None where nothing did."""
    said = weeks(data).said
    named = [one for found in by_family(said.told).values() for one in found] if said else []
    if said is None or not named:
        return None
    angles = {one.family for one in named if RATE not in one.metric}
    kept = [one for one in named if RATE not in one.metric or one.family not in angles]
    surest = min(kept, key=lambda one: one.p_value)
    moves = dict.fromkeys(move for one in kept for move in _moves(one, said.told))
    by_leg = _by_legs(moves)
    return ChangedOverWeeks(
        changes="; ".join(f"{legs}: {words}" for legs, words in by_leg.items()),
        legs=tuple(dict.fromkeys(move.leg for move in moves if move.leg in SIDES)),
        when=in_a_sentence(surest.went, surest.since) or NO_PLACE,
        p_value=surest.p_value,
    )


def _moves(one: Told, told: Iterable[Told]) -> list[Move]:
    """Return what one answer says moved; of the pattern, what shows it."""
    if one.metric == PATTERN:
        answers = [other for other in told if other.question == one.question]
        shown = members(answers, one)
        return [Move(m.metric, leg_of(one), np.sign(m.size)) for m in shown]
    leg = one.side
    if leg == BETWEEN:
        return [Move(one.metric, LEFT_AGAINST_RIGHT, np.sign(one.size))]
    return [Move(one.metric, leg, np.sign(one.size))]


def _by_legs(moves: Iterable[Move]) -> dict[str, str]:
    """Return what each leg does, or both where both do the same: ``both legs`` -> words."""
    legs: dict[tuple[str, bool], list[str]] = {}
    for move in moves:
        legs.setdefault((move.metric, bool(move.size > 0)), []).append(move.leg)
    groups: dict[str, list[tuple[str, float]]] = {}
    for (metric, more), which in legs.items():
        both = {*SIDES} <= {*which}
        name = "both legs" if both else listed([_called(leg) for leg in dict.fromkeys(which)])
        groups.setdefault(name, []).append((metric, 1.0 if more else -1.0))
    return {name: phrases(found) for name, found in groups.items()}


def _called(leg: str) -> str:
    return f"{leg} leg" if leg in SIDES else leg
