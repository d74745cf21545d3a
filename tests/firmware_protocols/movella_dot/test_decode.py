"""Packets of a Movella DOT become samples: time, loss, clipping, units, what is no sample."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vendor_bytes.dot_bytes import (
    WRAP_US,
    acknowledged,
    asked_for,
    linked,
    live,
    measured,
    notice,
    record,
    records,
    stream,
)

from firmware_protocols.movella_dot import PROTOCOL
from firmware_protocols.movella_dot.decode import NOT_FLAGGED
from firmware_protocols.movella_dot.files import RECORD, Field, encode_record
from firmware_protocols.movella_dot.gatt import Channel
from firmware_protocols.movella_dot.messages import Kind, Result
from firmware_protocols.movella_dot.values import Mode, encode_battery, encode_measure
from firmware_protocols.protocol import Packet, Stored
from imu.recording.samples import acceleration, angular_rate


def assert_samples(decoded, numbers):
    """The samples are those of these numbers, to less than their noise, and so is their index."""
    acc, gyr = (np.array([measured(k)[sensor] for k in numbers], np.float64) for sensor in range(2))
    np.testing.assert_allclose(acceleration(decoded.samples, decoded.scale), acc, atol=5e-7)
    dps = np.degrees(angular_rate(decoded.samples, decoded.scale))
    np.testing.assert_allclose(dps, gyr, atol=1.1e-6)
    np.testing.assert_array_equal(
        decoded.samples["index"] - decoded.samples["index"][0], np.subtract(numbers, numbers[0])
    )


kept = st.sets(st.integers(1, 198), min_size=60).map(lambda some: sorted({0, 199, *some}))


@given(numbers=kept, first_us=st.integers(0, WRAP_US - 1), ppm=st.floats(-80, 80))
def test_index_gaps_are_lost_samples_wherever_the_clock_stands(numbers, first_us, ppm):
    decoded = PROTOCOL.decode(stream(numbers, first_us=first_us, ppm=ppm))
    assert (len(decoded.samplings), dict(decoded.trouble)) == (1, {})
    assert_samples(decoded, numbers)
    assert decoded.lost == 200 - len(numbers)
    assert decoded.rate_hz == pytest.approx(60, rel=1e-4)
    assert decoded.clipped is None
    assert decoded.assumed == (NOT_FLAGGED,)


@pytest.mark.parametrize("rate_hz", [60.0, 30.0, 20.0, 15.0, 12.0, 10.0, 4.0, 1.0])
def test_every_rate_is_told_from_the_samples(rate_hz):
    decoded = PROTOCOL.decode(stream([*range(20), *range(24, 40)], rate_hz=rate_hz))
    assert decoded.rate_hz == pytest.approx(rate_hz, rel=1e-5)
    assert decoded.lost == 4


@pytest.mark.parametrize("step_us", [16_666, 16_667])
def test_stamps_in_whole_microseconds_count_no_sample_too_many_in_hours(step_us):
    numbers = [*range(600), *range(3 * 216_000, 3 * 216_000 + 600)]
    packets = [live(k, k * step_us, k * step_us * 1e-6 + 0.03) for k in numbers]
    decoded = PROTOCOL.decode([linked(), *packets[:600], linked(), *packets[600:]])
    assert_samples(decoded, numbers)


def test_a_lost_link_may_outlast_the_clock():
    numbers = [*range(600), *range(90 * 3600, 90 * 3600 + 600)]
    packets = stream(numbers, first_us=WRAP_US - 5_000_000, ppm=20)
    decoded = PROTOCOL.decode([linked(), *packets[:600], linked(), *packets[600:]])
    assert len(decoded.samplings) == 1
    assert_samples(decoded, numbers)
    assert decoded.samples["device_us"][-1] - decoded.samples["device_us"][0] > WRAP_US


@pytest.mark.parametrize("before_us", [3_000_000, 100_000_000, WRAP_US - 20_000_000])
def test_a_pod_that_was_switched_off_begins_another_sampling(before_us):
    first = stream(range(300), first_us=before_us)
    again = [replace(one, host_ns=one.host_ns + 9 * 10**9) for one in stream(range(300))]
    decoded = PROTOCOL.decode([linked(), *first, linked(8.0), *again])
    assert [len(one.samples) for one in decoded.samplings] == [300, 300]
    assert decoded.samples["device_us"][0] == 0


def test_so_does_one_whose_clock_is_later_than_before_but_not_by_as_much_as_passed():
    first = stream(range(300), first_us=3_000_000)
    again = stream(range(300), first_us=20_000_000)
    again = [replace(one, host_ns=one.host_ns + 60 * 10**9) for one in again]
    decoded = PROTOCOL.decode([linked(), *first, linked(59.0), *again])
    assert [(len(one.samples), one.lost) for one in decoded.samplings] == [(300, 0), (300, 0)]


def test_a_clock_that_was_set_ahead_begins_another_sampling():
    later = stream(range(300, 600), first_us=50_000_000)
    decoded = PROTOCOL.decode([linked(), *stream(range(300)), *later])
    assert [len(one.samples) for one in decoded.samplings] == [300, 300]
    assert all(one.lost == 0 for one in decoded.samplings)


def test_what_came_twice_counts_once():
    packets = [one for one in stream(range(60)) for _ in range(2)]
    decoded = PROTOCOL.decode(packets)
    assert (len(decoded.samples), decoded.lost) == (60, 0)
    assert dict(decoded.trouble) == {"delivered twice": 60}


def test_what_is_no_sample_is_counted():
    huge = np.array([1e9], "<f4").tobytes()
    nan = np.array([np.nan], "<f4").tobytes()
    packets = stream(range(60))
    packets[10] = replace(
        packets[10], payload=packets[10].payload[:4] + huge + packets[10].payload[8:]
    )
    packets[20] = replace(packets[20], payload=packets[20].payload[:24] + nan + bytes(12))
    packets[30] = replace(packets[30], payload=packets[30].payload[:27])
    decoded = PROTOCOL.decode(packets)
    assert (len(decoded.samples), decoded.lost) == (57, 3)
    assert dict(decoded.trouble) == {"sample that no sensor can measure": 2, "truncated sample": 1}


@pytest.mark.parametrize("quiet", ["00 00 c0 7f", "01 00 80 7f", "00 00 80 ff"])
def test_bytes_that_are_no_number_are_no_sample_and_warn_of_nothing(quiet):
    packets = [*asked_for(), *records(range(50)), *stream(range(60), first_us=9_000_000)]
    for at, place in ((20, 5 + 4 + 20), (30, 5 + 4 + 24), (90, 8)):
        payload = bytearray(packets[at].payload)
        begin = place if packets[at].channel == Channel.MEDIUM else place + 2
        payload[begin : begin + 4] = bytes.fromhex(quiet)
        if packets[at].channel == Channel.NOTICE:
            payload[-1] = -sum(payload[:-1]) % 256
        packets[at] = replace(packets[at], payload=bytes(payload))
    decoded = PROTOCOL.decode(packets)
    assert [(len(one.samples), one.lost) for one in decoded.samplings] == [(48, 2), (59, 1)]
    assert dict(decoded.trouble) == {"sample that no sensor can measure": 3}


def test_samples_of_another_payload_are_none():
    other = Packet(0, Channel.MEASURE, encode_measure(on=True, mode=18))
    ours = Packet(0, Channel.MEASURE, encode_measure(on=True, mode=Mode.RATE_QUANTITIES))
    decoded = PROTOCOL.decode([other, *stream(range(60)), ours, *stream(range(60, 120))])
    assert len(decoded.samples) == 60
    assert dict(decoded.trouble) == {"sample of another payload": 60}


def test_what_a_pod_says_of_itself():
    battery = Packet(0, Channel.BATTERY, encode_battery(81))
    decoded = PROTOCOL.decode([linked(), battery])
    assert decoded.device == {
        "protocol": "Movella DOT",
        "serial": "40195BFC800B017A",
        "hardware": "XS-T02",
        "firmware": "2.4.0",
    }
    assert (decoded.battery_pct, len(decoded.samples), decoded.rate_hz) == (81, 0, 60.0)


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


def test_refusals_are_counted():
    said = acknowledged(Kind.GET_DATA, b"\x09", Result.INVALID)
    state = acknowledged(Kind.GET_STATE, result=Result.RECORDING)
    assert dict(PROTOCOL.decode([said, state]).trouble) == {"command refused with 02": 1}
