"""What is compiled into one pass is what arrays say in several, at any length."""

import numpy as np
import pytest

from imu import compiled
from imu.dsp.cycle import closed
from imu.dsp.integral import integral, turn_rates
from imu.dsp.reading import read_at
from imu.orientation.by_gyroscope import carried

pytest.importorskip("numba", reason="the extra `fast` is not installed")

LENGTHS = (1, 2, 3, 4, 5, 11, 12, 13, 1000)


def both_ways(work, *arguments, **named):
    found = []
    for use in (False, True):
        with compiled.forced(use=use):
            found.append(work(*arguments, **named))
    return found


def rates(n, order="C"):
    return np.asarray(np.random.default_rng(n).normal(size=(n, 3)).cumsum(axis=0) / 9, order=order)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("n", LENGTHS)
def test_turning_rates(n, order):
    given = rates(n, order)
    before = given.copy()
    plain, fast = both_ways(turn_rates, given, rate_hz=100.0)
    np.testing.assert_allclose(fast, plain, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(given, before)


@pytest.mark.parametrize("n", LENGTHS)
def test_integrals_and_readings(n):
    x, at = rates(n)[:, 0], np.linspace(-1.5, n + 1, 40)
    np.testing.assert_allclose(*both_ways(integral, x), rtol=0, atol=1e-11)
    np.testing.assert_allclose(*both_ways(read_at, x, at), rtol=0, atol=1e-12)


def test_strides_of_unequal_length():
    rows = np.random.default_rng(0).normal(size=(5, 40)) + 3
    for row, stop in zip(rows, (40, 1, 0, 39, 17), strict=True):
        row[stop:] = np.nan
    found = both_ways(lambda: closed(rows, rate_hz=200.0).position_m)
    np.testing.assert_allclose(*found, rtol=0, atol=1e-15)


@pytest.mark.parametrize("n", LENGTHS)
def test_the_way_of_a_pod(n):
    """But for the single precision in which arrays multiply turns."""
    time_s = np.arange(n)[:, None] / 100
    gyr = 5 * np.sin(2 * np.pi * np.array([0.7, 1.4, 2.8]) * time_s)
    force = 10 * np.cos(2 * np.pi * np.array([1.4, 0.7, 1.3]) * time_s)
    before = gyr.copy(), force.copy()
    (plain, slow), (turning, path) = both_ways(carried, gyr, force, rate_hz=100.0)
    vector = 1.0, -2.0, 3.0
    np.testing.assert_allclose(turning.turned(*vector), plain.turned(*vector), rtol=0, atol=2e-5)
    np.testing.assert_allclose(path, slow, rtol=0, atol=1e-5 * max(np.abs(slow).max(), 1e-9))
    np.testing.assert_array_equal(np.stack([gyr, force]), before)
