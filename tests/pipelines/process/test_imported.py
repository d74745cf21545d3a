"""Files of other systems become sessions: the same stances, every loss and every name said."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from runs.virtual_days import STARTED, keep_true

from imu.simulation import Run, Runner, Stand, simulate
from pipelines import store
from pipelines.process.imported import import_file
from pipelines.process.session import process_raw
from pipelines.report import write_report
from pipelines.store.tables.raw_file import read_raw
from pipelines.store.tables.stance_file import read_header, read_stances
from pipelines.store.upkeep.verify import verify

ROOT = Path(__file__).resolve().parents[3]
MAPPINGS = ROOT / "data" / "mappings"


@pytest.fixture
def foreign(day, tmp_path):
    """The run as a CSV of another system, in g and degrees, with its mapping."""
    recording = day.simulation.recording()
    columns = {"ms": np.arange(len(recording)) * 5.0}
    mapping = 'time = "ms"\ntime_unit = "ms"\nstarted = 2026-11-22T08:30:00Z\n'
    for place, sensor in recording.sensors.items():
        for axis in range(3):
            columns[f"{place}_a{axis}"] = sensor.acc_mps2[:, axis] / 9.80665
            columns[f"{place}_g{axis}"] = np.rad2deg(sensor.gyr_radps[:, axis])
        acc, gyr = ([f"{place}_{kind}{axis}" for axis in range(3)] for kind in "ag")
        mapping += (
            f"[pods.{place}]\nacc = {acc}\nacc_unit = 'g'\nacc_range = 16\n"
            f"gyr = {gyr}\ngyr_unit = 'deg/s'\ngyr_range = 2000\n"
        )
    folder = tmp_path / "foreign"
    folder.mkdir()
    pd.DataFrame(columns).to_csv(folder / "run.csv", index=False)
    (folder / "run.toml").write_text(mapping)
    return folder / "run.csv", folder / "run.toml"


def test_an_imported_run_gives_the_stances_of_the_recorded_one(foreign, day, tmp_path):
    done = import_file(*foreign, tmp_path / "store", athlete="ana")
    true = process_raw(keep_true(day, tmp_path / "true").raw)
    assert done.session.startswith("2026-11-22-")
    one, other = (read_stances(p.stances_path).frame for p in (done, true))
    assert len(one) == len(other)
    assert (one["initial_contact_s"] - other["initial_contact_s"]).abs().max() < 2e-3
    assert read_header(done.stances_path)["source"]["name"] == "run.csv"


def test_importing_the_same_file_again_is_refused_whatever_its_date(foreign, tmp_path):
    data, mapping = foreign
    mapping.write_text(mapping.read_text().replace("started = 2026-11-22T08:30:00Z\n", ""))
    import_file(data, mapping, tmp_path, athlete="ana")
    os.utime(data, (1e9, 1e9))
    with pytest.raises(FileExistsError, match="already exists and is never overwritten"):
        import_file(data, mapping, tmp_path, athlete="ana")
    assert len(list(tmp_path.glob("raw/athlete=ana/*.raw.parquet"))) == 1


def test_a_session_can_be_named_and_dated_by_hand(foreign, tmp_path):
    done = import_file(
        *foreign, tmp_path, athlete="ana", session="2020-01-02-hill", started=STARTED
    )
    assert done.session == "2020-01-02-hill"
    assert read_header(done.stances_path)["started_utc"] == "2026-11-22T08:30:00+00:00"


def test_the_zone_of_the_machine_is_kept_and_shown(foreign, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    done = import_file(*foreign, tmp_path, athlete="ana")
    monkeypatch.setenv("TZ", "America/New_York")
    assert read_header(process_raw(done.raw_path).stances_path)["timezone"] == "Asia/Tokyo"
    (row,) = store.open(tmp_path).sessions("ana").to_dict("records")
    assert row["started_local"] == "2026-11-22T17:30:00+09:00"


@pytest.mark.parametrize("athlete", ["../x", "007"])
def test_a_bad_athlete_id_is_refused_before_anything_is_read_or_written(athlete, tmp_path):
    with pytest.raises(ValueError, match="cannot be an athlete id"):
        import_file(tmp_path / "none.csv", tmp_path / "none.toml", tmp_path, athlete=athlete)
    assert list(tmp_path.iterdir()) == []


def test_a_low_rate_is_flagged(foreign, tmp_path):
    data, mapping = foreign
    frame = pd.read_csv(data)
    frame.iloc[::3].to_csv(data, index=False)
    done = import_file(data, mapping, tmp_path, athlete="ana")
    assert any(reason.startswith("recorded at 67 Hz") for reason in done.reasons)


def test_every_real_recording_is_imported_and_processed(shared_data, tmp_path):
    done = {}
    for mapping in sorted(MAPPINGS.glob("*.toml")):
        folder = shared_data / mapping.stem
        for data in sorted([*folder.glob("*.npz"), *folder.glob("*.csv")]):
            done[data.stem] = import_file(data, mapping, tmp_path, athlete="ana")
    assert len(done) == 16
    for name, result in done.items():
        if name.startswith(("run_", "row_")):
            assert result.stances >= 10, name
        if name.startswith("walk_"):
            assert result.stances == 0, name
            assert result.blocking_problem.startswith("no running was found")
    assert all(not file.problems for file in verify(tmp_path))
    assert len(store.open(tmp_path).sessions("ana")) == 16


@pytest.mark.parametrize("trial", [1, 2, 15])
def test_bach_running_survives_the_way_through_the_files(shared_data, reference, tmp_path, trial):
    data = shared_data / "bach2022" / f"run_{trial:02d}.npz"
    done = import_file(data, MAPPINGS / "bach2022.toml", tmp_path, athlete="ana")
    frame = read_stances(done.stances_path).frame
    known = reference.bach(trial)
    found = reference.score(known, frame["initial_contact_s"], frame["toe_off_s"])
    assert found["initial_contact"].recall >= 0.95
    assert found["initial_contact"].precision >= 0.95


def test_losses_of_a_real_radio_are_reported_and_not_filled(shared_data, tmp_path):
    data = shared_data / "wearable_my_foot" / "test-run.csv"
    mapping = MAPPINGS / "wearable_my_foot.toml"
    done = import_file(data, mapping, tmp_path, athlete="ana", started=STARTED)
    assert done.lost == {"shank_left": 1128}
    assert any("11 % of the samples" in reason for reason in done.reasons)
    raw = read_raw(done.raw_path)
    assert len(raw.pods["shank_left"].samples) == 9064
    gaps = read_header(done.stances_path)["pods"]["shank_left"]["gaps"]
    assert len(gaps["start_s"]) == 1128
    (checked,) = verify(done.raw_path)
    assert "shank_left: 1128 samples (11.1 %) lost in 1128 gaps" in checked.notes


@pytest.mark.parametrize(
    ("seconds", "grade", "headline"),
    [(8.0, "D", "Nothing is compared: this recording is of grade D."), (25.0, "B", "Building yo")],
)
def test_a_session_under_a_minute_is_kept_and_judged_for_what_it_is(
    tmp_path, seconds, grade, headline
):
    run = simulate(Runner(), (Stand(5.0), Run(seconds)), seed=5)
    pod = run.recording().sensors["pelvis"]
    np.savez(tmp_path / "run.npz", acc=pod.acc_mps2, gyr=pod.gyr_radps)
    (tmp_path / "map.toml").write_text(
        'rate_hz = 200.0\n[pods.pelvis]\nacc = "acc"\nacc_unit = "m/s2"\ngyr = "gyr"\n'
        'gyr_unit = "rad/s"\n'
    )
    done = import_file(tmp_path / "run.npz", tmp_path / "map.toml", tmp_path, athlete="ana")
    assert done.grade == grade
    assert done.running_s == pytest.approx(seconds, abs=1.5)
    written = write_report(tmp_path, "ana", done.session, tmp_path / "page.html")
    assert written.headline.startswith(headline)
    assert written.findings == ()
