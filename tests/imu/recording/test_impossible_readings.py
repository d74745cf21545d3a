"""Readings that no sensor can have made are missing, counted, and named."""

import numpy as np
import pytest

import imu
from imu import simulation

RATE_HZ = 200.0


def arrays(recording):
    return {
        place: (pod.acc_mps2.copy(), pod.gyr_radps.copy())
        for place, pod in recording.sensors.items()
    }


def analysed(pods, **ranges):
    return imu.analyse(imu.Recording.from_arrays(rate_hz=RATE_HZ, **pods, **ranges))


@pytest.mark.parametrize("place", ["pelvis", "shank_left"])
@pytest.mark.parametrize(("which", "value"), [(0, 1e5), (0, -1e5), (1, 1e4)])
def test_a_spike_is_missing_and_named_and_costs_a_grade(easy_recording, place, which, value):
    clean = analysed(arrays(easy_recording))
    pods = arrays(easy_recording)
    at = [9000, 9001, 12345]
    pods[place][which][at, 1] = value
    found = analysed(pods)
    assert [
        r for r in found.quality.reasons if r.startswith(place.replace("_", " ") + ": 3 samples")
    ]
    assert found.quality.grade > clean.quality.grade
    pods = arrays(easy_recording)
    for x in pods[place]:
        x[at] = np.nan
    told = analysed(pods)
    for name, values in found.stances.metrics.items():
        np.testing.assert_array_equal(values, told.stances.metrics[name])


def test_a_spike_far_beyond_the_stated_range_is_one_too(easy_recording):
    pods = arrays(easy_recording)
    pods["shank_right"][0][9000] = 400.0
    assert not [r for r in analysed(pods).quality.reasons if "beyond what" in r]
    named = analysed(pods, acc_range_mps2=156.9).quality.reasons
    assert "shank right: 1 sample beyond what the sensor can read" in "; ".join(named)


def test_a_range_stated_in_another_unit_takes_no_sample_away(easy_recording):
    found = analysed(arrays(easy_recording), acc_range_mps2=2.0)
    assert not [r for r in found.quality.reasons if "beyond what" in r]
    assert np.mean([pod["coverage_pct"] for pod in found.quality.pods.values()]) > 99


def skipping_rope(seed=0):
    """Two minutes of jumps with two thirds of the time in the air, as a pelvis pod feels them."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(int(120 * RATE_HZ)) / RATE_HZ
    period_s, contact_s = 0.5, 0.16
    phase = (time_s % period_s) / contact_s
    push = np.where(phase < 1, np.sin(np.pi * np.minimum(phase, 1)), 0.0)
    up = 9.81 * (np.pi / 2) * period_s / contact_s * push
    up[: int(8 * RATE_HZ)] = 9.81
    acc = np.column_stack([rng.normal(0, 0.3, (len(up), 2)), up + rng.normal(0, 0.3, len(up))])
    return acc, rng.normal(0, 0.02, acc.shape)


def test_rope_skipping_is_told_as_it_is_and_gets_no_wrong_cure():
    acc, gyr = skipping_rope()
    assert np.median(np.linalg.norm(acc, axis=1)) < 2.5
    imu.Recording.from_arrays(rate_hz=RATE_HZ, pelvis=(acc, gyr))
    with pytest.raises(ValueError, match=r"is it in g\? multiply by 9.80665"):
        imu.Recording.from_arrays(rate_hz=RATE_HZ, pelvis=(acc / 9.80665, gyr))


def test_a_shoe_that_reads_3_g_in_the_mean_is_still_asked_for_its_unit_when_in_g(easy_recording):
    acc, gyr = arrays(easy_recording)["shank_left"]
    with pytest.raises(ValueError, match=r"is it in g\?"):
        imu.Recording.from_arrays(rate_hz=RATE_HZ, shank_left=(1.35 * acc / 9.80665, gyr))


@pytest.fixture(scope="module")
def hops():
    script = (simulation.Stand(8.0), simulation.Hop(count=100, period_s=0.5, contact_time_s=0.17))
    return simulation.simulate(
        simulation.Runner(), script, seed=2, pods=simulation.realistic(2), rate_hz=RATE_HZ
    )


def test_hops_on_both_feet_are_no_running(hops):
    found = imu.analyse(hops.recording())
    assert len(found.stances) == 0
    assert "no running was found" in found.quality.reasons
