"""Stores of hand-made runs: what changed and when is known exactly."""

import os
from contextlib import contextmanager
from datetime import datetime, timedelta

import numpy as np
import pytest

from imu.edition import EDITION
from imu.metrics import METRICS
from pipelines.store.files import session_files
from pipelines.store.tables.stance_file import write_stances
from runs.made_run import contacts_s, left_first, made_run

FIRST = datetime.fromisoformat("2026-03-01T07:00:00+00:00")
STANCE_S = 0.36


def level_of(metric, speed_mps):
    if metric.name == "speed_mps":
        return speed_mps
    low, high = metric.valid_range
    return float(np.clip(10 * metric.typical_error, low, high))


def an_analysis(rng, shift, *, count=80, grade="A", speed_mps=3.0, edition=EDITION, day_sd=0.5):
    """Return a run whose medians scatter by `day_sd` typical errors; `shift` maps metric to (2,)
    in its unit, or to a function of the contacts that returns (n, 2)."""
    contact_s = contacts_s(count, STANCE_S)
    side = left_first(count)
    leg = (side == "right").astype(int)
    both = rng.normal(size=len(METRICS))
    metrics = {}
    for m, common in zip(METRICS.values(), both, strict=True):
        by = shift.get(m.name, (0.0, 0.0))
        by = by(contact_s) if callable(by) else np.broadcast_to(by, (count, 2))
        own = np.sqrt(2 / 3) * common + np.sqrt(1 / 3) * rng.normal(size=2)
        te = 0.01 if m.name == "speed_mps" else m.typical_error
        values = level_of(m, speed_mps) + te * day_sd * own[leg] + by[np.arange(count), leg]
        metrics[m.name] = values + 0.5 * te * rng.normal(size=count)
    return made_run(side, metrics, contact_s=contact_s, grade=grade, edition=edition)


@contextmanager
def at_once():
    """Let what is kept here wait for no disk: what a test begins with need not survive a crash."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


def keep(root, day, analysis, *, athlete="ana"):
    """Store a run of the day `day` after the first; return its name."""
    started = FIRST + timedelta(days=float(day))
    files = session_files(root, athlete, f"{started:%Y-%m-%d}-run")
    about = {"started_utc": started.isoformat(), "duration_s": 90.0, "pods": {}}
    write_stances(files, analysis, about)
    return files.session
