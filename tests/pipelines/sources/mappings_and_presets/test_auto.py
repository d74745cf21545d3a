"""What `auto` says of files that it takes for those of no system, or cannot use."""

import re
import zipfile

import pandas as pd
import pytest

from pipelines.sources import read


def test_any_table_of_three_axes_is_not_taken_for_a_known_one(tmp_path):
    file = tmp_path / "run_acc.csv"
    pd.DataFrame({"timestamp": range(9), "x": 1.0, "y": 2.0, "z": 9.0}).to_csv(file, index=False)
    with pytest.raises(ValueError, match=r"no preset knows run_acc\.csv"):
        read(file, "auto")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            "Time (s),Linear Acceleration x (m/s^2),Absolute acceleration (m/s^2)",
            "record Acceleration (with g)",
        ),
        ("SampleTimeFine,Euler_X,FreeAcc_X,FreeAcc_Y,FreeAcc_Z,Status", "it holds FreeAcc"),
    ],
)
def test_auto_says_of_a_file_that_its_system_wrote_without_gravity_what_to_record(
    tmp_path, columns, said
):
    file = tmp_path / "run.csv"
    file.write_text(f"{columns}\n{','.join('1' * len(columns.split(',')))}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(said)):
        read(file, "auto", pods={"pelvis": "run"})


def test_auto_knows_a_phone_without_gravity_by_what_lies_beside(tmp_path):
    file = tmp_path / "walk.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Accelerometer.csv", "time,seconds_elapsed,z,y,x\n1,0,1,2,3\n")
        archive.writestr("Metadata.csv", "version,platform,standardisation\n3,ios,false\n")
    with pytest.raises(ValueError, match=r"walk\.zip: .*switch on Accelerometer Uncalibrated"):
        read(file, "auto", pods={"pelvis": "walk"})


def test_auto_says_of_a_kind_of_file_that_nothing_reads_which_kinds_are_read(tmp_path):
    file = tmp_path / "run.mat"
    file.write_bytes(b"MATLAB 5.0 MAT-file")
    with pytest.raises(ValueError, match=r"run\.mat is of an unknown kind; .*\.csv"):
        read(file, "auto", pods={"pelvis": "run"})


def test_what_no_preset_knows_is_said_with_those_that_there_are(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("t,foo\n1,2\n")
    with pytest.raises(ValueError, match=r"no preset knows a.csv; .*movella-dot"):
        read(file, "auto")
    with pytest.raises(ValueError, match=r"there is no preset 'vicon'; use auto or one of"):
        read(file, "vicon")
