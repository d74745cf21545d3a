"""Say when a recording began, by stamps whose epoch and zone are known or assumed in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pipelines.sources.doubts import Doubt, Note
from pipelines.sources.limits import LAST_YEAR
from pipelines.sources.mapping import SourceMapping
from pipelines.sources.mapping.time_source import EPOCHS, ISO
from pipelines.sources.timing.by_stamps import Timing

DATES_TO_S: Final = datetime(LAST_YEAR, 1, 1, tzinfo=UTC).timestamp()
DAY: Final = Doubt.OTHER_DAY
UNIX: Final = datetime(1970, 1, 1, tzinfo=UTC)
NO_UPTIME_S: Final = 4e8
"""No clock that began with its device says twelve years: it counts from some day."""
OLD: Final = timedelta(days=3 * 365)
"""A recording older than this, by a clock that may count from later than 1970, is asked about."""


def began(
    mapping: SourceMapping,
    timings: Sequence[Timing],
    clock_s: float,
    *,
    home: ZoneInfo | None = None,
) -> tuple[datetime | None, tuple[Note, ...]]:
    """Return when the first sample was, at `clock_s` on the pods' clock, and what is assumed.

    ValueError in one sentence where stamps may count from one of two epochs. None where nothing
    says when it was.
    """
    if mapping.started_utc is not None:
        return mapping.started_utc, _other_start(mapping.started_utc, timings, clock_s)
    written = any(pod.time.text for pod in mapping.pods)
    dated = any(timing.dated for timing in timings)
    counted = not written and any(timing.stamped for timing in timings)
    if not dated and mapping.epoch_s is None and not (counted and clock_s > NO_UPTIME_S):
        return None, ()
    if mapping.epoch_s is not None and not written:
        start = _in_range(clock_s + mapping.epoch_s)
        _check_day(start, written=False)
        return start, _other_days(start, mapping.epoch_s)
    if clock_s < NO_UPTIME_S and not written:
        return None, ()
    start = _in_range(clock_s)
    if not all(timing.zoned for timing in timings):
        _check_zone_name(mapping)
        _check_day(start, written=True)
        return _by_a_clock(start, mapping, home)
    if not written:
        _check_epoch(start)
    _check_day(start, written=written)
    return start, ()


def _other_start(stated: datetime, timings: Sequence[Timing], clock_s: float) -> tuple[Note, ...]:
    """Return a note where stamps that are dates say another day than the mapping."""
    if not any(timing.dated for timing in timings) or not 0 <= clock_s <= DATES_TO_S:
        return ()
    shown_utc = UNIX + timedelta(seconds=clock_s)
    if abs(stated - shown_utc) < ANY_ZONE:
        return ()
    words = (
        f"its stamps begin on {shown_utc:%Y-%m-%d}, and it is said to have started on "
        f"{stated:%Y-%m-%d}, which was taken"
    )
    return (Note(words),)


def _in_range(clock_s: float) -> datetime:
    """Return a moment of stamps that count from 1970; ValueError for no year of ours."""
    if not 0 <= clock_s <= DATES_TO_S:
        raise ValueError(
            f"its time stamps begin {clock_s:.4g} s after 1970, which is no date of a run; "
            "correct time_unit or epoch, or write in the mapping when it started"
        )
    return UNIX + timedelta(seconds=clock_s)


def _by_a_clock(
    start: datetime, mapping: SourceMapping, home: ZoneInfo | None
) -> tuple[datetime, tuple[Note, ...]]:
    """Return the same of dates by the clock of some place."""
    taken = (*_hours(start, mapping), *_day_or_month(start, mapping))
    if mapping.time_zone is not None:
        return start.replace(tzinfo=ZoneInfo(mapping.time_zone)).astimezone(UTC), taken
    zone = home or ZoneInfo("UTC")
    said = (
        f"the dates of the file name no time zone and were taken as of {zone.key}; "
        "write time_zone in the mapping if it is another"
    )
    return start.replace(tzinfo=zone).astimezone(UTC), (Note(said), *taken)


def _check_zone_name(mapping: SourceMapping) -> None:
    """Raise ValueError where dates end in the name of a zone, and nothing says where that is."""
    named = [found for pod in mapping.pods if (found := ZONE_NAME.search(pod.time.text or ""))]
    if named and mapping.time_zone is None:
        raise ValueError(
            f"its dates are by the clock of {named[0].group(1)}, a name that is used in several "
            "places; write time_zone in the mapping, such as 'Europe/Berlin', for where it is"
        )


ZONE_NAME: Final = re.compile(r"[^%A-Za-z]([A-Z]{3,5})$")
"""At the end of a form of dates."""


def _hours(start: datetime, mapping: SourceMapping) -> tuple[Note, ...]:
    """Return what is assumed of hours that may be those of half a day: up to 12, without AM or PM.

    Few run at night, so that hours of the night are in doubt.
    """
    forms = [pod.time.text or "" for pod in mapping.pods]
    whole = any(form == ISO or "%H" in form or "%T" in form for form in forms)
    if not whole or not 1 <= start.hour <= HALF_A_DAY:
        return ()
    if start.hour < MORNING:
        return (Note(f"its dates begin at {start:%H:%M} {AT_NIGHT}; {WITH_HALVES}", DAY),)
    return (Note(f"{HALF_DAYS}; {WITH_HALVES}"),)


HALF_A_DAY: Final = 12
MORNING: Final = 5
AT_NIGHT: Final = "at night, if its hours are those of a whole day"
HALF_DAYS: Final = "hours of the dates were taken as those of a whole day"
WITH_HALVES: Final = (
    "if they go up to 12 and it was after noon, export them with AM or PM (and %I and %p in "
    "time_unit), or write started in the mapping"
)


def _day_or_month(start: datetime, mapping: SourceMapping) -> tuple[Note, ...]:
    """Return what is assumed of a date such as 03/04/2026 or 20-11-26, that may be another."""
    forms = [pod.time.text or "" for pod in mapping.pods]
    other: datetime | None = None
    if any(YEAR_OF_TWO.search(form) for form in forms):
        other = _dated(start, 2000 + start.day, start.month, start.year % 100)
    elif start.day <= MONTHS and any(DAY_BESIDE_MONTH.search(form) for form in forms):
        other = _dated(start, start.year, start.day, start.month)
    now = datetime.now(UTC)
    if other is None or other == start or other > now + ANY_ZONE:
        return ()
    said = f"its date was taken as {start:%-d %B %Y}, as time_unit says"
    if now - start > OLD > now - other:
        words = f"{said}, {OR_ANOTHER_DAY} {other:%-d %B %Y} if its numbers are in another order"
        return (Note(words, DAY),)
    return (Note(f"{said}; if its numbers are in another order it is {other:%-d %B %Y}"),)


def _dated(start: datetime, year: int, month: int, day: int) -> datetime | None:
    try:
        return start.replace(year=year, month=month, day=day)
    except ValueError:
        return None


MONTHS: Final = 12
DAY_BESIDE_MONTH: Final = re.compile(r"%d[/-]%m|%m[/-]%d[/-]%[Yy]")
"""With points the day comes first, and after a year the month."""
YEAR_OF_TWO: Final = re.compile(r"%y[.-]%m[.-]%d|%d[.-]%m[.-]%y")


def _other_days(start: datetime, epoch_s: float) -> tuple[Note, ...]:
    """Return a note where stamps counted from another epoch than the stated one fit as well."""
    now = datetime.now(UTC)
    counted = {
        name: start + timedelta(seconds=other_s - epoch_s)
        for name, other_s in EPOCHS.items()
        if abs(other_s - epoch_s) > 1
    }
    others = [
        f"{day:%Y-%m-%d} counted from {name}"
        for name, day in counted.items()
        if timedelta(0) < now - day < OLD
    ]
    if not others:
        return ()
    words = (
        f"its day is {start:%Y-%m-%d} by the epoch that the mapping states, {OR_ANOTHER_DAY} "
        f"{' or '.join(others)}; write started in the mapping with its date and time to be sure"
    )
    return (Note(words, DAY),)


OR_ANOTHER_DAY: Final = "but it would be"


def _check_day(start: datetime, *, written: bool) -> None:
    """Raise ValueError for a day that is still to come, or from before there were pods."""
    now = datetime.now(UTC)
    if start.year >= FIRST_PODS and start < now + ANY_ZONE:
        return
    earlier = {
        name: start + timedelta(seconds=epoch_s)
        for name, epoch_s in EPOCHS.items()
        if epoch_s < 0 and not written
    }
    fitting = [name for name, day in earlier.items() if timedelta(0) < now - day < OLD]
    counted = "".join(
        f'; counted from {name} it is {earlier[name]:%Y-%m-%d} (write epoch = "{name}")'
        for name in fitting
    )
    when = "which is still to come" if start > now else "before there were pods"
    raise ValueError(
        f"its times begin on {start:%Y-%m-%d %H:%M}, {when}{counted}; if its clock was not set, "
        "write started = with its date and time in the mapping"
    )


FIRST_PODS: Final = 2005
ANY_ZONE: Final = timedelta(hours=26)
"""A local clock without its zone may be that far ahead."""


def _check_epoch(start: datetime) -> None:
    """Raise ValueError where another epoch than 1970 makes an old date a recent one."""
    now = datetime.now(UTC)
    if now - start < OLD:
        return
    later = {
        name: start + timedelta(seconds=epoch_s)
        for name, epoch_s in EPOCHS.items()
        if epoch_s > 0 and timedelta(0) < now - (start + timedelta(seconds=epoch_s)) < OLD
    }
    if later:
        others = " or ".join(f"{day:%Y-%m-%d} counted from {name}" for name, day in later.items())
        words = ", ".join(f'epoch = "{name}"' for name in ("1970", *later))
        raise ValueError(
            f"its time stamps begin on {start:%Y-%m-%d} counted from 1970, or {others}; "
            f"write in the mapping which it is ({words}), or when it started"
        )
