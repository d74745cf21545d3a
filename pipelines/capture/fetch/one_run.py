"""Make one session of the logs of several pods: the same run, if their times overlap."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from imu.frames import Placement
from pipelines.process.from_journal.decode_journal import received
from pipelines.store.files import session_name
from pipelines.store.journal.format import Header, Journal

LEAST_S: Final = 10.0
NS: Final = 1e-9
Span = tuple[float, float]


def header_of_run(journal: Journal) -> Header:
    """Return the header of the run that the logs in a journal hold: it began when the first did.

    Raises ValueError, one sentence, where nothing can be placed in time or the logs are not of one
    run.
    """
    raw, known = received(journal), journal.header
    spans = {
        place: (float(pod.time_s[0]), float(pod.time_s[-1])) for place, pod in raw.pods.items()
    }
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


def _check_overlap(spans: dict[Placement, Span], began: datetime) -> None:
    for place, (start_s, stop_s) in spans.items():
        for other, (start, stop) in spans.items():
            if min(stop_s, stop) - max(start_s, start) < LEAST_S:
                raise ValueError(
                    f"{place.replace('_', ' ')} recorded {_when(start_s, stop_s, began)} and "
                    f"{other.replace('_', ' ')} {_when(start, stop, began)}, so these are not of "
                    "one run; name the right logs with --log, as --log pelvis=NAME"
                )


def _when(start_s: float, stop_s: float, began: datetime) -> str:
    start, stop = (began + timedelta(seconds=at_s) for at_s in (start_s, stop_s))
    return f"from {start.astimezone():%Y-%m-%d %H:%M:%S} to {stop.astimezone():%H:%M:%S}"
