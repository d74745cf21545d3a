"""What the page of one runner shows: where she stands, her weeks, every measure over the days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from imu.baseline.comparisons import Comparison
from imu.frames import SIDES, BoolArray, Side
from pipelines.formatting import capital, inside, listed, quantity, span, symbol
from pipelines.report.compared import Compared, compare
from pipelines.report.parts.tables import row
from pipelines.report.parts.weeks import Weeks, weeks
from pipelines.report.standing import Standing
from pipelines.report.verdict.findings import pattern_leg
from pipelines.report.verdict.gathered import of_pattern
from pipelines.report.verdict.stands import data_of, standing_of, stands
from pipelines.serve.computed.calendar import calendar_of
from pipelines.serve.computed.chart import Series, drawn, ends
from pipelines.serve.computed.known import known_runner
from pipelines.serve.computed.records import AthletePage, Chart, Measure, Week
from pipelines.serve.sentences import of_error
from pipelines.serve.words import RUNNER
from pipelines.store.many_sessions.sessions import session_table
from pipelines.store.stated.athlete import read_athlete
from pipelines.weeks.periods import STATED_UNDER
from pipelines.weeks.reference import reference_among, reference_of
from pipelines.weeks.runs import runs_in
from pipelines.weeks.trend import Told

LEAST_SPAN: Final = 6
"""Typical errors that an axis spans at least, so that little noise looks like little."""


def made(root: Path, athlete: str) -> AthletePage:
    """Return what is shown of an athlete; FileNotFoundError without such an athlete."""
    opened = known_runner(root, athlete)
    table = session_table(root, athlete)
    left_out = tuple(f"Left out: {words}." for words in table.attrs["left_out"])
    try:
        of = compare(data_of(opened, athlete, table))
    except ValueError:
        return _nothing(stands(root, athlete), calendar_of(table), left_out)
    said, pattern = weeks(of.data), _pattern(of)
    words, problem = _reference(root, of)
    return AthletePage(
        stands=standing_of(of, len(table)),
        weeks_words=said.words,
        weeks_changes=said.changes,
        weeks_head=said.head,
        weeks_table=said.table,
        weeks_about=said.about,
        together=_together(of, pattern),
        measures=_measures(of, said, pattern),
        calendar=calendar_of(table),
        reference=words,
        reference_problem=problem,
        chosen="" if problem else read_athlete(root, athlete).reference,
        choices=_choices(of),
        cautions=(*left_out, *_cautions(of, said)),
    )


def _nothing(
    stands: Standing, calendar: tuple[Week, ...], left_out: tuple[str, ...]
) -> AthletePage:
    nothing: tuple[str, ...] = ()
    return AthletePage(
        stands, "", (), nothing, (), nothing, "", (), calendar, "", "", "", nothing, left_out
    )


def _reference(root: Path, of: Compared) -> tuple[str, str]:
    """Return the reference in words, and why what was chosen cannot be it; "" where it can."""
    try:
        runs = runs_in(of.data.athlete, of.data.history)
    except ValueError as error:
        return "", of_error(error, root)
    try:
        return reference_of(root, runs).words, ""
    except (OSError, ValueError) as error:
        return reference_among(runs, None).words, of_error(error, root)


def _cautions(of: Compared, said: Weeks) -> tuple[str, ...]:
    trend = said.said.cautions if said.said else of.data.history.left_out
    return tuple(dict.fromkeys([*filter(None, [of.data.caution]), *trend]))


def _choices(of: Compared) -> tuple[str, ...]:
    """Return what a period of her runs may be called: what was stated of them, and the last."""
    known = of.data.history
    stated = [f"{kind}:{word}" for kind, key in STATED_UNDER.items() for word in known.words(key)]
    return ("last:6", *stated, *(f"before:{word}" for word in stated))


def _together(of: Compared, pattern: Sequence[Comparison]) -> str:
    """Say of which measures the pattern of a leg is made, where none of them is outside alone."""
    if not pattern or any(c.state == "outside" for c in pattern):
        return ""
    labels = [inside(of.data.metrics[c.metric].label) for c in pattern]
    return str(RUNNER["together"].format(leg=pattern[0].side, labels=listed(labels)))


def _pattern(of: Compared) -> list[Comparison]:
    """Return what the pattern of a leg is made of in the last run; nothing where it shows none."""
    leg = pattern_leg(of)
    return [c for side in SIDES if side == leg for c in of_pattern(of, side)]


def _measures(of: Compared, said: Weeks, pattern: Sequence[Comparison]) -> tuple[Measure, ...]:
    """Return all primary measures, first those of which anything is named."""
    together = {c.metric for c in pattern}
    every = [
        _measure(of, said, name, patterned=name in together)
        for name, m in of.data.metrics.items()
        if m.primary
    ]
    return tuple(sorted(every, key=lambda one: not one.changed))


def _measure(of: Compared, said: Weeks, name: str, *, patterned: bool) -> Measure:
    m, named = of.data.metrics[name], _named(said, name)
    charts = tuple(_chart(of, name, side, named) for side in SIDES)
    outside = any(of.usual[name, side].state == "outside" for side in SIDES)
    between = _between(of, name)
    changed = bool(named or between) or outside or patterned
    return Measure(name, m.label, m.unit.shown, charts, between, changed=changed)


def _between(of: Compared, name: str) -> str:
    c, unit = of.usual[name, "left - right"], of.data.metrics[name].unit
    if c.state != "outside":
        return ""
    interval = span(c.difference_low, c.difference_high, unit, signed=True) + symbol(unit)
    change = quantity(c.difference, unit, signed=True)
    return str(RUNNER["between"].format(change=change, interval=interval))


def _named(said: Weeks, name: str) -> list[Told]:
    told = said.said.told if said.said else ()
    return [one for one in told if one.named and one.metric == name]


def _chart(of: Compared, name: str, side: Side, named: Sequence[Told]) -> Chart:
    m, c = of.data.metrics[name], of.usual[name, side]
    here, mine = row(of, c, m.unit), [one for one in named if one.side == side]
    usual = "" if here.strip is None else f", usual {span(c.low, c.high, m.unit)}{symbol(m.unit)}"
    verdict = f"{here.verdict[:1].lower()}{here.verdict[1:]}"
    words = (
        f"Last run {quantity(c.today, m.unit)}{usual}: {verdict}.",
        *(f"{capital(one.words)}." for one in mine),
    )
    label = f"{m.label}, {side}, run after run. {' '.join(words)}"
    return Chart(side, drawn(_series(of, name, side, mine), side, m.unit, label), words)


def _series(of: Compared, name: str, side: Side, named: Sequence[Told]) -> Series:
    known, m, c = of.data.history, of.data.metrics[name], of.usual[name, side]
    dated = [one for one in named if one.since]
    since = min(dated, key=lambda one: one.p_value).since if dated else ""
    both = [(of.usual[name, leg].low, of.usual[name, leg].high) for leg in SIDES]
    low, high = ends(np.append(known.medians[name], both), LEAST_SPAN * m.typical_error)
    return Series(
        days=known.days,
        values=known.medians[name][:, SIDES.index(side)],
        counts=known.usable,
        reference=_reference_runs(of),
        usual=(c.low, c.high),
        since=date.fromisoformat(since) if since else None,
        low=low,
        high=high,
    )


def _reference_runs(of: Compared) -> BoolArray:
    try:
        runs = runs_in(of.data.athlete, of.data.history)
    except ValueError:  # none counts
        return np.zeros(len(of.data.history), dtype=bool)
    return reference_among(runs, of.data.reference).runs
