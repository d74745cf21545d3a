"""Angles and levelled axes without a matrix per sample are those of the matrices."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import imu
from imu import simulation
from imu.dsp.filters import CACHED
from imu.orientation.angles import attitude, heading_level, upward
from imu.orientation.on_demand import as_rotation

N = CACHED + 1000  # over the seam between two blocks


def turning():
    """Some turns about up while leaning to all sides, as a pelvis never does."""
    rng = np.random.default_rng(0)
    time = np.arange(N) / 200
    yaw, obliquity, tilt = 3.0 * time, 1.2 * np.sin(1.3 * time), 1.4 * np.sin(0.7 * time)
    rotation = Rotation.from_euler("ZXY", np.column_stack([yaw, obliquity, tilt]))
    return rotation, (yaw, obliquity, tilt), rng.normal(size=(N, 3))


def test_yaw_obliquity_and_tilt_come_back():
    rotation, angles, _ = turning()
    found = attitude(rotation.as_quat(scalar_first=True))
    for name, true in zip(("yaw", "obliquity", "tilt"), angles, strict=True):
        np.testing.assert_allclose(getattr(found, name), true, atol=1e-9)


def test_up_is_the_last_axis_of_the_world():
    rotation, _, vectors = turning()
    quaternions = rotation.as_quat(scalar_first=True)
    np.testing.assert_allclose(as_rotation(quaternions).as_matrix(), rotation.as_matrix())
    np.testing.assert_allclose(
        upward(vectors, quaternions), rotation.apply(vectors)[:, 2], atol=1e-12
    )
    np.testing.assert_array_equal(upward(vectors, None), vectors[:, 2])


def test_levelled_axes_turn_with_yaw_alone():
    rotation, (yaw, _, _), vectors = turning()
    plain = Rotation.from_euler("Z", -yaw[:, None]) * rotation
    level = heading_level(vectors, rotation.as_quat(scalar_first=True))
    np.testing.assert_allclose(level, plain.apply(vectors), atol=1e-12)


def heard(recording, valid):
    """Return the recording of pods that were not heard where `valid` (n,) is False."""
    known = valid[:, None]
    sensors = {
        place: replace(
            pod,
            acc_mps2=np.where(known, pod.acc_mps2, np.nan),
            gyr_radps=np.where(known, pod.gyr_radps, np.nan),
            valid=valid,
        )
        for place, pod in recording.sensors.items()
    }
    return replace(recording, sensors=sensors)


def off_deg(run, recording, place, within, settled):
    """Return the RMS angle between found and true vertical in the pod's own axes.

    Over the samples `within`; how the pod sits on the segment is taken from those `settled`.
    """
    found = imu.analyse(recording).orientation[place]
    time_s = recording.start_s + np.arange(len(recording)) / recording.rate_hz
    true = run.attitude(place, time_s).rotation()
    up, true_up = (rotation.inv().apply([0.0, 0.0, 1.0]) for rotation in (found, true))
    turn, _ = Rotation.align_vectors(up[settled], true_up[settled])
    cosine = np.sum(up[within] * turn.apply(true_up[within]), axis=1)
    return np.degrees(np.sqrt(np.mean(np.arccos(np.clip(cosine, -1, 1)) ** 2)))


def bursts(n, *, share, mean_samples, seed):
    """Return valid (n,): lost in bursts, after a good beginning."""
    rng = np.random.default_rng(seed)
    valid = np.ones(n, bool)
    for start in rng.choice(np.arange(2400, n - 200), round(share * n / mean_samples), False):
        valid[start : start + 2 + rng.geometric(1 / (mean_samples - 2))] = False
    return valid


@pytest.mark.parametrize(("place", "most_deg"), [("pelvis", 0.6), ("shank_left", 1.7)])
def test_lost_packets_do_not_turn_a_segment(easy_simulation, easy_recording, place, most_deg):
    """0.2 and 1.0 where nothing is lost; with straight lines across the holes 2.8 and 6.6."""
    valid = bursts(len(easy_recording), share=0.02, mean_samples=10, seed=3)
    index = np.arange(len(valid))
    off = off_deg(
        easy_simulation, heard(easy_recording, valid), place, valid & (index > 2400), index > 2400
    )
    assert off < most_deg


def test_setting_off_is_not_taken_for_tilt():
    run = simulation.simulate(
        simulation.Runner(),
        (simulation.Stand(10.0), simulation.Run(30.0, speed_mps=5.0)),
        seed=1,
        pods=simulation.realistic(1),
    )
    found = imu.analyse(run.recording()).orientation["pelvis"]
    true = run.truth.world_from_segment("pelvis", rate_hz=200.0)
    up = [rotation.inv().apply([0.0, 0.0, 1.0])[2000:] for rotation in (found, true)]
    off_deg = np.degrees(np.arccos(np.clip(np.sum(up[0] * up[1], axis=1), -1, 1)))
    assert np.sqrt(np.mean(off_deg**2)) < 0.5  # 2.1 where it is


def test_standing_teaches_the_bias_of_a_noisy_gyroscope():
    """The filter is told how well it is known; were it told that it is not, 0.45 degrees."""
    noisy = {
        place: replace(pod, acc_noise_mps2_per_rthz=0.003, gyr_noise_radps_per_rthz=0.0003)
        for place, pod in simulation.clean().items()
    }
    script = (simulation.Stand(10.0), simulation.Run(40.0))
    run = simulation.simulate(simulation.Runner(), script, seed=1, pods=noisy)
    found = imu.analyse(run.recording()).orientation["pelvis"]
    true = run.truth.world_from_segment("pelvis", rate_hz=200.0)
    up, true_up = (rotation.inv().apply([0.0, 0.0, 1.0]) for rotation in (found, true))
    stood = up[100:1800].mean(axis=0), true_up[100:1800].mean(axis=0)
    turn, _ = Rotation.align_vectors(*(one[None] for one in stood))
    cosine = np.sum(up[2400:] * turn.apply(true_up[2400:]), axis=1)
    assert np.degrees(np.sqrt(np.mean(np.arccos(np.clip(cosine, -1, 1)) ** 2))) < 0.3
