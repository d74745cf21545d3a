"""Forward of the pelvis: on made-up waves whose mirror is known, on made-up and on real people."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu import simulation
from imu.alignment.activity import last_rest, observe
from imu.alignment.align import FORWARD_OR_BACKWARD, align
from imu.alignment.gait_initiation import speed_gained_mps
from imu.alignment.pelvis_forward import forward_of_pelvis
from imu.frames import GRAVITY_MPS2, UP
from imu.recording.recording import Sensor
from imu.simulation.pods.hardware import sensor_from_segment

RATE_HZ = 200.0
STEP_HZ = 2.7


def turned(angle_deg):
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def waves(*, braking=3.0, in_phase=0.0, sideways_leak=0.0, lopsided=0.0, seconds=20.0):
    """Return acc and gyr (n, 3) of a pelvis in its own axes, and where it moves (n,)."""
    step = 2 * np.pi * STEP_HZ * np.arange(0, seconds, 1 / RATE_HZ)
    up, side = 12.0 * np.cos(step), np.cos(step / 2 + 0.4)
    forward = braking * np.sin(step) + in_phase * np.cos(step)
    left = 1.2 * side + sideways_leak * up
    acc = np.column_stack([forward * (1 + lopsided * side), left, GRAVITY_MPS2 + up])
    gyr = np.column_stack([0.8 * np.sin(step / 2), 0.5 * np.sin(step + 0.2), 0.9 * side])
    gyr[:, 0] += lopsided * 0.8 * np.cos(step)
    return acc, gyr, np.ones(len(acc), dtype=bool)


def heading_deg(found):
    return float(np.degrees(np.arctan2(found.axis[1], found.axis[0])))


def seen(acc, gyr, moving, *, angle_deg=0.0, **more):
    """Look at waves worn `angle_deg` askew; return what was found, and the error in degrees."""
    turn = turned(angle_deg)
    worn = None if gyr is None else gyr @ turn.T
    found = forward_of_pelvis(acc @ turn.T, worn, np.eye(3), moving, rate_hz=RATE_HZ, **more)
    off = (heading_deg(found) - angle_deg + 180) % 360 - 180
    return found, off


@pytest.mark.parametrize("angle_deg", [0.0, 40.0, 130.0, -100.0])
@pytest.mark.parametrize("gyroscope", [True, False])
def test_the_mirror_of_a_runner_is_found_however_the_pod_is_worn(angle_deg, gyroscope):
    acc, gyr, moving = waves()
    found, off = seen(acc, gyr if gyroscope else None, moving, angle_deg=angle_deg)
    assert abs(off) < 1.0
    assert found.line > 0.9
    assert found.direction == 1.0


def test_a_vertical_that_is_two_degrees_off_does_not_turn_forward():
    acc, gyr, moving = waves(in_phase=3.0, sideways_leak=np.sin(np.radians(2.0)))
    for rotation in (gyr, None):
        assert abs(seen(acc, rotation, moving)[1]) < 1.0


def test_legs_that_load_unlike_turn_it_little():
    acc, gyr, moving = waves(lopsided=0.2)
    assert abs(seen(acc, gyr, moving)[1]) < 3.0


def test_hardly_any_braking_leaves_open_which_way_is_forward():
    acc, _, moving = waves(braking=0.2, in_phase=3.0)
    found, _ = seen(acc, None, moving)
    assert found.direction < 0.5 < found.line


@pytest.mark.parametrize("angle_deg", [0.0, 180.0])
def test_setting_off_then_tells(angle_deg):
    acc, _, moving = waves(braking=-0.2, in_phase=3.0)
    gained = turned(angle_deg) @ [2.0, 0.1, 0.0]
    found, off = seen(acc, None, moving, angle_deg=angle_deg, gained_mps=gained)
    assert abs(off) < 2.0
    assert found.direction == 1.0


def test_a_treadmill_gains_nothing_and_braking_decides():
    acc, _, moving = waves()
    assert abs(seen(acc, None, moving, gained_mps=np.array([-0.6, 0.3, 0.0]))[1]) < 1.0


@pytest.mark.parametrize("seconds", [0.3, 1.0, 1.5])
def test_a_few_steps_say_nothing(seconds):
    acc, gyr, moving = waves(seconds=seconds)
    found, _ = seen(acc, gyr, moving)
    assert (found.line, found.direction) == (0.0, 0.0)


# ---------------------------------------------------------------------------------------------
# People


def pelvis(runner, seed, *, speed_mps=3.0, **pod):
    """Let `runner` stand and run; return the pelvis' sensor and its mounting, (3, 3)."""
    worn = replace(simulation.realistic(seed)["pelvis"], **pod)
    script = (simulation.Stand(8.0), simulation.Run(22.0, speed_mps=speed_mps))
    run = simulation.simulate(runner, script, seed=seed, pods={"pelvis": worn})
    return run.recording().sensors["pelvis"], sensor_from_segment(worn)


def off_deg(sensor, sensor_from_pelvis):
    """Return by how much forward is turned to the left, and the alignment."""
    found = align("pelvis", sensor, observe(sensor, rate_hz=RATE_HZ), rate_hz=RATE_HZ)
    turn = found.segment_from_sensor @ sensor_from_pelvis
    return np.degrees(np.arctan2(turn[1, 0] - turn[0, 1], turn[0, 0] + turn[1, 1])), found


def lopsided(seed):
    """Return someone whose pelvis drops by two degrees more over a leg that is shorter down."""
    someone = simulation.someone(seed)
    left = someone.left
    return replace(
        someone,
        left_step_share=0.49,
        left=replace(
            left,
            pelvic_drop_deg=left.pelvic_drop_deg + 2.0,
            contact_time_s=left.contact_time_s - 0.012,
            anterior_tilt_deg=left.anterior_tilt_deg + 1.0,
        ),
    )


def test_forward_of_made_up_people_is_known_to_two_degrees():
    off = [off_deg(*pelvis(simulation.someone(seed), seed))[0] for seed in range(3000, 3012)]
    assert np.sqrt(np.mean(np.square(off))) < 2.0
    assert np.max(np.abs(off)) < 3.5


def test_forward_of_lopsided_people_is_known_to_two_and_a_half_degrees():
    off = [off_deg(*pelvis(lopsided(seed), seed))[0] for seed in range(3100, 3110)]
    assert np.sqrt(np.mean(np.square(off))) < 2.5
    assert np.max(np.abs(off)) < 5.0


def test_a_biased_accelerometer_tips_the_vertical_but_does_not_turn_forward():
    for seed in (3201, 3202, 3203):
        for bias in (-0.4, 0.4):
            worn = {"mounting_rad": (0.0, 0.0, 0.0), "acc_bias_mps2": (0.0, bias, 0.0)}
            assert abs(off_deg(*pelvis(simulation.Runner(), seed, **worn))[0]) < 2.0


@pytest.mark.parametrize("speed_mps", [2.0, 2.2, 5.0])
def test_slow_or_fast_forward_is_not_backward(speed_mps):
    for seed in range(3300, 3305):
        off, found = off_deg(*pelvis(simulation.someone(seed), seed, speed_mps=speed_mps))
        assert abs(off) < 6.0
        assert FORWARD_OR_BACKWARD not in found.notes


def test_braking_that_hardly_shows_is_said_and_lowers_the_confidence():
    acc, _, _ = waves(braking=0.1, in_phase=3.0)
    sensor = Sensor(acc, None, np.ones(len(acc), dtype=bool))
    found = off_deg(sensor, np.eye(3))[1]
    assert FORWARD_OR_BACKWARD in found.notes
    assert found.confidence < 0.45


def test_setting_off_gains_the_speed_forward():
    sensor, sensor_from_pelvis = pelvis(simulation.someone(3400), 3400, speed_mps=4.0)
    motion = observe(sensor, rate_hz=RATE_HZ)
    standing = last_rest(motion, rate_hz=RATE_HZ)
    of_sensor = (sensor.acc_mps2, sensor.gyr_radps)
    level = sensor_from_pelvis.T
    gained = speed_gained_mps(*of_sensor, level, standing, motion.active, rate_hz=RATE_HZ)
    assert 3.0 < gained[0] < 4.5
    assert abs(gained[1]) < 0.3 * gained[0]
    nowhere = np.zeros_like(standing)
    for rest, lively in ((nowhere, motion.active), (standing, nowhere)):
        gained = speed_gained_mps(*of_sensor, level, rest, lively, rate_hz=RATE_HZ)
        np.testing.assert_array_equal(gained, 0.0)


@pytest.mark.parametrize(("wait_s", "carried"), [(3.0, True), (20.0, False)])
def test_setting_off_long_after_a_rest_is_not_carried_that_far(wait_s, carried):
    n = round((2.0 + wait_s + 6.0) * RATE_HZ)
    standing, lively = (np.zeros(n, dtype=bool) for _ in range(2))
    standing[: round(2.0 * RATE_HZ)] = True
    lively[round((2.0 + wait_s) * RATE_HZ) :] = True
    acc = np.tile([0.0, 0.0, GRAVITY_MPS2], (n, 1))
    acc[~standing, 0] = 0.5
    gained = speed_gained_mps(acc, np.zeros((n, 3)), np.eye(3), standing, lively, rate_hz=RATE_HZ)
    assert (gained[0] > 1.0) == carried
    assert carried or not gained.any()


def test_what_is_gained_is_told_in_the_axes_of_the_pod_as_it_then_is():
    n = round(8.0 * RATE_HZ)
    standing = np.arange(n) < round(2.0 * RATE_HZ)
    acc, gyr = np.tile([0.0, 0.0, GRAVITY_MPS2], (n, 1)), np.zeros((n, 3))
    turning = slice(round(2.0 * RATE_HZ), round(3.0 * RATE_HZ))
    gyr[turning, UP] = np.pi / 2
    acc[turning.stop :, 1] = -0.5  # a quarter turn to the left: ahead of the start is now right
    gained = speed_gained_mps(acc, gyr, np.eye(3), standing, ~standing, rate_hz=RATE_HZ)
    np.testing.assert_allclose(gained, [0.0, -0.75, 0.0], atol=0.05)


def test_a_two_axis_sacrum_on_a_treadmill_faces_forward(reference):
    """Alcantara 2022: x is forward, there is no gyroscope and no standing."""
    for row in reference.ALCANTARA_ROWS:
        trial = reference.alcantara(row)
        acc, _ = trial.sensors["pelvis"]
        recording = imu.Recording.from_arrays(rate_hz=trial.rate_hz, pelvis=(acc, None))
        sensor = recording.sensors["pelvis"]
        found = align(
            "pelvis", sensor, observe(sensor, rate_hz=trial.rate_hz), rate_hz=trial.rate_hz
        )
        assert found.segment_from_sensor[0, 0] > 0.7, trial.name
        assert FORWARD_OR_BACKWARD not in found.notes


def test_a_pelvis_with_all_six_axes_faces_forward(reference):
    """Dorschky 2019: how well the sensor's axes were those of the pelvis is not known."""
    trial = reference.dorschky(30)
    recording = imu.Recording.from_arrays(rate_hz=trial.rate_hz, pelvis=trial.sensors["pelvis"])
    sensor = recording.sensors["pelvis"]
    found = align("pelvis", sensor, observe(sensor, rate_hz=trial.rate_hz), rate_hz=trial.rate_hz)
    forward = found.segment_from_sensor[0]
    assert abs(np.degrees(np.arctan2(forward[1], forward[0]))) < 10.0
    assert abs(found.segment_from_sensor[UP] @ [0, 0, 1]) > 0.9
