"""Write a copy of the watch's own FIT file of a run, with our fields in its records."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from imu.frames import FloatArray
from pipelines.export.fit import merge
from pipelines.export.fit.encode import DeveloperField
from pipelines.export.fit.fields import SHORT, beside_native, of_legs
from pipelines.export.kinds import Exported, Wanted
from pipelines.export.per_second import by_second
from pipelines.export.run import Run
from pipelines.export.signs import BALANCE, LEGS
from pipelines.process.watch.attach import join
from pipelines.sources.limits import check_file
from pipelines.sources.watch.track import LARGEST_BYTES
from pipelines.store.atomic import publish_bytes

OURS: Final = (
    "what the watch wrote is unchanged, its own cadence and contact time too; ours are called "
    "midstance_…, left_… and right_…"
)


def merged(run: Run, wanted: Wanted) -> Exported:
    """Write the copy; the watch's own file is only read."""
    path = Path(wanted.into or "")
    check_file(path, "watch file", LARGEST_BYTES)
    data = path.read_bytes()
    if data[8:12] != b".FIT":
        raise ValueError(f"{path} is no FIT file, and fields can be merged into no other")
    joined = join(wanted.files, path)  # refuses what is damaged or of another run
    try:
        watch = merge.read(data)
        seconds = by_second(run, merge.seconds_of(watch), ahead_s=joined.offset_s or 0.0)
        legs = of_legs(seconds)
        own: dict[DeveloperField, FloatArray] = legs | beside_native(seconds, len(legs))
        result = merge.merged(watch, own, SHORT)
    except ValueError as error:
        raise ValueError(f"{path} cannot take our fields: {error}; export --to fit alone") from None
    if not (rows := int(np.isfinite(list(own.values())).any(axis=0).sum())):
        raise ValueError(f"{path} has no record in a second of running of {run.session}")
    publish_bytes(wanted.path, result)
    of_all = f"of {len(watch.record_s)} records with our fields"
    return Exported(wanted.path, rows, of_all, (joined.said, OURS, LEGS, BALANCE))
