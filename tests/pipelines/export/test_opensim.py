"""Orientations and force as OpenSim itself reads them, in a process of its own."""

import json
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from pipelines.export.over_time import by_leg, over_time
from pipelines.export.run import load

READ = """
import json, sys, opensim
folder = sys.argv[1]
turns = opensim.TimeSeriesTableQuaternion(f"{folder}/orientations.sto")
force = opensim.TimeSeriesTable(f"{folder}/estimated_force.mot")
rows = []
for k in range(turns.getNumRows()):
    row = turns.getRowAtIndex(k)
    rows.append([[row.getElt(0, i).get(j) for j in range(4)] for i in range(row.ncol())])
keys = [key for key in force.getTableMetaDataKeys() if key in ("unit", "signs")]
print(json.dumps({
    "bodies": turns.getColumnLabels(), "time": turns.getIndependentColumn(), "turns": rows,
    "world": turns.getTableMetaDataString("world"),
    "feet": force.getColumnLabels(), "at": force.getIndependentColumn(),
    "force": [list(force.getDependentColumn(name).to_numpy()) for name in force.getColumnLabels()],
    "said": {key: force.getTableMetaDataString(key) for key in keys},
}))
"""
opensim = pytest.mark.skipif(
    find_spec("opensim") is None, reason="wants OpenSim, which has no package for this machine"
)


def opened(folder):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READ, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout[done.stdout.index('{"bodies"') :])


@opensim
@pytest.mark.parametrize("mass_kg", [None, 60.0])
def test_opensim_reads_what_was_measured(exported, files, monkeypatch, mass_kg):
    if mass_kg:
        from pipelines.process.session import process_raw

        (files.folder / "athlete.toml").write_text(f"mass_kg = {mass_kg}\n", encoding="utf-8")
        process_raw(files.raw)
    done = exported("opensim")
    found, known = opened(done.path), over_time(files)
    assert found["bodies"] == ["pelvis_imu", "tibia_l_imu", "tibia_r_imu"]
    assert found["world"] == "z up, turn by -90 degrees about x"
    turns = np.array(found["turns"], dtype=float)
    ours = np.stack([known.orientation[p] for p in ("pelvis", "shank_left", "shank_right")], 1)
    kept = np.isfinite(ours).all(axis=2).any(axis=1)
    assert done.rows == kept.sum() == len(turns)
    np.testing.assert_allclose(turns, ours[kept], atol=1e-8)
    np.testing.assert_allclose(found["time"], known.time_s[kept], atol=1e-6)
    assert not np.isnan(turns).all(axis=(1, 2)).any()
    force = np.array(found["force"])
    newton = mass_kg * 9.80665 if mass_kg else 1.0
    expected = newton * np.stack([known.force_bw["left"], known.force_bw["right"]])
    running = np.isfinite(expected).any(axis=0)
    np.testing.assert_allclose(force, expected[:, running], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found["at"], known.time_s[running], atol=1e-6)
    assert found["said"]["signs"] == "+ upward, onto each foot"
    assert found["said"]["unit"].startswith("N" if mass_kg else "body weights")
    assert found["feet"][0] == ("ground_force_left_vy" if mass_kg else "ground_force_left_vy_bw")


@opensim
def test_turned_by_the_angle_that_it_states_the_bodies_stand_upright_in_opensims_world(
    exported, files
):
    """OpenSim's y is up: standing, the long axis of each body must point along it."""
    found = opened(exported("opensim").path)
    world = Rotation.from_euler("x", -90, degrees=True)
    standing = (np.array(found["time"]) > 10) & (np.array(found["time"]) < 15)
    for body in range(3):
        turns = Rotation.from_quat(np.array(found["turns"])[standing, body], scalar_first=True)
        up = (world * turns).apply([0, 0, 1]).mean(axis=0)
        assert up[1] > 0.95


def test_the_force_of_a_foot_is_zero_while_it_is_in_the_air(files):
    known, run = over_time(files), load(files)
    left, right = known.force_bw["left"], known.force_bw["right"]
    assert np.nanmax(np.minimum(left, right)) == 0
    of_left = run.stances["side"] == "left"
    middle_s = run.numbers("midstance_s")[of_left][5:-5]
    at = np.searchsorted(known.time_s, middle_s)
    assert (left[at] > 1.2).all()
    assert (right[at] == 0).all()
    mean = np.nanmean(left + right)
    assert mean == pytest.approx(1.0, abs=0.02)  # one body weight over a stride
    assert np.isnan(left[known.time_s < 15]).all()


def test_without_stances_the_force_of_no_foot_is_known():
    from made_run import made_events

    events = made_events(np.array([], dtype="<U5"), np.array([]))
    legs = by_leg(np.full(4, np.nan), np.arange(4.0), events)
    assert np.isnan(list(legs.values())).all()
