"""Variation, memory and drift of strides, against series whose answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu.session.variability import alpha, variation_pct
from imu.simulation.noise import fractional_noise


def strides_of(count, *, cv=0.02, slope=0.0, seed=0):
    rng = np.random.default_rng(seed)
    time_s = 0.7 * np.arange(count)
    return 0.7 * (1 + cv * rng.standard_normal(count)) + slope * time_s, time_s


class TestVariation:
    def test_of_a_hand_made_series(self):
        strides = np.tile([0.69, 0.71, 0.71, 0.69], 25)
        found = variation_pct(strides, np.arange(100.0), np.zeros(100))
        assert found == pytest.approx(100 * 0.01 * np.sqrt(100 / 98) / 0.7, rel=1e-4)

    def test_a_straight_trend_does_not_count(self):
        strides, time_s = strides_of(400)
        tired, _ = strides_of(400, slope=4e-4)
        still = variation_pct(strides, time_s, np.zeros(400))
        assert variation_pct(tired, time_s, np.zeros(400)) * tired.mean() == pytest.approx(
            still * strides.mean()
        )

    def test_nor_does_another_pace_in_another_bout(self):
        strides, time_s = strides_of(400)
        bout = np.repeat([0, 3], 200)
        faster = strides - 0.1 * (bout == 3)
        assert variation_pct(faster, time_s, bout) == pytest.approx(2.0, rel=0.15)
        assert variation_pct(faster, time_s, np.zeros(400)) > 3.0

    def test_unknown_strides_are_passed_over(self):
        strides, time_s = strides_of(400)
        strides[::10] = np.nan
        assert variation_pct(strides, time_s, np.zeros(400)) == pytest.approx(2.0, rel=0.15)

    @pytest.mark.parametrize("count", [0, 1, 99])
    def test_of_few_strides_is_not_known(self, count):
        strides, time_s = strides_of(count)
        assert np.isnan(variation_pct(strides, time_s, np.zeros(count)))

    @given(st.integers(2, 40))
    def test_bouts_of_one_stride_do_no_harm(self, bouts):
        strides, time_s = strides_of(200)
        bout = np.minimum(np.arange(200), bouts)
        assert np.isfinite(variation_pct(strides, time_s, bout))


class TestAlpha:
    @settings(max_examples=15, derandomize=True)
    @given(st.floats(0.5, 0.95), st.integers(0, 2**31 - 1))
    def test_of_fractional_noise_is_its_exponent(self, exponent, seed):
        noise = fractional_noise(8000, exponent, np.random.default_rng(seed))
        assert alpha(noise) == pytest.approx(exponent, abs=0.09)

    def test_of_many_short_series_is_right_on_the_mean(self):
        rng = np.random.default_rng(4)
        found = [alpha(0.7 + 0.01 * fractional_noise(600, 0.8, rng)) for _ in range(60)]
        assert np.mean(found) == pytest.approx(0.8, abs=0.04)

    def test_of_a_random_walk_is_one_and_a_half(self):
        walk = np.cumsum(np.random.default_rng(1).standard_normal(8000))
        assert alpha(walk) == pytest.approx(1.5, abs=0.1)

    @settings(max_examples=10)
    @given(st.floats(0.01, 100), st.floats(-5, 5))
    def test_neither_unit_nor_level_matters(self, scale, level):
        noise = fractional_noise(600, 0.7, np.random.default_rng(2))
        assert alpha(scale * noise + level) == pytest.approx(alpha(noise), abs=1e-6)

    def test_of_under_500_strides_or_many_gaps_is_not_known(self):
        noise = fractional_noise(700, 0.8, np.random.default_rng(3))
        assert np.isnan(alpha(noise[:499]))
        assert np.isfinite(alpha(noise[:500]))
        gappy = noise.copy()
        gappy[::10] = np.nan
        assert np.isnan(alpha(gappy))
        gappy = noise.copy()
        gappy[::50] = np.nan
        assert alpha(gappy) == pytest.approx(alpha(noise), abs=0.1)

    def test_of_a_constant_is_not_known(self):
        assert np.isnan(alpha(np.full(600, 0.7)))
