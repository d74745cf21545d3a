"""Say where a runner stands after her last run, from the table of her sessions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from imu.baseline.like_for_like import MODEL
from imu.frames import SIDES
from pipelines import store
from pipelines.formatting import NARROW, capital, listed
from pipelines.report.compared import Compared, compare
from pipelines.report.data import ReportData, caution_of, reference_or_why
from pipelines.report.standing import Kind, Standing
from pipelines.report.verdict.findings import COMPARABLE, headline, past_sessions, pattern_leg
from pipelines.report.verdict.next_step import next_step
from pipelines.report.verdict.over_time import (
    LEFT_AGAINST_RIGHT,
    ChangedOverWeeks,
    changed_over_weeks,
)
from pipelines.report.words.standing import NEVER_RUN, SURE
from pipelines.store.many_sessions.catalogue import Store
from pipelines.store.many_sessions.history import history_in
from pipelines.store.many_sessions.sessions import session_table


def stands(root: Path, athlete: str) -> Standing:
    """Return where an athlete stands; OSError without such a store."""
    opened = store.open(root)
    return stands_by(opened, athlete, session_table(opened.root, athlete))


def stands_by(opened: Store, athlete: str, table: Any) -> Standing:
    """Return the same by the `table` of her sessions, where that is known already."""
    if not len(table):
        return Standing(athlete, "no run", NEVER_RUN)
    try:
        of = compare(data_of(opened, athlete, table))
    except ValueError as error:
        return Standing(athlete, "no run", f"Nothing can be said: {error}.", runs=len(table))
    return standing_of(of, len(table))


def data_of(opened: Store, athlete: str, table: Any) -> ReportData:
    """Return the last run of the `table` of an athlete's sessions, without its stances."""
    known = history_in(table, athlete)
    if not len(known):
        raise ValueError(f"none of the {len(table)} sessions of {athlete} can be read")
    row = table.set_index("session").loc[known.sessions[-1]]
    reference, _ = reference_or_why(opened, athlete, known)
    return ReportData(
        athlete=athlete,
        session=known.sessions[-1],
        started=known.started[-1],
        duration_s=float(row["duration_s"]),
        running_s=float(known.running_s[-1]),
        grade=str(row["grade"]),
        reasons=tuple(str(row["reasons"]).split("; ")),
        pods={},
        side=np.zeros(0, dtype=np.str_),
        time_s=np.zeros(0),
        values={},
        history=known,
        reference=reference,
        caution=caution_of(opened, athlete, known),
    )


def standing_of(of: Compared, runs: int) -> Standing:
    """Return where the runner of a compared run stands; she has `runs` sessions."""
    over, found = changed_over_weeks(of.data), of.today.findings
    levels = [one.level for one in found]
    ranks = [*(one.p_value for one in found), *([over.p_value] if over else [])]
    return Standing(
        athlete=of.data.athlete,
        kind=_kind(of, over, levels),
        headline=headline(of),
        weeks=f"{capital(over.changes)}; {over.when}." if over else "",
        legs=_legs(of, over),
        since=_since(of, over),
        sure=_sure(of, over),
        next_step=next_step(of),
        caution=of.data.caution,
        session=of.data.session,
        day=of.data.history.days[-1].isoformat(),
        grade=of.data.grade,
        runs=runs,
        # What the last run shows as well as the weeks comes before what one of them shows.
        rank=min(ranks, default=1.0) + (not (over and found)),
    )


def _kind(of: Compared, over: ChangedOverWeeks | None, levels: Sequence[str]) -> Kind:
    if over or "firm" in levels:
        return "changed"
    if levels:
        return "seen once"
    if not of.data.comparable:
        return "poor"
    if past_sessions(of) < MODEL.least:
        return "building"
    return "usual" if of.today.conditions == COMPARABLE else "other"


def _legs(of: Compared, over: ChangedOverWeeks | None) -> str:
    """Return the legs that changed, that of the last run first; of their difference alone both."""
    today = [pattern_leg(of), *(one.side for one in of.today.findings)]
    every = dict.fromkeys([*today, *(over.legs if over else ())])
    legs = [f"{side} leg" for side in every if side in SIDES]
    return listed(legs) or (LEFT_AGAINST_RIGHT if over else "")


def _sure(of: Compared, over: ChangedOverWeeks | None) -> str:
    """Return how sure the last run is, by leg where the legs differ, and the weeks."""
    of_leg: dict[str, str] = {}
    for one in of.today.findings:
        leg = one.side if one.side in SIDES else pattern_leg(of) or LEFT_AGAINST_RIGHT
        of_leg[leg] = "firm" if "firm" in (one.level, of_leg.get(leg)) else one.level
    weeks = [SURE["weeks"]] if over else []
    if len({*of_leg.values()}) < 2:
        return listed([*(SURE[how] for how in {*of_leg.values()}), *weeks])
    by_leg = sorted(of_leg.items(), key=lambda one: one[1] != "firm")
    return ", ".join([*(f"{_leg(leg)} {SURE[how]}" for leg, how in by_leg), *weeks])


def _leg(leg: str) -> str:
    return f"{leg} leg" if leg in SIDES else leg


def _since(of: Compared, over: ChangedOverWeeks | None) -> str:
    if over:
        return over.when
    day = of.data.history.days[-1]
    return f"the run of {day.day}{NARROW}{day:%B}" if of.today.findings else ""
