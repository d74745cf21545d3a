"""Check rates and spans: of what is declared, and of what the stamps of a file say."""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.frames import FloatArray, IntArray
from imu.recording.recording import LOWEST_RATE_HZ, SLOWEST_HZ
from imu.recording.timebase import LONGEST_RUN_S
from pipelines.sources.formats.table import Table, numbers
from pipelines.sources.mapping.time_source import TimeSource
from pipelines.sources.mapping.units import TIME_UNITS
from pipelines.sources.quoting import shown
from pipelines.sources.timing import arrival, counters

COARSE_RATE_HZ: Final = 100.0
FASTEST_HZ: Final = 5000.0  # sensors for impacts are sold up to 3200
ODD_RATE: Final = 1.5  # stamps this many times off the rate declared: one of the two is wrong


def declared_rate(table: Table, rate_hz: float | str | None) -> float | None:
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


def check_usual(source: TimeSource, time_s: FloatArray, *, in_packets: bool) -> None:
    """Raise ValueError for steps that are mostly far too short or too long, before all else.

    Of rows that come in bursts, the steps are no rate.
    """
    steps_s = np.diff(time_s)
    steps_s = steps_s[steps_s > 0]
    if not len(steps_s):
        return
    usual_s = float(np.median(steps_s))
    short, long = usual_s * FASTEST_HZ < 0.5, not in_packets and usual_s * SLOWEST_HZ > 1
    if not (short or long) or (not in_packets and arrival.rows_in_bursts(time_s)):
        return
    declared_hz = source.rate_hz
    if isinstance(declared_hz, int | float):
        check_declared(source, 1 / usual_s, float(declared_hz))
    check_rate(1 / usual_s, place_of(source), source)


def check_rates(source: TimeSource, usual_hz: float, declared_hz: float | None) -> None:
    """Raise ValueError for stamps of an impossible rate, of another than is declared, or counts."""
    check_rate(usual_hz, place_of(source), source)
    if declared_hz is not None:
        check_declared(source, usual_hz, declared_hz)
        return
    if source.text is None and abs(usual_hz * source.unit_s - 1) < 1e-9:
        column = source.column or ""
        counts = (
            f"write counter = {shown(column)} and rate_hz, the rate that the pod was set to, "
            "in place of time and time_unit"
        )
        if counters.sounds_like_one(column):
            raise ValueError(f"{shown(column)} counts rows one by one and is no time; {counts}")
        raise ValueError(
            f"{shown(column)} goes up by one from row to row: it may be a time at {usual_hz:g} Hz, "
            f"then write rate_hz = {usual_hz:g} beside it, or a counter, then {counts}"
        )


def check_declared(source: TimeSource, usual_hz: float, declared_hz: float) -> None:
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
        f"rate_hz says {declared_hz:g} Hz but {place_of(source)} is typically at {usual_hz:.4g} "
        f"Hz; correct one of them{hint}"
    )


def place_of(source: TimeSource) -> str:
    """Return how sentences name the column of time."""
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
    if SLOWEST_HZ <= rate_hz <= FASTEST_HZ:
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
    if rate_hz > FASTEST_HZ:
        raise ValueError(f"{rate_hz:g} Hz from {place} is impossible; correct it{hint}")
    raise ValueError(
        f"{rate_hz:.4g} Hz from {place} is too slow to time a foot contact; "
        f"record at {LOWEST_RATE_HZ:g} Hz or more{hint}"
    )
