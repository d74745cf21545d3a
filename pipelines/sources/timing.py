"""Time each row of a foreign file, and count the samples missing between rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.recording import HIGHEST_RATE_HZ, LOWEST_RATE_HZ
from imu.recording.timebase import LONGEST_RUN_S
from pipelines.sources.formats.table import Table, column_of, numbers
from pipelines.sources.mapping import TIME_UNITS, TimeSource
from pipelines.sources.quoting import shown

COARSE_RATE_HZ: Final = 100.0
SAME_STAMP_SHARE: Final = 0.01
SAME_STAMP_S: Final = 2e-6  # the raw file counts microseconds, and no pod is nearly as fast
FURTHEST_STAMP: Final = (
    1e19  # ns of 1970 and counters of 64 bits fit; with more the digits are gone
)
FURTHEST_DATE_S: Final = 4.6e9  # of 1970: two such dates still differ by less than 2**63 ns
ODD_RATE: Final = 1.5  # stamps this many times off the rate declared: one of the two is wrong


@dataclass(frozen=True)
class Timing:
    """Which `rows` (m,) of the file are samples, when, and their position in the sampling.

    `time_s` (m,) counts from `origin_s` on the clock of the file.
    """

    rows: IntArray
    time_s: FloatArray
    index: IntArray
    rate_hz: float
    origin_s: float = 0.0
    notes: tuple[str, ...] = ()


def time_of(table: Table, source: TimeSource, count: int, *, missing: BoolArray) -> Timing:
    """Time `count` rows, of which those `missing` (count,) hold no values and are left out."""
    if missing.all():
        raise ValueError("no row holds a value on every axis; check the columns of the mapping")
    if np.count_nonzero(~missing) < 2:
        raise ValueError("fewer than two rows hold values; export the complete recording")
    rate_hz = _rate(table, source.rate_hz)
    if source.column is not None:
        return _stamped(table, source, count, missing, rate_hz)
    if rate_hz is None:
        raise ValueError("neither time nor rate_hz is given; name one of them")
    rows = np.flatnonzero(~missing)
    check_span("rate_hz", rows, rows / rate_hz)
    return Timing(rows, rows / rate_hz, rows, rate_hz)


def _rate(table: Table, rate_hz: float | str | None) -> float | None:
    """Return the rate that is declared, if one is."""
    if rate_hz is None:
        return None
    if isinstance(rate_hz, str):
        values = np.unique(numbers(table, rate_hz))
        if len(values) != 1:
            raise ValueError(
                f"rate_hz names {shown(rate_hz)}, which is not one number; write the rate"
            )
        rate_hz = float(values[0])
    check_rate(float(rate_hz), "rate_hz")
    return float(rate_hz)


def _stamped(
    table: Table, source: TimeSource, count: int, missing: BoolArray, declared_hz: float | None
) -> Timing:
    column = source.column or ""
    time_s, origin_s = _stamps(table, column, source.unit_s)
    if len(time_s) != count:
        raise ValueError(
            f"{shown(column)} has {len(time_s)} rows but acc has {count}; give equal lengths"
        )
    rows = np.flatnonzero(~missing & np.isfinite(time_s))
    if len(rows) < 2:
        raise ValueError(
            f"fewer than two rows have values and a time in {shown(column)}; export all of it"
        )
    _check_order(column, rows, time_s[rows])
    _check_not_too_fast(source, time_s[rows])
    rows, notes = _without_repeats(column, rows, time_s[rows])
    steps_s = np.diff(time_s[rows])
    usual_s = float(np.median(steps_s))
    if declared_hz is not None:
        _check_declared(source, 1 / usual_s, declared_hz)
        usual_s = 1 / declared_hz
    # The count of samples between rows is rounded step by step, so that a pod whose true rate
    # differs from its nominal one does not collect gaps that are none.
    index = np.concatenate([[0], np.cumsum(np.maximum(np.rint(steps_s / usual_s), 1))])
    rate_hz = float(index[-1] / (time_s[rows[-1]] - time_s[rows[0]]))
    check_rate(rate_hz, _place(source), source.unit_s)
    check_span(shown(column), rows, time_s[rows])
    return Timing(rows, time_s[rows], index.astype(np.int64), rate_hz, origin_s, notes)


def _stamps(table: Table, column: str, unit_s: float) -> tuple[FloatArray, float]:
    """Return seconds from an origin, and the origin in seconds (of 1970 where stamps are dates)."""
    given = column_of(table, column)
    if given.dtype.kind in "mM":
        return _dates(column, given)
    raw = numbers(table, column)
    if raw.ndim != 1:
        raise ValueError(f"{shown(column)} has shape {raw.shape}; give one time per sample")
    known = raw[np.isfinite(raw)]
    if np.abs(known).max(initial=0) > FURTHEST_STAMP:
        raise ValueError(
            f"{shown(column)} reaches {np.abs(known).max():.3g}, which no clock shows; "
            "correct it, or leave the field empty"
        )
    # Taken off in the file's own unit: large stamps times a unit would lose their last digits.
    first = float(known[0]) if len(known) else 0.0
    return (raw - first) * unit_s, first * unit_s


def _dates(column: str, stamps: npt.NDArray[Any]) -> tuple[FloatArray, float]:
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
    return time_s, first * unit_s


def _check_order(column: str, rows: IntArray, time_s: FloatArray) -> None:
    back = np.flatnonzero(np.diff(time_s) < 0)
    if len(back):
        raise ValueError(
            f"time {shown(column)} runs backward at row {rows[back[0] + 1] + 1} "
            f"(by {time_s[back[0]] - time_s[back[0] + 1]:.3g} s); "
            "sort the rows, or cut the file there if the clock was set anew"
        )


def _check_not_too_fast(source: TimeSource, time_s: FloatArray) -> None:
    """Raise ValueError for steps that are mostly too short, before they are taken for repeats."""
    steps_s = np.diff(time_s)
    steps_s = steps_s[steps_s > 0]
    if len(steps_s) and float(np.median(steps_s)) * HIGHEST_RATE_HZ < 0.5:
        check_rate(1 / float(np.median(steps_s)), _place(source), source.unit_s)


def _check_declared(source: TimeSource, usual_hz: float, declared_hz: float) -> None:
    """Raise ValueError where the stamps are typically at another rate than is declared."""
    if 1 / ODD_RATE < usual_hz / declared_hz < ODD_RATE:
        return
    fitting = [
        name
        for name, unit_s in TIME_UNITS.items()
        if 1 / ODD_RATE < usual_hz * source.unit_s / unit_s / declared_hz < ODD_RATE
    ]
    hint = f" (time_unit = {fitting[0]!r} would fit)" if fitting else ""
    raise ValueError(
        f"rate_hz says {declared_hz:g} Hz but {_place(source)} is typically at {usual_hz:.4g} Hz; "
        f"correct one of them{hint}, or leave one out"
    )


def _place(source: TimeSource) -> str:
    return f"{shown(source.column)} in the unit given"


def _without_repeats(
    column: str, rows: IntArray, time_s: FloatArray
) -> tuple[IntArray, tuple[str, ...]]:
    again = np.concatenate([[False], np.diff(time_s) < SAME_STAMP_S])
    if again.mean() > SAME_STAMP_SHARE:
        raise ValueError(
            f"{again.sum()} of {len(rows)} rows repeat the time stamp before them "
            f"in {shown(column)}; give rate_hz instead of the time column"
        )
    notes = (f"{again.sum()} rows with a repeated time stamp left out",) if again.any() else ()
    return rows[~again], notes


def check_span(source: str, rows: IntArray, time_s: FloatArray) -> None:
    """Raise ValueError for more than the longest run, and name the row after its longest step."""
    span_s = float(time_s[-1] - time_s[0])
    if span_s > LONGEST_RUN_S:
        row = rows[int(np.argmax(np.diff(time_s))) + 1] + 1
        raise ValueError(
            f"{source} spans {span_s / 3600:.3g} h, and no run takes more than "
            f"{LONGEST_RUN_S / 3600:g} h; cut the file, for example at its largest step "
            f"(to row {row}) if the clock was set there"
        )


def check_rate(rate_hz: float, source: str, unit_s: float | None = None) -> None:
    """Raise ValueError for a rate that no foot contact can be timed with."""
    if LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        return
    if not rate_hz > 0:
        raise ValueError(f"{source} is {rate_hz:g}; give a number of samples per second")
    hint = ""
    if unit_s is not None:
        fitting = [
            name
            for name, other_s in TIME_UNITS.items()
            if COARSE_RATE_HZ / 2 <= rate_hz * unit_s / other_s <= 2000
        ]
        hint = f" (time_unit = {fitting[0]!r} would fit)" if fitting else ""
    if rate_hz > HIGHEST_RATE_HZ:
        raise ValueError(f"{rate_hz:g} Hz from {source} is impossible; correct it{hint}")
    raise ValueError(
        f"{rate_hz:g} Hz from {source} is too slow to time a foot contact; "
        f"record at {LOWEST_RATE_HZ:g} Hz or more{hint}"
    )
