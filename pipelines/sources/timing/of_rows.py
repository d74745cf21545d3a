"""Time each row of a foreign file, and count the samples missing between rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from imu.frames import BoolArray, IntArray
from imu.recording.fills.side_by_side import SideBySide
from pipelines.sources.doubts import Doubt
from pipelines.sources.formats.table import Table, numbers
from pipelines.sources.mapping.time_source import TimeSource
from pipelines.sources.quoting import shown
from pipelines.sources.timing import arrival, counters, jumps, rates
from pipelines.sources.timing.by_stamps import (
    SENT_TWICE,
    Timing,
    check_length,
    ordered,
    picked,
    stamped,
)
from pipelines.sources.timing.told_by_movement import (
    back_to_back,
    out_of_order,
    regular_losses,
    stands_twice,
    turned_at_once,
)


def time_of(table: Table, source: TimeSource, values: SideBySide, *, missing: BoolArray) -> Timing:
    """Time the rows of `values` (n, axes); those `missing` (n,) hold none and are left out."""
    if missing.all():
        raise ValueError("no row holds a value on every axis; check the columns of the mapping")
    if np.count_nonzero(~missing) < 2:
        raise ValueError("fewer than two rows hold values; export the complete recording")
    rate_hz = rates.declared_rate(table, source.rate_hz)
    if source.counter is not None:
        return _counted(table, source, values, missing, rate_hz)
    if source.column is not None:
        return _renumbered(stamped(table, source, values, missing, rate_hz), values)
    if rate_hz is None:
        raise ValueError("neither time nor rate_hz is given; name one of them")
    return _at_a_rate(values, missing, rate_hz)


def _renumbered(timing: Timing, values: SideBySide) -> Timing:
    """Return the timing with a note where even stamps were given after samples had been lost."""
    stands_twice.check_once(picked(values, timing.rows))
    steps_s = np.diff(timing.time_s)
    even = float(np.ptp(steps_s)) < UNEVEN / timing.rate_hz
    if not even or not regular_losses.lost_regularly(picked(values, timing.rows)):
        return timing
    return replace(
        timing,
        notes=(*timing.notes, regular_losses.IF_SO),
        doubts=(*timing.doubts, Doubt.LOST_REGULARLY),
    )


UNEVEN: Final = 0.25
"""Of a period: less is the rounding of stamps that a program counted."""


def _at_a_rate(values: SideBySide, missing: BoolArray, rate_hz: float) -> Timing:
    """Time rows by a rate alone: each row a sample, but for packets that were sent twice."""
    rows = np.flatnonzero(~missing)
    again, filled = back_to_back.sent_again(picked(values, rows))
    notes: tuple[str, ...] = (ONLY_A_RATE.format(rate_hz),)
    doubts: tuple[Doubt, ...] = ()
    if again.any():
        notes = (SENT_TWICE.format(again.sum()), *notes)
    index = (rows - np.cumsum(again))[~again]
    rows = rows[~again]
    stands_twice.check_once(picked(values, rows))
    turned_at_once.check_turns(picked(values, rows), rate_hz)
    out_of_order.check_order(picked(values, rows))
    if not filled and regular_losses.lost_regularly(picked(values, rows)):
        notes, doubts = (*notes, regular_losses.IF_SO), (Doubt.LOST_REGULARLY,)
    rates.check_span("rate_hz", rows, index / rate_hz)
    return Timing(rows, index / rate_hz, index, rate_hz, notes=notes, doubts=doubts)


def _counted(
    table: Table,
    source: TimeSource,
    values: SideBySide,
    missing: BoolArray,
    rate_hz: float | None,
) -> Timing:
    """Time rows by their counter; stamps beside it say when, and what it does not show."""
    column = source.counter or ""
    counts = numbers(table, column)
    check_length(column, counts, values)
    rows = np.flatnonzero(~missing & np.isfinite(counts))
    if len(rows) < 2:
        raise ValueError(f"fewer than two rows have a count in {shown(column)}; export all of it")
    whole, said, turn = counters.unrolled(column, counts[rows])
    rows, in_order, notes = ordered(column, rows, whole.astype(np.float64), values, what="counter")
    index = counters.position(column, in_order.astype(np.int64))
    by_stamps = None if source.column is None else stamped(table, source, values, missing, rate_hz)
    if rate_hz is None:
        if by_stamps is None:
            raise ValueError("counter is given without a rate; add rate_hz")
        rate_hz = float(np.ptp(index) / np.ptp(by_stamps.time_s))
    if by_stamps is not None:
        index, rate_hz, more = _with_unseen(rows, index, by_stamps, rate_hz)
        turn, notes = None, (*notes, *said, *more)
    else:
        unseen = () if turn is None else (UNSEEN_TURNS.format(turn),)
        notes = (*notes, *said, *unseen, ONLY_A_RATE.format(rate_hz))
    timing = Timing(
        rows, index / rate_hz, index, rate_hz, notes=notes, turns_unseen=turn is not None
    )
    jumps.check_jumps(column, rows, timing.time_s, what="counter")
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


ONLY_A_RATE: Final = (
    "nothing but rate_hz times its samples: where its true rate is not {:g} Hz, all times are off "
    "by as much"
)
UNSEEN_TURNS: Final = (
    "a loss of {} or more would not show, as no time stands beside its counter: what needs the "
    "time of two pods is not measured"
)


def _with_unseen(
    rows: IntArray, index: IntArray, stamps: Timing, declared_hz: float
) -> tuple[IntArray, float, tuple[str, ...]]:
    """Return positions (n,) with the losses put in that only the stamps beside a counter show.

    And the rate by these stamps, with notes.
    """
    _, here, there = np.intersect1d(rows, stamps.rows, return_indices=True)
    missed = arrival.lost(stamps.time_s[there], index[here], 1 / declared_hz)
    rate_hz = arrival.rate_beside(stamps.time_s[there], index[here] + missed, declared_hz)
    notes = arrival.a_little_off(declared_hz, rate_hz)
    if not missed.any():
        return index, rate_hz, notes
    before = np.searchsorted(here, np.arange(len(index)), side="right") - 1
    said = f"{missed[-1]} samples that its counter does not show as lost are by its stamps"
    return index + missed[np.maximum(before, 0)], rate_hz, (*notes, said)
