"""The vertical of standing holds in running, though the accelerometer is wrong; else nothing is."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from imu import simulation
from imu.alignment.worn_pods import worn
from imu.dsp.gaps import moving_sum
from imu.orientation import filter_across_gaps, standing_zero
from imu.orientation.filter_across_gaps import orient
from imu.orientation.on_demand import as_rotation
from imu.orientation.standing_zero import straighten

UP_AXIS = [0.0, 0.0, 1.0]
RUNNING_S = (14.0, 48.0)


STRAIGHT = (simulation.Stand(10.0), simulation.Run(40.0))


def biased(script=STRAIGHT, *, bias_mps2=0.8):
    """Let a runner stand and run with perfect pods but for a bias along the bone."""
    bias = (0.0, 0.0, bias_mps2)
    pods = {place: replace(pod, acc_bias_mps2=bias) for place, pod in simulation.clean().items()}
    return simulation.simulate(simulation.Runner(), script, seed=4, pods=pods)


@pytest.fixture(scope="module")
def run():
    return biased()


def vertical(rotation):
    return rotation.inv().apply(UP_AXIS)


def off_deg(run, quaternions, place, within_s=RUNNING_S):
    """Return the RMS angle between found and true vertical, zero while standing, degrees."""
    time_s = np.arange(len(quaternions)) / 200.0
    found, true = (
        vertical(as_rotation(quaternions)),
        vertical(run.attitude(place, time_s).rotation()),
    )
    standing, within = time_s < 8.0, (time_s > within_s[0]) & (time_s < within_s[1])
    turn, _ = Rotation.align_vectors(
        found[standing].mean(axis=0)[None], true[standing].mean(axis=0)[None]
    )
    cosine = np.sum(turn.apply(true[within]) * found[within], axis=1)
    return np.degrees(np.sqrt(np.mean(np.arccos(np.clip(cosine, -1, 1)) ** 2)))


def without(pod, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(filter_across_gaps, "keep_standing_zero", lambda *_: None)
        return orient(pod, rate_hz=200.0)


@pytest.mark.parametrize(
    ("place", "least_deg"), [("pelvis", 0.4), ("shank_left", 1.2), ("shank_right", 1.2)]
)
def test_a_biased_accelerometer_does_not_tip_a_runner(run, place, least_deg, monkeypatch):
    pod = worn(run.recording())[place]
    before = off_deg(run, without(pod, monkeypatch), place)
    assert before > least_deg
    assert off_deg(run, orient(pod, rate_hz=200.0), place) < 0.5 * before


def test_standing_is_untouched(run, monkeypatch):
    pod = worn(run.recording())["shank_left"]
    standing = slice(0, 1600)
    np.testing.assert_array_equal(
        orient(pod, rate_hz=200.0)[standing], without(pod, monkeypatch)[standing]
    )


def test_and_so_it_is_when_the_runner_stands_again(monkeypatch):
    script = (simulation.Stand(10.0), simulation.Run(25.0), simulation.Stand(10.0))
    pod = worn(biased(script).recording())["shank_left"]
    again = moving_sum(pod.motion.active, reach_samples=100) == 0
    again[:6000] = False
    assert again.sum() > 1000
    np.testing.assert_allclose(
        orient(pod, rate_hz=200.0)[again], without(pod, monkeypatch)[again], atol=1e-12
    )


def jumps(run, place, monkeypatch, *, lost_s=(0.0, 0.0)):
    """Return what `jump` found each time that somebody set off, rad; some samples are lost."""
    pod = worn(run.recording())[place]
    time_s = np.arange(len(pod.valid)) / 200.0
    pod = replace(pod, valid=~((time_s >= lost_s[0]) & (time_s < lost_s[1])))
    seen, jump = [], standing_zero.jump

    def overheard(*given):
        seen.append(jump(*given))
        return seen[-1]

    monkeypatch.setattr(standing_zero, "jump", overheard)
    orient(pod, rate_hz=200.0)
    return seen


def test_each_time_somebody_sets_off_tells_the_same(monkeypatch):
    first, second = jumps(biased(STRAIGHT * 2), "shank_left", monkeypatch)
    assert abs(first) > np.radians(0.5)
    assert abs(first - second) < np.radians(0.4)


def test_a_bend_is_not_taken_for_an_error(monkeypatch):
    bend = (simulation.Stand(10.0), simulation.Run(40.0, turn_deg=180.0))
    (found,) = jumps(biased(bend, bias_mps2=0.0), "pelvis", monkeypatch)
    assert abs(found) < np.radians(0.5)  # he leans by 1.4 degrees


def test_too_short_a_run_tells_nothing(monkeypatch):
    short = (simulation.Stand(10.0), simulation.Run(10.0), simulation.Stand(5.0))
    assert jumps(biased(short), "shank_left", monkeypatch) == [0j]


def test_nor_does_setting_off_unheard(run, monkeypatch):
    assert jumps(run, "shank_left", monkeypatch, lost_s=(10.5, 10.55)) == []
    assert len(jumps(run, "shank_left", monkeypatch, lost_s=(20.5, 20.55))) == 1


def test_what_leans_stands_upright_whatever_the_heading():
    rng = np.random.default_rng(0)
    rotation = Rotation.from_euler("ZXY", rng.uniform((-3, -0.6, -0.6), (3, 0.6, 0.6), (50, 3)))
    yaw = rotation.as_euler("ZXY")[:, 0]
    lean = 0.01 + 0.02j
    level = lean * np.exp(1j * yaw)
    leaning = rotation.inv().apply(np.column_stack([level.real, level.imag, np.ones(50)]))
    quaternions = rotation.as_quat(scalar_first=True)
    straighten(quaternions, np.full(50, lean))
    upright = as_rotation(quaternions).apply(leaning)
    np.testing.assert_allclose(upright[:, :2], 0.0, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(quaternions, axis=1), 1.0, rtol=1e-12)
