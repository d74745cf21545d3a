"""Export a run as streams for intervals.icu, and upload them where an activity is named."""

from __future__ import annotations

import numpy as np

from pipelines.export.intervals import pack
from pipelines.export.intervals.service import INTERVALS
from pipelines.export.intervals.upload import check_number, fetch, put
from pipelines.export.kinds import Exported, Wanted
from pipelines.export.per_second import by_second, whole_seconds
from pipelines.export.run import Run, load
from pipelines.export.signs import BALANCE, LEGS
from pipelines.process.watch.attach import join_track
from pipelines.store.atomic import publish_folder


def export(wanted: Wanted) -> Exported:
    """Write a folder with streams; upload them first where an activity is named."""
    run = load(wanted.files)
    if wanted.activity:
        return _uploaded(run, wanted)
    time_s = whole_seconds(run)
    seconds = by_second(run, time_s)
    publish_folder(wanted.path, lambda folder: pack.write(folder, time_s - time_s[0], seconds))
    words = (pack.HOW_TO, pack.EACH, LEGS, BALANCE)
    return Exported(wanted.path, len(time_s), "seconds", words)


def _uploaded(run: Run, wanted: Wanted) -> Exported:
    number = check_number(wanted.activity)
    service = INTERVALS.configured()
    activity = fetch(service, number)
    joined = join_track(wanted.files, activity.track, f"the activity {number}")
    at_s = np.round(activity.track.time_s).astype(np.int64)
    seconds = by_second(run, at_s, ahead_s=joined.offset_s or 0.0)
    if not (known := seconds.known()).any():
        raise ValueError(f"the activity {number} has no second of running of {run.session}")
    streams = pack.streams_of(seconds)
    arrived = put(service, activity, streams)
    publish_folder(wanted.path, lambda folder: pack.write(folder, activity.row_s, seconds))
    words = [joined.said, f"intervals.icu has {len(arrived)} of {len(streams)} streams"]
    if missing := [code for code in streams if code not in arrived]:
        words.append(f"it has no custom stream of the codes {', '.join(missing)}")
    rows = f"of {len(at_s)} rows of {number} with our values"
    return Exported(wanted.path, int(known.sum()), rows, (*words, pack.EACH, LEGS, BALANCE))
