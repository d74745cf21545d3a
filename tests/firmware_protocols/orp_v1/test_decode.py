from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vendor_bytes.orp_bytes import (
    FRAME,
    HELLO,
    OPENING,
    RATE_HZ,
    answer,
    configured,
    counts,
    started,
    stream,
)

from firmware_protocols.orp_v1 import PROTOCOL, config, control
from firmware_protocols.orp_v1.frames import Flag, Frame, Kind, encode_frame
from firmware_protocols.orp_v1.gatt import Channel
from firmware_protocols.protocol import Packet
from imu.frames import GRAVITY_MPS2


def test_every_sample_comes_back_with_its_index_and_its_time():
    raw = counts(1000)
    decoded = PROTOCOL.decode([*OPENING, *stream(raw)])
    assert decoded.samples["index"].tolist() == list(range(1000))
    assert decoded.samples["device_us"].tolist() == [5_000_000 + 5000 * i for i in range(1000)]
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], raw[:, :3])
    np.testing.assert_array_equal(decoded.samples["gyr_lsb"], raw[:, 3:])
    assert (decoded.lost, dict(decoded.trouble)) == (0, {})


def test_scale_and_rate_are_what_the_pod_answered():
    decoded = PROTOCOL.decode([*OPENING, *stream(counts(100))])
    assert decoded.rate_hz == RATE_HZ
    assert (decoded.scale.acc_mps2, decoded.scale.gyr_radps) == (0.5, 0.25)
    assert decoded.scale.acc_range_mps2 == 16 * GRAVITY_MPS2
    assert decoded.scale.gyr_range_radps == pytest.approx(np.deg2rad(2000))


def test_a_pod_without_a_gyroscope_has_no_angular_rate():
    alone = config.Effective(1, RATE_HZ, {1: 16}, 100, {1: 0.5})
    decoded = PROTOCOL.decode([configured(alone), started(), *stream(counts(40))])
    assert decoded.scale.gyr_radps is None
    assert decoded.scale.gyr_range_radps is None


def test_the_pod_is_described_in_words():
    status = Packet(0, Channel.STATUS, control.encode_status(control.Status(81, 2, 0, 0, 20)))
    decoded = PROTOCOL.decode([*OPENING, status, *stream(counts(19))])
    assert decoded.device == {
        "serial": "POD-7",
        "protocol": "ORP 1.0",
        "role": "shank_left",
        "boot": "0000beef",
    }
    assert decoded.battery_pct == 81


def test_the_battery_service_counts_too_and_unknown_levels_do_not():
    said = [Packet(0, Channel.BATTERY, bytes([level])) for level in (55, 255)]
    assert PROTOCOL.decode([*OPENING, *said]).battery_pct == 55


def test_arrival_pairs_the_last_sample_of_a_live_frame_with_its_arrival():
    raw = counts(40)
    back = stream(raw, channel=Channel.BULK)
    decoded = PROTOCOL.decode([*OPENING, *back, *stream(raw)])
    np.testing.assert_allclose(
        decoded.arrival,
        [(5.0 + 18 * 0.005, 0.110), (5.0 + 37 * 0.005, 0.205), (5.0 + 39 * 0.005, 0.215)],
        atol=1e-9,
    )


def test_missing_frames_are_counted_and_not_filled():
    live = stream(counts(190))
    decoded = PROTOCOL.decode([*OPENING, *live[1:4], *live[6:]])
    assert decoded.lost == 3 * FRAME
    assert len(decoded.samples) == 7 * FRAME
    assert set(np.diff(decoded.samples["index"])) == {1, 2 * FRAME + 1}


@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 9), max_size=5))
def test_order_and_repetition_of_frames_change_nothing(random, again):
    live = stream(counts(190))
    shuffled = live + [live[i] for i in again]
    random.shuffle(shuffled)
    expected = PROTOCOL.decode([*OPENING, *live])
    decoded = PROTOCOL.decode([*OPENING, *shuffled])
    np.testing.assert_array_equal(decoded.samples, expected.samples)
    assert decoded.lost == 0


def test_back_fill_in_other_portions_fills_the_gap_exactly():
    raw = counts(190)
    live = stream(raw)
    gap = stream(raw[30:120], first=30, channel=Channel.BULK, size=7)
    decoded = PROTOCOL.decode([*OPENING, *live[:2], *live[6:], *gap])
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], raw[:, :3])
    assert decoded.samples["device_us"].tolist() == [5_000_000 + 5000 * i for i in range(190)]
    assert decoded.lost == 0


def test_the_end_of_a_back_fill_is_no_sample():
    end = encode_frame(Frame(Kind.END, Flag.BACKFILL, 1, 999, 0, 1, counts(0)))
    decoded = PROTOCOL.decode([*OPENING, *stream(counts(19)), Packet(0, Channel.BULK, end)])
    assert len(decoded.samples) == 19


def test_bad_frames_are_counted_by_reason_and_skipped():
    live = stream(counts(190))
    good = live[0].payload
    bad = [good[:-1], good[:-2] + b"\0\0", b"\x20" + good[1:], b""]
    packets = [Packet(0, Channel.STREAM, payload) for payload in bad]
    packets.append(Packet(0, Channel.CONTROL, b"\x83"))
    packets.append(Packet(0, Channel.TIME, b"anything"))
    packets.append(Packet(0, 99, b"anything"))
    decoded = PROTOCOL.decode([*OPENING, *packets, *live])
    assert decoded.trouble == {
        "truncated frame": 1,
        "bad crc": 1,
        "unknown version": 1,
        "empty frame": 1,
        "not an answer": 1,
        "TIME answer has 8 bytes, not 18": 1,
    }
    assert len(decoded.samples) == 190


def test_frames_under_an_unknown_configuration_are_not_scaled():
    raw = counts(57)
    live = [*stream(raw[:19]), *stream(raw[19:38], first=19, config_id=9)]
    live += stream(raw[38:], first=38)
    decoded = PROTOCOL.decode([*OPENING, *live])
    assert decoded.trouble == {"unknown config id": 1}
    assert decoded.lost == 19


def test_overruns_in_the_pod_are_counted():
    frame = Frame(Kind.RAW6, Flag.OVERRUN, 0, 0, 5_000_000, 1, counts(3))
    decoded = PROTOCOL.decode([*OPENING, Packet(0, Channel.STREAM, encode_frame(frame))])
    assert decoded.trouble == {"overrun in the pod": 1}


@pytest.mark.parametrize("t_start_us", [5_000_000, 2**32 - 7_000_000, 2**40])
@pytest.mark.parametrize("rate_hz", [RATE_HZ, 0.97 * RATE_HZ])
def test_the_clock_is_unwrapped_over_hours_though_the_rate_is_off(t_start_us, rate_hz):
    n = int(3 * 3600 * RATE_HZ)
    index = np.arange(0, n, 1000 * FRAME)  # a frame every 95 s, the rest lost
    live = [
        stream(counts(2), first=int(i), t_start_us=t_start_us, rate_hz=rate_hz)[0] for i in index
    ]
    decoded = PROTOCOL.decode([configured(), started(t_start_us=t_start_us), *live])
    expected = t_start_us + np.rint(index * 1e6 / rate_hz)
    np.testing.assert_array_equal(decoded.samples["device_us"][::2], expected)


def test_within_a_frame_the_true_rate_counts_not_the_nominal():
    true_hz = 208.0
    decoded = PROTOCOL.decode([*OPENING, *stream(counts(190), rate_hz=true_hz)])
    expected = 5_000_000 + np.arange(190) * 1e6 / true_hz
    np.testing.assert_allclose(decoded.samples["device_us"], expected, atol=1.5)


def test_a_jump_of_the_clock_does_not_stretch_the_frame_before_it():
    raw = counts(38)
    late = stream(raw[19:], first=19, t_start_us=5_050_000)
    decoded = PROTOCOL.decode([*OPENING, *stream(raw[:19]), *late])
    assert np.diff(decoded.samples["device_us"])[:18].tolist() == [5000] * 18
    assert np.diff(decoded.samples["device_us"])[18] == 55_000


def test_a_resumed_stream_keeps_the_configuration_learnt_before():
    raw = counts(190)
    live = stream(raw)
    refused = answer(control.Op.CONFIG, result=control.Result.STATE)
    again = [HELLO, refused, started(next_index=95)]
    decoded = PROTOCOL.decode([*OPENING, *live[:3], *again, *live[5:]])
    assert decoded.lost == 2 * FRAME
    assert decoded.scale.acc_mps2 == 0.5


def test_a_recorder_that_joins_a_sampling_pod_learns_its_configuration_from_the_refusal():
    refused = configured(result=control.Result.STATE)
    live = stream(counts(190), first=4000)
    decoded = PROTOCOL.decode([refused, started(next_index=4000), *live])
    assert decoded.scale.acc_mps2 == 0.5
    assert decoded.samples["index"][0] == 4000
    assert decoded.lost == 0


def test_samples_lost_before_the_first_frame_are_counted():
    decoded = PROTOCOL.decode([*OPENING, *stream(counts(190))[2:]])
    assert decoded.lost == 2 * FRAME


def test_a_scale_is_borrowed_only_where_it_is_not_known_and_not_in_doubt():
    own = PROTOCOL.decode([*OPENING, *stream(counts(19))]).configuration
    other = replace(own, scale=replace(own.scale, acc_mps2=0.125))
    live = stream(counts(38))
    assert PROTOCOL.decode([*OPENING, *live], [other]).scale == own.scale
    borrowed = PROTOCOL.decode(live, [other, replace(own, number=9)])
    assert borrowed.scale == other.scale
    assert "that of another pod is assumed" in borrowed.assumed[0]
    with pytest.raises(ValueError, match="that of no other pod can stand in for it"):
        PROTOCOL.decode(live, [own, other])


def test_without_a_configuration_nothing_can_be_scaled():
    with pytest.raises(ValueError, match="no configuration answer"):
        PROTOCOL.decode(stream(counts(190)))
    with pytest.raises(ValueError, match="no configuration answer"):
        PROTOCOL.decode([])


def test_a_pod_that_was_started_but_said_nothing_has_no_samples():
    decoded = PROTOCOL.decode(OPENING)
    assert (len(decoded.samples), decoded.arrival.shape, decoded.lost) == (0, (0, 2), 0)


@given(st.lists(st.builds(Packet, st.just(0), st.integers(0, 7), st.binary(max_size=40))))
def test_arbitrary_packets_are_never_fatal(packets):
    decoded = PROTOCOL.decode([*OPENING, *packets, *stream(counts(38))])
    assert len(decoded.samples) >= 38
