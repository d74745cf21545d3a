"""Six points make a polynomial of the fifth degree, wherever blocks and holes lie."""

import numpy as np
import pytest

from imu.dsp.filters import CACHED
from imu.dsp.interpolation import _last_before, interpolate

PERIOD_S = 0.005


def quintic(t):
    return np.polynomial.Polynomial([1.0, -2.0, 0.5, 3.0, -1.0, 0.7])(2 * t / t[-1] - 1)


@pytest.mark.parametrize("drift", [1.0, 1 + 3e-4, 0.83])
def test_a_quintic_comes_back_exactly_over_many_blocks(drift):
    n = 3 * CACHED
    time_s = 7.0 + drift * PERIOD_S * np.arange(n)
    at_s = 7.0 + 0.0013 + PERIOD_S * np.arange(int(n * min(drift, 1.0)) - 2)
    period_s = drift * PERIOD_S
    found = interpolate(time_s, [time_s, -time_s], at_s, period_s=period_s, longest_s=0.016)
    np.testing.assert_allclose(found[0], at_s, atol=1e-10)
    np.testing.assert_allclose(found[1], -at_s, atol=1e-10)
    scaled = np.concatenate([at_s, time_s[-1:]])
    curve = interpolate(time_s, [quintic(time_s)], at_s, period_s=period_s, longest_s=0.016)[0]
    np.testing.assert_allclose(curve, quintic(scaled)[:-1], atol=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_holes_stay_holes_wherever_they_lie(seed):
    rng = np.random.default_rng(seed)
    n = 2 * CACHED + 77
    keep = np.ones(n, bool)
    for first in [*rng.integers(1, n - 60, 200), CACHED - 3, 2 * CACHED - 20]:
        keep[first : first + rng.integers(1, 50)] = False
    time_s = PERIOD_S * np.arange(n)[keep]
    at_s = 0.0021 + PERIOD_S * np.arange(n - 1)
    found = interpolate(time_s, [time_s], at_s, period_s=PERIOD_S, longest_s=0.016)[0]
    after = np.searchsorted(time_s, at_s)
    inside = after < len(time_s)
    step_s = time_s[np.minimum(after, len(time_s) - 1)] - time_s[after - 1]
    np.testing.assert_array_equal(np.isfinite(found), inside & (step_s <= 0.016))
    known = np.isfinite(found)
    np.testing.assert_allclose(found[known], at_s[known], atol=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_a_sample_at_or_just_beside_its_time_is_the_one_before(seed):
    rng = np.random.default_rng(seed)
    time_s = 1e5 + np.cumsum(rng.uniform(1e-4, 0.01, 300))
    beside = [np.nextafter(time_s, way) for way in (-np.inf, np.inf)]
    ends = [time_s[:1] - 1, time_s[-1:] + 1]
    at_s = np.sort(np.concatenate([time_s, *beside, *ends, rng.uniform(*time_s[[0, -1]], 500)]))
    found = _last_before(time_s, at_s)
    np.testing.assert_array_equal(found, np.searchsorted(time_s, at_s, side="right") - 1)
