"""A run of known distance makes the speed of a runner right from then on."""

import json

import pytest
from runs.virtual_days import a_day, keep_true, only_pelvis
from typer.testing import CliRunner

from imu.simulation import Run, Stand
from pipelines.cli import app
from pipelines.process.calibrate import calibrate
from pipelines.process.session import process_raw
from pipelines.store.stated.athlete import Athlete, athlete_path, read_athlete, save_athlete
from pipelines.store.tables.stance_file import read_header, read_stances

SPEED_MPS = 3.0


@pytest.fixture(scope="module")
def day():
    return a_day(Stand(10.0), Run(40.0, speed_mps=SPEED_MPS), Stand(3.0))


@pytest.fixture
def processed(day, tmp_path):
    return process_raw(keep_true(day, tmp_path).raw)


def median_mps(done):
    return read_stances(done.stances_path).frame["speed_mps"].median()


def test_what_a_session_went_is_stored_once(processed):
    row = read_header(processed.stances_path)["summary"]
    assert row["distance_m"] == pytest.approx(SPEED_MPS * processed.running_s, rel=0.12)
    assert row["speed_mps"] == pytest.approx(SPEED_MPS, rel=0.1)
    assert row["speed_known_pct"] > 90
    assert row["leg_stiffness_bwpm"] is None
    assert not {"left_distance_m", "right_distance_m"} & set(row)
    assert processed.distance_m == pytest.approx(row["distance_m"], abs=1e-3)


def test_a_known_speed_is_what_is_measured_from_then_on(processed, tmp_path):
    before = median_mps(processed)
    found = calibrate(processed.raw_path, speed_mps=SPEED_MPS)
    assert found.speed_scale == pytest.approx(SPEED_MPS / found.measured_mps, abs=1e-4)
    known = read_athlete(tmp_path, "ana")
    assert (known.speed_scale, known.speed_scale_from) == (found.speed_scale, processed.session)
    again = process_raw(processed.raw_path)
    assert median_mps(again) == pytest.approx(found.speed_scale * before, rel=1e-4)
    assert median_mps(again) == pytest.approx(SPEED_MPS, rel=0.02)


def test_calibrating_twice_changes_nothing(processed):
    first = calibrate(processed.raw_path, speed_mps=SPEED_MPS)
    process_raw(processed.raw_path)
    second = calibrate(processed.stances_path, speed_mps=SPEED_MPS)
    assert second.speed_scale == pytest.approx(first.speed_scale, abs=2e-4)
    assert second.measured_mps == pytest.approx(SPEED_MPS, rel=1e-3)


def test_a_known_distance_is_that_of_the_running(processed):
    found = calibrate(processed.raw_path, distance_m=SPEED_MPS * processed.running_s)
    assert found.true_mps == pytest.approx(SPEED_MPS)
    assert found.running_s == pytest.approx(processed.running_s)


def test_height_and_pods_of_the_athlete_are_used(processed, tmp_path):
    before = median_mps(processed)
    known = Athlete(height_m=1.74, left_pod_height_m=0.30, right_pod_height_m=0.30)
    save_athlete(tmp_path, "ana", known)
    again = process_raw(processed.raw_path)
    assert median_mps(again) > 1.03 * before
    header = read_header(again.stances_path)
    assert 5 < header["summary"]["leg_stiffness_bwpm"] < 40
    assert header["parameters"]["wearer"]["pod_height_m"]["shank_left"] == 0.3


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "give the distance of the run or its speed: one of the two"),
        ({"distance_m": 100.0, "speed_mps": 3.0}, "one of the two"),
        ({"speed_mps": 4.5}, r"4\.50 m/s would be .* times what the pods of .* measure"),
        ({"distance_m": 5.0}, "cannot be meant; give metres or metres per second"),
        ({"speed_mps": float("nan")}, "cannot be meant"),
        ({"distance_m": -100.0}, "cannot be meant"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_changes(processed, tmp_path, given, words):
    with pytest.raises(ValueError, match=words):
        calibrate(processed.raw_path, **given)
    assert not athlete_path(tmp_path, "ana").exists()


def test_a_session_without_a_speed_is_refused(day, tmp_path):
    done = process_raw(only_pelvis(day, tmp_path).raw)
    with pytest.raises(ValueError, match="has no speed, which takes a shank pod with a gyroscope"):
        calibrate(done.raw_path, speed_mps=SPEED_MPS)


def test_a_session_that_was_never_processed_is_refused(day, tmp_path):
    files = keep_true(day, tmp_path)
    with pytest.raises(ValueError, match="has no stances yet; run midstance process"):
        calibrate(files.raw, speed_mps=SPEED_MPS)


def test_a_short_run_is_refused(tmp_path):
    day = a_day(Stand(10.0), Run(10.0, speed_mps=SPEED_MPS), Stand(3.0))
    done = process_raw(keep_true(day, tmp_path).raw)
    with pytest.raises(ValueError, match=r"knows the speed of \d+ strides"):
        calibrate(done.raw_path, speed_mps=SPEED_MPS)


def test_the_command_says_in_one_sentence_what_it_did(processed):
    words = ["calibrate", str(processed.raw_path), "--speed-mps", "3"]
    said = CliRunner().invoke(app, words, catch_exceptions=False).stdout
    assert said.startswith("ana ran 0:39 min ")
    assert "at 3.00 m/s (5:33 min/km), " in said
    assert "from now on her measured speed is multiplied by" in said
    known = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert known["session"] == processed.session
