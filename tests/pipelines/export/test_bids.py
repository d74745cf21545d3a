"""BIDS-Motion: accepted by the validator, read back by a reader that knows no BIDS."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest

from pipelines.process.session import recording_of

UNITS = {"ACCEL": "m/s^2", "GYRO": "rad/s"}
STEM = "sub-ana_ses-20261122a1b2_task-running"


def validator():
    beside = Path(sys.executable).with_name("bids-validator-deno")
    return str(beside) if beside.exists() else shutil.which("bids-validator-deno")


def issues(folder):
    done = subprocess.run(
        [validator(), "--max-rows", "-1", "--format", "json", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    return [
        (issue["severity"], issue["code"], issue.get("location"))
        for issue in json.loads(done.stdout)["issues"]["issues"]
    ]


def motion_of(folder):
    return folder / "sub-ana" / "ses-20261122a1b2" / "motion"


def table_of(folder, names):
    """Read the samples as one who is told only that n/a is missing."""
    path = motion_of(folder) / f"{STEM}_tracksys-imu_motion.tsv"
    how = {"sep": "\t", "header": False, "na_values": "n/a", "names": names}
    frame = duckdb.read_csv(str(path), **how).df()
    assert {str(kind) for kind in frame.dtypes} == {"float64"}
    return frame.to_numpy()


def channels_of(folder):
    path = motion_of(folder) / f"{STEM}_tracksys-imu_channels.tsv"
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.skipif(validator() is None, reason="wants bids-validator-deno, of the extra test")
def test_the_validator_has_nothing_to_say_and_would_have(exported, gappy):
    folder = exported("bids").path
    assert issues(folder) == []
    path = motion_of(folder) / f"{STEM}_tracksys-imu_channels.tsv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\tACCEL\t", "\tSPEED\t", 1), encoding="utf-8")
    assert [code for severity, code, _ in issues(folder) if severity == "error"]


def test_every_sample_is_read_back_and_what_is_missing_is_missing(exported, gappy):
    folder = exported("bids").path
    recording = recording_of(gappy)
    channels = channels_of(folder)
    found = table_of(folder, [channel["name"] for channel in channels])
    assert found.shape == (len(recording), 15)
    for column, channel in zip(found.T, channels, strict=True):
        pod = recording.sensors[channel["tracked_point"]]
        values = pod.acc_mps2 if channel["type"] == "ACCEL" else pod.gyr_radps
        expected = values[:, "xyz".index(channel["component"])]
        np.testing.assert_allclose(column, expected, atol=1e-6)
        assert channel["units"] == UNITS[channel["type"]]
    left = np.isnan(found[:, [c["tracked_point"] == "shank_left" for c in channels]])
    assert left.any(axis=1).sum() > 190
    text = (motion_of(folder) / f"{STEM}_tracksys-imu_motion.tsv").read_text("ascii")
    assert "nan" not in text.lower()


def test_what_it_says_of_itself_is_so(exported, gappy):
    folder = exported("bids").path
    recording, channels = recording_of(gappy), channels_of(folder)
    said = json.loads(
        (motion_of(folder) / f"{STEM}_tracksys-imu_motion.json").read_text(encoding="utf-8")
    )
    kinds = [channel["type"] for channel in channels]
    assert said["SamplingFrequency"] == recording.rate_hz
    assert said["ACCELChannelCount"] == kinds.count("ACCEL") == 9
    assert said["GYROChannelCount"] == kinds.count("GYRO") == 6
    assert said["MotionChannelCount"] == len(channels)
    assert said["TrackedPointsCount"] == 3
    assert said["RecordingDuration"] == pytest.approx(recording.duration_s)
    assert "none mirrored between left and right" in said["SamplesDescription"]
    with (motion_of(folder).parent / "sub-ana_ses-20261122a1b2_scans.tsv").open() as file:
        [scan] = csv.DictReader(file, delimiter="\t")
    assert (motion_of(folder).parent / scan["filename"]).exists()
    assert scan["acq_time"].startswith("2026-11-22T08:29:59.7")


def test_events_are_the_stances(exported, gappy):
    from pipelines.export.run import load

    folder = exported("bids").path
    with (motion_of(folder) / f"{STEM}_events.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    run, start_s = load(gappy), recording_of(gappy).start_s
    assert [row["trial_type"] for row in rows] == [f"{s}_stance" for s in run.stances["side"]]
    onset_s = np.array([float(row["onset"]) for row in rows])
    np.testing.assert_allclose(onset_s + start_s, run.numbers("initial_contact_s"), atol=1e-5)
    lasted = [row["duration"] == "n/a" for row in rows]
    assert lasted == np.isnan(run.numbers("toe_off_s")).tolist()


def test_samples_of_a_session_without_stances_can_be_had(exported, files):
    files.stances.unlink()
    folder = exported("bids").path
    [events] = folder.rglob("*_events.tsv")
    assert events.read_text("ascii") == "onset\tduration\ttrial_type\n"
    assert issues(folder) == [] or validator() is None
