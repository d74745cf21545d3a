"""Samples get the time of their pod from its counter and its clock together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imu.recording.sample_times import sample_time_s, unwrap
from imu.recording.samples import SAMPLE


@given(st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=30), st.integers(0, 2**40))
def test_unwrapping_undoes_wrapping(steps, start):
    true = start + np.cumsum(steps)
    wrapped = true % 2**32
    np.testing.assert_array_equal(unwrap(wrapped) - wrapped[0], true - true[0])


@given(st.lists(st.integers(1, 10**7), min_size=2, max_size=30), st.floats(0.97, 1.03))
def test_an_index_tells_the_turns_of_a_long_silence(samples, wrong_by):
    index = np.cumsum(samples)
    true = index * 5000
    # A silence of up to 14 hours: 11 turns, with the rate known to 3 % at worst of half a turn.
    wrong_by = np.clip(wrong_by, 1 - 2**31 / true[-1] / 1.1, 1 + 2**31 / true[-1] / 1.1)
    got = unwrap(true % 2**32, expected=index * 5000.0 * wrong_by)
    np.testing.assert_array_equal(np.diff(got), np.diff(true))


def pod_samples(*, rate_hz, seconds, nominal_hz=200.0, lost=(), start_us=5_000_000):
    """Return what a codec gives: frames of 19 stamped exactly, spaced nominally within."""
    count = int(seconds * rate_hz) // 19 * 19
    index = np.arange(count)
    first = index // 19 * 19
    samples = np.zeros(count, SAMPLE)
    samples["index"] = index
    stamp_s = first / rate_hz + (index - first) / nominal_hz
    samples["device_us"] = start_us + np.rint(stamp_s * 1e6)
    return samples[~np.isin(index // 19, lost)]


@pytest.mark.parametrize("rate_hz", [196.0, 199.3, 200.0, 203.0])
@pytest.mark.parametrize("seconds", [3, 25, 300])
def test_samples_are_evenly_spaced_at_their_true_rate(rate_hz, seconds):
    samples = pod_samples(rate_hz=rate_hz, seconds=seconds, lost=(5, 6, 20))
    time_s = sample_time_s(samples)
    rate = np.diff(samples["index"]) / np.diff(time_s)
    np.testing.assert_allclose(rate, rate_hz, rtol=2e-3)
    true_s = 5.0 + samples["index"] / rate_hz
    assert np.abs(time_s - true_s).max() < 1.5e-3


def test_a_rate_that_changes_with_temperature_is_followed():
    samples = pod_samples(rate_hz=200, seconds=600)
    seconds = samples["index"] / 200
    true_s = seconds + 0.01 * np.sin(seconds / 60)
    samples["device_us"] = np.rint(true_s * 1e6)
    assert np.abs(sample_time_s(samples) - true_s).max() < 1e-4


def restarted_counter(samples):
    samples["index"][len(samples) // 2 :] += 400
    return samples


def stopped_clock(samples):
    samples["device_us"] = 7
    return samples


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda samples: samples[:1], "pelvis: too few samples"),
        (lambda samples: samples[::-1], "pelvis: its time runs backward"),
        (stopped_clock, "pelvis: its clock stands still"),
        (restarted_counter, "pelvis: its sample counter and its clock disagree"),
    ],
)
def test_samples_without_a_sound_time_name_their_pod(spoil, words):
    samples = spoil(pod_samples(rate_hz=200, seconds=30))
    with pytest.raises(ValueError, match=words):
        sample_time_s(samples, pod="pelvis")
