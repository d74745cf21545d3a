"""MetaWear, samples with the pod's time: what is lost shows, over a wrap and a reboot too."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vendor_bytes.metawear_bytes import (
    ACCOUNTED_STEPS_MS,
    ACCOUNTED_TICKS,
    FUSED,
    FUSED_ACC,
    FUSED_GYR,
    FUSED_NUMBER,
    at,
    opening,
    positions,
    said,
    stamped,
)

from firmware_protocols.metawear.decode import FROM_ANOTHER_POD, FROM_ANOTHER_START, decode
from firmware_protocols.metawear.messages import TICK_S
from firmware_protocols.metawear.received import STALE
from firmware_protocols.protocol import NoConfigurationError
from imu.recording.timebase import session_time_s

HUNDRED = at(100.0)


def tick_of(number, *, rate_hz=100.0, first=1000):
    return first + math.floor(number / rate_hz / TICK_S)


def stream(numbers, *, rate_hz=100.0, first=1000, late_s=0.02, seed=0):
    """Packets of the samples with these numbers; sample 0 was taken at `first` ticks, 10 s."""
    rng = np.random.default_rng(seed)
    packets, came_s = [], 0.0
    for number in numbers:
        came_s = max(came_s, 10 + number / rate_hz + rng.exponential(late_s))
        packets.append(stamped(number, tick_of(number, rate_hz=rate_hz, first=first), came_s))
    return packets


def test_the_published_message_is_a_number_and_both_sensors():
    decoded = decode([*opening(HUNDRED), *said(1, bytes.fromhex(FUSED))])
    assert decoded.samples["acc_lsb"].tolist() == [list(FUSED_ACC)]
    assert decoded.samples["gyr_lsb"].tolist() == [list(FUSED_GYR)]
    assert decoded.samples["device_us"][0] == round(FUSED_NUMBER * TICK_S * 1e6)


def test_published_ticks_are_the_published_times():
    ms = np.rint(np.array(ACCOUNTED_TICKS) * TICK_S * 1e3)
    np.testing.assert_array_equal(np.diff(ms), ACCOUNTED_STEPS_MS)


@pytest.mark.parametrize("rate_hz", [25.0, 50.0, 100.0])
@pytest.mark.parametrize("off_pct", [0.0, 1.4, -3.0])
def test_every_sample_is_there_and_on_the_pods_clock(rate_hz, off_pct):
    true_hz = rate_hz * (1 + off_pct / 100)
    packets = stream(range(1500), rate_hz=true_hz)
    decoded = decode([*opening(at(rate_hz)), *packets])
    assert (decoded.lost, dict(decoded.trouble), decoded.time_quality) == (0, {}, "device")
    assert decoded.assumed == ()
    assert decoded.rate_hz == pytest.approx(true_hz, rel=1e-3)
    np.testing.assert_array_equal(positions(decoded.samples, 1500), np.arange(1500))
    time_s, _ = session_time_s(decoded.samples, decoded.arrival)
    off_s = time_s - (10 + np.arange(1500) / true_hz)
    assert np.ptp(off_s) < 2 * TICK_S
    assert np.abs(off_s).max() < 0.005


@settings(max_examples=60)
@given(st.sets(st.integers(1, 398)), st.sampled_from([25.0, 50.0, 100.0]))
def test_what_is_lost_is_counted_where_it_is_missing(lost, rate_hz):
    kept = [number for number in range(400) if number not in lost]
    decoded = decode([*opening(at(rate_hz)), *stream(kept, rate_hz=rate_hz)])
    assert decoded.lost == len(lost)
    np.testing.assert_array_equal(decoded.samples["index"] - decoded.samples["index"][0], kept)


@settings(max_examples=30)
@given(st.integers(1, 400), st.sets(st.integers(0, 399), max_size=50))
def test_a_clock_that_wraps_goes_on(before, lost):
    kept = [number for number in range(400) if number not in lost] or [0]
    decoded = decode([*opening(HUNDRED), *stream(kept, first=2**32 - before)])
    assert len(decoded.samplings) == 1
    assert decoded.lost == kept[-1] - kept[0] + 1 - len(kept)
    assert (np.diff(decoded.samples["device_us"]) > 0).all()


def test_after_a_lost_link_the_same_sampling_goes_on():
    again = opening(HUNDRED, host_s=14.0, tick=tick_of(400))
    decoded = decode([*opening(HUNDRED), *stream(range(400)), *again, *stream(range(650, 900))])
    assert (len(decoded.samplings), decoded.lost) == (1, 250)
    np.testing.assert_array_equal(np.diff(decoded.samples["index"])[398:401], [1, 251, 1])


@pytest.mark.parametrize(("start", "first"), [(4, 5000), (4, 0), (3, 0)])
def test_a_pod_that_was_started_anew_begins_another_sampling(start, first):
    """It says so by the number of its start, or its clock goes back."""
    again = opening(HUNDRED, host_s=20.0, tick=first, start=start)
    decoded = decode(
        [*opening(HUNDRED), *stream(range(400)), *again, *stream(range(9), first=first)]
    )
    assert [len(one.samples) for one in decoded.samplings] == [400, 9]
    assert [one.lost for one in decoded.samplings] == [0, 0]


def test_what_a_pod_goes_on_with_before_it_is_started_is_left_out():
    packets = [*opening(HUNDRED), *stream(range(50))]
    again = opening(HUNDRED, host_s=14.0)
    stale = stream(range(50, 57))
    decoded = decode([*packets, *again[:2], *stale, *again[2:], *stream(range(60, 100))])
    assert decoded.trouble == {STALE: 7}
    assert len(decoded.samples) == 90


def test_what_is_delivered_twice_counts_once():
    packets = stream(range(50))
    decoded = decode([*opening(HUNDRED), *packets[:20], packets[19], *packets[20:]])
    assert (len(decoded.samples), decoded.lost) == (50, 0)
    assert decoded.trouble == {"delivered twice": 1}


def test_without_ranges_the_unit_is_borrowed_or_refused():
    packets = stream(range(50))
    with pytest.raises(NoConfigurationError, match="hold no answer of the pod on its ranges"):
        decode(packets)
    other = at(100.0, acc_g=8).configuration
    decoded = decode(packets, [other, other])
    assert decoded.scale == other.scale
    assert decoded.assumed == (FROM_ANOTHER_POD,)
    with pytest.raises(NoConfigurationError):
        decode(packets, [other, at(100.0).configuration])


@pytest.mark.parametrize(("before", "kept"), [(300, 0), (700, 700)])
def test_what_came_before_the_pod_was_asked(before, kept):
    """A few seconds are of whoever told it to stream; more mean that the beginning is missing."""
    again = opening(HUNDRED, host_s=30.0)
    decoded = decode([*stream(range(before)), *again, *stream(range(2000, 2100))])
    assert sum(len(one.samples) for one in decoded.samplings) == kept + 100
    assert decoded.trouble == ({} if kept else {STALE: before})
    assert [one.assumed for one in decoded.earlier] == ([(FROM_ANOTHER_START,)] if kept else [])


@pytest.mark.parametrize("count", [2, 20, 60, 200, 600])
def test_few_samples_tell_no_rate_and_many_a_good_one(count):
    """Each has a time in steps of 1.46 ms, a seventh of the period."""
    decoded = decode([*opening(HUNDRED), *stream(range(7, 7 + count), rate_hz=100.3)])
    off = abs(decoded.rate_hz / (100.0 if count <= 50 else 100.3) - 1)
    assert off < (0 if count <= 50 else 0.05 * count**-1.5) + 1e-5


def test_sensors_at_two_rates_are_no_samples():
    two = at(100.0)
    two = type(two)(two.acc, at(50.0).gyr)
    decoded = decode([*opening(two), *stream(range(50))])
    assert len(decoded.samples) == 0
    assert decoded.trouble == {"samples of sensors at two rates": 50}
