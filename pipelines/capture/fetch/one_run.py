"""Make one session of the logs of several pods: the same run, if their times overlap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final

from imu.frames import Placement
from pipelines.formatting import duration
from pipelines.process.from_journal.decode_journal import received
from pipelines.store.files import session_name
from pipelines.store.journal.format import Header, Journal

LEAST_S: Final = 10.0
"""Recordings of one run overlap for so long, or for half of the shorter one."""
NS: Final = 1e-9
ENDING: Final = "ending"
"""The event of a journal that a pod is about to be told to end."""
EARLY_S: Final = 60.0
"""A recording that ended so long before was ended by something else."""
Span = tuple[float, float]


def spans_of(journal: Journal) -> dict[Placement, Span]:
    """Return from when to when each pod recorded, in s on the clock of the journal.

    Raises ValueError where nothing can be placed in time.
    """
    pods = received(journal).pods
    return {place: (float(pod.time_s[0]), float(pod.time_s[-1])) for place, pod in pods.items()}


def ended_early(journal: Journal, spans: Mapping[Placement, Span]) -> Iterator[str]:
    """Yield a sentence for each pod that stopped recording long before it was told to."""
    known, told_s = journal.header, dict[Placement, float]()
    for event in journal.events:
        if event["kind"] == ENDING:
            at_s = (event["host_ns"] - known.started_ns) * NS
            told_s.setdefault(known.pods[event["pod"]].placement, at_s)
    for place, (start_s, stop_s) in spans.items():
        early_s = told_s.get(place, stop_s) - stop_s
        if early_s > EARLY_S:
            when = _when(start_s, stop_s, datetime.fromisoformat(known.started_utc))
            yield (
                f"{place.replace('_', ' ')} recorded {when} and ended by itself "
                f"{duration(early_s)} before it was told to: its memory was full, or it had no "
                "power; fetch and erase its logs, and charge it, before the next run"
            )


def header_of_run(known: Header, spans: Mapping[Placement, Span]) -> Header:
    """Return the header of the run that was recorded so: it began when the first pod did.

    Raises ValueError, one sentence, where the recordings are not of one run.
    """
    began = datetime.fromisoformat(known.started_utc)
    _check_overlap(spans, began)
    first_s = min(start_s for start_s, _ in spans.values())
    started = began + timedelta(seconds=first_s)
    return replace(
        known,
        session=session_name(started, known.session[11:]),
        started_utc=started.isoformat(),
        started_ns=known.started_ns + round(first_s / NS),
    )


def _check_overlap(spans: Mapping[Placement, Span], began: datetime) -> None:
    for (place, (start_s, stop_s)), (other, (start, stop)) in combinations(spans.items(), 2):
        shorter_s = min(stop_s - start_s, stop - start)
        if min(stop_s, stop) - max(start_s, start) < min(LEAST_S, shorter_s / 2):
            raise ValueError(
                f"{place.replace('_', ' ')} recorded {_when(start_s, stop_s, began)} and "
                f"{other.replace('_', ' ')} {_when(start, stop, began)}, so these are not of "
                "one run; name the right logs with --log, as --log pelvis=NAME"
            )


def _when(start_s: float, stop_s: float, began: datetime) -> str:
    start, stop = (began + timedelta(seconds=at_s) for at_s in (start_s, stop_s))
    return f"from {start.astimezone():%Y-%m-%d %H:%M:%S} to {stop.astimezone():%H:%M:%S}"
