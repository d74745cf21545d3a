"""Today's run in records: every comparison, and the few findings worth a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.baseline.caveats import caveats, seldom
from imu.baseline.comparisons import Comparison, Finding, comparison, findings
from imu.baseline.conditions import COMPARABLE, Conditions, comparable
from imu.baseline.expected import Expected, cells_of, stacked
from imu.baseline.like_for_like import MODEL, Model, departures, members, stretches
from imu.baseline.verdict import RATES, Rates, verdicts
from imu.frames import BoolArray, FloatArray, IntArray

TEACHING: Final = 150
"""The last runs that teach slopes and error; the reference does for as long as it stands."""


@dataclass(frozen=True)
class Today:
    """What is said of today's run. `conditions` is one of `COMPARABLE`.

    `seldom` and `caveats` are sentences: what was hardly run before, and what is not known.
    """

    conditions: str
    seldom: tuple[str, ...]
    caveats: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    findings: tuple[Finding, ...]


def today(
    medians: Mapping[str, FloatArray],
    conditions: Conditions,
    metrics: Mapping[str, Expected],
    pattern: Mapping[str, float] | None = None,
    *,
    usable: BoolArray | None = None,
    reference: BoolArray | None = None,
    model: Model = MODEL,
    rates: Rates = RATES,
) -> Today:
    """Compare the last of k sessions with the others.

    `medians` maps a metric to (k, 2) session medians, oldest first, left then right; NaN where it
    was not measured or a fault of a pod touches it. `conditions` are (k,). `usable` (k,) is False
    for past runs that must not count, `reference` (k,) True for those that the runner chose as
    usual. Raises ValueError when there is no session or the counts differ.
    """
    cells = cells_of(metrics, pattern)
    values = stacked(medians, metrics, pattern)
    _check(values, conditions)
    if usable is not None:  # what must not count is as if it had not been
        kept = np.flatnonzero(np.append(np.asarray(usable, dtype=bool)[:-1], True))
        values, conditions = values[kept], conditions.at(kept)
        reference = None if reference is None else np.asarray(reference)[kept]
    used = members(values, conditions, cells, model)
    if reference is not None:
        used |= np.asarray(reference, dtype=bool)[:, None] & np.isfinite(values)
    counts = _counts(conditions, model)
    used &= counts[:, None]
    new = _judged(np.isfinite(values).any(axis=-1) & counts, conditions, model)
    rows = _teaching(used, new, conditions, model, reference)
    held = departures(
        values[rows],
        conditions.at(rows),
        used[rows],
        np.searchsorted(rows, new),
        cells,
        model,
        None if reference is None else np.asarray(reference)[rows],
    )
    said = verdicts(held, cells, rates)
    comparisons = tuple(comparison(held, said, cells, i, model) for i in range(len(cells)))
    return Today(
        COMPARABLE[int(held.comparable[0])],
        seldom(conditions, used),
        caveats(conditions),
        comparisons,
        findings(said, held, cells, comparisons),
    )


def _teaching(
    used: BoolArray,
    new: IntArray,
    conditions: Conditions,
    model: Model,
    reference: BoolArray | None,
) -> IntArray:
    """Return the numbers of the sessions that say what to expect, in order.

    The reference, the late ones, and of all others those at the ends of pace and grade: what was
    run once stays comparable.
    """
    counts = np.array(used.any(axis=-1))
    counts[new] = False
    usual = counts & (stretches(counts, model, reference) == 0)
    late = counts & (counts.sum() - np.cumsum(counts) < TEACHING)
    usual |= late
    usual[new] = True
    for values in (conditions.speed_mps, conditions.grade_pct):
        if len(known := np.flatnonzero(counts & np.isfinite(values))):
            usual[known[[np.argmin(values[known]), np.argmax(values[known])]]] = True
    return np.flatnonzero(usual)


def _check(values: FloatArray, conditions: Conditions) -> None:
    if not len(values):
        raise ValueError("there is no session to compare; give today's as the last one")
    if len(values) != len(conditions):
        raise ValueError(
            f"{len(values)} sessions have values but {len(conditions)} have conditions; give one "
            "row per session in both"
        )


def _counts(conditions: Conditions, model: Model) -> BoolArray:
    """Return which sessions (k,) may count: without pace or hills only if the others are few.

    An index of pace is no pace here.
    """
    known = conditions.pace_measured & np.isfinite(conditions.grade_pct)
    return known if np.sum(known[:-1]) >= model.least else np.ones(len(conditions), dtype=bool)


def _judged(measured: BoolArray, conditions: Conditions, model: Model) -> IntArray:
    """Return the numbers of today's session and of the last comparable one before it.

    `measured` (k,) are all sessions that may count, changed or not.
    """
    last = len(measured) - 1
    past = np.array(measured)
    past[last] = False
    if past.sum() <= model.least:
        return np.array([last])

    def fits(j: int) -> bool:
        others = past & (np.arange(len(past)) != j)
        return int(comparable(conditions, others, conditions.at([j]))[0]) == 0

    before = next((j for j in range(last - 1, -1, -1) if past[j] and fits(j)), None)
    return np.array([last] if before is None else [last, before])
