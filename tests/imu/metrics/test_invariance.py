"""What must not matter to any metric does not: how the pods sit, and which leg is which."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import imu
from imu.metrics import METRICS


@pytest.fixture(scope="module")
def turned(easy_recording):
    """The same run with every pod any way round."""
    turns = Rotation.random(3, random_state=11)
    pods = {
        place: (turn.apply(pod.acc_mps2), turn.apply(pod.gyr_radps))
        for (place, pod), turn in zip(easy_recording.sensors.items(), turns, strict=True)
    }
    return imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, **pods)).stances


@pytest.fixture(scope="module")
def mirrored(easy_recording, easy_analysis):
    """The same run in a mirror, in the sagittal plane of each segment."""
    acc_sign, gyr_sign = np.array([1.0, -1.0, 1.0]), np.array([-1.0, 1.0, -1.0])
    other = {"pelvis": "pelvis", "shank_left": "shank_right", "shank_right": "shank_left"}
    pods = {}
    for place, pod in easy_recording.sensors.items():
        turn = easy_analysis.alignment[place].segment_from_sensor.T
        pods[other[place]] = (
            (pod.acc_mps2 @ turn) * acc_sign,
            (pod.gyr_radps @ turn) * gyr_sign,
        )
    return imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, **pods)).stances


@pytest.mark.parametrize("name", METRICS)
def test_mounting_changes_no_value(name, turned, easy_analysis):
    np.testing.assert_allclose(
        turned.metrics[name],
        easy_analysis.stances.metrics[name],
        atol=0.002 * METRICS[name].typical_error,
        rtol=1e-6,
    )


@pytest.mark.parametrize("name", METRICS)
def test_a_mirrored_runner_swaps_the_sides(name, mirrored, easy_analysis):
    before, after = easy_analysis.stances, mirrored
    swapped = np.where(after.events.side == "left", "right", "left")
    np.testing.assert_array_equal(swapped, before.events.side)
    difference = np.abs(after.metrics[name] - before.metrics[name])
    assert np.nanmedian(difference) < 0.1 * METRICS[name].typical_error
