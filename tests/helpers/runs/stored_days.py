"""Days of one runner in a store, made by hand: what a report has to compare."""

from datetime import datetime, timedelta

import numpy as np

from imu.edition import EDITION
from imu.metrics import METRICS
from imu.session.curves import CURVE_POINTS, Curves
from pipelines.store.files import session_files
from pipelines.store.tables.stance_file import write_stances
from runs.made_run import left_first, made_quality, made_run

FIRST = datetime.fromisoformat("2026-10-01T07:00:00+00:00")


def an_analysis(seed, shift, edition=EDITION, grade="B"):
    rng = np.random.default_rng(seed)
    count = 200
    side = left_first(count)
    metrics = {
        m.name: 10 * m.typical_error * (1 + 0.05 * rng.normal(size=count))
        + m.typical_error * (0.5 * rng.normal() + shift.get(m.name, 0.0) * (side == "left"))
        for m in METRICS.values()
    }
    curves = {"pelvis_tilt_deg": rng.normal(size=(2, CURVE_POINTS))}
    return made_run(
        side,
        metrics,
        quality=made_quality(count, remarks=np.where(np.arange(count) == 1, "shank_left: gap", "")),
        grade=grade,
        curves=Curves(curves, curves, np.array([100, 100])),
        edition=edition,
    )


def save(root, day, *, seed=0, shift=None, word="run", edition=EDITION, grade="B", **more):
    started = FIRST + timedelta(days=day)
    files = session_files(root, "ana", f"{started:%Y-%m-%d}-{word}")
    about = {"started_utc": started.isoformat(), "duration_s": 90.0, "pods": {}, **more}
    write_stances(files, an_analysis(seed, shift or {}, edition, grade), about)
    return files
