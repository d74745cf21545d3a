"""Say when a recording began, by stamps whose epoch and zone are known or assumed in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pipelines.sources.limits import LAST_YEAR
from pipelines.sources.mapping import SourceMapping
from pipelines.sources.mapping.time_source import EPOCHS
from pipelines.sources.timing.by_stamps import DATES_FROM_S, Timing

DATES_TO_S: Final = datetime(LAST_YEAR, 1, 1, tzinfo=UTC).timestamp()
UNIX: Final = datetime(1970, 1, 1, tzinfo=UTC)
OLD: Final = timedelta(days=3 * 365)
"""A recording older than this, by a clock that may count from later than 1970, is asked about."""


def began(
    mapping: SourceMapping,
    timings: Sequence[Timing],
    clock_s: float,
    *,
    home: ZoneInfo | None = None,
) -> tuple[datetime | None, tuple[str, ...]]:
    """Return when the first sample was, at `clock_s` on the pods' clock, and what is assumed.

    ValueError in one sentence where stamps may count from one of two epochs. None where nothing
    says when it was.
    """
    if mapping.started_utc is not None:
        return mapping.started_utc, ()
    if not any(timing.dated for timing in timings) and mapping.epoch_s is None:
        return None, ()
    written = any(pod.time.text for pod in mapping.pods)
    if mapping.epoch_s is not None and not written:
        start = _in_range(clock_s + mapping.epoch_s)
        _check_day(start, written=False)
        return start, ()
    if clock_s < DATES_FROM_S and not written:
        return None, ()
    start = _in_range(clock_s)
    if not all(timing.zoned for timing in timings):
        _check_day(start, written=True)
        return _by_a_clock(start, mapping, home)
    if not written:
        _check_epoch(start)
    _check_day(start, written=written)
    return start, ()


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
) -> tuple[datetime, tuple[str, ...]]:
    """Return the same of dates by the clock of some place."""
    noon = (HALF_DAYS,) if _may_be_after_noon(start, mapping) else ()
    if mapping.time_zone is not None:
        return start.replace(tzinfo=ZoneInfo(mapping.time_zone)).astimezone(UTC), noon
    zone = home or ZoneInfo("UTC")
    said = (
        f"the dates of the file name no time zone and were taken as of {zone.key}; "
        "write time_zone in the mapping if it is another"
    )
    return start.replace(tzinfo=zone).astimezone(UTC), (said, *noon)


def _may_be_after_noon(start: datetime, mapping: SourceMapping) -> bool:
    """Whether the hours may be those of half a day: dates with slashes are often written so."""
    forms = [pod.time.text or "" for pod in mapping.pods]
    return 1 <= start.hour <= HALF_A_DAY and any("/" in form and "%H" in form for form in forms)


HALF_A_DAY: Final = 12
HALF_DAYS: Final = (
    "hours of the dates were taken as those of a whole day; if they go up to 12 and it was after "
    "noon, export them with AM or PM (and %I and %p in time_unit), or write started in the mapping"
)


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
