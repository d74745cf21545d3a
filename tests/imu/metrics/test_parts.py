"""The parts that metrics are made of, on small arrays whose answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu.dsp.cycle import closed
from imu.dsp.rows import highest, lowest, not_negative, value_at
from imu.dsp.spectrum import BAND_HZ, band_mean_square, power_density
from imu.stance_signals.stride_harmonic import PHASES, StrideCurve

NAN = np.nan
ROWS = np.array([[1.0, 3.0, 2.0], [5.0, 4.0, NAN], [NAN, NAN, NAN]])


class TestRows:
    def test_reduce_each_row_without_its_padding(self):
        np.testing.assert_array_equal(highest(ROWS), [3, 5, NAN])
        np.testing.assert_array_equal(lowest(ROWS), [1, 4, NAN])
        np.testing.assert_array_equal(not_negative(np.array([-1, 0, 2, NAN])), [0, 0, 2, NAN])

    def test_values_between_columns_are_on_the_line(self):
        np.testing.assert_allclose(
            value_at(ROWS, np.array([0.5, 0.25, 1.0])), [2.0, 4.75, NAN], equal_nan=True
        )
        np.testing.assert_array_equal(value_at(ROWS[:2], np.array([-0.1, 2.1])), [NAN, NAN])


class TestStrideCurve:
    @given(st.floats(-0.45, 0.45), st.floats(0.5, 20), st.floats(-30, 30), st.floats(0, 1))
    def test_finds_the_wave_under_a_mean_and_a_second_peak(self, peak, size, mean, second):
        wave = size * np.cos(2 * np.pi * (PHASES - peak))
        more = second * size * np.cos(4 * np.pi * PHASES)
        curve = StrideCurve.of((mean + wave + more)[None])
        assert curve.amplitude[0] == pytest.approx(size)
        assert curve.highest_at[0] == pytest.approx(peak, abs=1e-9)
        assert curve.mean[0] == pytest.approx(mean, abs=1e-9)

    def test_of_what_is_not_known_throughout_is_not_known(self):
        holed = np.cos(2 * np.pi * PHASES)
        holed[5] = NAN
        assert np.isnan(StrideCurve.of(holed[None]).amplitude).all()
        assert np.isnan(StrideCurve.of(holed[None]).highest_at).all()


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
