"""Compare a session with the runner's past sessions: change, interval, verdict.

Strides of one run are not independent, so the session is the unit: one median per metric, side
and session. Today is compared with the range in which a new session of an unchanged runner falls
19 times out of 20, given the past sessions and what is known beforehand of the error between
sessions (`Metric.typical_error`). Ranges and tests are in `imu.baseline.usual_range`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from imu.baseline.usual_range import (
    Rules,
    Usual,
    beyond,
    discoveries,
    p_values,
    usual,
    without_streak,
)
from imu.frames import SIDES, BoolArray, FloatArray, IntArray
from imu.metrics.registry import METRICS, Metric
from imu.session.censored import Columns, censored, median

RULES: Final = Rules()
CLIPPED: Final = "not measured: clipped in half of the stances or more"

ComparedSide = Literal["left", "right", "left - right"]
State = Literal[
    "not measured",
    "not enough stances",
    "building baseline",
    "exploratory",
    "inside",
    "at the edge",
    "outside",
]


@dataclass(frozen=True, slots=True)
class Change:
    """One metric on one side, today against the past; stored units, NaN where unknown.

    `low` to `high` is the usual range of a new session and `detectable` half its width: no
    smaller change could be seen. `difference` is `today` - `usual`, with its 95 % interval.
    `sessions` past sessions are behind it. `runs` counts the consecutive runs, today included,
    beyond the same end of the range. `changed` means outside the range and past the false
    discovery rate of all primary comparisons; it is never true of an exploratory metric.
    """

    metric: str
    side: ComparedSide
    primary: bool
    stances: int
    today: float
    sessions: int
    usual: float
    usual_median: float
    typical_error: float
    low: float
    high: float
    detectable: float
    difference: float
    difference_low: float
    difference_high: float
    p_value: float
    changed: bool
    runs: int
    state: State
    words: str


def session_medians(
    side: npt.ArrayLike,
    values: Columns,
    *,
    metrics: Mapping[str, Metric] = METRICS,
    rules: Rules = RULES,
) -> dict[str, FloatArray]:
    """Reduce one session to (2,) per metric: left, right; NaN with too few stances."""
    middle, stances = _by_side(side, values, metrics)
    trusted = np.where((stances >= rules.minimum_stances) & np.isfinite(middle), middle, np.nan)
    return dict(zip(metrics, trusted, strict=True))


def compare(
    side: npt.ArrayLike,
    today: Columns,
    past: Mapping[str, npt.ArrayLike],
    *,
    metrics: Mapping[str, Metric] = METRICS,
    rules: Rules = RULES,
) -> tuple[Change, ...]:
    """Compare today's stances with past sessions; one `Change` per metric and side.

    `side` (n,) and the columns of `today` (n,) are per stance, among them what was clipped (see
    `censored`); `past` maps a metric to (k, 2) session medians, oldest first, left then right
    (see `session_medians`). A metric absent from either reads as not measured.
    """
    middle, stances = _by_side(side, today, metrics)
    cells = _cells(middle, stances, _history(past, list(metrics)), _errors(metrics), rules)
    tested = _primary(metrics) & (cells.expected.count >= rules.minimum_sessions)
    found = discoveries(
        np.where(tested, cells.p_value, np.nan), false_discovery_rate=rules.false_discovery_rate
    )
    return _changes(metrics, SIDES, cells, found & (cells.end != 0), rules)


def compare_sides(
    side: npt.ArrayLike,
    today: Columns,
    past: Mapping[str, npt.ArrayLike],
    *,
    metrics: Mapping[str, Metric] = METRICS,
    rules: Rules = RULES,
) -> tuple[Change, ...]:
    """Compare today's left - right, in native units, with the runner's own past left - right.

    As `compare`, with one `Change` per metric, but never ``changed``: what it shows follows from
    the sides, and counting it again would claim it twice.
    """
    middle, stances = _by_side(side, today, metrics)
    cells = _cells(
        _left_minus_right(middle),
        stances.min(axis=1, keepdims=True),
        _left_minus_right(_history(past, list(metrics))),
        np.sqrt(2.0) * _errors(metrics)[:, :1],
        rules,
    )
    return _changes(metrics, ("left - right",), cells, np.zeros(cells.end.shape, bool), rules)


def _errors(metrics: Mapping[str, Metric]) -> FloatArray:
    return np.array([[m.typical_error] * 2 for m in metrics.values()]).reshape(-1, 2)


def _primary(metrics: Mapping[str, Metric]) -> BoolArray:
    return np.array([[m.primary] * 2 for m in metrics.values()], dtype=bool).reshape(-1, 2)


def _left_minus_right(both: FloatArray) -> FloatArray:
    """Return left - right (..., 1); infinite where one side is hidden by clipping."""
    hidden = np.isinf(both).any(axis=-1, keepdims=True)
    known = np.where(np.isinf(both), np.nan, both)
    return np.where(hidden, np.inf, known[..., :1] - known[..., 1:])


def _by_side(
    side: npt.ArrayLike, values: Columns, metrics: Mapping[str, Metric]
) -> tuple[FloatArray, IntArray]:
    """Return median and count of what is known per metric and side, (m, 2) each.

    A clipped peak counts as above all measured ones, if `values` says which are (`censored`);
    the median is infinite where half of them or more are.
    """
    of_side = [np.asarray(side) == s for s in SIDES]
    middle = np.full((len(metrics), len(SIDES)), np.nan)
    stances = np.zeros(middle.shape, dtype=np.int64)
    for i, (name, metric) in enumerate(metrics.items()):
        if name in values:
            column = censored(np.asarray(values[name], dtype=np.float64), values, metric.clipping)
            for j, mine in enumerate(of_side):
                middle[i, j] = median(column[mine])
                stances[i, j] = np.sum(~np.isnan(column[mine]))
    return middle, stances


def _history(past: Mapping[str, npt.ArrayLike], names: list[str]) -> FloatArray:
    """Stack the past as (k, m, 2); NaN where a metric has no past."""
    given = {n: np.asarray(past[n], dtype=np.float64).reshape(-1, 2) for n in names if n in past}
    lengths = {len(values) for values in given.values()} or {0}
    if len(lengths) > 1:
        raise ValueError(
            f"past sessions differ in number between metrics ({sorted(lengths)}); "
            "give one row per session and NaN where a metric was not measured"
        )
    history = np.full((lengths.pop(), len(names), 2), np.nan)
    for i, name in enumerate(names):
        if name in given:
            history[:, i] = given[name]
    return history


@dataclass(frozen=True)
class _Cells:
    """Today against the past for all metrics and sides at once, (m, sides)."""

    today: FloatArray
    hidden: BoolArray
    stances: IntArray
    kept: FloatArray  # (k, m, sides)
    expected: Usual
    p_value: FloatArray
    end: IntArray
    runs: IntArray


def _cells(
    today: FloatArray, stances: IntArray, history: FloatArray, errors: FloatArray, rules: Rules
) -> _Cells:
    hidden = np.isinf(today)
    today = np.where(hidden, np.nan, today)
    trusted = np.where(stances >= rules.minimum_stances, today, np.nan)
    kept, streak = without_streak(history, errors, rules)
    expected = usual(kept, errors, rules)
    end = beyond(trusted, expected, rules)
    runs = np.where(end * streak > 0, np.abs(streak) + 1, np.abs(end))
    return _Cells(today, hidden, stances, kept, expected, p_values(trusted, expected), end, runs)


def _changes(
    metrics: Mapping[str, Metric],
    sides: tuple[ComparedSide, ...],
    cells: _Cells,
    changed: BoolArray,
    rules: Rules,
) -> tuple[Change, ...]:
    return tuple(
        _change(m, s, cells, (i, j), rules, changed=bool(changed[i, j]))
        for i, m in enumerate(metrics.values())
        for j, s in enumerate(sides)
    )


def _change(
    m: Metric,
    side: ComparedSide,
    cells: _Cells,
    at: tuple[int, int],
    rules: Rules,
    *,
    changed: bool,
) -> Change:
    mean, reach = float(cells.expected.mean[at]), float(cells.expected.reach[at])
    today = float(cells.today[at])
    hidden, stances = bool(cells.hidden[at]), int(cells.stances[at])
    sessions = int(cells.expected.count[at])
    runs = int(cells.runs[at])
    firm = changed or side == "left - right"
    state = _state(0 if hidden else stances, sessions, runs, rules, primary=m.primary, firm=firm)
    words = CLIPPED if hidden else _words(state, stances, sessions, runs, rules, side)
    return Change(
        metric=m.name,
        side=side,
        primary=m.primary,
        stances=stances,
        today=today,
        sessions=sessions,
        usual=mean,
        usual_median=median(cells.kept[(slice(None), *at)]),
        typical_error=float(cells.expected.error[at]),
        low=mean - reach,
        high=mean + reach,
        detectable=reach,
        difference=today - mean,
        difference_low=today - mean - reach,
        difference_high=today - mean + reach,
        p_value=float(cells.p_value[at]),
        changed=changed,
        runs=runs,
        state=state,
        words=words,
    )


def _state(
    stances: int, sessions: int, runs: int, rules: Rules, *, primary: bool, firm: bool
) -> State:
    if not stances:
        return "not measured"
    if stances < rules.minimum_stances:
        return "not enough stances"
    if sessions < rules.minimum_sessions:
        return "building baseline"
    if not primary:
        return "exploratory"
    if not runs:
        return "inside"
    return "outside" if firm else "at the edge"


def _words(
    state: State, stances: int, sessions: int, runs: int, rules: Rules, side: ComparedSide
) -> str:
    measured = "difference" if side == "left - right" else "range"
    seen = f"; seen in {runs} consecutive runs" if runs > 1 else " in this run; seen once"
    return {
        "not measured": "not measured today",
        "not enough stances": f"not enough stances ({stances} of {rules.minimum_stances})",
        "building baseline": f"building baseline ({sessions}/{rules.minimum_sessions})",
        "exploratory": "exploratory, not judged",
        "inside": f"inside your usual {measured}",
        "at the edge": f"just outside your usual {measured}, no more than chance gives",
        "outside": f"outside your usual {measured}{seen}",
    }[state]
