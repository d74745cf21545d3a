"""Turn a column of stamps into seconds: numbers of any unit and width, ticks, dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import BoolArray, FloatArray
from pipelines.sources.formats.table import Table, column_of, numbers
from pipelines.sources.mapping.time_source import TimeSource
from pipelines.sources.mapping.units import TIME_UNITS
from pipelines.sources.quoting import shown
from pipelines.sources.timing import local_time

FURTHEST_STAMP: Final = (
    1e19  # ns of 1970 and counters of 64 bits fit; with more the digits are gone
)
FURTHEST_DATE_S: Final = 4.6e9  # of 1970: two such dates still differ by less than 2**63 ns
WIDTHS: Final = (16, 24, 32)
NEAR_THE_TOP: Final = 15 / 16  # lower, a clock that falls was set or began anew
DAY_S: Final = 86400.0
HOUR_S: Final = 3600.0
OF_AN_HOUR: Final = ("%H", "%I", "%X", "%T", "%R", "%c")
LONGEST_LOSS: Final = 0.25  # of a turn: a clock that reads so little after a wrap has wrapped once


@dataclass(frozen=True)
class Stamps:
    """Seconds (n,) from `origin_s`, which counts from 1970 where the column holds dates.

    `dated` says that it does, `zoned` that these dates name their zone.
    """

    time_s: FloatArray
    origin_s: float
    dated: bool = False
    zoned: bool = True
    notes: tuple[str, ...] = ()


def stamps_of(table: Table, source: TimeSource) -> Stamps:
    """Return the stamps of all rows, with the turns of a narrow clock put back in."""
    column = source.column or ""
    given = column_of(table, column)
    if given.dtype.kind in "mM":
        if source.text and not source.names_the_day:
            return _times_of_day(given, source.text)
        zoned = source.text is None or column in table.zoned
        if not zoned and source.zone is not None:
            return _dates(column, local_time.by_utc(given, source.zone), zoned=True)
        return _dates(column, given, zoned=zoned)
    raw = numbers(table, column)
    if raw.ndim != 1:
        raise ValueError(f"{shown(column)} has shape {raw.shape}; give one time per sample")
    known = np.isfinite(raw)
    there = raw if known.all() else raw[known]
    if max(there.max(initial=0), -there.min(initial=0)) > FURTHEST_STAMP:
        raise ValueError(
            f"{shown(column)} reaches {np.abs(there).max():.3g}, which no clock shows; "
            "correct it, or leave the field empty"
        )
    raw, notes = without_wraps(raw, known, tuple(_turns(source.unit_s)), source.unit_s)
    # Taken off in the file's own unit: large stamps times a unit would lose their last digits.
    first = float(raw[int(known.argmax())]) if known.any() else 0.0
    return Stamps((raw - first) * source.unit_s, first * source.unit_s, notes=notes)


def without_wraps(
    raw: FloatArray, known: BoolArray, turns: Sequence[tuple[str, float]], unit_s: float
) -> tuple[FloatArray, tuple[str, ...]]:
    """Return stamps (n,) as if their clock had more bits, and what to know of that.

    `turns` says after how many units of `unit_s` such clocks begin anew, and what that is called.
    A clock of so many bits falls by nearly a whole turn when it wraps; one that was set falls by
    any amount.
    """
    there = raw if known.all() else raw[known]
    if not (there[1:] < there[:-1]).any():
        return raw, ()
    steps = np.diff(there)
    falls = steps[steps < 0]
    usual = float(np.median(steps[steps > 0])) if (steps > 0).any() else 0.0
    low, high = float(raw[known].min()), float(raw[known].max())
    for size, turn in turns:
        bottom = -turn / 2 if low < 0 else 0.0
        after = falls + turn
        wrapped = (after > 0) & (after < max(LONGEST_LOSS * turn, 2 * usual))
        inside = bottom <= low and bottom + NEAR_THE_TOP * turn < high < bottom + turn + usual
        if wrapped.any() and inside:
            unwrapped = raw.copy()
            gone = np.cumsum(
                np.concatenate([[0], (steps < 0) & (steps + turn < LONGEST_LOSS * turn)])
            )
            unwrapped[known] += turn * gone
            count = int(gone[-1])
            return unwrapped, (
                f"its clock of {size} began anew {count} time{'s' * (count > 1)}; a loss of "
                f"more than {turn * unit_s:.3g} s would not show",
            )
    return raw, ()


def _turns(unit_s: float) -> Iterator[tuple[str, float]]:
    """Yield after how much a clock begins anew, in the unit of its stamps, and what it is called.

    A clock of the day does so at midnight, one of bits in its own ticks or in milli- or
    micro-units of them.
    """
    for unit in (1.0, 1e-3, 1e-6):
        yield from ((f"{bits} bits", 2.0**bits * unit) for bits in WIDTHS)
    yield "a day", DAY_S / unit_s


def _times_of_day(stamps: npt.NDArray[Any], form: str) -> Stamps:
    """Return the same for times without a date, which begin anew at midnight, or each hour."""
    day = stamps.astype("datetime64[D]")
    time_s = (stamps - np.min(day[~np.isnat(day)], initial=day[0])) / np.timedelta64(1, "s")
    hours = any(sign in form for sign in OF_AN_HOUR)
    turn = ("a day", DAY_S) if hours else ("an hour", HOUR_S)
    time_s, notes = without_wraps(time_s, np.isfinite(time_s), (turn,), 1.0)
    return Stamps(time_s - time_s[np.isfinite(time_s)][:1].sum(), 0.0, notes=notes)


def _dates(column: str, stamps: npt.NDArray[Any], *, zoned: bool) -> Stamps:
    """Return the same for dates, or for spans of time since the clock was at 0."""
    if stamps.ndim != 1:
        raise ValueError(f"{shown(column)} has shape {stamps.shape}; give one time per sample")
    # Counted as integers of the file's own unit: in a finer one, far dates would wrap around.
    unit, step = np.datetime_data(stamps.dtype)
    if unit not in TIME_UNITS:
        raise ValueError(
            f"{shown(column)} holds dates in steps of {unit}; give at least milliseconds"
        )
    unit_s = TIME_UNITS[unit] * step
    counts, known = stamps.astype(np.int64), ~np.isnat(stamps)
    if np.abs(counts[known].astype(np.float64)).max(initial=0) * unit_s > FURTHEST_DATE_S:
        raise ValueError(f"{shown(column)} holds impossible dates; export it again")
    first = int(counts[known][0]) if known.any() else 0
    time_s = np.where(known, (counts - first) * unit_s, np.nan)
    return Stamps(time_s, first * unit_s, dated=stamps.dtype.kind == "M", zoned=zoned)
