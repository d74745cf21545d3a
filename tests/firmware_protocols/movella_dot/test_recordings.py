"""Recordings of a Movella DOT become samples: their time, their order and what is damaged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vendor_bytes.dot_bytes import (
    WRAP_US,
    asked_for,
    assert_samples,
    linked,
    measured,
    notice,
    record,
    records,
    stream,
)

from firmware_protocols.movella_dot import PROTOCOL
from firmware_protocols.movella_dot.files import RECORD, Field, encode_record
from firmware_protocols.movella_dot.gatt import Channel
from firmware_protocols.movella_dot.messages import Kind
from firmware_protocols.protocol import Packet, Stored
from imu.recording.samples import angular_rate

# Recordings --------------------------------------------------------------------------------------


@given(first_us=st.integers(0, WRAP_US - 1), rate_hz=st.sampled_from([120.0, 60.0]))
def test_a_recording_is_its_records(first_us, rate_hz):
    packets = [*asked_for(), *records(range(100), first_us=first_us, rate_hz=rate_hz)]
    decoded = PROTOCOL.decode([*packets, notice(Kind.DATA_DONE)])
    assert (decoded.lost, dict(decoded.trouble), decoded.assumed) == (0, {}, ())
    assert_samples(decoded, range(100))
    assert decoded.rate_hz == pytest.approx(rate_hz, rel=1e-5)
    content = PROTOCOL.log.fetched(packets, Stored("1"))
    made = [record(k, first_us=first_us, rate_hz=rate_hz) for k in range(100)]
    assert content == b"".join(made)


@pytest.mark.parametrize(("bit", "column"), [(0, 0), (1, 0), (2, 0), (3, 1), (4, 1), (5, 1)])
def test_its_flags_of_what_clipped_are_ours(bit, column):
    packets = [*asked_for(), *records(range(10)), *records([10], status=1 << bit | 0x200)]
    packets += records(range(11, 20), status=0x3C0)  # the magnetometer is not asked
    clipped = PROTOCOL.decode(packets).clipped
    expected = np.zeros((20, 2), bool)
    expected[10, column] = True
    np.testing.assert_array_equal(clipped, expected)


def test_the_unit_of_the_angular_velocity_is_told_by_the_rotation_beside_it():
    for unit in (1.0, np.pi / 180):
        decoded = PROTOCOL.decode([*asked_for(), *records(range(100), unit=unit)])
        dps = np.degrees(angular_rate(decoded.samples, decoded.scale))
        gyr = [measured(k)[1] for k in range(100)]
        np.testing.assert_allclose(dps, gyr, atol=2e-4)
        assert decoded.assumed == ()


def test_without_a_rotation_the_published_unit_is_assumed_and_said_to_be():
    selected = bytes([Field.TIME, Field.ACC, Field.GYR])
    rows = [np.frombuffer(record(k), RECORD)[0] for k in range(50)]
    said = [b"".join(one[name].tobytes() for name in ("time", "acc", "gyr")) for one in rows]
    packets = [notice(Kind.DATA, encode_record(k, one)) for k, one in enumerate(said)]
    decoded = PROTOCOL.decode([*asked_for(selected=selected), *packets])
    assert_samples(decoded, range(50))
    assert "taken to be in °/s" in decoded.assumed[0]
    assert decoded.clipped is None


def test_records_that_come_out_of_order_are_put_in_order_and_gaps_are_lost_samples():
    packets = [*asked_for(), *records([*range(50), *range(60, 80), *range(40, 55)])]
    decoded = PROTOCOL.decode(packets)
    assert_samples(decoded, [*range(55), *range(60, 80)])
    assert decoded.lost == 5
    assert len(PROTOCOL.log.fetched(packets, Stored("1"))) == 55 * RECORD.itemsize


def test_a_record_that_is_damaged_in_the_pod_is_left_out_and_does_not_end_the_recording():
    damaged = records([7], kind=Kind.DAMAGED_DATA)
    packets = [*asked_for(), *records(range(7)), *damaged, *damaged, *records(range(8, 20))]
    decoded = PROTOCOL.decode(packets)
    assert_samples(decoded, [*range(7), *range(8, 20)])
    assert (decoded.lost, dict(decoded.trouble)) == (1, {"record damaged in the pod": 1})
    content = PROTOCOL.log.fetched(packets, Stored("1"))
    assert len(content) == 20 * RECORD.itemsize
    assert not any(content[7 * RECORD.itemsize : 8 * RECORD.itemsize])
    again = PROTOCOL.decode([*packets, *asked_for(), *records([7])])
    assert_samples(again, range(20))


def test_a_recording_in_which_the_clock_went_back_is_two_samplings():
    before = records(range(40), first_us=60_000_000)
    packets = [*asked_for(), *before, *records(range(40, 70))]
    decoded = PROTOCOL.decode(packets)
    assert [(len(one.samples), one.lost) for one in decoded.samplings] == [(40, 0), (30, 0)]


def test_a_record_of_another_length_is_counted_and_never_decoded():
    longer = notice(Kind.DATA, encode_record(3, record(3) + bytes(4)))
    decoded = PROTOCOL.decode([*asked_for(), *records(range(3)), longer])
    assert len(decoded.samples) == 3
    assert dict(decoded.trouble) == {"record of another length than was selected": 1}


@pytest.mark.parametrize("late", [False, True])
def test_another_recording_of_the_same_number_is_another(late):
    old = [*asked_for(utc_s=1, late=late), *records(range(100))]
    new = [*asked_for(utc_s=2, late=late), *records(range(30), first_us=5_000_000)]
    assert len(PROTOCOL.log.fetched([*old, *new], Stored("1"))) == 30 * RECORD.itemsize
    same = [*asked_for(utc_s=1, late=late), *records(range(100, 120))]
    assert len(PROTOCOL.log.fetched([*old, *same], Stored("1"))) == 120 * RECORD.itemsize


@pytest.mark.parametrize("late", [False, True])
def test_two_recordings_are_two_samplings_before_what_is_live(late):
    packets = [
        *asked_for(1, utc_s=1, late=late),
        *records(range(100)),
        *asked_for(2, utc_s=2, late=late),
        *records(range(50), first_us=9_000_000),
        linked(),
        *stream(range(60), first_us=20_000_000),
    ]
    decoded = PROTOCOL.decode(packets)
    assert [len(one.samples) for one in decoded.samplings] == [100, 50, 60]


def clock(time_us, host_s):
    stamp = np.array([time_us % WRAP_US], "<u4").tobytes()
    return Packet(round(host_s * 1e9), Channel.SHORT, stamp.ljust(20, b"\0"))


@pytest.mark.parametrize("first_us", [10_000_000, WRAP_US - 100_000])
def test_the_looks_at_its_clock_put_a_recording_on_the_host_s(first_us):
    looks = [clock(first_us - 1_000_000, 5.0), clock(first_us + 3_000_000, 9.01)]
    packets = [*looks, *asked_for(), *records(range(240), first_us=first_us)]
    decoded = PROTOCOL.decode(packets)
    at_s = first_us * 1e-6
    np.testing.assert_allclose(decoded.arrival, [[at_s - 1, 5.0], [at_s + 3, 9.01]], atol=1e-9)


def test_a_recording_that_ended_by_itself_is_placed_hours_later():
    """Its clock has wrapped since: once so that it stands just before the recording again."""
    first_us = 10_000_000
    looks_us = [first_us - 1_000_000, first_us - 5_000_000 + WRAP_US, first_us + 2 * WRAP_US]
    host_s = [5.0 + (at_us - looks_us[0]) * 1e-6 for at_us in looks_us]
    looks = [clock(at_us, at_s) for at_us, at_s in zip(looks_us, host_s, strict=True)]
    packets = [*looks, *asked_for(), *records(range(240), first_us=first_us)]
    expected = np.column_stack([np.array(looks_us) * 1e-6, host_s])
    np.testing.assert_allclose(PROTOCOL.decode(packets).arrival, expected, atol=1e-6)


def test_a_clock_that_began_anew_since_says_nothing_of_a_recording():
    first_us = 10_000_000
    for looks in (
        [clock(first_us - 1_000_000, 5.0)],
        [clock(first_us - 1_000_000, 5.0), clock(first_us + 3_000_000, 60.0)],
        [clock(first_us - 1_000_000, 5.0), clock(500_000, 9.0)],
        [clock(first_us - 1_000_000, 5.0), clock(first_us + 3_000_000, 9.0 + 7 * 3600)],
    ):
        packets = [*looks, *asked_for(), *records(range(240), first_us=first_us)]
        assert PROTOCOL.decode(packets).arrival.shape == (0, 2)
