"""Say how rows become time: stamps in a unit, ticks, dates as text, counters and rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pipelines.sources.mapping.units import TIME_UNITS
from pipelines.sources.mapping.values import is_name, is_number, size_above_0
from pipelines.sources.quoting import shown

TIME_KEYS: Final = ("time", "time_unit", "rate_hz", "counter", "tick_hz", "arrival", "clock")
ISO: Final = "iso"
WORDS: Final = "words"
"""In place of a form of dates: the column holds words, by which rows are told apart."""
OF_A_DAY: Final = ("%d", "%j", "%x", "%c", "%D", "%F", "%e", "%s")
CLOCKS: Final = ("one", "own")
EPOCHS: Final = {
    str(year): datetime(year, month, day, tzinfo=UTC).timestamp()
    for year, month, day in ((1970, 1, 1), (1980, 1, 1), (2000, 1, 1), (2001, 1, 1))
} | {
    f"{year}-{month:02d}-{day:02d}": datetime(year, month, day, tzinfo=UTC).timestamp()
    for year, month, day in ((1980, 1, 6), (1989, 12, 31), (1904, 1, 1), (1899, 12, 30))
}
"""From when clocks count: Unix, files, loggers, Apple, GPS, FIT with ANT, LabVIEW, Excel."""
SLOWEST_HZ: Final = 50.0


@dataclass(frozen=True)
class TimeSource:
    """How rows become time: a column in units of `unit_s`, or a counter and a rate, or a rate.

    `text` is "iso" or the format of dates that are written out. `counter` is the column that
    counts samples or packets. `arrival` says that the stamps are times of arrival, None that it
    is not said. `clock` is "one" where several columns or files share a clock, "own" where each
    has its own zero, None where it is not said. `zone` is that of dates which name none, if said.
    """

    column: str | None
    unit_s: float
    rate_hz: float | str | None
    text: str | None = None
    counter: str | None = None
    arrival: bool | None = None
    clock: str | None = None
    unit: str | None = None
    zone: str | None = None

    @property
    def names_the_day(self) -> bool:
        """Whether stamps that are written out hold a date, and no time of the day alone."""
        return self.text == ISO or any(sign in (self.text or "") for sign in OF_A_DAY)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are to be read."""
        rate = self.rate_hz if isinstance(self.rate_hz, str) else None
        return tuple(name for name in (self.column, self.counter, rate) if name)


def time_source(given: Mapping[str, Any]) -> TimeSource:
    """Return what the keys of time say; ValueError in one sentence for what they cannot."""
    column, unit, rate_hz, counter = (given.get(key) for key in TIME_KEYS[:4])
    if column is None and rate_hz is None:
        raise ValueError("neither time nor rate_hz is given; name one of them")
    for key, name in (("time", column), ("counter", counter)):
        if name is not None and not is_name(name):
            raise ValueError(f"{key} is {shown(name)}; name a column")
    if rate_hz is not None and not (is_number(rate_hz) or is_name(rate_hz)):
        raise ValueError(f"rate_hz is {shown(rate_hz)}; give a number of samples per second")
    return TimeSource(
        column=column,
        unit_s=_unit_s(column, unit, given.get("tick_hz")),
        rate_hz=rate_hz,
        text=unit if column and _is_text(unit) else None,
        counter=counter,
        arrival=_yes_or_no("arrival", given.get("arrival")),
        clock=_clock(given.get("clock")),
        unit=unit if isinstance(unit, str) else None,
        zone=given.get("time_zone"),
    )


def _is_text(unit: Any) -> bool:
    return isinstance(unit, str) and (unit == ISO or "%" in unit)


def _unit_s(column: Any, unit: Any, tick_hz: Any) -> float:
    ticks = size_above_0("tick_hz", tick_hz)
    if ticks is not None:
        if unit is not None:
            raise ValueError("both time_unit and tick_hz are given; leave one of them out")
        if ticks < SLOWEST_HZ:
            raise ValueError(f"tick_hz is {ticks:g}; give how many ticks a second has")
        return 1 / ticks
    if _is_text(unit):
        _check_half_days(unit)
        return 1.0
    needed = column is not None or unit is not None
    if needed and not (isinstance(unit, str) and unit in TIME_UNITS):
        raise ValueError(
            f"time_unit is {shown(unit)}; use one of {', '.join(TIME_UNITS)}, 'iso' for dates, "
            "or their format, such as '%d.%m.%Y %H:%M:%S.%f'"
        )
    return TIME_UNITS[str(unit)] if column else 1.0


def _check_half_days(form: str) -> None:
    """Raise ValueError for hours of which nothing would say whether they are after noon."""
    if ("%p" in form) != ("%I" in form):
        raise ValueError(
            f"time_unit is {shown(form)}; write %I and %p together for hours up to 12 with AM or "
            "PM, else %H"
        )


def _yes_or_no(key: str, value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{key} is {shown(value)}; write true or false")
    return value


def _clock(value: Any) -> str | None:
    if value is not None and value not in CLOCKS:
        raise ValueError(f"clock is {shown(value)}; write 'one' for a common clock, else 'own'")
    return None if value is None else str(value)


def epoch_s(value: Any) -> float | None:
    """Return from when stamps count, s of 1970; None where it is not said."""
    if value is None:
        return None
    word = value.isoformat() if hasattr(value, "isoformat") else str(value)
    if isinstance(value, bool) or word not in EPOCHS:
        raise ValueError(f"epoch is {shown(value)}; use one of {', '.join(EPOCHS)}")
    return EPOCHS[word]
