"""Export a run as FIT: an activity of its own, or our fields in a copy of the watch's own file."""

from __future__ import annotations

import zlib
from typing import Any, Final

from pipelines.export.fit.activity import Totals, activity
from pipelines.export.kinds import Exported, Wanted
from pipelines.export.per_second import AROUND_S, Seconds, by_second, whole_seconds
from pipelines.export.run import Run, load
from pipelines.export.signs import BALANCE, CADENCE, LEGS
from pipelines.store.atomic import publish_bytes

EACH: Final = f"each record is the mean of the stances within {AROUND_S:g} s of its second"


def export(wanted: Wanted) -> Exported:
    """Write a FIT file."""
    run = load(wanted.files)
    if wanted.into is not None:
        from pipelines.export.fit.into_watch import merged

        return merged(run, wanted)
    seconds = known_seconds(run)
    data = activity(seconds, _totals(run, seconds), serial=_serial(run))
    publish_bytes(wanted.path, data)
    return Exported(wanted.path, len(seconds.time_s), "records", (EACH, LEGS, BALANCE, CADENCE))


def known_seconds(run: Run) -> Seconds:
    """Return the seconds in which anything is known; ValueError where there are none."""
    everything = by_second(run, whole_seconds(run))
    if not (known := everything.known()).any():
        raise ValueError(f"{run.session} has no second of running that a FIT record could hold")
    return Seconds(
        everything.time_s[known],
        {name: values[known] for name, values in everything.both.items()},
        {name: values[known] for name, values in everything.legs.items()},
    )


def _totals(run: Run, seconds: Seconds) -> Totals:
    summary: dict[str, Any] = dict(run.header.get("summary") or {})
    start_s = run.start_s
    return Totals(
        start_s=start_s,
        stop_s=max(start_s + float(run.header.get("duration_s") or 0.0), seconds.time_s[-1]),
        running_s=float(summary.get("running_s") or len(seconds.time_s)),
        distance_m=summary.get("distance_m"),
    )


def _serial(run: Run) -> int:
    """Return a number that is the same for the same session: services know a run again by it."""
    return zlib.crc32(f"{run.athlete} {run.session}".encode()) or 1
