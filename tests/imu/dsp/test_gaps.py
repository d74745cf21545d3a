"""Masks and intervals give what they give sample by sample and one interval at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imu.dsp.filters import CACHED
from imu.dsp.gaps import moving_sd, near, throughout
from imu.dsp.peaks import reduced_in

masks = st.lists(st.booleans(), min_size=1, max_size=60).map(np.array)
positions = st.lists(st.floats(-5, 65) | st.just(np.nan), max_size=8).map(np.array)


@given(masks, st.integers(0, 9))
def test_what_is_near_is_what_is_true_within_reach(mask, reach):
    one_by_one = [mask[max(i - reach, 0) : i + reach + 1].any() for i in range(len(mask))]
    np.testing.assert_array_equal(near(mask, reach_samples=reach), one_by_one)


@given(masks, positions, st.floats(-1, 20))
def test_throughout_an_interval_is_at_each_sample_that_touches_it(good, start, length):
    stop, last = start + length, len(good)
    one_by_one = [
        bool(np.isfinite(a))
        and good[int(np.clip(np.floor(a), 0, last)) : max(int(np.ceil(b)) + 1, 0)].all()
        for a, b in zip(start, stop, strict=True)
    ]
    np.testing.assert_array_equal(throughout(good, start, stop), one_by_one)


@given(st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_extremes_and_sums_are_those_of_each_interval_by_itself(n, seed):
    rng = np.random.default_rng(seed)
    x = np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n))
    start = rng.integers(-5, n + 5, 12)
    stop = start + rng.integers(-2, 40, 12)
    for of_two, of_all in ((np.fmax, np.nanmax), (np.fmin, np.nanmin), (np.add, np.sum)):
        found = reduced_in(of_two, x, start, stop)
        for one, a, b in zip(found, start, stop, strict=True):
            own = x[max(a, 0) : max(b, 0)]
            known = len(own) and (of_two is np.add or np.isfinite(own).any())
            np.testing.assert_allclose(one, of_all(own) if known else np.nan, atol=1e-12)


@pytest.mark.parametrize("n", [1, 50, CACHED + 30, 3 * CACHED - 7])
def test_a_moving_deviation_is_that_of_each_window(n):
    x, reach = 9.81 + np.random.default_rng(2).normal(size=n), 40
    found = moving_sd(x, reach_samples=reach)
    for i in {0, min(1, n - 1), min(39, n - 1), n // 2, min(CACHED, n - 1), n - 1}:
        window = x[max(i - reach, 0) : i + reach + 1]
        np.testing.assert_allclose(found[i], window.std(), atol=1e-7)
