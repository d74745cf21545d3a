"""Mean waveforms around contacts, and how alike two of them are."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, sosfiltfilt


@dataclass(frozen=True)
class Ensemble:
    """Mean waveform around initial contact."""

    lag_s: np.ndarray
    mean: np.ndarray

    def peak(self, start_s, stop_s, sign=1):
        inside = (self.lag_s >= start_s) & (self.lag_s <= stop_s)
        at = np.argmax(sign * self.mean[inside])
        return self.mean[inside][at], self.lag_s[inside][at]


def ensemble(time_s, x, contact_s, lag_s):
    inside = contact_s[(contact_s + lag_s[0] > time_s[0]) & (contact_s + lag_s[-1] < time_s[-1])]
    return Ensemble(lag_s, np.mean([np.interp(at + lag_s, time_s, x) for at in inside], axis=0))


def correlation(a, b):
    return np.corrcoef(a.mean, b.mean)[0, 1]


def misfit(a, b):
    """Root mean square difference in standard deviations of the measured waveform."""
    return np.sqrt(np.mean((a.mean - b.mean) ** 2)) / np.std(b.mean)


def power_below_hz(x, rate_hz, share=0.95):
    power = np.abs(np.fft.rfft((x - x.mean()) * np.hanning(len(x)))) ** 2
    at = np.searchsorted(np.cumsum(power), share * power.sum())
    return np.fft.rfftfreq(len(x), 1 / rate_hz)[at]


def lowpassed(x, rate_hz, cutoff_hz):
    return sosfiltfilt(butter(2, cutoff_hz, fs=rate_hz, output="sos"), x)
