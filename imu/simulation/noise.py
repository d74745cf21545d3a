"""Random numbers that stay put: one stream per purpose, long-range correlation, slow wander."""

from zlib import crc32

import numpy as np

from imu.frames import FloatArray


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Return a generator of its own for `purpose`: drawing more of one never changes another."""
    return np.random.default_rng([seed, crc32(purpose.encode())])


def fractional_noise(n: int, alpha: float, rng: np.random.Generator) -> FloatArray:
    """Return (n,) fractional Gaussian noise, mean 0, SD 1, with DFA exponent `alpha` < 1.

    Exact covariance by circulant embedding (Davies and Harte 1987).
    """
    if n == 0:
        return np.empty(0)
    lag = np.arange(n + 1, dtype=np.float64)
    two_h = 2 * alpha
    covariance = 0.5 * ((lag + 1) ** two_h - 2 * lag**two_h + np.abs(lag - 1) ** two_h)
    power = np.fft.rfft(np.concatenate([covariance, covariance[-2:0:-1]])).real.clip(min=0)
    white = np.fft.rfft(rng.standard_normal(2 * n))
    return np.asarray(np.fft.irfft(np.sqrt(power) * white, 2 * n)[:n])


def wander(
    n: int, rate_hz: float, rng: np.random.Generator, *, low_hz: float, high_hz: float
) -> FloatArray:
    """Return (n,) Gaussian noise, SD about 1; power falls as 1/f from `low_hz` to `high_hz`."""
    frequency = np.fft.rfftfreq(n, 1 / rate_hz)
    inside = (frequency >= low_hz) & (frequency <= high_hz)
    gain = np.where(inside, 1 / np.sqrt(np.maximum(frequency, low_hz)), 0.0)
    noise = np.fft.irfft(gain * np.fft.rfft(rng.standard_normal(n)), n)
    expected = np.sqrt(np.mean(np.concatenate([gain, gain[1:-1]]) ** 2))
    return np.asarray(noise / max(expected, 1e-12))
