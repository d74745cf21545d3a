"""Put streams of a run into an activity of intervals.icu, and look at what has arrived.

Not tried on the real service, for want of a key: addresses, headers and the form of the streams are
those of its own description (`docs/decisions/exports.md`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np

from imu.frames import FloatArray, IntArray
from pipelines.export.intervals.pack import table
from pipelines.export.intervals.service import ask
from pipelines.sources.watch.track import WatchTrack
from pipelines.web_service.bounded_http import Body, Limits
from pipelines.web_service.own_key import Service

ACTIVITY: Final = "/api/v1/activity/"
NUMBER: Final = re.compile(r"i?[0-9]{1,19}")
READ: Final = ("time", "velocity_smooth", "cadence")
MOST_ROWS: Final = 500_000
NEAR: Final = 1e-4  # of a value: the table has six digits


@dataclass(frozen=True)
class Activity:
    """An activity as the service has it: `row_s` (m,) seconds from its start, and its track."""

    number: str
    row_s: IntArray
    start_s: float
    track: WatchTrack


def check_number(text: str) -> str:
    """Return the number of an activity; ValueError for what is none."""
    if not NUMBER.fullmatch(text):
        raise ValueError(
            f"{text!r} is no activity of intervals.icu; give what stands at the end of its address"
        )
    return text


def fetch(service: Service, number: str, limits: Limits | None = None) -> Activity:
    """Return when an activity was and its rows; OSError or ValueError with one sentence."""
    about = _json(ask(service, f"{ACTIVITY}{number}", limits=limits))
    start_s = _start_s(about, number)
    streams = _streams(service, number, READ, limits)
    row_s = streams.get("time")
    if row_s is None or not 2 <= len(row_s) <= MOST_ROWS or not np.isfinite(row_s).all():
        raise ValueError(f"the activity {number} has no rows to put streams beside; name another")
    unknown = np.full(len(row_s), np.nan)
    track = WatchTrack(
        time_s=start_s + row_s,
        segment=np.zeros(len(row_s), dtype=np.int64),
        speed_mps=_fitting(streams.get("velocity_smooth"), unknown),
        distance_m=unknown,
        grade_pct=unknown,
        heart_rate_bpm=unknown,
        # Whether it counts steps or strides does not matter for when it changes.
        cadence_spm=_fitting(streams.get("cadence"), unknown),
    )
    return Activity(number, np.round(row_s).astype(np.int64), start_s, track)


def _start_s(about: Any, number: str) -> float:
    try:
        moment = datetime.fromisoformat(about["start_date"])
        return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    except (KeyError, OverflowError, TypeError, ValueError):
        raise ValueError(f"intervals.icu does not say when {number} began; name another") from None


def _fitting(values: FloatArray | None, unknown: FloatArray) -> FloatArray:
    return unknown if values is None or len(values) != len(unknown) else values


def _streams(
    service: Service, number: str, names: tuple[str, ...], limits: Limits | None = None
) -> dict[str, FloatArray]:
    """Return streams by name, null as NaN; one that is no list of numbers is left out."""
    path = f"{ACTIVITY}{number}/streams.json?{urlencode([('types', name) for name in names])}"
    found = _json(ask(service, path, limits=limits))
    known = {}
    for one in found if isinstance(found, list) else ():
        try:
            known[str(one["type"])] = np.array(one["data"], dtype=np.float64).reshape(-1)
        except (KeyError, TypeError, ValueError):
            continue
    return known


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError("intervals.icu gives no JSON; try again later") from None


def put(
    service: Service,
    activity: Activity,
    streams: Mapping[str, FloatArray],
) -> tuple[str, ...]:
    """Upload `streams` (m,) for the m rows of an activity; return the codes that arrived.

    The table has the activity's own rows: with another number of them the service would replace
    all that it has. ValueError where afterwards nothing of ours is there, something is another, or
    the rows are not the same.
    """
    text = table(activity.row_s, streams)
    path = f"{ACTIVITY}{activity.number}/streams.csv"
    ask(service, path, method="PUT", body=_form(text))
    found = _streams(service, activity.number, ("time", *streams))
    if len(found.get("time", ())) != len(activity.row_s):
        raise ValueError(
            f"the activity {activity.number} has other rows than before; restore it in "
            "intervals.icu from its original file"
        )
    arrived = tuple(code for code in streams if code in found)
    if not arrived:
        raise ValueError(
            "intervals.icu has none of our streams, since the account has no custom streams of "
            "these codes; create them as custom_streams.json says and upload again"
        )
    for code in arrived:
        if not _alike(found[code], streams[code]):
            raise ValueError(f"intervals.icu has other values of {code} than were sent; try again")
    return arrived


def _alike(found: FloatArray, sent: FloatArray) -> bool:
    return found.shape == sent.shape and bool(
        np.allclose(found, sent, rtol=NEAR, atol=1e-9, equal_nan=True)
    )


def _form(text: str) -> Body:
    """Return a table as the one file of a form."""
    mark = f"midstance-{token_hex(8)}"
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="streams.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    data = f"{head}{text}\r\n--{mark}--\r\n".encode("ascii")
    return Body(data, f"multipart/form-data; boundary={mark}")
