import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu.simulation.noise import fractional_noise, stream, wander


def dfa_exponent(x):
    """Detrended fluctuation analysis of `x`: windows of 10 samples to a tenth of the series."""
    profile = np.cumsum(x - x.mean())
    sizes = np.unique(np.geomspace(10, len(x) / 10, 14).astype(int))
    fluctuation = []
    for size in sizes:
        windows = profile[: len(x) // size * size].reshape(-1, size).T
        basis = np.stack([np.ones(size), np.arange(size)], axis=1)
        residual = windows - basis @ np.linalg.lstsq(basis, windows, rcond=None)[0]
        fluctuation.append(np.sqrt(np.mean(residual**2)))
    return np.polyfit(np.log(sizes), np.log(fluctuation), 1)[0]


@pytest.mark.parametrize("alpha", [0.5, 0.65, 0.8, 0.95])
def test_noise_has_the_exponent_it_was_asked_for(alpha):
    found = [dfa_exponent(fractional_noise(4000, alpha, stream(s, "dfa"))) for s in range(6)]
    assert np.mean(found) == pytest.approx(alpha, abs=0.06)


def test_the_mean_of_correlated_noise_carries_little():
    # SD of the mean of n samples is n ** (alpha - 1)
    means = [fractional_noise(500, 0.8, stream(seed, "mean")).mean() for seed in range(400)]
    assert np.std(means) == pytest.approx(500**-0.2, rel=0.12)


def test_one_purpose_never_disturbs_another():
    before = stream(1, "left").standard_normal(3)
    stream(1, "right").standard_normal(1000)
    np.testing.assert_array_equal(stream(1, "left").standard_normal(3), before)
    assert not np.allclose(stream(1, "right").standard_normal(3), before)


@settings(max_examples=30)
@given(st.integers(0, 300), st.floats(0.1, 0.98), st.integers(0, 5))
def test_noise_of_any_length_is_finite(n, alpha, seed):
    noise = fractional_noise(n, alpha, stream(seed, "any"))
    assert noise.shape == (n,)
    assert np.isfinite(noise).all()


def test_wander_stays_in_its_band():
    x = wander(20_000, 20.0, stream(0, "sway"), low_hz=0.05, high_hz=0.8)
    power = np.abs(np.fft.rfft(x)) ** 2
    frequency = np.fft.rfftfreq(len(x), 1 / 20)
    outside = (frequency < 0.05) | (frequency > 0.8)
    assert power[outside].sum() < 1e-9 * power.sum()
    assert np.std(x) == pytest.approx(1.0, abs=0.15)
