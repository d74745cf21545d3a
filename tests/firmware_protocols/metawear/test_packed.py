"""MetaWear, packed samples: two streams by their order, and what can be known of their loss."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vendor_bytes.metawear_bytes import (
    PACKED_ACC_8G,
    PACKED_ACC_8G_G,
    PACKED_GYR_1000,
    PACKED_GYR_1000_DPS,
    at,
    opening,
    packed,
    positions,
    said,
)

from firmware_protocols.metawear.decode import UNSEEN, decode
from firmware_protocols.metawear.packed import turns
from firmware_protocols.metawear.sensors import BMI160, BMI270
from imu.frames import GRAVITY_MPS2
from imu.recording.samples import acceleration, angular_rate
from imu.recording.timebase import session_time_s

TWO_HUNDRED = at(200.0)
INTERVAL_S = 0.01125


def stream(count, *, late=0, acc_lost=(), gyr_lost=(), rate_hz=200.0, seed=0, begins_s=10.0):
    """Packets of `count` messages of each sensor, those of the gyroscope `late` samples later.

    Sample 0 is taken at `begins_s`; a connection event takes what is ready.
    """
    rng = np.random.default_rng(seed)
    ready = [
        (begins_s + (3 * k + 2 + shift) / rate_hz, not of_acc, 3 * k + shift)
        for of_acc, shift, lost in ((True, 0, acc_lost), (False, late, gyr_lost))
        for k in range(count)
        if k not in lost
    ]
    packets, event_s = [], 0.0
    for ready_s, of_gyr, first in sorted(ready):
        event = math.floor(ready_s / INTERVAL_S) + 1 + (rng.random() < 0.05)
        event_s = max(event_s, event * INTERVAL_S)
        packets.append(packed(first, event_s, of_acc=not of_gyr))
    return packets


@pytest.mark.parametrize("chip", [BMI160, BMI270])
def test_published_messages_are_three_samples_of_a_sensor(chip):
    acc = bytes([3, chip.acc_packed]) + bytes.fromhex(PACKED_ACC_8G)
    gyr = bytes([0x13, chip.gyr_packed]) + bytes.fromhex(PACKED_GYR_1000)[2:]
    decoded = decode([*opening(at(100.0, 8, 1000), chip=chip), *said(5, acc, gyr)])
    g = acceleration(decoded.samples, decoded.scale) / GRAVITY_MPS2
    dps = np.degrees(angular_rate(decoded.samples, decoded.scale))
    np.testing.assert_allclose(g, PACKED_ACC_8G_G, atol=6e-4)
    np.testing.assert_allclose(dps, PACKED_GYR_1000_DPS, atol=6e-4)


@pytest.mark.parametrize("late", [0, 1, 2])
@pytest.mark.parametrize("rate_hz", [100.0, 200.0])
def test_both_sensors_are_paired_sample_by_sample(late, rate_hz):
    packets = stream(800, late=late, rate_hz=rate_hz)
    decoded = decode([*opening(at(rate_hz)), *packets])
    assert (decoded.lost, dict(decoded.trouble), decoded.rate_hz) == (0, {}, rate_hz)
    assert (decoded.time_quality, decoded.assumed) == ("host", (UNSEEN,))
    where = positions(decoded.samples, 2410)
    np.testing.assert_array_equal(np.diff(where), 1)
    assert len(where) == 2400 - late
    time_s, _ = session_time_s(decoded.samples, decoded.arrival)
    assert np.ptp(time_s - where / rate_hz) < 0.01


@settings(max_examples=30, deadline=None)
@given(st.booleans(), st.integers(20, 170), st.integers(1, 4), st.integers(0, 2))
def test_what_one_sensor_lost_is_counted_and_the_rest_stays_paired(of_acc, first, many, late):
    lost = set(range(first, first + many))
    packets = stream(200, late=late, **{"acc_lost" if of_acc else "gyr_lost": lost})
    decoded = decode([*opening(TWO_HUNDRED), *packets])
    where = positions(decoded.samples, 620)
    assert decoded.lost == 3 * many
    assert (where >= 0).all()
    np.testing.assert_array_equal(
        decoded.samples["index"] - decoded.samples["index"][0], where - where[0]
    )


def test_what_both_sensors_lost_alike_is_not_seen_and_that_is_said():
    lost = {100}
    decoded = decode([*opening(TWO_HUNDRED), *stream(400, acc_lost=lost, gyr_lost=lost)])
    assert decoded.lost == 0
    assert len(decoded.samples) == 1200 - 3
    assert "lost ones show only where" in decoded.assumed[0]


def test_a_silence_is_a_hole_of_as_many_samples():
    lost = set(range(200, 400))
    decoded = decode([*opening(TWO_HUNDRED), *stream(800, acc_lost=lost, gyr_lost=lost)])
    assert decoded.lost == pytest.approx(600, abs=6)
    assert len(decoded.samples) == 1800
    assert (positions(decoded.samples, 2400) >= 0).all()


def test_messages_that_swap_places_are_not_lost():
    packets = stream(300, late=1)
    for first in range(40, 500, 37):
        packets[first : first + 2] = packets[first : first + 2][::-1]
    decoded = decode([*opening(TWO_HUNDRED), *packets])
    assert decoded.lost == 0
    assert (positions(decoded.samples, 910) >= 0).all()


def test_one_sensor_alone_is_no_sample():
    packets = [packed(3 * k, 10 + k * 0.015, of_acc=True) for k in range(20)]
    decoded = decode([*opening(TWO_HUNDRED), *packets])
    assert len(decoded.samples) == 0
    assert decoded.trouble == {"samples of one sensor alone": 20}


def test_a_rate_that_is_not_as_set_is_said():
    decoded = decode([*opening(at(200.0)), *stream(1800, rate_hz=170.0)])
    assert decoded.rate_hz == pytest.approx(170, rel=0.01)
    assert decoded.assumed == (UNSEEN, "it was set to 200 Hz, but 170 Hz arrived")


@given(st.lists(st.booleans(), min_size=1, max_size=120))
def test_turns_of_one_sensor_rise_whatever_the_order(of_acc):
    turn = turns(np.array(of_acc, dtype=bool))
    for own in (True, False):
        assert (np.diff(turn[np.array(of_acc, dtype=bool) == own]) >= 1).all()


@pytest.mark.parametrize("lead", [0, 1, 2, 7])
def test_the_sensor_that_begins_first_is_ahead(lead):
    of_acc = np.array(lead * [True] + 60 * [True, False])
    acc, gyr = turns(of_acc)[of_acc], turns(of_acc)[~of_acc]
    np.testing.assert_array_equal(acc, np.arange(60 + lead))
    np.testing.assert_array_equal(gyr, np.arange(60) + lead)
