"""Orientations and force as OpenSim itself reads them, in a process of its own."""

import json
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from pipelines.export.opensim.export import write
from pipelines.export.over_time import OverTime, by_leg, over_time
from pipelines.export.run import load

READ = """
import json, sys, opensim
folder = sys.argv[1]
turns = opensim.TimeSeriesTableQuaternion(f"{folder}/orientations.sto")
force = opensim.TimeSeriesTable(f"{folder}/estimated_force.mot")
rows = []
for k in range(0, turns.getNumRows(), int(sys.argv[2])):
    row = turns.getRowAtIndex(k)
    rows.append([[row.getElt(0, i).get(j) for j in range(4)] for i in range(row.ncol())])
keys = [key for key in force.getTableMetaDataKeys() if key in ("unit", "signs")]
print(json.dumps({
    "bodies": turns.getColumnLabels(), "time": turns.getIndependentColumn(), "turns": rows,
    "rows": turns.getNumRows(),
    "world": turns.getTableMetaDataString("world"),
    "feet": force.getColumnLabels(), "at": force.getIndependentColumn(),
    "force": [list(force.getDependentColumn(name).to_numpy()) for name in force.getColumnLabels()],
    "said": {key: force.getTableMetaDataString(key) for key in keys},
}))
"""
EVERY = 29
"""Of so many rows one is compared number by number: OpenSim hands them out one by one."""
opensim = pytest.mark.skipif(
    find_spec("opensim") is None, reason="wants OpenSim, which has no package for this machine"
)


def opened(folder):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READ, str(folder), str(EVERY)],
        cwd=folder.parent,
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

        (files.people / "athlete.toml").write_text(f"mass_kg = {mass_kg}\n", encoding="utf-8")
        process_raw(files.raw)
    done = exported("opensim")
    found, known = opened(done.path), over_time(files)
    assert found["bodies"] == ["pelvis_imu", "tibia_l_imu", "tibia_r_imu"]
    assert found["world"] == "z up, turn by -90 degrees about x"
    turns = np.array(found["turns"], dtype=float)
    ours = np.stack([known.orientation[p] for p in ("pelvis", "shank_left", "shank_right")], 1)
    kept = np.isfinite(ours).all(axis=2).any(axis=1)
    assert done.rows == kept.sum() == found["rows"]
    np.testing.assert_allclose(turns, ours[kept][::EVERY], atol=1e-8)
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
    time_s = np.array(found["time"])[::EVERY]
    standing = (time_s > 10) & (time_s < 15)
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


def test_where_a_pod_delivered_nothing_it_has_no_orientation(exported, gappy):
    known = over_time(gappy)
    lost = (known.time_s > 60.05) & (known.time_s < 60.95)
    assert lost.sum() > 150
    assert np.isnan(known.orientation["shank_left"][lost]).all()
    assert np.isfinite(known.orientation["pelvis"][lost]).all()
    assert "shank_right" not in known.orientation
    text = (exported("opensim").path / "orientations.sto").read_text("ascii")
    assert text.count("NaN,NaN,NaN,NaN") >= lost.sum()


def test_without_stances_the_force_of_no_foot_is_known():
    from runs.made_run import made_events

    events = made_events(np.array([], dtype="<U5"), np.array([]))
    legs = by_leg(np.full(4, np.nan), np.arange(4.0), events)
    assert np.isnan(list(legs.values())).all()


INVERSE_KINEMATICS = """
import json, opensim
turned = opensim.Vec3(-1.5707963268, 0, 0)
model = opensim.Model()
pelvis = opensim.Body("pelvis", 10, opensim.Vec3(0), opensim.Inertia(1))
model.addBody(pelvis)
model.addJoint(opensim.FreeJoint("ground_pelvis", model.getGround(), pelvis))
for side, right_m in (("l", -0.1), ("r", 0.1)):
    body = opensim.Body(f"tibia_{side}", 3, opensim.Vec3(0), opensim.Inertia(1))
    model.addBody(body)
    joint = opensim.BallJoint(f"leg_{side}", pelvis, opensim.Vec3(0, -0.4, right_m),
                              opensim.Vec3(0), body, opensim.Vec3(0, 0.2, 0), opensim.Vec3(0))
    for k, axis in enumerate(("forward", "up", "right")):
        joint.upd_coordinates(k).setName(f"{side}_{axis}")
    model.addJoint(joint)
model.finalizeConnections()
model.printToXML("model.osim")
placer = opensim.IMUPlacer()
placer.set_model_file("model.osim")
placer.set_orientation_file_for_calibration("orientations.sto")
placer.set_sensor_to_opensim_rotations(turned)
placer.set_base_imu_label("pelvis_imu")
placer.set_base_heading_axis("x")
placer.set_output_model_file("calibrated.osim")
assert placer.run()
tool = opensim.IMUInverseKinematicsTool()
tool.set_model_file("calibrated.osim")
tool.set_orientations_file("orientations.sto")
tool.set_sensor_to_opensim_rotations(turned)
tool.set_results_directory("results")
tool.set_output_motion_file("motion.mot")
assert tool.run()
found = opensim.TimeSeriesTable("results/motion.mot")
names = [name for name in found.getColumnLabels() if name[:2] in ("l_", "r_")]
print(json.dumps({name: list(found.getDependentColumn(name).to_numpy()) for name in names}))
"""


@opensim
def test_opensims_inverse_kinematics_finds_the_turns_that_were_exported(tmp_path):
    """Shanks swing, the left one top forward, the right one top to the right."""
    time_s = np.arange(60) / 100
    angle = np.radians(30) * np.sin(2 * np.pi * np.maximum(time_s - 0.1, 0) / 0.5)
    heading = Rotation.from_euler("z", 40, degrees=True)

    def turning(axis, angles):
        return (heading * Rotation.from_euler(axis, angles[:, None])).as_quat(scalar_first=True)

    turns = {
        "pelvis": turning("y", 0 * angle),
        "shank_left": turning("y", angle),
        "shank_right": turning("x", 0.5 * angle),
    }
    for values in turns.values():
        values[-3:] = np.nan  # such a row would end OpenSim's tool
    write(OverTime(time_s, 100.0, turns, {}), tmp_path, None, ())
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", INVERSE_KINEMATICS],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.strip().splitlines()[-1])
    expected = dict.fromkeys(found, 0 * angle[:-3])
    expected["l_right"] = -np.degrees(angle)[:-3]
    expected["r_forward"] = 0.5 * np.degrees(angle)[:-3]
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, atol=0.2, err_msg=name)
