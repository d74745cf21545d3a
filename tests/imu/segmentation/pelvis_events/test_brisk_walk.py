"""A brisk walk whose pelvis lightens as if it flew is not running; a jog as slow is."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.frames import GRAVITY_MPS2
from imu.segmentation.pelvis_events import steps
from imu.segmentation.pelvis_events.brisk_walk import walks
from imu.simulation import Run, Stand, Walk, realistic, simulate, someone

STAND_S = 6.0
SWINGS = 2.4
"""Of what the body does: the pelvis then falls to a third of body weight at mid-stance, as the
belts of people in brisk walks do."""


def recorded(segment, seed=4):
    script = (Stand(STAND_S), segment)
    return simulate(someone(seed), script, seed=seed, pods=realistic(seed)).recording()


def swinging(recording, gain=SWINGS):
    """The recording with an upward force of the pelvis that swings by `gain` about body weight."""
    pod = recording.sensors["pelvis"]
    up = pod.acc_mps2[: int((STAND_S - 1) * recording.rate_hz)].mean(axis=0)
    up /= np.linalg.norm(up)
    more = (gain - 1) * (pod.acc_mps2 @ up - GRAVITY_MPS2)
    pods = {**recording.sensors, "pelvis": replace(pod, acc_mps2=pod.acc_mps2 + more[:, None] * up)}
    return replace(recording, sensors=pods)


def only(recording, *places):
    pods = {place: recording.sensors[place] for place in places}
    return replace(recording, sensors=pods)


def stances(recording):
    return len(imu.analyse(recording).stances.to_frame())


@pytest.fixture(scope="module")
def walk():
    return swinging(recorded(Walk(20.0, 2.0)))


@pytest.fixture(scope="module")
def jog():
    return recorded(Run(12.0, 1.6), seed=3)


def test_the_pelvis_alone_tells_a_brisk_walk_by_its_roll(walk):
    assert stances(only(walk, "pelvis")) == 0


def test_a_pelvis_that_walks_does_not_overrule_the_shanks(walk):
    assert stances(only(walk, "shank_left", "shank_right")) == 0
    assert stances(walk) == 0


def test_a_slow_jog_is_found_as_before(jog):
    asked = stances(only(jog, "shank_left", "shank_right"))
    assert asked > 25
    assert abs(stances(only(jog, "pelvis")) - asked) <= 1


RATE_HZ = 200.0


def stepping(step_s, peak_bw, light_bw, roll_deg, gyroscope=True):
    """A pelvis that steps evenly: its upward force, its roll rate, and what `walks` says of it."""
    t = np.arange(0, 12.0, 1 / RATE_HZ)
    turn = np.pi * t / step_s
    force = (peak_bw + light_bw) / 2 + (peak_bw - light_bw) / 2 * np.cos(2 * turn)
    acc, gyr = np.zeros((2, len(t), 3))
    acc[:, 2], gyr[:, 0] = force * GRAVITY_MPS2, 0.3 * np.cos(turn + np.deg2rad(roll_deg))
    pods = {"pelvis": (acc, gyr if gyroscope else None)}
    segment = imu.Recording.from_arrays(rate_hz=RATE_HZ, **pods).sensors["pelvis"]
    found = steps.anchors(force, rate_hz=RATE_HZ)
    return walks(segment, force, found, rate_hz=RATE_HZ)


@pytest.mark.parametrize("gyroscope", [True, False])
def test_what_neither_lasts_as_long_as_a_walks_step_nor_rolls_like_it_is_a_jog(gyroscope):
    assert not stepping(0.40, 1.65, 0.1, -55, gyroscope).any()


@pytest.mark.parametrize("roll_deg", [0, 35, 70, 180, 215])
def test_roll_at_the_time_of_walking_tells_the_same_steps_from_a_jog(roll_deg):
    assert stepping(0.44, 1.70, 0.1, roll_deg).all()


@pytest.mark.parametrize("roll_deg", [-30, -60, -90, 120, 150])
def test_roll_at_the_time_of_running_does_not(roll_deg):
    assert not stepping(0.44, 1.70, 0.1, roll_deg).any()


def test_quick_steps_are_not_asked_how_they_roll():
    assert not stepping(0.34, 2.2, -0.1, 35).any()


def test_without_a_gyroscope_long_or_hardly_light_steps_walk():
    assert stepping(0.50, 1.70, 0.1, 0, gyroscope=False).all()
    assert stepping(0.44, 1.70, 0.45, 0, gyroscope=False).all()
    assert not stepping(0.44, 1.75, 0.1, 0, gyroscope=False).any()
