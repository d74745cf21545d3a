"""Time rows by their stamps: a sensor's own, those of packets, times of arrival."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.side_by_side import SideBySide
from pipelines.sources.doubts import Doubt
from pipelines.sources.formats.table import Table
from pipelines.sources.mapping.time_source import TimeSource
from pipelines.sources.quoting import shown
from pipelines.sources.timing import arrival, jumps, packets, rates, repeats
from pipelines.sources.timing.stamps import stamps_of
from pipelines.sources.timing.told_by_movement import back_to_back, clock_set, regular_losses

DATES_FROM_S: Final = 1e9  # September 2001: a larger time stamp is a date


@dataclass(frozen=True)
class Timing:
    """Which `rows` (m,) of the file are samples, when, and their position in the sampling.

    `time_s` (m,) counts from `origin_s` on the clock of the file. `stamped` says that rows bear
    stamps of this clock; `dated` that it is that of the calendar, and `zoned` that its zone is
    known. `unsure_s` is how far it may be off, where that was estimated,
    `packet_s` how long the packets are of which one stamp is known: of its start, middle or end.
    `turns_unseen` says that a loss of a whole turn of its counter, which is short, would not show.
    `doubts` are what of `notes` bears on the grade.
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
    packet_s: float = 0.0
    turns_unseen: bool = False
    doubts: tuple[Doubt, ...] = ()

    def of(self, values: FloatArray) -> FloatArray:
        """Return the samples (m, ...) of the rows `values` (n, ...), in order."""
        return (
            values
            if every(self.rows, len(values))
            else np.array([axis[self.rows] for axis in values.T]).T
        )

    def only(self, kept: BoolArray) -> Timing:
        """Return the same of the rows `kept` (m,): what is left out is a gap."""
        if kept.all():
            return self
        return replace(self, rows=self.rows[kept], time_s=self.time_s[kept], index=self.index[kept])


def every(rows: IntArray, count: int) -> bool:
    """Whether `rows` (m,), each once, are all of so many, in order."""
    return len(rows) == count and bool((rows[1:] > rows[:-1]).all())


def picked(values: SideBySide, rows: IntArray) -> SideBySide:
    """Return the `rows` (m,) of `values` (n, axes); without a copy where they are all, in order."""
    return values if every(rows, len(values)) else SideBySide.of(values[rows])


JITTERS: Final = "its stamps jitter, some lie before the one above: their rows stay in order"
SENT_TWICE: Final = "{} rows that were sent twice left out"


def stamped(
    table: Table,
    source: TimeSource,
    values: SideBySide,
    missing: BoolArray,
    declared_hz: float | None,
) -> Timing:
    """Time rows by a column of stamps; ValueError where they cannot be such times."""
    column = source.column or ""
    stamps = stamps_of(table, source)
    check_length(column, stamps.time_s, values)
    stamps = replace(stamps, time_s=packets.carried_on(stamps.time_s, ~missing))
    rows = np.flatnonzero(~missing & np.isfinite(stamps.time_s))
    if len(rows) < 2:
        raise ValueError(
            f"fewer than two rows have values and a time in {shown(column)}; export all of it"
        )
    form = None if stamps.dated and stamps.zoned else source.text
    rows, time_s, notes = ordered(column, rows, stamps.time_s[rows], values, form=form)
    notes = (*stamps.notes, *notes)
    found = packets.packets_of(time_s)
    rates.check_usual(source, time_s, in_packets=found is not None)
    seen_s = time_s if found is None else found.stamp_s
    jumps.check_jumps(column, rows, seen_s, local=form is not None)
    notes = (*notes, *jumps.long_pauses(column, rows, time_s))
    if found is not None:
        timing = _spread(source, values, rows, found, declared_hz, notes)
    else:
        timing = _one_by_one(source, values, rows, time_s, declared_hz, notes)
    rates.check_span(shown(column), timing.rows, timing.time_s)
    return replace(
        timing,
        origin_s=stamps.origin_s,
        dated=stamps.dated or stamps.origin_s > DATES_FROM_S,
        zoned=stamps.zoned,
        stamped=True,
    )


def check_length(column: str, given: FloatArray, values: SideBySide) -> None:
    """Raise ValueError for a column of another length than the values (n, axes)."""
    if len(given) != len(values):
        raise ValueError(
            f"{shown(column)} has {len(given)} rows but acc has {len(values)}; give equal lengths"
        )


def ordered(
    column: str,
    rows: IntArray,
    time_s: FloatArray,
    values: SideBySide,
    what: str = "time",
    form: str | None = None,
) -> tuple[IntArray, FloatArray, tuple[str, ...]]:
    """Return rows that were sent once, in order of their stamps, with what was done to them.

    `rows` (m,) are those of `values` (n, axes) that have the stamps `time_s` (m,).
    `form` is that of times written out by a clock whose zone is not known.
    """
    notes: tuple[str, ...] = ()
    turned = time_s[-1] < time_s[0] and bool((np.diff(time_s) <= 0).all())
    if turned:
        rows, time_s = rows[::-1], time_s[::-1]
    if (np.diff(time_s) < repeats.SAME_STAMP_S).any():
        again = repeats.sent_twice(time_s, picked(values, rows))
        if again.any():
            rows, time_s = rows[~again], time_s[~again]
            notes = (SENT_TWICE.format(again.sum()),)
    if len(rows) < 2:
        raise ValueError(f"fewer than two rows differ in {shown(column)}; export all of it")
    ordered = repeats.in_order(rows, time_s)
    if ordered is None and what == "time" and repeats.jitters(time_s):
        # Each row came after the one before it: what its stamp says less is jitter.
        return rows, repeats.rising(time_s), (*notes, JITTERS)
    if ordered is None:
        raise jumps.set_back(column, rows, time_s, what, form)
    rows, time_s, late = ordered
    backward = ("its rows stand from last to first and were turned round",) if turned else ()
    return rows, time_s, (*backward, *notes, *late)


def _spread(
    source: TimeSource,
    values: SideBySide,
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
            f"{shown(source.column)} changes only every {apart_s:.3g} s, for {usual} rows at a "
            "time, which is too coarse; name a finer time, or a counter of samples beside rate_hz"
        )
    bursts = not found.alike or arrival.in_bursts(found.stamp_s) or packets.jittered(found)
    if source.arrival or (source.arrival is None and bursts):
        time_s = np.repeat(found.stamp_s, found.count)
        return _by_arrival(source, values, rows, time_s, declared_hz, notes)
    rates.check_rates(source, 1 / period_s, declared_hz)
    time_s, index = packets.spread(found)
    rate_hz = float(index[-1] / (time_s[-1] - time_s[0]))
    if declared_hz is not None:
        notes = (*notes, *arrival.a_little_off(declared_hz, rate_hz))
    return Timing(
        rows,
        time_s,
        index,
        rate_hz,
        notes=(*notes, f"{usual} rows share a time stamp and were spread until the next"),
        packet_s=usual * period_s,
    )


def _one_by_one(
    source: TimeSource,
    values: SideBySide,
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
    bursts = arrival.rows_in_bursts(time_s)
    if source.arrival or (source.arrival is None and bursts):
        return _by_arrival(source, values, rows, time_s, declared_hz, notes)
    rates.check_rates(source, 1 / usual_s, declared_hz)
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
    rates.check_rate(rate_hz, rates.place_of(source), source)
    if declared_hz is not None:
        notes = (*notes, *arrival.a_little_off(declared_hz, rate_hz))
    places = index.astype(np.int64)
    was_set = clock_set.set_forward(values, rows, places).tolist()
    for at in was_set:
        notes = (
            *notes,
            jumps.set_or_lost(source.column or "", int(rows[at]), float(steps_s[at - 1])),
        )
    doubts = (Doubt.CLOCK_SET,) if was_set else ()
    return Timing(rows, time_s, places, rate_hz, notes=notes, doubts=doubts)


MOST_ALIKE: Final = 0.01


def _by_arrival(
    source: TimeSource,
    values: SideBySide,
    rows: IntArray,
    time_s: FloatArray,
    declared_hz: float | None,
    notes: tuple[str, ...],
) -> Timing:
    """Lay a line of the declared rate through times of arrival."""
    again, filled = back_to_back.sent_again(picked(values, rows))
    if again.any():
        rows, time_s = rows[~again], time_s[~again]
        notes = (*notes, SENT_TWICE.format(again.sum()))
    if declared_hz is None:
        about_hz = (len(time_s) - 1) / float(time_s[-1] - time_s[0])
        rates.check_rate(about_hz, rates.place_of(source), source)
        raise ValueError(
            f"{shown(source.column)} holds times of arrival: rows come in bursts, about "
            f"{about_hz:.3g} a second; write rate_hz, the rate that the pod was set to, beside it"
        )
    if not filled and regular_losses.lost_regularly(
        picked(values, rows), np.diff(time_s) * declared_hz
    ):
        raise ValueError(
            f"{regular_losses.AT_REGULAR_PLACES}, and times of arrival do not say how many; export "
            "it with the pod's own time, or with a counter of samples or packets, and name that"
        )
    line = arrival.line_through(time_s, declared_hz)
    rates.check_rate(line.rate_hz, rates.place_of(source), source)
    said = (
        "its stamps are times of arrival, in bursts: a line of "
        f"{line.rate_hz:.5g} Hz was laid through them; losses of less than "
        f"{arrival.LEAST_LOSS_S:g} s would not show"
    )
    notes = (*notes, *arrival.a_little_off(declared_hz, line.rate_hz), said)
    return Timing(rows, line.time_s, line.index, line.rate_hz, notes=notes, unsure_s=line.unsure_s)
