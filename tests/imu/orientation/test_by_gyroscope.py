"""What a gyroscope integrates to, against scipy's rotations one after the other."""

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from imu.orientation.by_gyroscope import Turning


def rates(n, seed):
    """Return smooth rates (n, 3) of up to 10 rad/s at 100 Hz."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(n)[:, None] / 100
    return sum(3 * np.sin(2 * np.pi * f * time_s + rng.uniform(0, 6, 3)) for f in (0.7, 1.4, 2.8))


@given(n=st.integers(1, 300), seed=st.integers(0, 2**31 - 1))
def test_it_is_the_product_of_all_small_turns(n, seed):
    gyr = rates(n, seed)
    turning = Turning.of(gyr, rate_hz=100.0)
    steps = np.diff(gyr, axis=0) / 2 + gyr[:-1]
    fine = list(
        accumulate(
            Rotation.from_rotvec(steps / 100), lambda a, b: a * b, initial=Rotation.identity()
        )
    )
    expected = np.array([turn.apply([1.0, -2.0, 3.0]) for turn in fine])
    np.testing.assert_allclose(turning.turned(1.0, -2.0, 3.0).T, expected, atol=0.03)


def test_a_cone_is_followed_to_a_thousandth_of_a_radian():
    """A body that cones turns about an axis that itself turns; the rates are known exactly."""
    time_s = np.arange(400) / 100
    spin, tilt = 9.0, 0.4
    attitude = Rotation.from_euler(
        "ZYZ", np.stack([spin * time_s, 0 * time_s + tilt, 0 * time_s], axis=1)
    )
    gyr = np.tile(spin * np.array([-np.sin(tilt), 0.0, np.cos(tilt)]), (400, 1))
    expected = (attitude[0].inv() * attitude).apply([0.0, 0.0, 1.0])
    turned = Turning.of(gyr, rate_hz=100.0).turned(0.0, 0.0, 1.0)
    np.testing.assert_allclose(turned.T, expected, atol=1e-3)


def test_vectors_keep_their_length_over_an_hour():
    turning = Turning.of(np.tile(rates(1000, 3), (360, 1)), rate_hz=100.0)
    length = np.linalg.norm(turning.turned(0.0, 3.0, 4.0), axis=0)
    np.testing.assert_allclose(length, 5.0, rtol=1e-4)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_short_records(n):
    turning = Turning.of(np.ones((n, 3)), rate_hz=100.0)
    assert turning.turned(1.0, 0.0, 0.0).shape == (3, n)
    assert turning.at(np.arange(n)).turned(1.0, 0.0, 0.0).shape == (3, n)
