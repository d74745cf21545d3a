"""WitMotion, decode: samples timed by their arrival, holes as far as time shows them."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocols.protocol import Packet
from firmware_protocols.witmotion.decode import UNSEEN, decode
from firmware_protocols.witmotion.frames import encode_registers, encode_sample
from firmware_protocols.witmotion.gatt import Channel
from firmware_protocols.witmotion.registers import Register, rate_code
from imu.recording.timebase import session_time_s

START_S = 1000.0


@cache
def frame(number):
    counts = np.random.default_rng(number).integers(-(2**15), 2**15, 9)
    return encode_sample(counts[:3], counts[3:6], counts[6:])


def told(register, value):
    return encode_registers(register, [value] + 7 * [0])


def stream(seconds, *, rate_hz=200.0, per=8, delay_s=0.02, seed=0, channel=Channel.NOTIFY):
    """Packets of `per` samples each, sample k taken at START_S + k / rate_hz; delay only adds."""
    rng = np.random.default_rng(seed)
    packets, came_s = [], 0.0
    for first in range(0, round(seconds * rate_hz) - per + 1, per):
        taken_s = START_S + (first + per - 1) / rate_hz
        came_s = max(came_s, taken_s + rng.exponential(delay_s))
        payload = b"".join(frame(k) for k in range(first, first + per))
        packets.append(Packet(round(came_s * 1e9), channel, payload))
    return packets


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
@pytest.mark.parametrize("off_pct", [0.0, -1.2, 0.8])
def test_times_are_those_of_taking_whatever_the_true_rate(rate_hz, off_pct):
    true_hz = rate_hz * (1 + off_pct / 100)
    decoded = decode(stream(120, rate_hz=true_hz))
    assert (decoded.rate_hz, decoded.lost, dict(decoded.trouble)) == (rate_hz, 0, {})
    assert decoded.time_quality == "host"
    assert decoded.clipped is None
    assert decoded.assumed == (UNSEEN,)
    number = np.arange(len(decoded.samples))
    true_s = START_S + number / true_hz
    assert np.abs(decoded.samples["device_us"] * 1e-6 - true_s).max() < 0.012
    time_s, clock = session_time_s(decoded.samples, decoded.arrival)
    assert np.abs(time_s - true_s).max() < 0.012
    assert (np.diff(time_s) > 0).all()
    assert (np.diff(decoded.arrival, axis=0) >= 0).all()
    assert abs(clock.slope - 1) < 1e-4


@pytest.mark.parametrize("hole_s", [0.4, 3.0, 60.0])
def test_a_silence_that_lost_samples_is_a_hole_of_about_so_many(hole_s):
    packets = stream(150)
    kept = [p for p in packets if not 50 < p.host_ns * 1e-9 - START_S < 50 + hole_s]
    decoded = decode(kept)
    assert decoded.lost == pytest.approx(hole_s * 200, abs=24)
    holes = np.diff(decoded.samples["index"])
    assert (holes > 1).sum() == 1
    true_s = START_S + np.concatenate(
        [np.arange(8) + 8 * k for k, p in enumerate(packets) if p in kept]
    ) / 200  # fmt: skip
    assert np.abs(decoded.samples["device_us"] * 1e-6 - true_s).max() < 0.06
    session_time_s(decoded.samples, decoded.arrival)


def test_a_silence_after_which_all_comes_at_once_lost_nothing():
    packets = [
        Packet(max(p.host_ns, round((START_S + 52) * 1e9)), p.channel, p.payload)
        if p.host_ns * 1e-9 > START_S + 50
        else p
        for p in stream(120)
    ]
    decoded = decode(packets)
    assert decoded.lost == 0
    true_s = START_S + np.arange(len(decoded.samples)) / 200
    assert np.abs(decoded.samples["device_us"] * 1e-6 - true_s).max() < 0.012


def test_a_single_lost_notification_is_not_seen_and_that_is_said():
    packets = stream(60)
    decoded = decode(packets[:700] + packets[701:])
    assert decoded.lost == 0
    assert "lost samples show only where" in decoded.assumed[0]


def test_the_same_sample_has_nearly_the_same_index_in_any_part():
    packets = [Packet(0, Channel.NOTIFY, told(Register.RATE, rate_code(200))), *stream(60)]
    packets[0] = Packet(packets[1].host_ns, Channel.NOTIFY, packets[0].payload)
    whole = decode(packets)
    part = decode([packets[0], *packets[800:950]])
    at = np.flatnonzero((whole.samples["acc_lsb"] == part.samples["acc_lsb"][0]).all(axis=1))[0]
    assert abs(int(whole.samples["index"][at] - part.samples["index"][0])) <= 16


def test_answers_stand_between_samples_and_newer_ones_count():
    packets = stream(20)
    payload = frame(1) + told(Register.BATTERY, 382) + frame(2)
    packets[7] = Packet(packets[7].host_ns, Channel.NOTIFY, payload)
    for register, value in ((Register.RATE, 0x0B), (Register.VERSION, 17)):
        packets.insert(9, Packet(packets[9].host_ns, Channel.NOTIFY, told(register, value)))
    decoded = decode(packets)
    assert decoded.battery_pct == 60
    assert decoded.device == {"protocol": "WitMotion", "firmware": "17"}
    assert len(decoded.samples) == 8 * 500 - 6


def test_a_rate_that_is_not_what_was_set_is_said():
    packets = stream(60, rate_hz=143.0)
    set_to = Packet(packets[0].host_ns, Channel.NOTIFY, told(Register.RATE, 0x0B))
    decoded = decode([set_to, *packets])
    assert decoded.rate_hz == pytest.approx(143, abs=0.5)
    assert decoded.assumed[1] == "it was set to 200 Hz, but 143 Hz arrived"


def test_samples_from_before_the_rate_was_set_are_left_out():
    """A pod sends from the subscription on, at the rate that it had."""
    before, after = stream(1, rate_hz=10.0, per=1), stream(40)
    at_ns = after[0].host_ns - before[0].host_ns - 10**9
    before = [Packet(p.host_ns + at_ns, p.channel, p.payload) for p in before]
    was, now = (told(Register.RATE, rate_code(hz)) for hz in (10, 200))
    asked = Packet(before[1].host_ns, Channel.NOTIFY, was)
    confirmed = Packet(after[0].host_ns, Channel.NOTIFY, now)
    decoded = decode([*before[:2], asked, *before[2:], confirmed, *after])
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], decode(after).samples["acc_lsb"])
    assert dict(decoded.trouble) == {"sample before the rate was set": len(before)}
    assert decoded.lost == 0


def test_pods_of_the_other_service_are_the_same():
    one, other = (decode(stream(20, channel=c)) for c in (Channel.NOTIFY, Channel.NOTIFY_SIG))
    np.testing.assert_array_equal(one.samples, other.samples)


def test_frames_cut_across_notifications_are_whole_and_what_is_none_is_counted():
    content = b"".join(frame(k) for k in range(4000))
    cut = [content[at : at + 33] for at in range(0, len(content), 33)]
    packets = [
        Packet(round((START_S + k * 33 / 20 / 200) * 1e9), Channel.NOTIFY, piece)
        for k, piece in enumerate(cut)
    ]
    decoded = decode(packets)
    assert (len(decoded.samples), dict(decoded.trouble)) == (4000, {})
    damaged = decode(packets[:500] + packets[501:])
    # Two frames were cut by the loss; a third goes, for the next is no witness of it.
    assert 3997 <= len(damaged.samples) < 4000
    assert dict(damaged.trouble) == {"damaged frame": 1}


def test_a_pod_that_sent_no_sample_has_none():
    decoded = decode([Packet(5, Channel.NOTIFY, told(Register.BATTERY, 396)), Packet(6, 1, b"")])
    assert (len(decoded.samples), decoded.lost, decoded.battery_pct) == (0, 0, 100)
    assert decode([]).battery_pct is None


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2**62),
            st.sampled_from([0, 0, 0, 2, 1]),
            st.lists(
                st.one_of(
                    st.integers(0, 9).map(frame),
                    st.binary(max_size=30),
                    st.builds(told, st.sampled_from(list(Register)), st.integers(0, 500)),
                ),
                max_size=4,
            ),
        ),
        max_size=25,
    )
)
def test_any_frames_at_any_time_are_samples_or_trouble(said):
    decoded = decode([Packet(ns, channel, b"".join(parts)) for ns, channel, parts in said])
    assert (np.diff(decoded.samples["index"]) > 0).all()
    assert (np.diff(decoded.samples["device_us"]) >= 0).all()
    assert np.isfinite(decoded.arrival).all()
    assert decoded.rate_hz >= 0
