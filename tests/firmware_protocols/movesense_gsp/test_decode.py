from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vendor_bytes.movesense_bytes import REFERENCE, counts_of, frame, notified, stream

from firmware_protocols.movesense_gsp import PROTOCOL
from firmware_protocols.movesense_gsp.frames import (
    Answer,
    Frame,
    decode_command,
    decode_frame,
    decode_paths,
    encode_command,
    encode_frame,
    encode_paths,
    encode_status,
)
from firmware_protocols.movesense_gsp.gatt import Channel
from firmware_protocols.movesense_gsp.request import Reference
from firmware_protocols.movesense_gsp.values import (
    Entry,
    Hello,
    PodTime,
    decode_entries,
    decode_hello,
    decode_time,
    encode_entries,
    encode_hello,
    encode_time,
)
from firmware_protocols.protocol import Packet
from imu.recording.sample_times import sample_time_s
from imu.recording.samples import SAMPLE

decode = PROTOCOL.decode
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)


def said(answer, reference, payload, host_ns=0):
    return Packet(host_ns, Channel.DATA, encode_frame(Frame(answer, reference, payload)))


def assert_counts(samples, *, at=None, steps=(8, 16), **noise):
    at = samples["index"] - samples["index"][0] if at is None else at
    for position, one in zip(at.tolist(), samples, strict=True):
        acc, gyr = counts_of(position, 1, **noise)
        np.testing.assert_array_equal(one["acc_lsb"], acc[0] * steps[0])
        np.testing.assert_array_equal(one["gyr_lsb"], gyr[0] * steps[1])


@given(st.binary(max_size=200), st.integers(0, 255), st.integers(0, 255))
def test_encoding_inverts_decoding(payload, code, reference):
    assert decode_frame(encode_frame(Frame(code, reference, payload))) == Frame(
        code, reference, payload
    )
    assert decode_command(encode_command(code, reference, payload)) == (code, reference, payload)


@given(st.lists(TEXT.filter(bool), max_size=4), *5 * (TEXT,), st.integers(0, 255))
def test_words_are_decoded_again(paths, serial, product, app, version, address, protocol):
    assert decode_paths(encode_paths(*paths)) == paths
    hello = Hello(serial, product, app, version, address, protocol)
    assert decode_hello(encode_hello(hello)) == hello


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1))
def test_times_and_entries_are_decoded_again(wide, narrow):
    assert decode_time(encode_time(PodTime(wide, narrow))) == PodTime(wide, narrow)
    entries = [Entry(narrow, k, wide) for k in range(9)]
    assert decode_entries(encode_entries(entries, 240)) == entries
    assert decode_entries(encode_entries(entries, 70)) == entries[:4]  # the rest is not mentioned


@pytest.mark.parametrize("axes", [6, 9])
@pytest.mark.parametrize("rate_hz", PROTOCOL.capabilities.rates_hz)
@pytest.mark.parametrize("room", [18, 100, 180, 242, 512])
def test_every_stream_is_decoded_count_by_count(axes, rate_hz, room):
    """At an ATT MTU of 105 the first part of a frame is as long as a whole one."""
    packets = stream(40, rate_hz=rate_hz, true_hz=rate_hz, axes=axes, room=room)
    decoded = decode(packets)
    assert (decoded.lost, dict(decoded.trouble)) == (0, {})
    assert len(decoded.samples) == 320
    assert_counts(decoded.samples)
    assert decoded.rate_hz == pytest.approx(rate_hz, rel=2e-3)
    assert decoded.device["stream"] == f"/Meas/IMU{axes}/{rate_hz:.0f}"


@pytest.mark.parametrize(
    ("rate_hz", "true_hz"), [(52.0, 50.25), (52.0, 53.9), (208.0, 199.1), (416.0, 430.0)]
)
def test_the_rate_is_that_at_which_the_sensor_runs(rate_hz, true_hz):
    samples = 4 if rate_hz == 52 else 8
    decoded = decode(
        stream(500, rate_hz=rate_hz, true_hz=true_hz, samples=samples, start_ms=77_777.3)
    )
    assert (decoded.lost, len(decoded.samplings)) == (0, 1)
    assert decoded.rate_hz == pytest.approx(true_hz, rel=1e-4)
    true_s = 77.7773 + np.arange(500 * samples) / true_hz
    late_s = sample_time_s(decoded.samples) - true_s
    assert np.abs(late_s).max() < 1.5e-3
    assert np.ptp(late_s) < 1e-3


@pytest.mark.parametrize("gone", [1, 2, 7, 150])
def test_lost_notifications_are_counted_at_the_rate_that_is_not_the_named_one(gone):
    packets = stream(400, rate_hz=52.0, true_hz=50.25, samples=4)
    decoded = decode(packets[:120] + packets[120 + gone :])
    assert (decoded.lost, len(decoded.samplings)) == (4 * gone, 1)
    index = decoded.samples["index"] - decoded.samples["index"][0]
    np.testing.assert_array_equal(index[[479, 480]], [479, 480 + 4 * gone])
    assert_counts(decoded.samples)


def test_the_same_frames_are_numbered_from_their_first_the_same():
    packets = stream(300, true_hz=203.0, start_ms=3_600_000)
    part = decode([packets[0], *packets[250:]])
    whole = decode(packets)
    at = np.isin(whole.samples["index"], part.samples["index"])
    np.testing.assert_array_equal(whole.samples["acc_lsb"][at], part.samples["acc_lsb"])


@pytest.mark.parametrize(("g", "step"), [(2, 1), (4, 2), (8, 4), (16, 8)])
@pytest.mark.parametrize(("dps", "gyr_step"), [(125, 1), (245, 2), (500, 4), (1000, 8), (2000, 16)])
def test_full_scales_are_those_whose_steps_the_values_are(g, step, dps, gyr_step):
    decoded = decode(stream(20, steps=(step, gyr_step)))
    assert decoded.scale.acc_range_mps2 == pytest.approx(g * 9.807)
    assert np.degrees(decoded.scale.gyr_range_radps) == pytest.approx(dps)
    assert decoded.assumed == ()


def test_clip_flags_are_those_samples_that_reach_the_end_of_what_the_sensor_counts():
    packets = stream(20)
    raw = np.frombuffer(bytearray(packets[3].payload[6:]), "<f4").copy()
    raw[[4, 24 + 2]] = 32767 * 8 * 0.061e-3 * 9.807, -32768 * 16 * 4.375e-3
    packets[3] = replace(packets[3], payload=packets[3].payload[:6] + raw.tobytes())
    decoded = decode(packets)
    np.testing.assert_array_equal(np.argwhere(decoded.clipped), [[24, 1], [25, 0]])


def test_values_between_the_steps_are_kept_and_their_full_scale_is_not_known():
    packets = stream(20)
    for at, packet in enumerate(packets):
        values = np.frombuffer(packet.payload[6:], "<f4") * np.float32(0.9871)
        packets[at] = replace(packet, payload=packet.payload[:6] + values.tobytes())
    decoded = decode(packets)
    assert (decoded.scale.acc_range_mps2, decoded.clipped) == (None, None)
    assert "full scale" in decoded.assumed[0]
    acc = decoded.samples["acc_lsb"][0] * decoded.scale.acc_mps2
    np.testing.assert_allclose(acc, np.frombuffer(packets[0].payload[6:18], "<f4"), atol=4e-4)


def test_a_notification_that_is_delivered_twice_counts_once():
    packets = stream(40)
    decoded = decode([packet for packet in packets for _ in range(2)])
    assert (len(decoded.samples), decoded.lost) == (320, 0)
    assert dict(decoded.trouble) == {"delivered twice": 40}


@pytest.mark.parametrize("missing", [0, 1])
def test_half_a_frame_is_a_lost_frame_and_no_sample(missing):
    packets = stream(40, axes=9)  # two notifications each
    del packets[20 + missing]
    decoded = decode(packets)
    assert (decoded.lost, len(decoded.samples)) == (8, 312)
    assert dict(decoded.trouble) == {"part of a frame": 1}
    at = decoded.samples["index"] - decoded.samples["index"][0]
    assert_counts(decoded.samples, at=at)


def test_of_a_frame_whose_first_part_is_lost_the_frame_before_stays():
    packets = stream(40, samples=8, room=180)
    del packets[20]
    decoded = decode(packets)
    assert decoded.lost in (8, 16)
    assert_counts(decoded.samples)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e9, 160.0])
def test_what_no_sensor_measures_is_no_sample(bad):
    packets = stream(40)
    payload = bytearray(packets[9].payload)
    payload[6:10] = np.float32(bad).tobytes()
    packets[9] = replace(packets[9], payload=bytes(payload))
    decoded = decode(packets)
    assert (decoded.lost, len(decoded.samples)) == (8, 312)
    assert dict(decoded.trouble) == {"samples that no sensor can measure": 1}


def test_a_clock_that_goes_over_its_end_goes_on():
    decoded = decode(stream(200, start_ms=2**32 - 3000))
    assert (len(decoded.samplings), decoded.lost) == (1, 0)
    assert (np.diff(decoded.samples["device_us"]) > 0).all()
    assert decoded.samples["device_us"][-1] > 2**32 * 1000


def later(packets, by_s):
    return [replace(packet, host_ns=packet.host_ns + round(by_s * 1e9)) for packet in packets]


WHO = Hello("2502", "Movesense Flash", "App", "2.3")
HELLO = said(Answer.RESPONSE, Reference.HELLO, encode_hello(WHO))


@pytest.mark.parametrize("start_ms", [0, 2_000, 30_000])
def test_a_pod_that_rebooted_begins_another_sampling(start_ms):
    """Also one that has been on for so short a time that its new clock is ahead of the old one."""
    before = [HELLO, *stream(100, start_ms=500)]
    after = [HELLO, *later(stream(100, start_ms=start_ms, seed=3), 10)]
    decoded = decode(before + after)
    assert [len(one.samples) for one in decoded.samplings] == [800, 800]
    assert [one.lost for one in decoded.samplings] == [0, 0]


def test_a_lost_link_is_a_gap_and_no_other_sampling():
    packets = stream(700, true_hz=201.0)
    decoded = decode([HELLO, *packets[:200], HELLO, *packets[500:]])
    assert (len(decoded.samplings), decoded.lost) == (1, 2400)
    assert_counts(decoded.samples)


def test_arrival_is_when_the_last_sample_of_a_frame_was_there():
    decoded = decode(stream(200, delay_s=0.05))
    late_s = decoded.arrival[:, 1] - decoded.arrival[:, 0]
    assert decoded.arrival.shape == (200, 2)
    assert 0.05 <= late_s.min() < late_s.max() < 0.05 + 1 / 208 + 1.1e-3


def test_a_pod_says_who_it_is_and_how_it_is():
    battery = said(Answer.RESPONSE, Reference.BATTERY, encode_status(200, bytes([64])))
    refused = said(Answer.RESPONSE, REFERENCE[6, 416.0], encode_status(404))
    decoded = decode([HELLO, battery, refused])
    assert (len(decoded.samples), decoded.samples.dtype, decoded.battery_pct) == (0, SAMPLE, 64)
    assert dict(decoded.trouble) == {"refused with status 404": 1}
    assert decoded.device == {
        "serial": "2502",
        "protocol": "Movesense GSP 1",
        "hardware": "Movesense Flash",
        "firmware": "App 2.3",
    }


def test_samples_of_another_stream_beside_are_counted():
    beside = stream(3, rate_hz=52.0, true_hz=52.0, samples=4, axes=9, seed=8)
    decoded = decode(stream(20) + beside)
    assert (len(decoded.samples), dict(decoded.trouble)) == (160, {"samples of another stream": 3})


@settings(max_examples=80)
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 16)), min_size=1, max_size=25),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=12),
    st.sampled_from([18, 100, 242]),
    st.integers(0, 2**62),
)
def test_damaged_frames_are_samples_or_trouble(frames, changes, room, host_ns):
    packets = [
        packet
        for first, samples in frames
        for packet in notified(frame(first, 5 * first, samples=samples), first / 208, room=room)
    ]
    payloads = [bytearray(packet.payload) for packet in packets]
    for at, value in changes:
        payload = payloads[at % len(payloads)]
        payload[at % len(payload)] = value
    decoded = decode([Packet(host_ns, Channel.DATA, bytes(payload)) for payload in payloads])
    for one in decoded.samplings:
        assert (np.diff(one.samples["index"]) > 0).all()
        assert (np.diff(one.samples["device_us"]) >= 0).all()
        assert 0 < one.rate_hz < np.inf
        assert one.clipped is None or one.clipped.shape == (len(one.samples), 2)


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([1, 2, 3]),
            st.sampled_from([*REFERENCE.values(), *map(int, Reference), 0xC1]),
            st.sampled_from([0, 1, 4, 20, 28, 40, 52, 100, 148, 196, 240]),
            st.integers(0, 2**32 - 1),
        ),
        max_size=25,
    )
)
def test_any_payload_of_a_known_kind_is_samples_or_trouble(said_):
    packets = [
        said(answer, reference, np.random.default_rng(seed).bytes(size), host_ns=seed)
        for answer, reference, size, seed in said_
    ]
    for one in decode(packets).samplings:
        assert (np.diff(one.samples["index"]) > 0).all()
