"""Where a pod sits on a shank is found, and the events do not depend on it, nor on askew axes."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import imu
from imu.alignment import worn_pods
from imu.segmentation import shank_events
from imu.segmentation.shank_events.pod_height import lever_m
from imu.simulation import Run, Stand, realistic, simulate, someone
from imu.simulation.pods.hardware import SHANK_M

HEIGHTS_PCT = (10.0, 30.0, 50.0, 70.0)
PEOPLE = {11: 2.4, 12: 3.0, 13: 3.8}
SHANKS = ("shank_left", "shank_right")


def run_with(seed, pods):
    """Return the analysis of one run of a person with these shank pods, at their own speed."""
    script = (Stand(6.0), Run(20.0, speed_mps=PEOPLE[seed]))
    return imu.analyse(simulate(someone(seed), script, seed=seed, pods=pods).recording())


def worn_at(seed, height_pct):
    own = realistic(seed)
    height_m = SHANK_M * height_pct / 100
    return {p: replace(own[p], lever_m=(*own[p].lever_m[:2], height_m)) for p in SHANKS}


@pytest.fixture(scope="module")
def runs():
    return {
        seed: [run_with(seed, worn_at(seed, height_pct)) for height_pct in HEIGHTS_PCT]
        for seed in PEOPLE
    }


@pytest.mark.parametrize("seed", PEOPLE)
@pytest.mark.parametrize("place", SHANKS)
def test_the_height_of_a_pod_is_found_within_a_fifth_of_the_shank(seed, place, runs):
    found_m = np.array([result.quality.pods[place]["height_m"] for result in runs[seed]])
    assert np.abs(100 * found_m / SHANK_M - HEIGHTS_PCT).max() < 20
    np.testing.assert_allclose(np.diff(100 * found_m / SHANK_M), 20.0, atol=4.0)


@pytest.mark.parametrize("seed", PEOPLE)
def test_the_events_of_a_run_are_the_same_wherever_the_pod_sits(seed, runs):
    events = [result.stances.events for result in runs[seed]]
    assert len({len(one) for one in events}) == 1
    for what in ("initial_contact_s", "toe_off_s"):
        every = np.array([getattr(one, what) for one in events])
        assert np.isfinite(every).mean() > 0.98
        assert np.nanmax(np.ptp(every, axis=0)) < 0.003


@pytest.mark.parametrize("seed", PEOPLE)
@pytest.mark.parametrize("turn_deg", [-10.0, 10.0])
def test_axes_that_are_ten_degrees_wrong_move_the_events_by_little(seed, turn_deg):
    script = (Stand(6.0), Run(20.0, speed_mps=PEOPLE[seed]))
    own = {place: realistic(seed)[place] for place in SHANKS}
    recording = simulate(someone(seed), script, seed=seed, pods=own).recording()
    worn = worn_pods.worn(recording)
    for axis in np.eye(3):
        wrong = Rotation.from_rotvec(np.radians(turn_deg) * axis)
        moved_s = []
        for pod in worn.values():
            right = shank_events.candidates(pod, rate_hz=200.0)
            askew = replace(
                pod, acc_mps2=wrong.apply(pod.acc_mps2), gyr_radps=wrong.apply(pod.gyr_radps)
            )
            found = shank_events.candidates(askew, rate_hz=200.0)
            assert len(found.toe_off) == len(right.toe_off)
            moved_s += [
                found.initial_contact - right.initial_contact,
                found.toe_off - right.toe_off,
            ]
        contact_s, toe_off_s = (np.concatenate(moved_s[k::2]) / 200.0 for k in range(2))
        assert abs(np.nanmean(contact_s)) < 0.002
        assert abs(np.nanmean(toe_off_s)) < 0.002
        assert np.nanpercentile(np.abs(toe_off_s), 95) < 0.003
        assert np.nanpercentile(np.abs(contact_s), 95) < 0.003


def test_a_height_that_nobody_can_have_is_reckoned_as_the_nearest_on_a_shank():
    assert lever_m(-0.1) == 0.0
    assert lever_m(0.9) == 0.4
    assert lever_m(0.13) == 0.13
    assert lever_m(np.nan) == 0.2


def test_too_few_strides_tell_no_height():
    script = (Stand(6.0), Run(3.0))
    pods = {"shank_left": realistic(11)["shank_left"]}
    result = imu.analyse(simulate(someone(11), script, seed=11, pods=pods).recording())
    assert "height_m" not in result.quality.pods["shank_left"]
