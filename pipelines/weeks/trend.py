"""What has changed over weeks of one runner: trend, level shift, last runs off the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from imu.baseline.across_weeks.effects import DAYS_A_WEEK, LAST_RUNS, LEAST_RUNS
from imu.baseline.across_weeks.level_shift import LEAST_BESIDE
from imu.baseline.across_weeks.over_weeks import (
    SHIFT_RUNS,
    TREND_WEEKS,
    Answer,
    OverWeeks,
    over_weeks,
)
from imu.baseline.expected import BETWEEN, CellSide
from imu.frames import BoolArray
from pipelines.formatting import plural
from pipelines.store.many_sessions.reference import day
from pipelines.weeks.course import Courses, Went, courses, of_shift, of_trend
from pipelines.weeks.families import by_family
from pipelines.weeks.levels import Level, levels
from pipelines.weeks.pattern import is_lone_pattern
from pipelines.weeks.reference import Reference, reference_of
from pipelines.weeks.runs import CELLS, PRIMARY, Runs, cautions, runs_of
from pipelines.weeks.words import change, how_to_read, signed, titled, unit

QUESTIONS: Final = ("trend", "shift", "lasting")


@dataclass(frozen=True, slots=True)
class Told:
    """One question's answer on one metric and side; stored units, NaN where unknown.

    `size` is per week for a trend; `low` to `high` its 95 % interval. `day` is that of a level
    shift. `went` says whether a step or a gradual change fits the runs better, or that the two
    cannot be told apart, and `since` from when on. `words` say it as a sentence,
    `short` as an entry of a table.
    """

    question: str
    metric: str
    side: CellSide
    family: str
    size: float
    low: float
    high: float
    p_value: float
    sessions: int
    named: bool
    day: str
    went: Went
    since: str
    words: str
    short: str


@dataclass(frozen=True)
class Trends:
    """All that is said of a runner's weeks: `told` of every cell and question that was asked for.

    `levels` are the averages of the same cells that lean on recent runs. `also_changed` are the
    families that changed in other measures; `asked` says of which runs, `reference` what is usual,
    `too_few` which questions there are too few runs for, `cautions` what else limits the answers.
    """

    athlete: str
    asked: str
    reference: str
    told: tuple[Told, ...]
    levels: tuple[Level, ...]
    also_changed: tuple[str, ...]
    too_few: tuple[str, ...]
    cautions: tuple[str, ...]


def trends(
    root: Path, athlete: str, *, since: str | None = None, metrics: Sequence[str] = ()
) -> Trends:
    """Ask what has changed over the weeks of an athlete; `metrics` limits what is given back.

    All primary metrics are judged together in any case. `since` is the day from which on trend
    and level shift are asked. Raises ValueError with one sentence when nothing can be asked.
    """
    check_metrics(metrics)
    runs = runs_of(root, athlete)
    return trends_of(runs, reference_of(root, runs), since=since, metrics=metrics)


def trends_of(
    runs: Runs, reference: Reference, *, since: str | None = None, metrics: Sequence[str] = ()
) -> Trends:
    """Ask the same of `runs` that were read."""
    mask = None if since is None else _since(runs, day(since))
    found = over_weeks(
        runs.values,
        runs.history.conditions,
        runs.used,
        CELLS,
        reference=reference.runs if reference.chosen else None,
        since=mask,
    )
    too_few = _too_few(runs, found, reference)
    if len(too_few) == len(QUESTIONS):
        raise ValueError(f"{runs.athlete} has too few runs: {'; '.join(too_few)}")
    told = _told(runs, found)
    shown = [one for one in told if not metrics or one.metric in metrics]
    rest = by_family(one for one in told if one not in shown)
    return Trends(
        runs.athlete,
        _asked(runs, found),
        reference.words,
        tuple(shown),
        tuple(one for one in levels(runs, reference) if not metrics or one.metric in metrics),
        tuple(rest),
        too_few,
        tuple(cautions(runs, runs.count)),
    )


def check_metrics(metrics: Sequence[str]) -> None:
    """Refuse a metric that is not compared."""
    for name in metrics:
        if name not in PRIMARY:
            raise ValueError(f"{name!r} is not compared over weeks; choose of {', '.join(PRIMARY)}")


def _since(runs: Runs, first: date) -> BoolArray:
    runs_since = np.array([day(name[:10]) >= first for name in runs.history.sessions])
    if not (runs_since & runs.count).any():
        last = runs.day(int(np.flatnonzero(runs.count)[-1]))
        raise ValueError(f"no run of {runs.athlete} since {first} counts; the last is of {last}")
    return runs_since


def _asked(runs: Runs, found: OverWeeks) -> str:
    trend, shift = (int(one.runs.sum()) for one in (found.trend, found.shift))
    return (
        f"{plural(int(runs.count.sum()), 'run')} that count, {runs.days(runs.count)}; trend of "
        f"{trend}, level shift among {shift} of them"
    )


def _too_few(runs: Runs, found: OverWeeks, reference: Reference) -> tuple[str, ...]:
    trend, shift = (int(one.runs.sum()) for one in (found.trend, found.shift))
    last = np.flatnonzero(reference.runs)[-1]
    after = int(runs.count[last + 1 :].sum())
    said = {
        f"a trend takes {LEAST_RUNS} runs, there are {trend}": trend < LEAST_RUNS,
        f"a level shift takes {2 * LEAST_BESIDE} runs, there are {shift}": shift < 2 * LEAST_BESIDE,
        f"a lasting change takes {LAST_RUNS} runs after the reference, there are {after}": (
            after < LAST_RUNS
        ),
    }
    return tuple(words for words, few in said.items() if few)


def _told(runs: Runs, found: OverWeeks) -> list[Told]:
    said: list[Told] = []
    ways = {"trend": _of_trend, "shift": _of_shift, "lasting": _of_lasting}
    went = courses(runs, found)
    for question, in_words in ways.items():
        answer: Answer = getattr(found, question)
        asked = [_one(question, answer, i, went, found, in_words) for i in range(len(CELLS))]
        said += [replace(o, named=o.named and not is_lone_pattern(o, asked)) for o in asked]
    return sorted(said, key=lambda one: CELLS.names.index((one.metric, one.side)))


Worded = Callable[[Courses, OverWeeks, int], tuple[str, str, str]]


def _one(
    question: str, answer: Answer, i: int, went: Courses, found: OverWeeks, in_words: Worded
) -> Told:
    metric, side = CELLS.names[i]
    of_cell = (answer.effect.size[i], answer.low[i], answer.high[i], answer.effect.p_value[i])
    size, low, high, p_value = (float(value) for value in of_cell)
    known = np.isfinite(size)
    said, short, on = in_words(went, found, i) if known else ("not known", "not known", "")
    return Told(
        question,
        metric,
        side,
        CELLS.families[CELLS.family[i]],
        size,
        low if known else float("nan"),
        high if known else float("nan"),
        p_value if known else float("nan"),
        int(answer.effect.sessions[i]) if known else 0,
        bool(answer.named[i]),
        on,
        went.went(i) if known else "",
        went.since(i) if known else "",
        f"{titled(metric, side)}: {said}",
        short,
    )


def _of_trend(went: Courses, found: OverWeeks, i: int) -> tuple[str, str, str]:
    runs = went.runs
    size, low, high = _ends(found.trend, i)
    of, mine = unit(CELLS.names[i][0], finer=1), found.trend.runs & runs.used[:, i]
    days = runs.history.conditions.day[mine]
    weeks = max(round(float(np.ptp(days)) / DAYS_A_WEEK), 1)
    over = f"over {plural(weeks, 'week')}, {plural(int(mine.sum()), 'run')}"
    way = "rises" if size > 0 else "falls"
    said = f"{way} by {change(size, low, high, of, per=' a week')} {over}"
    if found.trend.named[i]:
        said += of_trend(went.went(i), went.since(i))
    return said, signed(size, low, high, of), ""


def _of_shift(went: Courses, found: OverWeeks, i: int) -> tuple[str, str, str]:
    runs = went.runs
    size, low, high = _ends(found.shift, i)
    of, mine = unit(CELLS.names[i][0]), found.shift.runs & runs.used[:, i]
    at = int(found.at[i])
    before, after = int(mine[:at].sum()), int(mine[at:].sum())
    way = "higher" if size > 0 else "lower"
    on = runs.day(at)
    said = f"since {on} {way} by {change(size, low, high, of)}; {before} runs before, {after} since"
    if found.shift.named[i]:
        said += of_shift(went.went(i), went.since(i))
    short = f"{on} {signed(size, low, high, of)}" if found.shift.named[i] else "none to tell"
    return said, short, on


def _of_lasting(_went: Courses, found: OverWeeks, i: int) -> tuple[str, str, str]:
    size, low, high = _ends(found.lasting, i)
    of = unit(CELLS.names[i][0])
    way = "above" if size > 0 else "below"
    said = f"the last {LAST_RUNS} runs lie {change(size, low, high, of)} {way} the reference"
    return said, signed(size, low, high, of), ""


def _ends(answer: Answer, i: int) -> tuple[float, float, float]:
    return float(answer.effect.size[i]), float(answer.low[i]), float(answer.high[i])


def lines_of(said: Trends) -> list[str]:
    """Return the answers as lines for people: what changed by family, then every leg."""
    lines = [f"{said.athlete}: {said.asked}.", f"Reference: {said.reference}."]
    lines += [f"Too few runs: {words}." for words in said.too_few]
    found = by_family(said.told)
    if not found and not said.also_changed:
        lines.append("Nothing has changed that could be told from the noise between runs.")
    for family, members in found.items():
        lines += [f"Changed: {family}", *(f"  {one.words}" for one in members)]
    if said.also_changed:
        lines.append(f"Changed in measures that are not shown: {', '.join(said.also_changed)}.")
    lines += ["", *_padded(HEAD, rows(said)), *ABOUT]
    lines += how_to_read(one.metric for one in said.told if one.named)
    return [*lines, "", *(f"Note: {words}" for words in said.cautions)]


HEAD: Final = (
    "leg, measure",
    "a week",
    "level shift",
    f"last {LAST_RUNS} less reference",
    "recent average less reference",
)
ABOUT: Final = (
    f"With 95 % intervals; * is named. All measures and questions were judged together. Trend: "
    f"the last {TREND_WEEKS:g} weeks; level shift: the last {SHIFT_RUNS} runs, unless --since.",
    "The recent average (EWMA) leans on recent runs; beside it stand the limits within which all "
    "averages of an unchanged runner stay 19 times out of 20, and since when it lies beyond.",
)


def rows(said: Trends) -> list[tuple[str, ...]]:
    """Return a row for each leg, and for differences between legs of which anything stands out."""
    of_cells: dict[tuple[str, CellSide], list[Told]] = {}
    for one in said.told:
        of_cells.setdefault((one.metric, one.side), []).append(one)
    average = {(one.metric, one.side): one for one in said.levels}
    return [
        (
            titled(*cell),
            *(one.short + (" *" if one.named else "") for one in told),
            average[cell].short,
        )
        for cell, told in of_cells.items()
        if cell[1] != BETWEEN or average[cell].outside or any(one.named for one in told)
    ]


def _padded(head: tuple[str, ...], body: list[tuple[str, ...]]) -> list[str]:
    cells = [head, *body]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
