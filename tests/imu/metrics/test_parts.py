"""The parts that metrics are made of, on small arrays whose answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu.dsp.cycle import closed
from imu.dsp.rows import (
    highest,
    last_rise,
    lowest,
    mean_of,
    not_negative,
    sum_of,
    value_at,
    where_highest,
)
from imu.dsp.spectrum import BAND_HZ, arc_length, band_mean_square, power_density
from imu.stance_signals.impact_rise import rise

NAN = np.nan
ROWS = np.array([[1.0, 3.0, 2.0], [5.0, 4.0, NAN], [NAN, NAN, NAN]])


class TestRows:
    def test_reduce_each_row_without_its_padding(self):
        np.testing.assert_array_equal(highest(ROWS), [3, 5, NAN])
        np.testing.assert_array_equal(lowest(ROWS), [1, 4, NAN])
        np.testing.assert_array_equal(sum_of(ROWS), [6, 9, NAN])
        np.testing.assert_array_equal(mean_of(ROWS), [2, 4.5, NAN])
        np.testing.assert_array_equal(not_negative(np.array([-1, 0, 2, NAN])), [0, 0, 2, NAN])

    def test_a_peak_lies_between_samples(self):
        column = np.arange(9.0)
        rows = -((column - np.array([[3.3], [5.0]])) ** 2)
        np.testing.assert_allclose(where_highest(rows), [3.3, 5.0])

    def test_a_peak_at_the_edge_stays_there(self):
        np.testing.assert_array_equal(where_highest(ROWS)[1:], [0, NAN])
        np.testing.assert_array_equal(where_highest(ROWS[:, :2]), [1, 0, NAN])
        assert where_highest(np.empty((0, 0))).shape == (0,)

    def test_values_between_columns_are_on_the_line(self):
        np.testing.assert_allclose(
            value_at(ROWS, np.array([0.5, 0.25, 1.0])), [2.0, 4.75, NAN], equal_nan=True
        )
        np.testing.assert_array_equal(value_at(ROWS[:2], np.array([-0.1, 2.1])), [NAN, NAN])

    def test_the_last_rise_through_a_level_counts(self):
        rows = np.array([[0.0, 2.0, 0.0, 4.0, 9.0], [9.0, 5.0, 3.0, 1.0, 0.0]])
        level, first, last = np.array([1.0, 1.0]), np.array([0, 0]), np.array([4, 4])
        np.testing.assert_array_equal(last_rise(rows, level, first, last), [2.25, NAN])
        np.testing.assert_array_equal(last_rise(rows, level, first, first + 2), [0.5, NAN])


class TestRise:
    def test_of_a_ramp_is_its_slope_three_times(self):
        ramp = np.array([[5.0, 1.0, 3.0, 5.0, 7.0, 9.0, 4.0]])
        found = rise(ramp, contact=np.array([1.0]), rate_hz=100.0)
        for slope in (found.mean_mps3, found.slope_mps3, found.max_mps3):
            np.testing.assert_allclose(slope, [200.0])

    def test_the_steepest_step_is_the_highest_jerk(self):
        x = np.array([[0.0, 1.0, 3.0, 8.0, 9.0, 10.0, 2.0]])
        found = rise(x, contact=np.array([0.0]), rate_hz=100.0)
        assert found.max_mps3[0] == pytest.approx(500.0)
        assert found.mean_mps3[0] == pytest.approx(200.0)
        assert found.slope_mps3[0] == pytest.approx(6.0 / (3.0 - 1.5) * 100)

    def test_the_peak_is_sought_from_contact_on(self):
        x = np.array([[20.0, 0.0, 4.0, 10.0, 3.0]])
        assert rise(x, contact=np.array([0.9]), rate_hz=1.0).mean_mps3[0] == pytest.approx(5.0)

    def test_without_a_rise_nothing_is_known(self):
        falling = np.array([[9.0, 8.0, 7.0]])
        found = rise(falling, contact=np.array([0.0]), rate_hz=1.0)
        assert np.isnan([found.mean_mps3, found.slope_mps3, found.max_mps3]).all()
        empty = rise(np.empty((2, 0)), contact=np.zeros(2), rate_hz=1.0)
        assert np.isnan(empty.mean_mps3).all()


class TestCycle:
    def test_of_a_sine_is_that_sine_turned_round(self):
        t = np.arange(0, 0.7, 1e-3)
        w = 2 * np.pi / 0.7
        rows = np.full((2, 900), NAN)
        rows[0, : len(t)] = np.sin(w * t) + 4.0  # a constant is bias and is taken out
        found = closed(rows, rate_hz=1000.0)
        np.testing.assert_allclose(found.position_m[0, : len(t)], -np.sin(w * t) / w**2, atol=2e-4)
        np.testing.assert_allclose(found.velocity_mps[0, : len(t)], -np.cos(w * t) / w, atol=2e-3)
        assert np.isnan(found.position_m[0, len(t) :]).all()
        assert np.isnan(found.velocity_mps[1]).all()

    @given(st.floats(-20, 20))
    def test_bias_does_not_matter(self, bias):
        rows = np.random.default_rng(0).standard_normal((3, 140))
        plain, biased = closed(rows, rate_hz=200.0), closed(rows + bias, rate_hz=200.0)
        np.testing.assert_allclose(biased.position_m, plain.position_m, atol=1e-9)


class TestSpectrum:
    @settings(max_examples=30)
    @given(st.floats(11, 18), st.floats(0.5, 20), st.sampled_from([100.0, 200.0, 500.0]))
    def test_power_of_a_tone_is_half_its_amplitude_squared(self, tone_hz, amplitude, rate_hz):
        t = np.arange(round(0.8 * rate_hz)) / rate_hz
        rows = amplitude * np.sin(2 * np.pi * tone_hz * t)[None]
        found = band_mean_square(power_density(rows, BAND_HZ, rate_hz=rate_hz), 8, 20)
        assert np.sqrt(2 * found[0]) == pytest.approx(amplitude, rel=0.12)

    def test_another_band_has_none_of_it(self):
        t = np.arange(200) / 200.0
        density = power_density(np.sin(2 * np.pi * 15 * t)[None], BAND_HZ, rate_hz=200.0)
        assert band_mean_square(density, 3, 8)[0] < 0.005 * band_mean_square(density, 9, 20)[0]

    def test_a_trend_has_no_power(self):
        rows = np.linspace(-30.0, 50.0, 60)[None] + np.array([[0.0], [99.0]])
        assert power_density(rows, BAND_HZ, rate_hz=200.0).max() < 1e-12

    def test_padding_does_not_matter(self):
        rows = np.full((1, 80), NAN)
        rows[0, :50] = np.random.default_rng(0).standard_normal(50)
        np.testing.assert_allclose(
            power_density(rows, BAND_HZ, rate_hz=200.0),
            power_density(rows[:, :50], BAND_HZ, rate_hz=200.0),
        )

    def test_of_nothing_is_not_known(self):
        assert np.isnan(power_density(np.full((2, 5), NAN), BAND_HZ, rate_hz=200.0)).all()


class TestSmoothness:
    t = np.linspace(0, 1, 400)
    bell = (t**2 * (1 - t) ** 2)[None]

    def test_a_reach_of_least_jerk_is_as_smooth_as_published(self):
        """About -1.4 (Balasubramanian 2015), whatever its duration."""
        assert arc_length(self.bell, rate_hz=400.0)[0] == pytest.approx(-1.4, abs=0.06)
        assert arc_length(self.bell, rate_hz=800.0)[0] == pytest.approx(-1.4, abs=0.06)

    @pytest.mark.parametrize("factor", [1e-3, 7.0])
    def test_size_does_not_matter(self, factor):
        scaled = arc_length(factor * self.bell, rate_hz=400.0)
        assert scaled[0] == pytest.approx(arc_length(self.bell, rate_hz=400.0)[0])

    def test_a_shake_is_less_smooth(self):
        shaken = self.bell * (1 + 0.6 * np.sin(2 * np.pi * 5 * self.t))
        assert arc_length(shaken, rate_hz=400.0)[0] < arc_length(self.bell, rate_hz=400.0)[0] - 0.2

    def test_of_nothing_is_not_known(self):
        assert np.isnan(arc_length(np.full((1, 9), NAN), rate_hz=200.0)).all()
