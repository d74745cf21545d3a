"""Orientation holds at the instant of its sample: the same curves at every sampling rate."""

import numpy as np
import pytest

import imu
from imu import simulation
from imu.dsp.filters import highpass
from imu.frames import PLACEMENTS
from imu.orientation.angles import attitude
from imu.orientation.warm_start import FilterInput

RATES_HZ = (100.0, 200.0, 500.0, 1000.0)
STEADY_S = (24.0, 34.0)
"""Setting off is forgotten, and the ends of filters are far."""
SLOW_HZ = 0.7
"""Below one stride: offset and drift, which the accelerometer sets, are no matter of timing."""
MOST_LAG_S = 0.5e-3
MOST_APART_DEG = 0.05


@pytest.fixture(scope="module")
def runs():
    """The same person with flawless pods at every rate, and what was found.

    Her shanks swing in their own plane: where nobody stood an axis is off otherwise, and an axis
    that is off looks like a lag.
    """
    script = (simulation.Stand(10.0), simulation.Run(27.0))
    someone, clean = simulation.someone(3), simulation.clean()
    someone = simulation.both(someone, swing_turn_deg=0.0)
    made = [
        simulation.simulate(someone, script, seed=3, pods=clean, rate_hz=rate_hz)
        for rate_hz in RATES_HZ
    ]
    return [(run, imu.analyse(run.recording())) for run in made]


def times_s(run):
    return np.arange(len(run)) / run.rate_hz


def steady(time_s):
    return (time_s > STEADY_S[0]) & (time_s < STEADY_S[1])


def angles_deg(rotation):
    """Yaw, obliquity and tilt (n, 3)."""
    found = attitude(rotation.as_quat(scalar_first=True))
    return np.degrees(np.column_stack([found.yaw, found.obliquity, found.tilt]))


def within_strides(x, rate_hz):
    return highpass(x, cutoff_hz=SLOW_HZ, rate_hz=rate_hz)


@pytest.mark.parametrize("place", PLACEMENTS)
def test_orientation_is_timed_as_the_movement(runs, place):
    """It led by half a sample, 5 ms at 100 Hz, where a rate was taken for that of the step."""
    for run, result in runs:
        time_s = times_s(run)
        now = steady(time_s)
        true = angles_deg(run.attitude(place, time_s).rotation())
        error = within_strides(angles_deg(result.orientation[place]) - true, run.rate_hz)[now]
        slope = np.gradient(within_strides(true, run.rate_hz), axis=0)[now] * run.rate_hz
        lag_s = -np.sum(error * slope) / np.sum(slope**2)
        assert abs(lag_s) < MOST_LAG_S


@pytest.mark.parametrize("place", PLACEMENTS)
def test_it_is_the_same_curve_at_every_rate(runs, place):
    """0.8 degrees of the pelvis and 3 of a shank lie between 100 and 1000 Hz where it leads."""
    common = []
    for run, result in runs:
        found = within_strides(angles_deg(result.orientation[place]), run.rate_hz)
        found = found[:: round(run.rate_hz / RATES_HZ[0])]
        common.append(found[steady(np.arange(len(found)) / RATES_HZ[0])])
    for found in common[:-1]:
        assert np.abs(found - common[-1]).max() < MOST_APART_DEG


def test_it_is_timed_right_where_a_record_begins_in_the_middle_of_running(runs):
    """There the filter runs ahead, backward, and forward again."""
    for run, _ in runs[:2]:
        whole, first = run.recording(), round(20.0 * run.rate_hz)
        begun = imu.Recording(
            rate_hz=run.rate_hz,
            sensors={place: part_of(pod, first) for place, pod in whole.sensors.items()},
            start_s=first / run.rate_hz,
        )
        time_s = times_s(run)[first:]
        now = time_s < 26.0
        now[: round(0.5 * run.rate_hz)] = False  # the end of the high-pass
        for place, rotation in imu.analyse(begun).orientation.items():
            true = angles_deg(run.attitude(place, time_s).rotation())
            error = within_strides(angles_deg(rotation) - true, run.rate_hz)[now]
            slope = np.gradient(within_strides(true, run.rate_hz), axis=0)[now] * run.rate_hz
            assert abs(np.sum(error * slope) / np.sum(slope**2)) < MOST_LAG_S


def part_of(pod, first):
    return imu.Sensor(
        acc_mps2=pod.acc_mps2[first:], gyr_radps=pod.gyr_radps[first:], valid=pod.valid[first:]
    )


def test_there_and_back_is_timed_alike():
    """A turn to and fro, by its rates alone: the filter backward stands where it stood."""
    rate_hz = 100.0
    time_s = np.arange(300) / rate_hz
    rates = np.zeros((300, 3))
    rates[1:, 1] = np.diff(np.sin(9 * time_s)) * rate_hz
    still = FilterInput(rates, np.zeros((300, 3)), np.zeros(300, dtype=bool), rate_hz, 3.0)
    filter_ = still.filter()
    there = still.dead_reckoned(filter_)
    back = still.backward().dead_reckoned(filter_)[::-1]
    np.testing.assert_allclose(back, there, atol=1e-9)
    np.testing.assert_allclose(2 * np.arcsin(there[:, 2]), np.sin(9 * time_s), atol=1e-9)
