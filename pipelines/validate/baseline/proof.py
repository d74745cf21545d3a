"""Figures and tables of the proof: the comparison, and beside it the rule as watches use it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipelines.validate.baseline import cases, of_late, one_run, weeks
from pipelines.validate.baseline.athletes import STEADY, Habits
from pipelines.validate.baseline.cases import Unchanged
from pipelines.validate.baseline.mixes import EVERYDAY
from pipelines.validate.baseline.rows import COLUMNS, Row, Share, least, most, pct, two
from pipelines.validate.baseline.watch_rule import LAST_RUNS, LIMIT_PCT
from pipelines.validate.results import Figure, Part, Table

ON: Final = "made-up athletes, one value a session"
ANGLES: Final = (
    "pelvic_tilt_midstance_deg",
    "pelvic_rotation_over_leg_deg",
    "shank_internal_rotation_deg",
)


@dataclass(frozen=True)
class Scope:
    """Athletes of a run's cases, of each harder mix, of the cases over weeks, of single runs.

    `signals` are those of the full signals (`full_signals`).
    """

    athletes: int = 1000
    harder: int = 400
    long: int = 300
    laps: int = 150
    signals: int = 40


FULL: Final = Scope()
SMALL: Final = Scope(60, 30, 30, 10, signals=0)


def part(seed: int, scope: Scope = FULL) -> Part:
    """Return the proof from one `seed`: three to six minutes with `FULL`."""
    mixes = [
        cases.unchanged(
            seed,
            mix,
            scope.harder if place > 1 else scope.athletes,
            scope.long // 2 if place > 1 else scope.long,
        )
        for place, mix in enumerate(EVERYDAY)
    ]
    rows = [*_unchanged_rows(mixes), *_today_rows(seed, scope)]
    rows += [*_weeks_rows(seed, scope), *_of_late_rows(seed, scope), *_run_rows(seed, scope)]
    return Part(
        figures=tuple(row.figure for row in rows if row.figure is not None),
        tables=(_table(rows), _mixes(mixes)),
        remarks=(REMARK,),
    )


def _unchanged_rows(mixes: list[Unchanged]) -> Iterator[Row]:
    usual, worst = mixes[0], max(mixes, key=lambda m: m.once)
    yield most(ON, "unchanged: reports that name a change", Share(usual.once, usual.watch), 5.0)
    yield Row(f"the same, worst mix ({worst.mix})", None, worst.watch, pct(worst.once))
    firm = Figure(ON, "unchanged: firm", 100 * usual.firm, "%", high=0.5, decimals=2)
    yield Row("unchanged: reports that name a firm change", firm)
    worst = max(mixes, key=lambda m: m.firm)
    yield Row(f"the same, worst mix ({worst.mix})", None, ours=f"{100 * worst.firm:.2f} %")
    yield most(ON, "unchanged: athletes ever, over 20 reports, firm", Share(usual.ever_firm), 10.0)
    worst = max(mixes, key=lambda m: m.ever_firm)
    yield Row(f"the same, worst mix ({worst.mix})", None, ours=pct(worst.ever_firm))
    held = Figure(ON, "95 % intervals that hold", 100 * usual.covered, "%", low=93.0, high=97.0)
    yield Row("unchanged: 95 % intervals that hold the run", held)
    worst = max(mixes, key=lambda m: abs(m.covered - 0.95))
    yield Row(f"the same, worst mix ({worst.mix})", None, ours=pct(worst.covered))


def _today_rows(seed: int, scope: Scope) -> Iterator[Row]:
    n = scope.athletes
    named, told = cases.faster(seed + 1, n, 3.6)
    yield most(ON, "3.6 m/s against six runs at 2.8: a change named", named, 0.0)
    yield least(ON, "the same: told that it is faster than any past run", Share(told), 100.0)
    for known, how in ((True, "found and taken out"), (False, "not found")):
        for deg, share, when in ((5.0, 1.0, "at the start"), (8.0, 0.5, "mid-run")):
            said = cases.belt(seed + 2, n, deg, share, known=known)
            yield most(ON, f"belt slips {deg:g}° {when}, {how}", said, 5.0)
    yield most(ON, "new hard pair (impact +25 %), said so", cases.shoes(seed + 3, n), 5.0)
    for habits, name in ((STEADY, "one pace"), (Habits(), "everyday mix")):
        for before in (6, 14):
            one = cases.compensation(seed + 4, n, habits, before, 0.5)
            case = f"half compensation within three runs, {name}, {before} runs before"
            yield least(ON, case, one.found, 80.0)
            yield least(
                ON,
                f"of those, the right leg: {name}, {before} runs before",
                Share(one.right_leg),
                95.0,
            )
            yield Row("the same: the pattern named; firm", None, ours=two(one.pattern, one.firm))
    full = cases.compensation(seed + 4, n, STEADY, 6, 1.0)
    yield Row("full compensation: found; firm", None, ours=two(full.found.ours, full.firm))


def _weeks_rows(seed: int, scope: Scope) -> Iterator[Row]:
    """Trend, level shift and lasting change are judged together, as `midstance trend` does."""
    n = scope.long
    for before in (6, 0):
        for metric in ANGLES:
            case = f"4° in ten weeks, {before} runs before: {metric}"
            yield least(ON, case, weeks.drift(seed + 5, n, metric, 4.0, before), 90.0)
        none = weeks.drift(seed + 5, n, ANGLES[0], 0.0, before)
        yield most(ON, f"no drift, {before} runs before: any named", none, 5.0)
    for metric in ANGLES:
        one = weeks.lasting_change(seed + 6, n, metric, 4.0)
        yield least(ON, f"4° for good, named over weeks 30 runs later: {metric}", one.weeks, 95.0)
        both = two(one.today, one.dated)
        yield Row("the same: that run alone; dated within three runs", None, ours=both)
        held = pct(one.covered)
        yield Row("the same: 95 % intervals of the level shift that hold", None, ours=held)
    quiet = Share(weeks.weeks_unchanged(seed + 6, "everyday mix", n, 51))
    yield most(ON, "no change, 51 runs: any named over weeks", quiet, 5.0)
    for errors in (3.0, 4.0):
        block = weeks.strength_block(seed + 7, n, errors)
        case = f"ten runs against ten, six changes of {errors:g} typical errors"
        yield least(ON, f"{case}: worst of six", Share(block.worst), 90.0)
        yield Row(f"{case}: all six", None, block.watch_all_six, pct(block.all_six))
        yield most(ON, f"{case}: any wrong one", Share(block.wrong), 5.0)
        yield Row(f"{case}: 95 % intervals that hold", None, ours=pct(block.covered))


def _of_late_rows(seed: int, scope: Scope) -> Iterator[Row]:
    n = scope.long
    average = of_late.recent_average(seed + 10, n)
    case = "recent average (EWMA), no change: any beyond its limit"
    yield most(ON, case, Share(average.wrong), 5.0)
    case = f"the same, {of_late.STEP_ERRORS:g} typical errors for good: found in {of_late.WITHIN}"
    yield Row(f"{case} runs", None, ours=pct(average.found))
    kinds: tuple[of_late.Kind, ...] = ("step", "gradual")
    for deg in (4.0, 3.0):
        for kind in kinds:
            told = of_late.course(seed + 11, n // 3, kind, of_late.OF_AVERAGE, deg)
            case = f"{deg:g}° of pelvic drop, {kind}: called the other"
            yield most(ON, case, Share(told.wrong), 5.0)
            yield Row("the same: called what it was", None, ours=pct(told.right))


def _run_rows(seed: int, scope: Scope) -> Iterator[Row]:
    laps = one_run.same_run(seed + 8, scope.laps)
    case = "six laps of 2 min in turn, 2° or 10 ms"
    yield least(ON, f"{case}: found, worst measure", Share(laps.worst), 90.0)
    yield most(ON, f"{case}: any wrong one", Share(laps.wrong), 5.0)
    yield most(ON, "six laps without a change: any named", Share(laps.wrong_unchanged), 5.0)
    yield Row(f"{case}: 95 % intervals that hold", None, ours=pct(laps.covered))
    tired = one_run.drifts(seed + 9, scope.laps)
    yield most(ON, "drift within a run, as usual: any named", Share(tired.wrong), 5.0)
    yield Row("2° more drift than usual: found", None, ours=pct(tired.found))
    held = two(tired.held, tired.covered)
    yield Row("drift within a run: 95 % intervals, and usual ranges, that hold", None, ours=held)


def _table(rows: list[Row]) -> Table:
    return Table(
        "Has it really changed?",
        f"{ON.capitalize()}. The rule of watches: more than {LIMIT_PCT:g} % from the mean of the "
        f"last {LAST_RUNS} runs, in any measure; of a single change, in that measure.",
        COLUMNS,
        tuple(row.cells for row in rows),
    )


def _mixes(mixes: list[Unchanged]) -> Table:
    columns = (
        *("mix", "judged", "seen once", "firm", "ever firm"),
        *("intervals hold", "worst cell", "over weeks"),
    )
    return Table(
        "Athletes who do not change, by how they live",
        f"Reports from the seventh run on, {cases.OVER_RUNS} of each athlete. A report that is not "
        "judged says why: faster, slower or steeper than any past run. Over weeks: athletes of "
        "whom trend, level shift and lasting change, judged together, name any after all runs.",
        columns,
        tuple(
            (
                m.mix,
                pct(m.judged),
                pct(m.once),
                f"{100 * m.firm:.2f} %",
                *(pct(v) for v in (m.ever_firm, m.covered, m.worst_covered, m.weeks)),
            )
            for m in mixes
        ),
    )


REMARK: Final = (
    "The athletes are made up: how much real runners move from day to day is taken from papers and "
    "from the virtual runner, and no public set holds one runner over weeks."
)
