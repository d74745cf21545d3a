"""A runner who does not change, from samples to page: neither fault nor pace is a finding."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from imu.simulation import Run, Stand, another_day, realistic, simulate, someone
from pipelines.demo.past import raw_session
from pipelines.demo.scenario import Day
from pipelines.process.session import process_raw
from pipelines.report import write_report
from pipelines.store.files import session_files, session_name
from pipelines.store.tables.raw_file import write_raw

FIRST = datetime(2026, 10, 1, 7, tzinfo=UTC)
USUAL, RUN_S, STAND_S = someone(6), 150.0, 12.0
PAST = 6
TODAY = 31


def keep(store, seed, *, speed_mps=2.8, run_s=RUN_S, slip=None):
    """Store a run of a day of its own; `slip` is (pod, seconds, degrees)."""
    pods = realistic(seed)
    if slip is not None:
        place, at_s, by_deg = slip
        pods = {**pods, place: replace(pods[place], slip_s=at_s, slip_deg=by_deg)}
    script = (Stand(STAND_S), Run(run_s, speed_mps=speed_mps)) if run_s else (Stand(60.0),)
    simulation = simulate(
        another_day(USUAL, seed=seed), script, seed=seed, pods=pods, rate_hz=200.0
    )
    day = Day(FIRST + timedelta(days=seed), f"run{seed}", simulation)
    files = session_files(store, "ana", session_name(day.started, day.word))
    write_raw(files, raw_session(day))
    return process_raw(files.raw)


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """A store with six runs at one pace."""
    store = tmp_path_factory.mktemp("past") / "store"
    store.mkdir()
    for seed in range(PAST):
        keep(store, seed)
    return store


@pytest.fixture
def store(past, tmp_path):
    return shutil.copytree(past, tmp_path / "store")


def report_of(store, done, tmp_path):
    report = write_report(store, "ana", done.session, tmp_path / "report.html")
    return report, report.path.read_text(encoding="utf-8")


def test_a_run_of_another_pace_is_not_compared(store, tmp_path):
    report, page = report_of(store, keep(store, TODAY, speed_mps=3.6), tmp_path)
    assert report.findings == ()
    assert report.pattern == ""
    assert report.headline.startswith("Faster than any past run (3.")
    assert report.headline.endswith("): nothing is compared.")
    assert page.index(report.headline) < page.index("Quality of this recording")


def test_a_slipped_belt_is_no_finding_and_the_page_says_so(store, tmp_path):
    slip = ("pelvis", STAND_S + RUN_S / 2, 8.0)
    report, page = report_of(store, keep(store, TODAY, slip=slip), tmp_path)
    assert report.findings == ()
    assert report.headline == (
        "Nothing stands out in 8 comparisons with your past runs; 10 more are left out, as a pod "
        "slipped."
    )
    said = "The pelvis pod slipped, so what is read from its directions is not compared: "
    assert report.left_out.startswith(said)
    assert "anterior pelvic tilt at mid-stance" in report.left_out
    assert report.left_out in page
    tilt = [c for c in report.comparisons if c.metric == "pelvic_tilt_midstance_deg"]
    assert {c.state for c in tilt} == {"not measured"}
    impact = [c for c in report.comparisons if c.metric == "peak_tibial_resultant_mps2"]
    assert {c.state for c in impact} == {"inside"}


def test_a_slipped_belt_of_the_past_does_not_say_what_is_usual(store, tmp_path):
    slipped = keep(store, TODAY, slip=("pelvis", STAND_S + RUN_S / 2, 8.0))
    report, _ = report_of(store, keep(store, TODAY + 2), tmp_path)
    assert report.findings == ()
    (said,) = (note for note in report.notes if slipped.session in note)
    assert said.startswith("Of 1 of 7 past runs a part does not count: ")
    assert "the pelvis pod slipped" in said


def test_a_poor_run_of_the_past_does_not_count_and_is_named(store, tmp_path):
    poor = keep(store, PAST, run_s=0.0)
    assert poor.grade == "D"
    report, page = report_of(store, keep(store, TODAY), tmp_path)
    assert report.findings == ()
    assert (
        "1 past run was left out of your usual range, because of grade D: "
        f"{poor.session}." in report.notes
    )
    assert "6 runs, 1 more left out" in page


def test_a_poor_run_today_is_not_compared(store, tmp_path):
    report, _ = report_of(store, keep(store, TODAY, run_s=5.0), tmp_path)
    assert report.headline == "Nothing is compared: this recording is of grade D."
    assert report.findings == ()
