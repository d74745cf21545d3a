"""Describe what stands out today in sentences with range and interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from imu.baseline.comparisons import JUDGED, Comparison, Level
from imu.baseline.comparisons import Finding as Family
from imu.baseline.expected import PATTERN, CellSide
from imu.baseline.like_for_like import MODEL
from imu.frames import SIDES
from imu.metrics.evidence import Meaning, Proof
from imu.metrics.registry import Metric
from imu.quality.faults import FAULTS
from imu.units import Unit
from pipelines.formatting import capital, inside, listed, number, quantity, span, symbol
from pipelines.report.compared import FAULTY, Cell, Compared
from pipelines.report.verdict.gathered import gathered, of_pattern
from pipelines.report.verdict.impact_alone import unstated_causes, were
from pipelines.report.verdict.over_time import over_run, over_weeks
from pipelines.report.words.changes import A_PATTERN, ALONE, CHANGED_OVER, HOW_SURE, NOT_KNOWN

SHOWN: Final = 3
COMPARABLE: Final = "comparable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One matter that changed, an angle with its rate, by the measure and leg that stand for it.

    `size` is the difference in typical errors between sessions, `difference` that from the usual
    value under today's conditions, with its 95 % interval; stored units. `related` names what else
    of it lies outside.
    """

    metric: str
    side: CellSide
    direction: Literal["higher", "lower"]
    level: Level
    size: float
    difference: float
    difference_low: float
    difference_high: float
    title: str
    text: str
    related: tuple[str, ...]
    measured: Proof
    matters: Meaning
    not_known: str


def findings(of: Compared) -> tuple[Finding, ...]:
    """Return all that changed: what is firm first, then the least likely by chance."""
    return tuple(_finding(of, family, first) for family, first in _shown(of))


def _shown(of: Compared) -> list[tuple[Family, Comparison]]:
    """Return each family that changed with the comparison of a leg that stands for it."""
    found = [family for family in of.today.findings if family.family != PATTERN]
    return [(family, _first(of, family)) for family in found]


def _first(of: Compared, family: Family) -> Comparison:
    """Return an angle of the leg that moved rather than its rate, where it lies outside."""
    own = of.usual[family.lead.metric, family.side]
    others = [c for c in family.members if c.side in SIDES and c != own]
    return min([own, *others], key=lambda c: (c.side != family.side, _is_rate(c.metric)))


def _is_rate(metric: str) -> bool:
    return metric.rpartition("_")[0].endswith("_rate")


def _finding(of: Compared, family: Family, c: Comparison) -> Finding:
    m = of.data.metrics[c.metric]
    others = (family.lead, *family.members)
    return Finding(
        metric=c.metric,
        side=c.side,
        direction=_direction(c),
        level=family.level,
        size=c.difference / c.typical_error,
        difference=c.difference,
        difference_low=c.difference_low,
        difference_high=c.difference_high,
        title=_title(c, m),
        text=f"{_numbers(of, c, m)} {HOW_SURE[family.level]}",
        related=tuple(
            _title(other, of.data.metrics[other.metric])
            for other in others
            if other.side in SIDES and other != c
        ),
        measured=m.measured,
        matters=m.matters,
        not_known=NOT_KNOWN[m.matters.tag],
    )


def _direction(c: Comparison) -> Literal["higher", "lower"]:
    return "higher" if c.difference > 0 else "lower"


def _title(c: Comparison, m: Metric) -> str:
    return f"{m.label}, {c.side}: {quantity(abs(c.difference), m.unit)} {_direction(c)}"


def _numbers(of: Compared, c: Comparison, m: Metric) -> str:
    """Return today, what is usual and the difference; between the legs where that shows it."""
    here = (
        f"{quantity(c.today, m.unit)} today; usual at today's pace: "
        f"{span(c.low, c.high, m.unit)}{symbol(m.unit)}. "
        f"Difference from the middle of it: {_difference(c, m)}."
    )
    if c.state == "outside":
        return here
    both = of.usual[c.metric, "left - right"]
    return (
        f"{here} By itself this leg is inside that range; your difference between left and right "
        f"is not: it changed by {_difference(both, m)}."
    )


def _difference(c: Comparison, m: Metric) -> str:
    interval = span(c.difference_low, c.difference_high, m.unit, signed=True)
    return (
        f"{quantity(c.difference, m.unit, signed=True)} (95 % interval {interval}{symbol(m.unit)})"
    )


def headline(of: Compared) -> str:
    """Return the one sentence that comes first."""
    if not of.data.ran:
        return "Nothing is compared: no running was found in this recording."
    if not of.data.comparable:
        return f"Nothing is compared: this recording is of grade {of.data.grade}."
    if (sessions := past_sessions(of)) < MODEL.least:
        return f"Building your baseline ({sessions}/{MODEL.least})."
    if of.today.conditions != COMPARABLE:
        return f"{_other_conditions(of)}: nothing is compared."
    judged = [c for c in of.legs if c.state in JUDGED]
    if not judged:
        return "Nothing could be compared today."
    if said := gathered(of, _shown(of)):
        return said
    faulty = [why for cell, why in of.unmeasured.items() if _leg_faulty(of, cell, why)]
    happened = "a pod slipped" if all(map(_slipped, faulty)) else "something was wrong with a pod"
    more = f"; {len(faulty)} more are left out, as {happened}" if faulty else ""
    over = (over_run(of) != "", over_weeks(of) != "")
    if any(over):
        return (
            f"Taken as a whole, today's run is like your past ones ({len(judged)} "
            f"comparisons{more}), but {CHANGED_OVER[over]}."
        )
    return f"Nothing stands out in {len(judged)} comparisons with your past runs{more}."


def _slipped(why: str) -> bool:
    return why.endswith("slipped")


def _leg_faulty(of: Compared, cell: Cell, why: str) -> bool:
    metric, side = cell
    return why.startswith(FAULTY) and side in SIDES and of.data.metrics[metric].primary


def pattern_leg(of: Compared) -> str:
    """Return the leg that shows the declared pattern; empty where none does."""
    return next((f.side for f in of.today.findings if f.family == PATTERN), "")


def past_sessions(of: Compared) -> int:
    """Return how many past runs make the level that today is held against."""
    return max((c.sessions for c in of.legs), default=0)


def _other_conditions(of: Compared) -> str:
    """Return ``Faster than any past run (3.6 m/s; your runs: 2.6 to 3.0)``."""
    given = of.data.history.conditions
    steep = "steep" in of.today.conditions
    values, unit = (given.grade_pct, " %") if steep else (given.speed_mps, " m/s")
    past = values[of.data.past]
    ends = [f"{end:.1f}" for end in (np.nanmin(past), np.nanmax(past))]
    runs = " to ".join(dict.fromkeys(ends))
    words = of.today.conditions
    return f"{capital(words)} ({values[-1]:.1f}{unit}; your runs: {runs})"


def detail(of: Compared) -> list[str]:
    """Return what the headline leaves open: why nothing is judged, or what could be seen."""
    if not of.data.comparable:
        return ["The reasons stand beside the grade. Today's run does not count as usual either."]
    judged = [c for c in of.legs if c.state in JUDGED]
    if not judged:
        return [_when_judged(of)]
    said = [*of.today.seldom]
    leg = pattern_leg(of)
    if leg and len(of_pattern(of, "left" if leg == "left" else "right")) > 1:
        said.append(A_PATTERN.format(leg=leg))
    if of.today.findings and (unstated := unstated_causes(of)):
        said.append(ALONE.format(unstated=unstated, were=were(unstated)))
    said.append(_at_the_edge(of, judged))
    if not of.today.findings:
        said.append(_detectable(of, judged))
    return [*filter(None, said)]


def left_out(of: Compared) -> str:
    """Name what a fault of a pod takes out of today's comparison; empty where there was none."""
    words: dict[str, dict[str, None]] = {}
    for c in of.legs:
        why = of.unmeasured.get((c.metric, c.side), "")
        if why.startswith(FAULTY):
            label = inside(of.data.metrics[c.metric].label)
            words.setdefault(why.removeprefix(FAULTY), {})[label] = None
    return " ".join(
        f"The {why}, so {OUT[why]} is not compared: {listed(list(labels))}."
        for why, labels in words.items()
    )


OF_UNIT: Final = {"°": "an angle", "°/s": "its rate", "g": "an impact"}
"""Unit -> what has it."""
OUT: Final = {fault.words: fault.out for fault in FAULTS}


def _at_the_edge(of: Compared, judged: Sequence[Comparison]) -> str:
    edge: dict[str, list[str]] = {}
    for c in judged:
        if c.state == "at the edge":
            edge.setdefault(c.words, []).append(f"{of.data.metrics[c.metric].label} ({c.side})")
    return " ".join(f"{listed(names)}: {words}." for words, names in edge.items())


def _detectable(of: Compared, judged: Sequence[Comparison]) -> str:
    reach: dict[Unit, list[float]] = {}
    for c in judged:
        reach.setdefault(of.data.metrics[c.metric].unit, []).append((c.high - c.low) / 2)
    limits = [
        f"{OF_UNIT.get(unit.shown, 'a measure')} by less than {_least(sizes, unit)}"
        for unit, sizes in reach.items()
    ]
    return (
        f"In one run alone, {listed(limits)}, depending on the measure, may change without being "
        "told from chance; the usual range of each says it."
    )


def _least(sizes: Sequence[float], unit: Unit) -> str:
    """Return ``1.2 to 2.8°``, or one number where they are shown alike."""
    ends = dict.fromkeys(number(end, unit) for end in (min(sizes), max(sizes)))
    return " to ".join(ends) + symbol(unit)


def _when_judged(of: Compared) -> str:
    if past_sessions(of) < MODEL.least:
        added = "is excluded, so it is not added to it" if of.data.excluded else "is added to it"
        return (
            f"Today's run {added}. After {MODEL.least} runs that count, each new run is compared "
            "with your own usual range; until then there are numbers but no verdicts."
        )
    if of.today.conditions != COMPARABLE:
        return (
            "Many measures change with pace and hills, and you have no run like this one yet to "
            "hold it against. Today's run is added to your past runs: the next one like it can be "
            "compared."
        )
    return "The table says why for each measure."


def also(hidden: Sequence[Finding]) -> str:
    """Name what changed beyond the cards shown; empty when there is none."""
    titles = [title for finding in hidden for title in (finding.title, *finding.related)]
    return f"Also outside your usual range: {'; '.join(titles)}." if titles else ""
