"""Merge an activity of Garmin Connect into a session, fetched with the runner's own key."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pipelines.process.watch.attach import Attached, attach
from pipelines.sources.watch.garmin import Span, check_number, fetch_activity
from pipelines.sources.watch.garmin_service import GARMIN
from pipelines.store.files import SessionFiles
from pipelines.store.tables.stance_file import read_header

LAST: Final = "last"


def attach_activity(files: SessionFiles, which: str = LAST) -> Attached:
    """Fetch an activity and attach it as `attach` does a file.

    `which` is its number, or ``last`` for the one that was under way during the session. OSError or
    ValueError with one sentence; nothing is changed then.
    """
    number = "" if which == LAST else check_number(which)
    service = GARMIN.configured()
    run = _span(files)
    with TemporaryDirectory() as folder:
        path = fetch_activity(service, run, Path(folder), number=number)
        try:
            return attach(files, path)
        except ValueError as error:  # the folder is gone when this is read
            words = str(error).replace(f"{folder}{os.sep}", "")
            raise ValueError(words) from None


def _span(files: SessionFiles) -> Span:
    header = read_header(files.stances)
    if not (text := header.get("started_utc")):
        raise ValueError(f"{files.session} does not know when it began; no watch can be attached")
    start = datetime.fromisoformat(text).astimezone(UTC)
    return Span(start, start + timedelta(seconds=float(header.get("duration_s") or 0.0)))
