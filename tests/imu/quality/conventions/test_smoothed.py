"""Acceleration that was filtered before shows it by the shocks that it lacks."""

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from imu.quality.conventions.over_strides import windows_of_movement
from imu.quality.conventions.smoothed import smoothed, turns_smoothly, without_ringing
from imu.simulation import Run, Stand, simulate
from imu.simulation.people import anyone


@pytest.fixture(scope="module", params=[52.0, 200.0])
def run(request):
    who, pods = anyone(17)
    script = (Stand(3.0), Run(12.0))
    return simulate(who, script, seed=17, pods=pods, rate_hz=request.param).recording()


def at(acc, cutoff_hz, rate_hz, order=2):
    return sosfiltfilt(butter(order, cutoff_hz, fs=rate_hz, output="sos"), acc, axis=0)


def test_only_what_was_filtered_low_is_smoothed(run):
    for place, pod in run.sensors.items():
        rate_hz, acc = run.rate_hz, pod.acc_mps2
        how = {"pelvis": place == "pelvis", "rate_hz": rate_hz}
        assert not smoothed(acc, **how)
        assert not smoothed(at(acc, 20.0, rate_hz), **how)
        assert smoothed(at(acc, 6.0, rate_hz), **how)
        assert not smoothed(at(acc, 6.0, rate_hz)[: round(6 * rate_hz)], **how)
        counts = np.round(at(acc, 6.0, rate_hz) / 0.1) * 0.1
        assert smoothed(counts, **how)


def test_angular_rate_without_anything_quick_is_smoothed(run):
    for pod in run.sensors.values():
        how = {
            "rate_hz": run.rate_hz,
            "rows": windows_of_movement(pod.acc_mps2, rate_hz=run.rate_hz),
        }
        assert not turns_smoothly(pod.gyr_radps, **how)
        assert turns_smoothly(at(pod.gyr_radps, 5.0, run.rate_hz), **how)


def test_shanks_whose_peaks_were_filtered_off_are_told_where_their_rate_shows_it(run):
    for place in ("shank_left", "shank_right"):
        acc, rate_hz = run.sensors[place].acc_mps2, run.rate_hz
        how = {"rate_hz": rate_hz, "rows": windows_of_movement(acc, rate_hz=rate_hz)}
        assert not without_ringing(acc, **how)
        assert without_ringing(at(acc, 20.0, rate_hz, 4), **how) == (rate_hz > 90)
