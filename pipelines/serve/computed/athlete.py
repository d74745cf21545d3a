"""What the page of one runner shows: where she stands, her weeks, every measure over the days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.report.standing import Standing

if TYPE_CHECKING:
    import pandas as pd

    from imu.frames import Side
    from pipelines.report.compared import Compared
    from pipelines.report.parts.weeks import Weeks
    from pipelines.serve.computed.calendar import Week
    from pipelines.serve.computed.chart import Series


@dataclass(frozen=True, slots=True)
class Chart:
    """One measure of one leg: drawn, and in words where it lies and what changed."""

    side: str
    svg: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One primary measure with the charts of its legs."""

    name: str
    label: str
    unit: str
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class AthletePage:
    """All that the page of a runner shows; `weeks_table` has rows under `weeks_head`.

    `reference` says which runs are her usual, `reference_problem` why those chosen cannot be.
    `chosen` is what she chose, empty by rule. `choices` are words that periods may be chosen by.
    """

    stands: Standing
    weeks_words: str
    weeks_changes: tuple[str, ...]
    weeks_head: tuple[str, ...]
    weeks_table: tuple[tuple[str, ...], ...]
    weeks_about: tuple[str, ...]
    measures: tuple[Measure, ...]
    calendar: tuple[Week, ...]
    reference: str
    reference_problem: str
    chosen: str
    choices: tuple[str, ...]
    cautions: tuple[str, ...]


def athlete_page(root: Path, athlete: str) -> AthletePage:
    """Return what is shown of an athlete; FileNotFoundError without such an athlete."""
    from pipelines import store
    from pipelines.report.compared import compare
    from pipelines.report.parts.weeks import weeks
    from pipelines.report.verdict.stands import data_of, standing_of, stands
    from pipelines.serve.computed.calendar import calendar_of
    from pipelines.store.many_sessions.sessions import session_table
    from pipelines.store.stated.athlete import read_athlete

    opened = store.open(root)
    if athlete not in opened.athletes():
        raise FileNotFoundError(f"there is no runner {athlete} in this store")
    table = session_table(root, athlete)
    left_out = tuple(f"Left out: {words}." for words in table.attrs["left_out"])
    try:
        of = compare(data_of(opened, athlete, table))
    except ValueError:
        return _nothing(stands(root, athlete), calendar_of(table), left_out)
    said = weeks(of.data)
    words, problem = _reference(root, of)
    return AthletePage(
        stands=standing_of(of, len(table)),
        weeks_words=said.words,
        weeks_changes=said.changes,
        weeks_head=said.head,
        weeks_table=said.table,
        weeks_about=said.about,
        measures=_measures(of, said),
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
        stands, "", (), nothing, (), nothing, (), calendar, "", "", "", nothing, left_out
    )


def _reference(root: Path, of: Compared) -> tuple[str, str]:
    """Return the reference in words, and why what was chosen cannot be it; "" where it can."""
    from pipelines.weeks.reference import reference_among, reference_of
    from pipelines.weeks.runs import runs_in

    try:
        runs = runs_in(of.data.athlete, of.data.history)
    except ValueError as error:
        return "", str(error)
    try:
        return reference_of(root, runs).words, ""
    except (OSError, ValueError) as error:
        return reference_among(runs, None).words, str(error)


def _cautions(of: Compared, said: Weeks) -> tuple[str, ...]:
    trend = said.said.cautions if said.said else of.data.history.left_out
    return tuple(dict.fromkeys([*filter(None, [of.data.caution]), *trend]))


def _choices(of: Compared) -> tuple[str, ...]:
    """Return what a period of her runs may be called: what was stated of them, and the last."""
    from pipelines.weeks.periods import STATED_UNDER

    known = of.data.history
    stated = [f"{kind}:{word}" for kind, key in STATED_UNDER.items() for word in known.words(key)]
    return ("last:6", *stated, *(f"before:{word}" for word in stated))


def _measures(of: Compared, said: Weeks) -> tuple[Measure, ...]:
    return tuple(
        Measure(name, m.label, m.unit.shown, tuple(_chart(of, said, name, j) for j in (0, 1)))
        for name, m in of.data.metrics.items()
        if m.primary
    )


def _chart(of: Compared, said: Weeks, name: str, leg: int) -> Chart:
    from imu.frames import SIDES
    from pipelines.formatting import quantity
    from pipelines.serve.computed.chart import drawn

    m, side = of.data.metrics[name], SIDES[leg]
    words = _words(of, said, name, side)
    last = quantity(float(of.data.history.medians[name][-1, leg]), m.unit)
    label = f"{m.label}, {side}, run after run: {last} in the last run. {' '.join(words)}"
    return Chart(side, drawn(_series(of, said, name, leg), side, m.unit, label), words)


def _words(of: Compared, said: Weeks, name: str, side: Side) -> tuple[str, ...]:
    """Return what the report says of the last run here, and what is named over the weeks."""
    from pipelines.formatting import quantity, span, symbol
    from pipelines.report.parts.tables import row

    m, c = of.data.metrics[name], of.usual[name, side]
    here = row(of, c, m.unit)
    usual = f", usual {span(c.low, c.high, m.unit)}{symbol(m.unit)}" if here.strip else ""
    last = f"Last run {quantity(c.today, m.unit)}{usual}: {here.verdict[:1].lower()}"
    told = said.said.told if said.said else ()
    named = [o.words for o in told if o.named and (o.metric, o.side) == (name, side)]
    return (f"{last}{here.verdict[1:]}.", *(f"{w[:1].upper()}{w[1:]}." for w in named))


def _series(of: Compared, said: Weeks, name: str, leg: int) -> Series:
    import numpy as np

    from imu.frames import SIDES
    from pipelines.serve.computed.chart import Series
    from pipelines.weeks.reference import reference_among
    from pipelines.weeks.runs import runs_in

    known, c = of.data.history, of.usual[name, SIDES[leg]]
    told = said.said.told if said.said else ()
    named = [o for o in told if o.named and (o.metric, o.side) == (name, c.side) and o.since]
    since = min(named, key=lambda one: one.p_value).since if named else ""
    usual = np.zeros(len(known), dtype=bool)
    if known.usable.any() and np.isfinite(known.medians[name]).any():
        usual = reference_among(runs_in(of.data.athlete, known), of.data.reference).runs
    return Series(
        days=known.days,
        values=known.medians[name][:, leg],
        counts=known.usable,
        reference=usual,
        usual=(c.low, c.high),
        since=date.fromisoformat(since) if since else None,
        at_least=6 * of.data.metrics[name].typical_error,
    )
