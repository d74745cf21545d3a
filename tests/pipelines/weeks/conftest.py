"""Stores of hand-made runs: what changed and when is known exactly."""

import sys
from datetime import datetime, timedelta

import numpy as np
import pytest

from imu.analysis import Analysis
from imu.edition import EDITION
from imu.metrics import METRICS
from imu.metrics.table import StanceTable
from imu.quality.grade import SessionQuality
from imu.segmentation.stances import Bouts, Stances
from imu.sensors import SENSORS, column
from imu.session.curves import CURVE_POINTS, Curves
from pipelines import cli
from pipelines.store.files import session_files
from pipelines.store.stance_file import write_stances

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
    contact_s = 10 + STANCE_S * np.arange(count)
    side = np.where(np.arange(count) % 2 == 0, "left", "right")
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
    stances = Stances(
        side=side,
        bout=np.zeros(count, dtype=np.int64),
        initial_contact_s=contact_s,
        midstance_s=contact_s + 0.1,
        toe_off_s=contact_s + 0.25,
        agreement_s=np.full(count, 0.002),
        pelvis_agreement_s=np.full(count, 0.004),
        side_agreement_pct=np.full(count, np.nan),
    )
    quality = {
        "coverage_pct": np.full(count, 99.5),
        "clipped": np.zeros(count, dtype=bool),
        **{column(sensor): np.zeros(count, dtype=bool) for sensor in SENSORS},
        "seen_by_pelvis": np.zeros(count, dtype=bool),
        "implausible_count": np.zeros(count, dtype=np.int64),
        "quality": np.full(count, ""),
    }
    nothing = np.zeros((2, CURVE_POINTS))
    return Analysis(
        stances=StanceTable(stances, metrics, quality),
        bouts=Bouts(np.array([10.0]), np.array([contact_s[-1] + 1]), np.array(["running"])),
        curves=Curves({"pelvis_tilt_deg": nothing}, {"pelvis_tilt_deg": nothing}, np.zeros(2, int)),
        orientation={},
        alignment={},
        quality=SessionQuality(grade, ("hand-made",), {"pelvis": {"coverage_pct": 99.0}}),
        parameters={"edition": edition},
    )


def keep(root, day, analysis, *, athlete="ana"):
    """Store a run of the day `day` after the first; return its name."""
    started = FIRST + timedelta(days=float(day))
    files = session_files(root, athlete, f"{started:%Y-%m-%d}-run")
    about = {"started_utc": started.isoformat(), "duration_s": 90.0, "pods": {}}
    write_stances(files, analysis, about)
    return files.session


@pytest.fixture(scope="session")
def keep_runs():
    """Return a function that stores runs on `days`; `shift(k)` is that of the run number k."""

    def kept(root, days, shift=lambda k: {}, *, seed=0, **options):
        rng = np.random.default_rng(seed)
        return [keep(root, d, an_analysis(rng, shift(k), **options)) for k, d in enumerate(days)]

    return kept


@pytest.fixture(scope="session")
def one_run():
    """Return a function that stores one run of `count` stances."""

    def kept(root, shift, *, count, seed=0):
        return keep(root, 0, an_analysis(np.random.default_rng(seed), shift, count=count))

    return kept


@pytest.fixture
def command(monkeypatch, capsys):
    """Return a function that runs the command: exit code, standard output, standard error."""

    def run(*words):
        monkeypatch.setattr("sys.argv", ["midstance", *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run
