"""Fetch the file of a run from the Garmin Connect Personal API.

Three requests, as Garmin's own client makes them: the key for a token of a day, the activities of
some days, the original file of one of them, in a ZIP.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from pipelines.sources.watch.garmin_service import INSTEAD, TROUBLE
from pipelines.sources.watch.track import LARGEST_BYTES
from pipelines.web_service.bounded_http import Limits, ask
from pipelines.web_service.own_key import PRINTABLE, Service

TOKEN: Final = "/personalapitoken-service/personal-api/personal-api-key/token"
ACTIVITIES: Final = "/activitylist-service/activities/search/activities"
FILE: Final = "/download-service/files/activity/"
ZIP: Final = "application/zip, application/x-zip-compressed, application/octet-stream"
MOST: Final = 20  # activities on three days; the service fails on pages beyond some 45
SMALL_BYTES: Final = 4 << 20
KINDS: Final = (".fit", ".gpx", ".tcx")
AROUND: Final = timedelta(days=1)  # the service asks for days of the runner's zone
ELSE: Final = f"or {INSTEAD}"


@dataclass(frozen=True, slots=True)
class Span:
    """When a run was; both in UTC."""

    start: datetime
    stop: datetime

    def common_s(self, other: Span) -> float:
        """Return how long both were under way; below 0 for how far they are apart."""
        return (min(self.stop, other.stop) - max(self.start, other.start)).total_seconds()


def fetch_activity(
    service: Service, run: Span, folder: Path, *, number: str = "", limits: Limits | None = None
) -> Path:
    """Put the file of an activity into `folder` and return where it is.

    It is the activity `number`, or else the one that was under way longest during `run`. OSError
    or ValueError with one sentence where there is none, or it cannot be had.
    """
    token = _token(service, limits)
    if not number:
        number = _of_run(_activities(service, token, run, limits), run)
    data = ask(
        service,
        f"{FILE}{number}",
        most_bytes=LARGEST_BYTES,
        accept=ZIP,
        allowed_by=f"Bearer {token}",
        trouble=TROUBLE,
        limits=limits,
    )
    return _unpacked(data, number, folder)


def check_number(text: str) -> str:
    """Return the number of an activity; ValueError for what is none."""
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text)):
        raise ValueError(
            f"{text!r} is no activity of Garmin Connect; give last, or the number in its address"
        )
    return text


def _token(service: Service, limits: Limits | None) -> str:
    said = ask(
        service,
        TOKEN,
        method="POST",
        most_bytes=SMALL_BYTES,
        accept="*/*",
        allowed_by=f"ApiKey {service.key}",
        trouble=TROUBLE,
        limits=limits,
    )
    token = said.decode("ascii", errors="replace").strip()
    if not PRINTABLE.fullmatch(token):
        raise ValueError(f"Garmin Connect gives no token for the key; try again later, {ELSE}")
    return token


def _activities(service: Service, token: str, run: Span, limits: Limits | None) -> list[Any]:
    first, last = _days(run)
    said = ask(
        service,
        ACTIVITIES,
        query={"start": "0", "limit": str(MOST), "startDate": f"{first}", "endDate": f"{last}"},
        most_bytes=SMALL_BYTES,
        accept="application/json",
        allowed_by=f"Bearer {token}",
        trouble=TROUBLE,
        limits=limits,
    )
    try:
        found = json.loads(said) if said.strip() else []
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise ValueError(f"Garmin Connect gives no list of activities; try again later, {ELSE}")
    return found


def _days(run: Span) -> tuple[date, date]:
    return (run.start - AROUND).date(), (run.stop + AROUND).date()


def _of_run(found: list[Any], run: Span) -> str:
    """Return the number of the activity that was under way longest during the run."""
    spans = {number: span for one in found if (known := _known(one)) for number, span in [known]}
    common_s = {number: span.common_s(run) for number, span in spans.items()}
    best = max(common_s, key=common_s.__getitem__, default="")
    if not best or common_s[best] <= 0:
        raise ValueError(
            f"Garmin Connect has no activity from {run.start:%Y-%m-%d %H:%M} to "
            f"{run.stop:%H:%M} UTC; sync the watch, or name its file"
        )
    return best


def _known(one: Any) -> tuple[str, Span] | None:
    """Return number and span of an activity; None for one that says neither."""
    try:
        number = check_number(str(one["activityId"]))
        start = datetime.fromisoformat(one["startTimeGMT"]).replace(tzinfo=UTC)
        lasted_s = float(one.get("elapsedDuration") or one["duration"])
        return number, Span(start, start + timedelta(seconds=lasted_s))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        return None


def _unpacked(data: bytes, number: str, folder: Path) -> Path:
    """Write the one watch file of a ZIP under a name of ours; its own names are never used."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as bundle:
            kinds = [(one, Path(one.filename).suffix.lower()) for one in bundle.infolist()]
            member, kind = next(pair for pair in kinds if pair[1] in KINDS)
            with bundle.open(member) as file:
                content = file.read(LARGEST_BYTES + 1)
    except StopIteration:
        raise ValueError(f"the activity {number} has no FIT, GPX or TCX file; name one") from None
    except Exception:  # zipfile lets many kinds through from a damaged file
        raise ValueError(
            f"what Garmin Connect sends for the activity {number} is damaged or no ZIP; try again, "
            f"{ELSE}"
        ) from None
    if len(content) > LARGEST_BYTES:
        raise ValueError(f"the file of the activity {number} is larger than a run's; name another")
    path = folder / f"garmin-{number}{kind}"
    path.write_bytes(content)
    return path
