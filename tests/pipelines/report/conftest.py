"""A hand-made run of a hand-made runner: everything a report can show, without any pod."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from runs.stored_days import save

from imu.baseline.conditions import UNKNOWN, Conditions
from imu.edition import EDITION
from imu.metrics import METRICS as REAL
from imu.session.curves import Curves
from imu.session.medians import session_medians
from pipelines.report.compared import compare
from pipelines.report.data import ReportData
from pipelines.report.page import render
from pipelines.store.many_sessions.history import History

TILT, DROP, DROP_RATE = "pelvic_tilt_midstance_deg", "pelvic_drop_deg", "pelvic_drop_rate_radps"
ROTATION, PEAK = "pelvic_rotation_over_leg_deg", "peak_tibial_resultant_mps2"
SHANK, SHANK_RATE = "shank_internal_rotation_deg", "shank_internal_rotation_rate_radps"
LEAN, OBLIQUITY = "shank_lean_deg", "pelvic_obliquity_over_leg_deg"
LATE_TILT, LATE_ROTATION = "pelvic_tilt_after_midstance_deg", "pelvic_rotation_after_midstance_deg"
REVERSAL = "pelvic_rotation_reversal_pct"
DECLARED = (
    # name, label, typical error, primary, (left, right), spread within a run
    (TILT, "Anterior pelvic tilt at mid-stance", 0.9, True, (4.8, 5.1), 1.2),
    (DROP, "Contralateral pelvic drop", 0.65, True, (5.2, 4.9), 0.9),
    (DROP_RATE, "Contralateral pelvic drop rate", 0.12, True, (1.5, 1.4), 0.2),
    (ROTATION, "Pelvis turned over the stance leg", 0.9, True, (4.1, 4.4), 1.5),
    (PEAK, "Peak tibial acceleration, resultant", 5.3, True, (78, 81), 9.0),
    (SHANK, "Shank internal rotation", 1.1, True, (9.4, 9.0), 1.4),
    (SHANK_RATE, "Shank internal rotation rate", 0.35, True, (4.6, 4.4), 0.6),
    ("contact_time_s", "Contact time", 0.006, False, (0.252, 0.250), 0.008),
    ("cadence_spm", "Cadence", 2.5, False, (171, 171), 2.0),
    ("vertical_oscillation_m", "Vertical travel", 0.004, False, (0.08, 0.08), 0.01),
    (LATE_TILT, "Forward tipping of the pelvis after mid-stance", 0.6, True, (4.9, 5.2), 0.8),
    (LATE_ROTATION, "Turning back of the pelvis", 0.9, False, (5.6, 5.1), 1.2),
    (LEAN, "Outward lean of the shank at mid-stance", 0.9, True, (4.4, 3.9), 0.8),
    (OBLIQUITY, "Pelvis lowered on the swing side", 0.65, False, (2.7, 2.4), 0.8),
    (REVERSAL, "Reversal of the pelvis' turn", 4.0, False, (18, 18), 3.0),
)  # fmt: skip
METRICS = {
    name: replace(
        REAL[name],
        label=label,
        doc=f"What {label.lower()} means.",
        measured=replace(REAL[name].measured, source="a trial"),
        matters=replace(REAL[name].matters, source="a study"),
        cite="A paper, 2024",
        typical_error=error,
        primary=primary,
    )
    for name, label, error, primary, _, _ in DECLARED
}
USUAL = {row[0]: (np.array(row[4], dtype=float), row[5]) for row in DECLARED}
SHAPES = {
    "pelvis_tilt_deg": lambda p: 4 + 3 * np.sin(2.4 * p + 0.4),
    "pelvis_drop_deg": lambda p: 6.5 * np.sin(np.pi * np.clip(p / 0.9, 0, 1)),
    "pelvis_rotation_deg": lambda p: -5 + 9 * p**0.8,
    "shank_rotation_deg": lambda p: 9 * np.sin(np.pi * np.clip(p, 0, 1)) ** 1.3,
    "vertical_force_bw": lambda p: 2.5 * np.sin(np.pi * p),
}
START = datetime(2026, 11, 22, 7, 12, tzinfo=UTC)


def curves_of(rng, *, size=1.0):
    p = np.linspace(0, 1, 101)
    mean = {
        name: np.stack([shape(p) + size * rng.normal(0, 0.04) * np.ptp(shape(p))] * 2)
        for name, shape in SHAPES.items()
    }
    return Curves(mean, {n: np.ones((2, 101)) for n in mean}, np.array([400, 400]))


def a_past_run(rng):
    return {
        name: USUAL[name][0] + 0.6 * METRICS[name].typical_error * rng.normal(size=2)
        for name in METRICS
    }


def stances_today(rng, minutes, shift):
    count = int(minutes * 85)
    time_s = np.sort(
        np.concatenate([np.arange(count) * 60 / 85 + 12, np.arange(count) * 60 / 85 + 12.35])
    )
    side = np.array(["left", "right"] * count)
    drift = 0.3 * (time_s - time_s[0]) / np.ptp(time_s)
    values = {}
    for name, (middle, spread) in USUAL.items():
        own = middle + np.array(shift.get(name, (0.0, 0.0)))
        noise = rng.normal(size=2 * count) + drift
        values[name] = np.where(side == "left", own[0], own[1]) + spread * noise * 0.8
    return side, time_s, values


def a_history(past, today, *, speed_mps, usable):
    """Past runs, one every four days, and today's."""
    runs = [*past, today]
    days = np.array([*(-4.0 * (len(past) - k) - 1 for k in range(len(past))), 0.0])
    started = tuple(START + timedelta(days=day) for day in days)
    none = np.full(len(runs), UNKNOWN)
    nothing = np.full(2, np.nan)
    speeds = np.full(len(runs), 3.0)
    speeds[-1] = speed_mps
    return History(
        sessions=tuple(f"{at:%Y-%m-%d}-r{k}" for k, at in enumerate(started)),
        started=started,
        medians={
            name: np.array([run.get(name, nothing) for run in runs]) for name in {*REAL, *METRICS}
        },
        conditions=Conditions(days, speeds, np.full(len(runs), np.nan), none, none),
        usable=np.array([True] * len(past) + [usable]),
        reasons=((),) * len(runs),
        edition=np.full(len(runs), EDITION),
    )


def make_data(
    *,
    past=6,
    shift=None,
    minutes=12,
    metrics=None,
    seed=7,
    speed_mps=3.0,
    change=lambda values, side: None,
    **options,
):
    """Return a run; `change` may alter its values before they are reduced to medians."""
    rng = np.random.default_rng(seed)
    runs, past_curves = [], []
    for _ in range(past):
        runs.append(a_past_run(rng))
        past_curves.append(curves_of(rng))
    side, time_s, values = stances_today(rng, minutes, shift or {})
    values["speed_mps"] = speed_mps + 0.3 * np.sin(time_s / 90)
    values["stride_time_s"] = np.full(len(side), 0.7)
    change(values, side)
    medians = session_medians(side, values, metrics=METRICS)
    medians = {name: np.where(np.isfinite(x), x, np.nan) for name, x in medians.items()}
    known = a_history(runs, medians, speed_mps=speed_mps, usable=options.get("grade") != "D")
    curves = curves_of(rng, size=0.3)
    for name, signal in (
        (LATE_TILT, "pelvis_tilt_deg"),
        ("shank_internal_rotation_deg", "shank_rotation_deg"),
    ):
        curves.mean[signal][0] += (shift or {}).get(name, (0, 0))[0]
    given = {
        "athlete": "ana",
        "session": "2026-11-22-a1b2",
        "started": START,
        "duration_s": 60 * minutes + 75.0,
        "running_s": 60.0 * minutes,
        "grade": "A",
        "reasons": (
            "all three pods delivered 99.8 % of their samples or more",
            "pods agree in time within 2 ms",
        ),
        "pods": {
            "pelvis": {"coverage_pct": 99.9, "clipped_pct": 0.0, "sync_s": 0.0012},
            "shank_left": {"coverage_pct": 99.8, "clipped_pct": 0.02, "sync_s": 0.0016},
            "shank_right": {"coverage_pct": 100.0, "clipped_pct": 0.0, "sync_s": 0.0014},
        },
        "side": side,
        "time_s": time_s,
        "values": values,
        "remarks": 4,
        "remarked": {"the end of a stretch of running": 3, "gap in the data of the pelvis pod": 1},
        "curves": curves,
        "history": known,
        "past_curves": dict(zip(known.sessions, past_curves, strict=False)),
        "metrics": metrics or METRICS,
    }
    return ReportData(**{**given, **options})


COMPENSATION = {
    LATE_TILT: (3.6, 0.0),
    ROTATION: (-4.2, 0.0),
    "shank_internal_rotation_deg": (4.8, 0.0),
    "shank_internal_rotation_rate_radps": (1.9, 0.0),
}


def page_of(data, audience="coach"):
    """Return the page of a run."""
    return render(compare(data), audience)


@pytest.fixture(scope="session")
def render_page():
    """Return a function from a `ReportData` to its page."""
    return page_of


@pytest.fixture(scope="session")
def make_report_data():
    """Return a function that makes a `ReportData`; see `make_data`."""
    return make_data


@pytest.fixture
def report_data(make_report_data):
    return make_report_data


@pytest.fixture
def compensating(report_data):
    """Return today's run of a runner whose left leg compensates."""
    return report_data(shift=COMPENSATION)


@pytest.fixture(scope="session")
def compensating_page():
    """Return the page of a runner whose left leg compensates."""
    return page_of(make_data(shift=COMPENSATION))


@pytest.fixture
def stored(tmp_path):
    for day in range(6):
        save(tmp_path, day, seed=day)
    today = save(tmp_path, 7, seed=70, shift={"pelvic_tilt_midstance_deg": 8.0})
    later = save(tmp_path, 9, seed=90, shift={"pelvic_tilt_midstance_deg": 50.0})
    return SimpleNamespace(root=tmp_path, today=today, later=later)
