"""When each row of a foreign file was measured, and which samples between rows are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.recording import LOWEST_RATE_HZ
from pipelines.sources.mapping import TIME_UNITS, TimeSource
from pipelines.sources.tables import Table, numbers

COARSE_RATE_HZ: Final = 100.0
HIGHEST_RATE_HZ: Final = 10_000.0
SAME_STAMP_SHARE: Final = 0.01


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
        raise ValueError("fewer than two rows hold values; export the recording whole")
    rate_hz = _rate(table, source.rate_hz)
    if source.column is None:
        check_rate(rate_hz, "rate_hz")
        rows = np.flatnonzero(~missing)
        return Timing(rows, rows / rate_hz, rows, rate_hz)
    return _stamped(table, source, count, missing, rate_hz)


def _rate(table: Table, rate_hz: float | str | None) -> float:
    if rate_hz is None:
        return np.nan
    if isinstance(rate_hz, str):
        values = np.unique(numbers(table, rate_hz))
        if len(values) != 1:
            raise ValueError(f"rate_hz names {rate_hz!r}, which is not one number; write the rate")
        return float(values[0])
    return float(rate_hz)


def _stamped(
    table: Table, source: TimeSource, count: int, missing: BoolArray, rate_hz: float
) -> Timing:
    column = source.column or ""
    time_s, origin_s = _stamps(table, column, source.unit_s)
    if len(time_s) != count:
        raise ValueError(
            f"{column!r} has {len(time_s)} rows but acc has {count}; give equal lengths"
        )
    rows = np.flatnonzero(~missing & np.isfinite(time_s))
    if len(rows) < 2:
        raise ValueError(
            f"fewer than two rows have values and a time in {column!r}; export it whole"
        )
    _check_order(column, rows, time_s[rows])
    rows, notes = _without_repeats(column, rows, time_s[rows])
    steps_s = np.diff(time_s[rows])
    usual_s = 1 / rate_hz if np.isfinite(rate_hz) else float(np.median(steps_s))
    # The count of samples between rows is rounded step by step, so that a pod whose true rate
    # differs from its nominal one does not collect holes that are none.
    index = np.concatenate([[0], np.cumsum(np.maximum(np.rint(steps_s / usual_s), 1))])
    rate_hz = float(index[-1] / (time_s[rows[-1]] - time_s[rows[0]]))
    check_rate(rate_hz, f"{column!r} in the unit given", source.unit_s)
    return Timing(rows, time_s[rows], index.astype(np.int64), rate_hz, origin_s, notes)


def _stamps(table: Table, column: str, unit_s: float) -> tuple[FloatArray, float]:
    """Return seconds from an origin, and the origin in seconds (of 1970 where stamps are dates)."""
    if column in table and table[column].dtype.kind == "M":
        return _dates(table[column].astype("datetime64[ns]"))
    raw = numbers(table, column)
    known = raw[np.isfinite(raw)]
    # Taken off in the file's own unit: large stamps times a unit would lose their last digits.
    first = float(known[0]) if len(known) else 0.0
    return (raw - first) * unit_s, first * unit_s


def _dates(stamps: npt.NDArray[np.datetime64]) -> tuple[FloatArray, float]:
    known = stamps[~np.isnat(stamps)]
    first = known[0] if len(known) else np.datetime64(0, "ns")
    return (stamps - first) / np.timedelta64(1, "s"), float(first.astype(np.int64)) * 1e-9


def _check_order(column: str, rows: IntArray, time_s: FloatArray) -> None:
    back = np.flatnonzero(np.diff(time_s) < 0)
    if len(back):
        raise ValueError(
            f"time {column!r} runs backward at row {rows[back[0] + 1] + 1} "
            f"(by {time_s[back[0]] - time_s[back[0] + 1]:.3g} s); "
            "sort the rows, or cut the file there if the clock was set anew"
        )


def _without_repeats(
    column: str, rows: IntArray, time_s: FloatArray
) -> tuple[IntArray, tuple[str, ...]]:
    again = np.concatenate([[False], np.diff(time_s) == 0])
    if again.mean() > SAME_STAMP_SHARE:
        raise ValueError(
            f"{again.sum()} of {len(rows)} rows repeat the time stamp before them in {column!r}; "
            "give rate_hz instead of the time column"
        )
    notes = (f"{again.sum()} rows with a repeated time stamp left out",) if again.any() else ()
    return rows[~again], notes


def check_rate(rate_hz: float, source: str, unit_s: float | None = None) -> None:
    """Raise ValueError for a rate that no foot contact can be timed with."""
    if LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        return
    hint = ""
    if unit_s is not None:
        fitting = [
            name
            for name, other_s in TIME_UNITS.items()
            if COARSE_RATE_HZ / 2 <= rate_hz * unit_s / other_s <= 2000
        ]
        hint = f" (time_unit = {fitting[0]!r} would fit)" if fitting else ""
    if rate_hz > HIGHEST_RATE_HZ:
        raise ValueError(f"{rate_hz:g} Hz from {source} cannot be meant; correct it{hint}")
    raise ValueError(
        f"{rate_hz:g} Hz from {source} is too slow to time a foot contact; "
        f"record at {LOWEST_RATE_HZ:g} Hz or more{hint}"
    )
