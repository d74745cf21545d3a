"""The long axis of a shank is that of standing gravity, however it swings, turns in or runs."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.frames import UP
from imu.simulation import Run, Runner, Stand, both, realistic, simulate
from imu.simulation.pods.hardware import sensor_from_segment
from imu.simulation.true_metrics.shank import upright_in_standing

SHANKS = ("shank_left", "shank_right")


def axis_off_deg(runner, *, speed_mps=3.0, bias=False):
    """Angle (2,) between the long axis found and what was upright in standing, left and right."""
    pods = realistic(5)
    if not bias:
        pods = {place: replace(pod, acc_bias_mps2=(0.0, 0.0, 0.0)) for place, pod in pods.items()}
    run = simulate(runner, (Stand(8), Run(15, speed_mps=speed_mps)), seed=5, pods=pods)
    found = imu.analyse(run.recording()).alignment
    off = []
    for place in SHANKS:
        up = sensor_from_segment(pods[place]) @ upright_in_standing(run, place)
        cosine = found[place].segment_from_sensor[UP] @ up
        off.append(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
    return np.array(off)


@pytest.mark.parametrize("speed_mps", [2.0, 3.5, 5.0])
@pytest.mark.parametrize(
    "runner",
    [
        Runner(),
        both(Runner(), shank_rotation_deg=19.0),
        both(Runner(), swing_turn_deg=14.0),
        both(Runner(), swing_turn_deg=-14.0),
    ],
    ids=["usual", "turns in 10 degrees more", "swings inward", "swings outward"],
)
def test_no_way_of_running_moves_it(runner, speed_mps):
    assert axis_off_deg(runner, speed_mps=speed_mps).max() < 0.5


def test_only_a_bias_of_the_accelerometer_does():
    assert axis_off_deg(Runner(), bias=True).max() < 2.5


def test_who_never_stood_gets_it_from_running_with_less_confidence():
    run = simulate(Runner(), (Run(20),), seed=5, pods=realistic(5))
    stood = simulate(Runner(), (Stand(8), Run(20)), seed=5, pods=realistic(5))
    for place in SHANKS:
        less = imu.analyse(run.recording()).alignment[place]
        more = imu.analyse(stood.recording()).alignment[place]
        assert less.confidence < more.confidence
        assert any("no quiet standing" in note for note in less.notes)
