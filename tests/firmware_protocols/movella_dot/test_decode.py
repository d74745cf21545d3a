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
    assert_samples,
    linked,
    live,
    records,
    stream,
)

from firmware_protocols.movella_dot import PROTOCOL
from firmware_protocols.movella_dot.decode import NOT_FLAGGED
from firmware_protocols.movella_dot.gatt import Channel
from firmware_protocols.movella_dot.messages import Kind, Result
from firmware_protocols.movella_dot.values import Mode, encode_battery, encode_measure
from firmware_protocols.protocol import Packet

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


def test_refusals_are_counted():
    said = acknowledged(Kind.GET_DATA, b"\x09", Result.INVALID)
    state = acknowledged(Kind.GET_STATE, result=Result.RECORDING)
    assert dict(PROTOCOL.decode([said, state]).trouble) == {"command refused with 02": 1}
