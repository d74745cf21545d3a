"""Ask of the runs of a case what a single report cannot tell: two periods, or a trend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pipelines.demo.cases import NOTHING, Case
from pipelines.demo.scenario import ATHLETE
from pipelines.demo.shown import OverWeeks
from pipelines.weeks.compare import Difference, compared
from pipelines.weeks.families import by_family
from pipelines.weeks.trend import Told, trends


def asked(case: Case, store: Path, sessions: Sequence[str]) -> OverWeeks | None:
    """Return the answer to the question that `case` asks of its `sessions`, oldest first."""
    if case.over_weeks == "compare":
        return _of_two_periods(case, store, sessions)
    return _of_trend(store) if case.over_weeks == "trend" else None


def _of_two_periods(case: Case, store: Path, sessions: Sequence[str]) -> OverWeeks:
    """Hold the runs since the change against those before it."""
    before = sum(run.change == NOTHING for run in case.past.runs)
    first, second = (
        f"{of[0][:10]}..{of[-1][:10]}" for of in (sessions[:before], sessions[before:])
    )
    said = compared(store, ATHLETE, first, second)
    return OverWeeks(f"compare {ATHLETE} --from {first} --with {second}", _lines(said.differences))


def _of_trend(store: Path) -> OverWeeks:
    return OverWeeks(f"trend {ATHLETE}", _lines(trends(store, ATHLETE).told))


def _lines(judged: Iterable[Told | Difference]) -> tuple[str, ...]:
    """Return what is named, without the rate of an angle that is named itself."""
    lines: list[str] = []
    for members in by_family(judged).values():
        angles = [one for one in members if "_rate_" not in one.metric]
        lines += [one.words for one in angles or members]
    return tuple(lines)
