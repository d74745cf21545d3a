"""A known fault from samples to page: named, what it touches out today and later, others stay."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from imu.baseline.comparisons import JUDGED
from imu.frames import SIDES
from imu.metrics import METRICS
from imu.quality.faults import FAULTS, faults_in, moved_by
from imu.simulation import Run, Stand, another_day, realistic, simulate, someone
from pipelines import store as stores
from pipelines.demo.past import raw_session
from pipelines.demo.scenario import Day
from pipelines.process.session import process_raw
from pipelines.report import write_report
from pipelines.store.files import session_files, session_name
from pipelines.store.many_sessions.history import history
from pipelines.store.tables.raw_file import write_raw

FIRST, USUAL, STAND_S, RUN_S, PAST = datetime(2026, 10, 1, 7, tzinfo=UTC), someone(6), 8.0, 45.0, 5
PRIMARY = {name: metric for name, metric in METRICS.items() if metric.primary}


def keep(store, number, *, change=lambda pods: pods, spoil=lambda session: session, stands=False):
    """Store a run; `change` its pods before it is simulated, `spoil` what they said."""
    script = (Stand(STAND_S), Run(RUN_S, speed_mps=2.8), *([Stand(4.0)] if stands else []))
    simulation = simulate(
        another_day(USUAL, seed=number), script, seed=number, pods=change(realistic(number))
    )
    day = Day(FIRST + timedelta(days=number), f"run{number}", simulation)
    files = session_files(store, "ana", session_name(day.started, day.word))
    write_raw(files, spoil(raw_session(day)))
    return process_raw(files.raw)


def of(place, **values):
    return lambda pods: {**pods, place: replace(pods[place], **values)}


def later(place, by_s):
    def spoil(session):
        pod = session.pods[place]
        moved = replace(pod, time_us=pod.time_us + round(1e6 * by_s))
        return replace(session, pods={**session.pods, place: moved})

    return spoil


def exchanged(session):
    left, right = session.pods["shank_left"], session.pods["shank_right"]
    return replace(session, pods={**session.pods, "shank_left": right, "shank_right": left})


def clips(sensor):
    return lambda metric: np.array([sensor in metric.clipping] * 2)


def needs(need, *sides):
    return lambda metric: np.array([need in metric.needs and side in sides for side in SIDES])


def both_clocks(metric):
    return np.array([np.isfinite(metric.sync_s)] * 2)


SLIP = {"slip_s": STAND_S, "slip_deg": 5.0, "slip_about": (0.0, 1.0, 0.0)}
CASES = {
    "belt slips on moving off": (
        {"change": of("pelvis", **SLIP), "stands": True},
        "standing later, the pod sat 5° otherwise",
        needs("pelvis standing", *SIDES),
    ),
    "clocks apart": (
        {"spoil": later("pelvis", 0.12)},
        "check that their clocks agree",
        both_clocks,
    ),
    "axes unsure": (
        {"change": of("pelvis", acc_noise_mps2_per_rthz=1.0)},
        "orientation on the body uncertain",
        needs("pelvis gyroscope", *SIDES),
    ),
    "pelvis gyroscope clipped": (
        {"change": of("pelvis", gyr_range_radps=0.8)},
        "gyroscope clipped in",
        clips("pelvis gyroscope"),
    ),
    "pelvis silent for most of the run": (
        {"change": of("pelvis", silent_s=((STAND_S + 8.0, RUN_S),))},
        "nothing received after minute",
        needs("pelvis", *SIDES),
    ),
}
"""What happens, what the page must say, and what it touches by the declaration of the metrics."""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    root = tmp_path_factory.mktemp("faults") / "store"
    root.mkdir()
    for number in range(PAST):
        keep(root, number)
    return root


@pytest.mark.parametrize("case", CASES)
def test_a_known_fault_takes_out_what_it_touches_and_nothing_else(case, store, tmp_path):
    how, said, touches = CASES[case]
    number = PAST + 1 + list(CASES).index(case)
    done = keep(store, number, **how)
    report = write_report(store, "ana", done.session, tmp_path / "report.html")
    page = report.path.read_text(encoding="utf-8")
    assert any(said in reason for reason in done.reasons), done.reasons
    assert said in page
    states = {(c.metric, c.side): c.state for c in report.comparisons}
    known = history(stores.open(store), "ana")
    at = known.sessions.index(done.session)
    for name, metric in PRIMARY.items():
        for leg, (side, touched) in enumerate(zip(SIDES, touches(metric), strict=True)):
            assert (states[name, side] in JUDGED) != touched, (name, side, states[name, side])
            assert np.isnan(known.medians[name][at, leg]) == touched, (name, side)
    assert not any(touches(METRICS[finding.metric]).any() for finding in report.findings)


def test_exchanged_pods_are_out_as_a_whole(store, tmp_path):
    done = keep(store, 40, spoil=exchanged)
    report = write_report(store, "ana", done.session, tmp_path / "report.html")
    assert report.headline == "Nothing is compared: this recording is of grade D."
    assert "exchange them with midstance swap" in report.path.read_text(encoding="utf-8")
    known = history(stores.open(store), "ana")
    assert not known.usable[known.sessions.index(done.session)]
    assert known.usable[:PAST].all()


def test_a_sound_run_has_no_fault_and_every_fault_touches_some_metric(store):
    known = history(stores.open(store), "ana", until=session_name(FIRST, "run0"))
    assert known.reasons[-1] == ()
    assert faults_in("; ".join(known.reasons[-1])) == ()
    for fault in FAULTS:
        assert any(moved_by(metric, [fault]).any() for metric in PRIMARY.values()), fault.words
