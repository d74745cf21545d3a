"""Mean curves over stance: clipped stances are left out, and too many of them leave no curve."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.simulation import Run, Runner, Stand, clean, simulate


@pytest.fixture(scope="module")
def recording():
    script = (Stand(8), Run(60))
    return simulate(Runner(), script, seed=5, pods=clean()).recording()


def with_limit(recording, limit_mps2):
    pods = {
        place: (
            np.clip(pod.acc_mps2, -limit_mps2, limit_mps2) if "shank" in place else pod.acc_mps2,
            pod.gyr_radps,
        )
        for place, pod in recording.sensors.items()
    }
    return imu.analyse(
        imu.Recording.from_arrays(rate_hz=200.0, acc_range_mps2=limit_mps2, **pods)
    ).curves


def peak(curves):
    return curves.mean["shank_axial_mps2"].max(axis=1)


def test_a_few_clipped_impacts_hardly_lower_the_mean_curve(recording):
    free, few = (with_limit(recording, limit) for limit in (300.0, 84.0))
    assert np.isfinite(peak(few)).all()
    assert peak(few) == pytest.approx(peak(free), rel=0.03)


def test_many_clipped_impacts_leave_no_curve_of_that_sensor_and_all_others(recording):
    free, many = (with_limit(recording, limit) for limit in (300.0, 50.0))
    assert np.isnan(many.mean["shank_axial_mps2"]).all()
    assert np.isnan(many.sd["shank_axial_mps2"]).all()
    for name in ("shank_rotation_deg", "pelvis_tilt_deg", "vertical_force_bw"):
        np.testing.assert_allclose(many.mean[name], free.mean[name], atol=0.1)
    assert (many.count == free.count).all()


def test_a_leg_that_clips_loses_its_curve_and_the_other_keeps_it():
    plain = Runner()
    left, right = (
        replace(leg, impact_mps2=size) for leg, size in ((plain.left, 90.0), (plain.right, 45.0))
    )
    run = simulate(
        replace(plain, left=left, right=right), (Stand(8), Run(40)), seed=5, pods=clean()
    )
    axial = with_limit(run.recording(), 70.0).mean["shank_axial_mps2"]
    assert np.isnan(axial[0]).all()
    assert np.isfinite(axial[1]).all()


def test_between_long_gaps_that_come_close_there_is_no_curve_of_the_tilt_and_all_others(recording):
    pods = {place: (pod.acc_mps2, pod.gyr_radps) for place, pod in recording.sensors.items()}
    acc, gyr = (np.array(part) for part in pods["pelvis"])
    first, every, gap = 1550, 300, 80  # from moving off on, 0.4 s are lost of each 1.5 s
    for start in range(first, len(acc), every):
        acc[start : start + gap] = gyr[start : start + gap] = np.nan
    pods["pelvis"] = (acc, gyr)
    broken = imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, **pods)).curves
    assert broken.count.min() > 10
    assert np.isnan(broken.mean["pelvis_tilt_deg"]).all()
    for name in ("pelvis_rotation_deg", "shank_rotation_deg", "vertical_force_bw"):
        assert np.isfinite(broken.mean[name]).all()
