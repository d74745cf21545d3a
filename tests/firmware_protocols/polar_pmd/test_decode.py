from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vendor_bytes.polar_bytes import FACTOR, answer, frames, noise, opening

from firmware_protocols.polar_pmd import PROTOCOL
from firmware_protocols.polar_pmd.control import Kind, Op
from firmware_protocols.polar_pmd.frames import Header, encode_frame
from firmware_protocols.polar_pmd.gatt import Channel
from firmware_protocols.protocol import NoConfigurationError, Packet
from imu.frames import GRAVITY_MPS2
from imu.recording.clock import session_time_s
from imu.recording.samples import acceleration, angular_rate

decode = PROTOCOL.decode
PERIOD_NS = 1e9 / 208


def in_order(*streams):
    return sorted(
        (packet for stream in streams for packet in stream), key=lambda packet: packet.host_ns
    )


def both(count=2000, *, period_ns=PERIOD_NS, gyr_late_ns=0, gyr_period_ns=None):
    """Packets of two streams, whose frames end at different samples, and their counts."""
    acc, gyr = noise(count, 1), noise(count, 2)
    gyr_ns = period_ns if gyr_period_ns is None else gyr_period_ns
    first_ns = 800_000_000_000_000_000
    said = in_order(
        frames(Kind.ACC, acc, period_ns),
        frames(Kind.GYRO, gyr, gyr_ns, per_frame=41, first_ns=first_ns + gyr_late_ns),
    )
    return [*opening(), *said], acc, gyr


def test_two_streams_are_joined_sample_by_sample():
    packets, acc, gyr = both()
    decoded = decode(packets)
    samples = decoded.samples
    assert (decoded.lost, dict(decoded.trouble), decoded.earlier) == (0, {}, ())
    assert (decoded.rate_hz, decoded.clipped, decoded.time_quality) == (208.0, None, "device")
    np.testing.assert_array_equal(samples["acc_lsb"], acc)
    np.testing.assert_array_equal(samples["gyr_lsb"], gyr)
    np.testing.assert_array_equal(np.diff(samples["index"]), 1)
    k = np.arange(len(acc))
    stamps_us = 800_000_000_000_000 + k * PERIOD_NS / 1000
    np.testing.assert_allclose(samples["device_us"] - stamps_us, 0, atol=1.5)


def test_counts_are_scaled_by_the_factor_of_the_start_and_ranges_are_read_from_it():
    packets, acc, gyr = both(200)
    decoded = decode(packets)
    unit = FACTOR[Kind.ACC] / 1000 * GRAVITY_MPS2
    np.testing.assert_allclose(acceleration(decoded.samples, decoded.scale), acc * unit)
    unit = np.radians(FACTOR[Kind.GYRO])
    np.testing.assert_allclose(angular_rate(decoded.samples, decoded.scale), gyr * unit)
    assert decoded.scale.acc_range_mps2 == pytest.approx(16 * GRAVITY_MPS2)
    assert decoded.scale.gyr_range_radps == pytest.approx(np.radians(2000))


@pytest.mark.parametrize("off", [-0.034, 0.0121, 0.04])
def test_a_sensor_that_is_off_its_nominal_rate_loses_nothing_and_keeps_its_own_times(off):
    """A Movesense of "52 Hz" ran at 50.25: rates are fitted, never believed."""
    period_ns = PERIOD_NS / (1 + off)
    packets, acc, _ = both(4000, period_ns=period_ns)
    decoded = decode(packets)
    assert (decoded.lost, decoded.rate_hz) == (0, 208.0)
    assert len(decoded.samples) == len(acc)
    time_s, _ = session_time_s(decoded.samples, decoded.arrival)
    assert np.diff(time_s).mean() == pytest.approx(period_ns * 1e-9, rel=1e-6)


@given(st.sets(st.integers(1, 30), max_size=9), st.sets(st.integers(1, 25), max_size=7))
@settings(max_examples=40)
def test_a_lost_frame_is_a_gap_of_just_its_samples(acc_lost, gyr_lost):
    acc, gyr = noise(1000, 1), noise(1000, 2)
    acc_frames = frames(Kind.ACC, acc, PERIOD_NS)
    gyr_frames = frames(Kind.GYRO, gyr, PERIOD_NS, per_frame=37)
    here = np.ones(1000, bool)
    for k in acc_lost:
        here[30 * k : 30 * k + 30] = False
    for k in gyr_lost:
        here[37 * k : 37 * k + 37] = False
    said = in_order(
        [one for k, one in enumerate(acc_frames) if k not in acc_lost],
        [one for k, one in enumerate(gyr_frames) if k not in gyr_lost],
    )
    decoded = decode([*opening(), *said])
    expected = np.flatnonzero(here)
    np.testing.assert_array_equal(decoded.samples["index"] - decoded.samples["index"][0], expected)
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], acc[expected])
    np.testing.assert_array_equal(decoded.samples["gyr_lsb"], gyr[expected])
    assert decoded.lost == expected[-1] + 1 - len(expected)


def test_acceleration_without_its_angular_rate_is_left_out_and_counted():
    packets, acc, _ = both(1000)
    lost = next(k for k, one in enumerate(packets[20:], 20) if one.payload[0] == Kind.GYRO)
    decoded = decode(packets[:lost] + packets[lost + 1 :])
    assert decoded.lost == 41
    assert decoded.trouble == {"acceleration without angular rate": 41}
    assert len(decoded.samples) == len(acc) - 41


@pytest.mark.parametrize("share", [-0.4, 0.2, 0.49])
def test_streams_of_other_phase_are_paired_by_the_nearest_and_it_is_said_how_far(share):
    packets, acc, gyr = both(gyr_late_ns=round(share * PERIOD_NS))
    decoded = decode(packets)
    assert decoded.lost == 0
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], acc)
    np.testing.assert_array_equal(decoded.samples["gyr_lsb"], gyr)
    late_ms = abs(share) * PERIOD_NS * 1e-6
    assert decode([*packets, Packet(0, Channel.SERIAL, b"AA")]).device["gyroscope"] == (
        f"at most {late_ms:.2f} ms from the acceleration it is paired with"
    )


def test_streams_that_run_at_their_own_pace_skip_a_sample_now_and_then():
    """The gyroscope is 0.1 % slow: four of its samples are missing at the end, none is made up."""
    packets, acc, _ = both(4000, gyr_period_ns=PERIOD_NS * 1.001)
    decoded = decode(packets)
    missing = decoded.trouble["acceleration without angular rate"]
    assert 3 <= missing <= 6
    assert decoded.lost == missing
    same = decoded.samples["index"] - decoded.samples["index"][0]
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], acc[same])


def test_jittering_stamps_change_neither_numbers_nor_pairs():
    rng = np.random.default_rng(4)
    packets, acc, gyr = both(6000, gyr_late_ns=round(0.3 * PERIOD_NS))
    shaken = [
        replace(one, payload=shifted(one.payload, int(rng.normal(0, 0.05 * PERIOD_NS))))
        if one.channel == Channel.DATA
        else one
        for one in packets
    ]
    decoded = decode(shaken)
    assert decoded.lost == 0
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], acc)
    np.testing.assert_array_equal(decoded.samples["gyr_lsb"], gyr)


def shifted(payload, by_ns):
    t_ns = int.from_bytes(payload[1:9], "little") + by_ns
    return payload[:1] + t_ns.to_bytes(8, "little") + payload[9:]


def test_a_frame_delivered_twice_counts_once():
    packets, acc, _ = both(600)
    decoded = decode([*packets[:12], packets[11], *packets[12:]])
    assert (len(decoded.samples), decoded.lost) == (len(acc), 0)
    assert decoded.trouble == {"delivered twice": 1}


def test_a_frame_that_is_cut_off_is_lost_and_said():
    packets, *_ = both(600)
    at = next(k for k, one in enumerate(packets[15:], 15) if one.payload[0] == Kind.ACC)
    cut = replace(packets[at], payload=packets[at].payload[:-3])
    decoded = decode([*packets[:at], cut, *packets[at + 1 :]])
    assert decoded.trouble["frame cut off"] == 1
    assert decoded.lost == 30


@pytest.mark.parametrize("by_s", [-3000, -0.5, 5, 86_400])
def test_a_clock_that_was_set_or_began_anew_is_another_sampling(by_s):
    packets, *_ = both(4000)
    half = len(packets) // 2
    later = [
        replace(one, payload=shifted(one.payload, round(by_s * 1e9))) for one in packets[half:]
    ]
    decoded = decode([*packets[:half], *later])
    assert len(decoded.samplings) == 2
    assert sum(len(one.samples) for one in decoded.samplings) > 4000 - 200


def test_a_sensor_without_gyroscope_has_none():
    acc = noise(600) // 10
    raw = [
        replace(one, payload=encode_frame(Header(Kind.ACC, 10**18 + k * 10**8, 1), part))
        for k, (one, part) in enumerate(
            zip(frames(Kind.ACC, acc, 5e6, per_frame=20), acc.reshape(-1, 20, 3), strict=True)
        )
    ]
    offered = answer(Op.SETTINGS, Kind.ACC, {0: (25, 50, 100, 200), 2: (2, 4, 8)})
    decoded = decode([offered, answer(Op.START, Kind.ACC, {}), *raw])
    assert (decoded.lost, decoded.rate_hz) == (0, 200.0)
    assert angular_rate(decoded.samples, decoded.scale) is None
    assert decoded.scale.acc_range_mps2 == pytest.approx(8 * GRAVITY_MPS2)  # the widest offered
    np.testing.assert_allclose(
        acceleration(decoded.samples, decoded.scale), acc * GRAVITY_MPS2 / 1000
    )


def test_counts_without_a_factor_have_no_unit_but_that_of_another_pod():
    packets, acc, _ = both(600)
    unknown = packets[len(opening()) :]
    with pytest.raises(NoConfigurationError, match="was not received"):
        decode(unknown)
    other = decode(packets)
    decoded = decode(unknown, [other.configuration])
    assert decoded.scale == other.scale
    (assumed,) = decoded.assumed
    assert "that of another pod is assumed" in assumed
    assert len(decoded.samples) == len(acc)


def test_the_same_sample_has_the_same_number_in_any_part_of_a_recording():
    packets, *_ = both(6000)
    whole = decode(packets)
    begin = len(opening())
    for start in (begin, 100, 200):
        part = decode([*packets[:begin], *packets[start : start + 120]])
        _, a, b = np.intersect1d(whole.samples["index"], part.samples["index"], return_indices=True)
        assert len(b) == len(part.samples)
        np.testing.assert_array_equal(whole.samples["acc_lsb"][a], part.samples["acc_lsb"][b])


def test_settings_in_several_answers_and_refusals():
    first, second = (
        Packet(0, Channel.CONTROL, bytes.fromhex(said))
        for said in ("f0 04 02 00 01 00 02 34 00 d0", "f0 04 02 00 00 00 02 01 10 00")
    )
    refused = Packet(0, Channel.CONTROL, bytes.fromhex("f0 02 05 0d"))
    stopped = Packet(0, Channel.CONTROL, b"\x01\x02\x05")
    decoded = decode([first, second, refused, stopped])
    assert decoded.rate_hz == 208.0
    assert decoded.trouble == {"refused with status 13": 1, "stopped by the pod": 1}
