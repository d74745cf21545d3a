"""Integrals are timed as the signals they are of, at every sampling rate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from imu.dsp.cycle import closed
from imu.dsp.integral import double_integral, integral, step_means, turn_rates

RATES_HZ = (100.0, 200.0, 500.0, 1000.0)
MOST_LAG_S = 0.1e-3
number = st.floats(-100, 100)


def lag_s(found, true, slope):
    """Return by how much `found` is later than `true`, whose derivative is `slope`."""
    return -np.sum((found - true) * slope) / np.sum(slope**2)


@given(st.integers(1, 60), number, number)
def test_of_a_line_it_is_exact(n, level, slope):
    t = np.arange(n, dtype=np.float64)
    np.testing.assert_allclose(integral(level + slope * t), level * t + slope * t**2 / 2, atol=1e-8)


@given(st.integers(3, 60), st.lists(number, min_size=3, max_size=3))
def test_of_a_parabola_it_is_exact(n, coefficients):
    curve = np.polynomial.Polynomial(coefficients)
    t = np.arange(n, dtype=np.float64)
    np.testing.assert_allclose(integral(curve(t)), curve.integ()(t), atol=1e-6)


@given(st.integers(1, 40), st.integers(0, 1000))
def test_backward_in_time_it_is_the_same(n, seed):
    x = np.random.default_rng(seed).normal(size=(n, 3))
    np.testing.assert_allclose(step_means(x[::-1])[1:], step_means(x)[:0:-1], atol=1e-12)


def test_axes_are_integrated_alone_and_nothing_given_is_touched():
    x = np.random.default_rng(0).normal(size=(50, 3))
    kept = x.copy()
    together, turned = integral(x), turn_rates(x, rate_hz=100.0)
    np.testing.assert_array_equal(x, kept)
    for axis in range(3):
        np.testing.assert_allclose(together[:, axis], integral(x[:, axis]), atol=1e-12)
    np.testing.assert_array_equal(turned[0], 0.0)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_of_a_wave_it_lags_nothing(rate_hz):
    time_s = np.arange(round(7.0 * rate_hz)) / rate_hz
    w = 2 * np.pi * 3.0
    found = integral(np.cos(w * time_s)) / rate_hz
    assert abs(lag_s(found, np.sin(w * time_s) / w, np.cos(w * time_s))) < MOST_LAG_S
    np.testing.assert_allclose(found, np.sin(w * time_s) / w, atol=1e-4 / w)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_body_turns_as_its_rates_say(rate_hz):
    """About three axes at once, as a shank in swing: held for a step, 2 degrees off at 100 Hz."""

    def rates(time_s):
        t = 9.0 * time_s
        return np.column_stack(
            [
                3 * np.sin(t + 1) + np.cos(3 * t),
                8 * np.sin(t) + 3 * np.sin(2 * t + 0.3) + np.sin(5 * t),
                2 * np.cos(t + 0.4) + 2 * np.sin(3 * t),
            ]
        )

    def turned(steps_rad):
        product = [Rotation.identity()]
        for step in Rotation.from_rotvec(steps_rad):
            product.append(product[-1] * step)
        return Rotation.concatenate(product)

    fine_hz, seconds = 4000.0, 1.0
    middles_s = (np.arange(round(seconds * fine_hz)) + 0.5) / fine_hz
    true = turned(rates(middles_s) / fine_hz)[:: round(fine_hz / rate_hz)]
    time_s = np.arange(round(seconds * rate_hz) + 1) / rate_hz
    found = turned(turn_rates(rates(time_s), rate_hz=rate_hz)[1:] / rate_hz)
    assert np.degrees((true.inv() * found).magnitude().max()) < 0.02


# ---------------------------------------------------------------------------------------------
# Over a stride


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_velocity_and_position_over_a_stride_lag_nothing(rate_hz):
    """Of a stride that is no whole number of samples long; running sums lead by 5 and 10 ms."""
    stride_s = 0.7137
    w = 2 * np.pi / stride_s * np.array([1.0, 2.0, 4.0])
    size, phase = np.array([1.0, 9.0, 3.0]), np.array([0.2, 0.4, 1.0])

    def wave(time_s, integrated):
        turn = w * time_s[..., None] + phase - integrated * np.pi / 2
        return np.sum(size / w**integrated * np.cos(turn), axis=-1)

    begin = 0.123 + stride_s * np.arange(40)
    first, last = np.ceil(begin * rate_hz), np.floor((begin + stride_s) * rate_hz)
    sample = first[:, None] + np.arange(round(stride_s * rate_hz) + 2)
    time_s = np.where(sample <= last[:, None], sample, np.nan) / rate_hz
    known = np.isfinite(time_s)
    cycle = closed(wave(time_s, 0), rate_hz=rate_hz)
    for integrated, found in ((1, cycle.velocity_mps), (2, cycle.position_m)):
        true, slope = (wave(time_s[known], k) for k in (integrated, integrated - 1))
        assert abs(lag_s(found[known], true, slope)) < MOST_LAG_S


@given(st.integers(2, 80), st.integers(0, 1000))
def test_a_stride_ends_as_it_began(n, seed):
    """The step from its last sample to the first of the next stride leads back to the first."""
    x = np.random.default_rng(seed).normal(size=n)
    found = closed(np.append(x, [np.nan, np.nan])[None], rate_hz=1.0).velocity_mps[0]
    assert np.isnan(found[n:]).all()
    free = x - x.mean()
    np.testing.assert_allclose(found[0] - found[n - 1], (free[0] + free[-1]) / 2, atol=1e-12)
    np.testing.assert_allclose(np.diff(found[:n]), (free[1:] + free[:-1]) / 2, atol=1e-12)
    assert abs(found[:n].mean()) < 1e-12


def test_a_double_integral_bends_as_its_samples_say():
    x = np.random.default_rng(3).normal(size=200)
    found = double_integral(x)
    assert found[0] == 0
    np.testing.assert_allclose(np.diff(found, 2), x[1:-1], atol=1e-9)
    assert double_integral(x[:0]).shape == (0,)


@pytest.mark.parametrize("rate_hz", [100.0, 200.0, 1000.0])
def test_a_double_integral_is_timed_as_the_movement(rate_hz):
    """Of a swing of 3 Hz, apart from the line that is arbitrary."""
    w, time_s = 6 * np.pi, np.arange(round(2 * rate_hz)) / rate_hz
    found = double_integral(-np.sin(w * time_s) * w**2) / rate_hz**2
    line = np.polyval(np.polyfit(time_s, found - np.sin(w * time_s), 1), time_s)
    np.testing.assert_allclose(found - line, np.sin(w * time_s), atol=0.005)
