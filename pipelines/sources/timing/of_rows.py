"""Time each row of a foreign file, and count the samples missing between rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.recording import HIGHEST_RATE_HZ, LOWEST_RATE_HZ
from imu.recording.timebase import LONGEST_RUN_S
from pipelines.sources.formats.table import Table, numbers
from pipelines.sources.mapping.time_source import TimeSource
from pipelines.sources.mapping.units import TIME_UNITS
from pipelines.sources.quoting import shown
from pipelines.sources.timing import arrival, counters, jumps, packets, repeats
from pipelines.sources.timing.stamps import Stamps, stamps_of

COARSE_RATE_HZ: Final = 100.0
ODD_RATE: Final = 1.5  # stamps this many times off the rate declared: one of the two is wrong
DATES_FROM_S: Final = 1e9  # September 2001: a larger time stamp is a date


@dataclass(frozen=True)
class Timing:
    """Which `rows` (m,) of the file are samples, when, and their position in the sampling.

    `time_s` (m,) counts from `origin_s` on the clock of the file. `from_zero` says that this clock
    began with the file, as far as its stamps show; `dated` that it is that of the calendar, and
    `zoned` that its zone is known. `unsure_s` is how far it may be off, where that was estimated.
    """

    rows: IntArray
    time_s: FloatArray
    index: IntArray
    rate_hz: float
    origin_s: float = 0.0
    notes: tuple[str, ...] = ()
    dated: bool = False
    zoned: bool = True
    stamped: bool = False
    unsure_s: float = 0.0

    def only(self, kept: BoolArray) -> Timing:
        """Return the same of the rows `kept` (m,): what is left out is a gap."""
        if kept.all():
            return self
        return replace(
            self, rows=self.rows[kept], time_s=self.time_s[kept], index=self.index[kept]
        )


def time_of(table: Table, source: TimeSource, values: FloatArray, *, missing: BoolArray) -> Timing:
    """Time the rows of `values` (n, axes); those `missing` (n,) hold none and are left out."""
    if missing.all():
        raise ValueError("no row holds a value on every axis; check the columns of the mapping")
    if np.count_nonzero(~missing) < 2:
        raise ValueError("fewer than two rows hold values; export the complete recording")
    rate_hz = _rate(table, source.rate_hz)
    if source.counter is not None:
        return _counted(table, source, values, missing, rate_hz)
    if source.column is not None:
        return _stamped(table, source, values, missing, rate_hz)
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


def _counted(
    table: Table,
    source: TimeSource,
    values: FloatArray,
    missing: BoolArray,
    rate_hz: float | None,
) -> Timing:
    """Time rows by their counter; stamps beside it say only when the first of them was."""
    column = source.counter or ""
    counts = numbers(table, column)
    _check_length(column, counts, values)
    rows = np.flatnonzero(~missing & np.isfinite(counts))
    if len(rows) < 2:
        raise ValueError(f"fewer than two rows have a count in {shown(column)}; export all of it")
    whole, said = counters.unrolled(column, counts[rows])
    rows, in_order, notes = _ordered(
        column, rows, whole.astype(np.float64), values[rows], what="counter"
    )
    index = counters.position(column, in_order.astype(np.int64))
    by_stamps = None if source.column is None else _stamped(table, source, values, missing, rate_hz)
    if rate_hz is None:
        if by_stamps is None:
            raise ValueError("counter is given without a rate; add rate_hz")
        rate_hz = float(np.ptp(index) / np.ptp(by_stamps.time_s))
    timing = Timing(rows, index / rate_hz, index, rate_hz, notes=(*notes, *said))
    check_span(shown(column), rows, timing.time_s)
    if by_stamps is None:
        return timing
    first_s = by_stamps.time_s[0] - timing.time_s[0]
    return replace(
        timing,
        time_s=timing.time_s + first_s,
        origin_s=by_stamps.origin_s,
        dated=by_stamps.dated,
        zoned=by_stamps.zoned,
        stamped=True,
    )


def _stamped(
    table: Table,
    source: TimeSource,
    values: FloatArray,
    missing: BoolArray,
    declared_hz: float | None,
) -> Timing:
    column = source.column or ""
    stamps = stamps_of(table, source)
    _check_length(column, stamps.time_s, values)
    rows = np.flatnonzero(~missing & np.isfinite(stamps.time_s))
    if len(rows) < 2:
        raise ValueError(
            f"fewer than two rows have values and a time in {shown(column)}; export all of it"
        )
    rows, time_s, notes = _ordered(column, rows, stamps.time_s[rows], values[rows])
    notes = (*stamps.notes, *notes)
    found = packets.packets_of(time_s)
    _check_usual(source, time_s, in_packets=found is not None)
    jumps.check_jumps(column, rows, time_s if found is None else found.stamp_s)
    notes = (*notes, *jumps.long_pauses(column, rows, time_s))
    if found is not None:
        timing = _spread(source, rows, found, declared_hz, notes)
    else:
        timing = _one_by_one(source, rows, time_s, declared_hz, notes)
    check_span(shown(column), timing.rows, timing.time_s)
    return replace(
        timing,
        origin_s=stamps.origin_s,
        dated=stamps.dated or stamps.origin_s > DATES_FROM_S,
        zoned=stamps.zoned,
        stamped=True,
    )


def _check_usual(source: TimeSource, time_s: FloatArray, *, in_packets: bool) -> None:
    """Raise ValueError for steps that are mostly far too short or too long, before all else."""
    steps_s = np.diff(time_s)
    steps_s = steps_s[steps_s > 0]
    if not len(steps_s):
        return
    usual_s = float(np.median(steps_s))
    if usual_s * HIGHEST_RATE_HZ < 0.5 or (not in_packets and usual_s * LOWEST_RATE_HZ > 1):
        declared_hz = source.rate_hz
        if isinstance(declared_hz, int | float):
            _check_declared(source, 1 / usual_s, float(declared_hz))
        check_rate(1 / usual_s, _place(source), source)


def _check_length(column: str, given: FloatArray, values: FloatArray) -> None:
    if len(given) != len(values):
        raise ValueError(
            f"{shown(column)} has {len(given)} rows but acc has {len(values)}; give equal lengths"
        )


def _ordered(
    column: str, rows: IntArray, time_s: FloatArray, values: FloatArray, what: str = "time"
) -> tuple[IntArray, FloatArray, tuple[str, ...]]:
    """Return rows that were sent once, in order of their stamps, with what was done to them."""
    notes: tuple[str, ...] = ()
    if (np.diff(time_s) < repeats.SAME_STAMP_S).any():
        again = repeats.sent_twice(time_s, values)
        if again.any():
            rows, time_s = rows[~again], time_s[~again]
            notes = (f"{again.sum()} rows that were sent twice left out",)
    if len(rows) < 2:
        raise ValueError(f"fewer than two rows differ in {shown(column)}; export all of it")
    ordered = repeats.in_order(rows, time_s)
    if ordered is None:
        raise jumps.set_back(column, rows, time_s, what)
    rows, time_s, late = ordered
    return rows, time_s, (*notes, *late)


def _spread(
    source: TimeSource,
    rows: IntArray,
    found: packets.Packets,
    declared_hz: float | None,
    notes: tuple[str, ...],
) -> Timing:
    """Time rows of which several share a stamp."""
    usual = int(np.bincount(found.count).argmax())
    period_s, apart_s = found.period_s, float(np.median(np.diff(found.stamp_s)))
    if apart_s > packets.COARSEST_S:
        raise ValueError(
            f"{shown(source.column)} changes only every {apart_s:.3g} s, for {usual} rows at a time, "
            "which is too coarse; name a finer time, or a counter of samples beside rate_hz"
        )
    if source.arrival or not found.alike or arrival.in_bursts(found.stamp_s):
        time_s = np.repeat(found.stamp_s, found.count)
        return _by_arrival(source, rows, time_s, declared_hz, notes)
    _check_rates(source, 1 / period_s, declared_hz)
    time_s, index = packets.spread(found)
    return Timing(
        rows,
        time_s,
        index,
        float(index[-1] / (time_s[-1] - time_s[0])),
        notes=(*notes, f"{usual} rows share a time stamp and were spread until the next"),
        unsure_s=(usual - 1) * period_s / 2,
    )


def _one_by_one(
    source: TimeSource,
    rows: IntArray,
    time_s: FloatArray,
    declared_hz: float | None,
    notes: tuple[str, ...],
) -> Timing:
    """Time rows with a stamp each, but for a few."""
    alike = np.concatenate([[False], np.diff(time_s) < repeats.SAME_STAMP_S])
    if alike.mean() > MOST_ALIKE:
        raise ValueError(
            f"{alike.sum()} of {len(rows)} rows repeat the time stamp before them in "
            f"{shown(source.column)}; name a time with finer steps, or a counter of samples "
            "beside rate_hz"
        )
    if alike.any():
        rows, time_s = rows[~alike], time_s[~alike]
        notes = (*notes, f"{alike.sum()} rows with a repeated time stamp left out")
    usual_s = float(np.median(np.diff(time_s)))
    if source.arrival or (len(rows) > FEW_ROWS and arrival.in_bursts(time_s)):
        return _by_arrival(source, rows, time_s, declared_hz, notes)
    _check_rates(source, 1 / usual_s, declared_hz)
    spread = jumps.stretched(time_s)
    if spread.any():
        notes = (
            *notes,
            f"{spread.sum()} rows whose stamps were stretched over a loss left out",
        )
        rows, time_s = rows[~spread], time_s[~spread]
    steps_s = np.diff(time_s)
    if declared_hz is not None:
        usual_s = 1 / declared_hz
    # The count of samples between rows is rounded step by step, so that a pod whose true rate
    # differs from its nominal one does not collect gaps that are none.
    index = np.concatenate([[0], np.cumsum(np.maximum(np.rint(steps_s / usual_s), 1))])
    rate_hz = float(index[-1] / (time_s[-1] - time_s[0]))
    check_rate(rate_hz, _place(source), source)
    return Timing(rows, time_s, index.astype(np.int64), rate_hz, notes=notes)


FEW_ROWS: Final = 20
MOST_ALIKE: Final = 0.01


def _by_arrival(
    source: TimeSource,
    rows: IntArray,
    time_s: FloatArray,
    declared_hz: float | None,
    notes: tuple[str, ...],
) -> Timing:
    """Lay a line of the declared rate through times of arrival."""
    if declared_hz is None:
        about_hz = (len(time_s) - 1) / float(time_s[-1] - time_s[0])
        check_rate(about_hz, _place(source), source)
        raise ValueError(
            f"{shown(source.column)} holds times of arrival: rows come in bursts, about "
            f"{about_hz:.3g} a second; write rate_hz, the rate that the pod was set to, beside it"
        )
    line = arrival.line_through(time_s, declared_hz)
    check_rate(line.rate_hz, _place(source), source)
    said = (
        "its stamps are times of arrival, in bursts: a line of "
        f"{line.rate_hz:.5g} Hz was laid through them; losses of less than "
        f"{arrival.LEAST_LOSS_S:g} s would not show"
    )
    return Timing(
        rows, line.time_s, line.index, line.rate_hz, notes=(*notes, said), unsure_s=line.unsure_s
    )


def _check_rates(source: TimeSource, usual_hz: float, declared_hz: float | None) -> None:
    """Raise ValueError for stamps of an impossible rate, of another than is declared, or counts."""
    check_rate(usual_hz, _place(source), source)
    if declared_hz is not None:
        _check_declared(source, usual_hz, declared_hz)
        return
    if source.text is None and abs(usual_hz * source.unit_s - 1) < 1e-9:
        column = source.column or ""
        counts = (
            f'write counter = {shown(column)} and rate_hz, the rate that the pod was set to, '
            "in place of time and time_unit"
        )
        if counters.sounds_like_one(column):
            raise ValueError(f"{shown(column)} counts rows one by one and is no time; {counts}")
        raise ValueError(
            f"{shown(column)} goes up by one from row to row: it may be a time at {usual_hz:g} Hz, "
            f"then write rate_hz = {usual_hz:g} beside it, or a counter, then {counts}"
        )


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
        f"correct one of them{hint}"
    )


def _place(source: TimeSource) -> str:
    return f"{shown(source.column)} in the unit given"


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


def check_rate(rate_hz: float, place: str, source: TimeSource | None = None) -> None:
    """Raise ValueError for a rate that no foot contact can be timed with."""
    if LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        return
    if not rate_hz > 0:
        raise ValueError(f"{place} is {rate_hz:g}; give a number of samples per second")
    hint = ""
    if source is not None and source.text is None:
        fitting = [
            name
            for name, other_s in TIME_UNITS.items()
            if COARSE_RATE_HZ / 2 <= rate_hz * source.unit_s / other_s <= 2000
        ]
        hint = f" (time_unit = {fitting[0]!r} would fit)" if fitting else ""
    if rate_hz > HIGHEST_RATE_HZ:
        raise ValueError(f"{rate_hz:g} Hz from {place} is impossible; correct it{hint}")
    raise ValueError(
        f"{rate_hz:g} Hz from {place} is too slow to time a foot contact; "
        f"record at {LOWEST_RATE_HZ:g} Hz or more{hint}"
    )
