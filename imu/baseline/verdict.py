"""From departures to what is said: seen once, firm, or nothing.

A family is one matter and one finding. Families are tested by Simes (1986), all of them together
by Benjamini and Hochberg (1995; weighted, Genovese 2006), once at a rate for "seen once" and once
at a stricter one for "firm". Firm is what lies outside in two comparable runs in a row, both taken
together, or what lies so far outside that one run is enough.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import stdtr

from imu.baseline.expected import Cells
from imu.baseline.like_for_like import Departures
from imu.frames import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of unchanged reports in which anything may be named, as aimed at.

    `outside` is the share of runs outside one range; two in a row are wanted for "firm".
    `weeks` is the rate for three questions over weeks together
    (`imu.baseline.across_weeks.over_weeks`), `periods` for two periods, `same_run` for laps in
    turn, `drift` for that over one run, which a report says beside its verdict. Less comes of each:
    the tests of a family overlap.
    """

    once: float = 0.05
    firm: float = 0.008
    outside: float = 0.05
    weeks: float = 0.10
    periods: float = 0.05
    same_run: float = 0.04
    drift: float = 0.04


RATES: Final = Rates()
SURE: Final = 0.05
"""Above it the 95 % interval holds no change."""


@dataclass(frozen=True)
class Verdicts:
    """What is said of each family, (..., f); with the cell (of c) that shows it most.

    `p_once` and `p_firm` are those of the families, NaN where not tested. `sign` is that of the
    leading cell's departure.
    """

    p_once: FloatArray
    p_firm: FloatArray
    once: BoolArray
    firm: BoolArray
    lead: IntArray
    sign: FloatArray


def verdicts(held: Departures, cells: Cells, rates: Rates = RATES) -> Verdicts:
    """Judge today, `held` (1 or 2, ..., c): today first, then the comparable run before it."""
    single = np.where(cells.alike, np.nan, _in_other_shoes(held, cells))
    firm = np.fmin(1.0, 2.0 * np.fmin(single, _pair(held, rates)))
    p_once, p_firm = (of_families(p, cells.family) for p in (single, firm))
    far = discoveries(p_firm / cells.weight, rates.firm)
    now = discoveries(p_once / cells.weight, rates.once)
    lead = _lead(np.fmin(single, firm), cells)
    sign = np.take_along_axis(np.sign(held.departure[0]), lead, axis=-1)
    return Verdicts(p_once, p_firm, now | far, far, lead, sign)


def _in_other_shoes(held: Departures, cells: Cells) -> FloatArray:
    """Return p of today (..., c): 1 of what another pair moves on both legs, where none was said.

    It stays a test of its family: the difference of the legs gets no easier for it.
    """
    unsaid = cells.shod & ~held.shoes_said[0][..., None]
    return np.where(unsaid & np.isfinite(held.p_value[0]), 1.0, held.p_value[0])


def _pair(held: Departures, rates: Rates) -> FloatArray:
    """Return p (..., c) of today and the run before taken together; 1 unless both lie outside."""
    if len(held.value) < 2:
        return np.ones(held.value.shape[1:])
    both = np.all(held.p_value[:2] <= rates.outside, axis=0)
    alike = np.prod(np.sign(held.departure[:2]), axis=0) > 0
    variance = np.maximum(held.widening[..., :2, :2].sum(axis=(-1, -2)), 0.5) * held.scale**2
    p = 2.0 * stdtr(held.freedom, -np.abs(held.departure[:2].sum(axis=0)) / np.sqrt(variance))
    return np.where(both & alike, p, 1.0)


def of_families(p_value: FloatArray, family: IntArray) -> FloatArray:
    """Return Simes' p of each family, (..., f), from those of its cells (..., c).

    `family` (c,) numbers them from 0; NaN where none of its cells was tested.
    """
    columns = [simes(p_value[..., family == f]) for f in range(int(family.max(initial=-1)) + 1)]
    return np.stack(columns, axis=-1)


def named(p_value: FloatArray, family: IntArray, rate: float) -> tuple[BoolArray, BoolArray]:
    """Return which families (..., f) and which of their cells (..., c) differ.

    Families at the false discovery rate `rate`; within those, cells at the share of it that fits
    the number of families found (Benjamini and Bogomolov, 2014).
    """
    p_family = of_families(p_value, family)
    found = discoveries(p_family, rate)
    tested = np.maximum(np.isfinite(p_family).sum(axis=-1), 1)
    within = rate * found.sum(axis=-1) / tested
    cells = np.zeros(p_value.shape, dtype=bool)
    for f in range(p_family.shape[-1]):
        mine = np.flatnonzero(family == f)
        cells[..., mine] = found[..., [f]] & discoveries(p_value[..., mine], within[..., None])
    return found, cells


def told(p_value: FloatArray, family: IntArray, rate: float) -> BoolArray:
    """Return which cells (..., c) may be named as changed: `named`, and sure by themselves.

    An interval of 95 % that holds no change names none, whatever the other tests say.
    """
    return np.asarray(named(p_value, family, rate)[1] & (p_value <= SURE))


def simes(p_value: FloatArray) -> FloatArray:
    """Return one p (...) for all m of the last axis: the least p(i) m / i; NaN is not a test."""
    ordered = np.sort(p_value, axis=-1)  # NaN last
    tested = np.isfinite(ordered).sum(axis=-1, keepdims=True)
    rank = np.arange(1, p_value.shape[-1] + 1)
    return np.asarray(np.fmin.reduce(ordered * tested / rank, axis=-1))


def discoveries(p_value: FloatArray, rate: float | FloatArray) -> BoolArray:
    """Return which of `p_value` (..., m) pass Benjamini and Hochberg along the last axis.

    NaN is not a test.
    """
    ordered = np.sort(p_value, axis=-1)
    tested = np.isfinite(ordered).sum(axis=-1, keepdims=True)
    passing = ordered * tested <= rate * np.arange(1, p_value.shape[-1] + 1)
    limit = np.where(passing, ordered, -1.0).max(axis=-1, keepdims=True, initial=-1.0)
    return np.asarray(p_value <= limit)


def _lead(p_value: FloatArray, cells: Cells) -> IntArray:
    filled = np.where(np.isfinite(p_value), p_value, 2.0)
    columns = []
    for f in range(len(cells.families)):
        mine = np.flatnonzero(cells.family == f)
        columns.append(mine[np.argmin(filled[..., mine], axis=-1)])
    return np.stack(columns, axis=-1)
