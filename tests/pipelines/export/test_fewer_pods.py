"""Runs with fewer pods or sensors: each format has what they show, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from runs.virtual_days import a_day, keep_true, only_pelvis
from watches.fit_readers import by_garmin

from imu.simulation import Run, Stand
from pipelines.export.kinds import KINDS
from pipelines.process.session import process_raw
from pipelines.store.tables.raw_file import read_raw, write_raw


@pytest.fixture(scope="module")
def day():
    return a_day(Stand(12), Run(30, speed_mps=3.0), Stand(3))


@pytest.fixture
def pelvis(day, tmp_path):
    files = only_pelvis(day, tmp_path / "fewer")
    process_raw(files.raw)
    return files


@pytest.fixture
def shank_without_gyroscope(day, tmp_path):
    files = keep_true(day, tmp_path / "fewer")
    raw = read_raw(files.raw)
    pod = raw.pods["shank_left"]
    pod = replace(pod, scale=replace(pod.scale, gyr_radps=None, gyr_range_radps=None))
    write_raw(files, replace(raw, pods={"shank_left": pod}), replace=True)
    process_raw(files.raw)
    return files


@pytest.mark.parametrize("kind", KINDS)
def test_a_pelvis_alone(exported, pelvis, kind):
    done = exported(kind, pelvis)
    if kind == "fit":
        found = by_garmin(done.path)
        names = {name for _, native, _ in found.records for name in native}
        own = {name for _, _, own in found.records for name in own}
        assert {"cadence", "vertical_oscillation", "stance_time"} <= names
        assert "stance_time_balance" not in names
        assert "left_pelvic_drop_deg" in own
        assert not any("shank" in name or "tibial" in name for name in own)
    elif kind == "opensim":
        assert "pelvis_imu\n" in (done.path / "orientations.sto").read_text("ascii")
        assert (done.path / "estimated_force.mot").exists()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "opensim"])
def test_one_shank_without_gyroscope(exported, shank_without_gyroscope, kind):
    done = exported(kind, shank_without_gyroscope)
    if kind == "fit":
        found = by_garmin(done.path)
        own = {name for _, _, own in found.records for name in own}
        assert own == {
            "left_contact_time_s",
            "left_peak_tibial_resultant_mps2",
            "left_peak_tibial_axial_mps2",
        }
        assert not any("stance_time_balance" in native for _, native, _ in found.records)
        steps = [2 * (n["cadence"] + n["fractional_cadence"]) for _, n, _ in found.records]
        assert np.median(steps) == pytest.approx(165, abs=15)


def test_without_any_gyroscope_no_orientation_is_known(exported, shank_without_gyroscope):
    with pytest.raises(ValueError, match="has no gyroscope, so that no orientation is known"):
        exported("opensim", shank_without_gyroscope)
