"""Time zones by their IANA names: check one, ask the machine for its own, say a time in one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

NAME: Final = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")
LOCALTIME: Final = Path("/etc/localtime")


def check_zone(name: object) -> str:
    """Return the name of a time zone that this machine knows; ValueError for any other value."""
    if isinstance(name, str) and _known(name):
        return name
    raise ValueError(
        f"timezone is {name!r}; give a name from the IANA list, for example Europe/Berlin"
    )


def machine_zone() -> str:
    """Return the name of the machine's zone, or "" where it has none that is on the IANA list.

    `TZ` counts first, then what ``/etc/localtime`` links to. Windows keeps neither: state
    ``timezone`` in ``athlete.toml`` there.
    """
    if (stated := os.environ.get("TZ")) is not None:
        name = stated.removeprefix(":")
    else:
        name = os.path.realpath(LOCALTIME).partition("/zoneinfo/")[2]
    return name if _known(name) else ""


def first_known(names: Iterable[object]) -> ZoneInfo:
    """Return the zone of the first name that this machine knows, UTC where it knows none."""
    return ZoneInfo(next((x for x in names if isinstance(x, str) and _known(x)), "UTC"))


def offset(moment: datetime) -> str:
    """Return how far the clock of a moment is from UTC: ``UTC``, ``UTC+1``, ``UTC-3:30``."""
    minutes = round((moment.utcoffset() or timedelta(0)).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "-"
    return "UTC" if minutes == 0 else f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def span_words(start: datetime, duration_s: float) -> str:
    """Return from when to when a run went, by the clock of the zone that `start` is in.

    The end is counted in UTC, so that it is right when the hour changed in between: the clock of
    both ends is named then, and the day where it is another.
    """
    stop = start
    if isfinite(duration_s):
        stop = (start.astimezone(UTC) + timedelta(seconds=duration_s)).astimezone(start.tzinfo)
    zone = str(start.tzinfo).replace("Etc/UTC", "UTC")
    own = zone if zone == offset(start) else f"{zone} ({offset(start)})"
    if stop == start:
        return f"{start:%H:%M} {own}"
    days = (stop.date() - start.date()).days
    then = f"{stop:%H:%M}" + (f" on {stop.day} {stop:%B}" if days else "")
    if offset(start) == offset(stop):
        return f"{start:%H:%M} to {then}, {own}"
    return f"{start:%H:%M} ({offset(start)}) to {then} ({offset(stop)}), {zone}"


def _known(name: str) -> bool:
    if not NAME.fullmatch(name):
        return False
    try:
        return bool(ZoneInfo(name).key)
    except (LookupError, OSError, ValueError):  # not there, a folder of zones, not a zone's file
        return False
