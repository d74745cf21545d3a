from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vendor_bytes.capture2go_bytes import SAMPLES, SAMPLES_NS, packets_of, samples_package

from firmware_protocols.capture2go import PROTOCOL
from firmware_protocols.capture2go.files import encode_bytes, encode_size
from firmware_protocols.capture2go.frames import Package, encode_frame, join_notification
from firmware_protocols.capture2go.gatt import Channel
from firmware_protocols.capture2go.packages import (
    DeviceInfo,
    Id,
    Mode,
    Status,
    Sync,
    encode_info,
    encode_mode,
    encode_refusal,
    encode_status,
)
from firmware_protocols.capture2go.samples import SAMPLE_KINDS, Flag
from firmware_protocols.protocol import Packet, Stored
from imu.recording.samples import SAMPLE, acceleration, angular_rate

decode = PROTOCOL.decode


def counts(packages):
    """The samples of packages as they were put in, (n, 3) each."""
    rows = [np.frombuffer(p.payload, SAMPLE_KINDS[p.id].layout)[0] for p in packages]
    return (np.concatenate([row[name].reshape(-1, 3) for row in rows]) for name in ("acc", "gyr"))


def stream(n, *, start=0, **more):
    return [samples_package(8 * k, **more) for k in range(start, start + n)]


def test_golden_bytes_of_samples():
    packet = Packet(0, Channel.TX, b"\xff" + bytes.fromhex(SAMPLES))
    decoded = decode([packet])
    assert (decoded.rate_hz, decoded.lost, dict(decoded.trouble)) == (200.0, 0, {})
    samples = decoded.samples
    np.testing.assert_array_equal(samples["gyr_lsb"].ravel(), np.arange(-12, 12))
    np.testing.assert_array_equal(samples["acc_lsb"].ravel(), np.arange(0, 2400, 100))
    np.testing.assert_array_equal(samples["device_us"], SAMPLES_NS // 1000 + 5000 * np.arange(8))
    gyr, acc = angular_rate(samples, decoded.scale), acceleration(samples, decoded.scale)
    np.testing.assert_allclose(gyr[0], (-0.012783, -0.011718, -0.010652), atol=1e-6)
    np.testing.assert_allclose(acc[1], (1.437012, 1.916016, 2.395020), atol=5e-7)
    np.testing.assert_array_equal(decoded.clipped, [[True, False]] * 8)


@pytest.mark.parametrize("kind", SAMPLE_KINDS)
def test_every_kind_of_package_is_decoded_bit_by_bit(kind):
    about = SAMPLE_KINDS[kind]
    packages = [samples_package(about.samples * k, kind=kind) for k in range(20)]
    decoded = decode(packets_of(packages, every_ns=about.samples * about.period_ns))
    assert (decoded.rate_hz, decoded.lost, dict(decoded.trouble)) == (about.rate_hz, 0, {})
    acc, gyr = counts(packages)
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], acc)
    np.testing.assert_array_equal(decoded.samples["gyr_lsb"], gyr)
    np.testing.assert_array_equal(decoded.samples["index"], np.arange(len(acc)))
    period_us = about.period_ns // 1000
    np.testing.assert_array_equal(decoded.samples["device_us"], np.arange(len(acc)) * period_us)


def test_clip_flags_belong_to_the_samples_of_their_package():
    flags = [0, Flag.GYR_CLIPPED, Flag.ACC_CLIPPED, Flag.ACC_CLIPPED | Flag.MAG_CLIPPED, 31]
    decoded = decode(packets_of([samples_package(8 * k, flags=f) for k, f in enumerate(flags)]))
    expected = [[False, False], [False, True], [True, False], [True, False], [True, True]]
    np.testing.assert_array_equal(decoded.clipped, np.repeat(expected, 8, axis=0))
    assert dict(decoded.trouble) == {
        "gap in time reported by the pod": 1,
        "processing trouble reported by the pod": 1,
    }


def test_what_a_lost_notification_held_is_a_gap_and_nothing_else_is():
    packages = stream(50)
    packets = packets_of(packages)
    decoded = decode(packets[:7] + packets[8:])
    index = decoded.samples["index"]
    assert decoded.lost == 400 - len(index)
    assert decoded.lost in (16, 24)
    assert np.flatnonzero(np.diff(index) > 1).size == 1
    acc, _ = counts(packages)
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], acc[index])
    np.testing.assert_array_equal(decoded.samples["device_us"], index * 5000)
    assert dict(decoded.trouble) == {"damaged frame": 1}


def test_the_same_sample_has_the_same_index_in_any_part_of_a_recording():
    packets = packets_of(stream(200, start=1000))
    whole = decode(packets)
    part = decode(packets[40:60])
    at = np.searchsorted(whole.samples["index"], part.samples["index"])
    np.testing.assert_array_equal(part.samples, whole.samples[at])
    assert len(part.samples) > 100


def test_a_notification_that_is_delivered_twice_counts_once():
    packets = packets_of(stream(20))
    *long, short = packets
    decoded = decode([packet for packet in long for _ in range(2)] + [short])
    assert (len(decoded.samples), decoded.lost) == (160, 0)
    assert dict(decoded.trouble) == {"delivered twice": len(long)}


def test_a_clock_that_is_set_ahead_or_back_begins_another_sampling():
    ahead = [samples_package(8 * k, t_ns=10**18 + 40_000_000 * k) for k in range(30)]
    back = [samples_package(8 * k, t_ns=5_000_000 + 40_000_000 * k, seed=9) for k in range(10)]
    decoded = decode(packets_of(stream(20) + ahead + back))
    assert [len(one.samples) for one in decoded.samplings] == [160, 240, 80]
    assert [one.lost for one in decoded.samplings] == [0, 0, 0]


@pytest.mark.parametrize("by_ms", [-20, -13, 17, 100])
def test_a_clock_that_is_set_by_little_begins_another_sampling(by_ms):
    after = [
        samples_package(8 * k, t_ns=40_000_000 * k + by_ms * 1_000_000) for k in range(200, 400)
    ]
    decoded = decode(packets_of(stream(200) + after))
    assert [(len(one.samples), one.lost) for one in decoded.samplings] == [(1600, 0)] * 2


def test_clocks_that_are_never_even_are_not_cut_to_pieces():
    rng = np.random.default_rng(1)
    jittery = [
        samples_package(8 * k, t_ns=40_000_000 * k + int(rng.integers(0, 9_000_000)))
        for k in range(1, 200)
    ]
    assert len(decode(packets_of(jittery)).samplings) == 1


def test_what_was_held_back_for_a_minute_is_of_the_same_sampling():
    """The buffer empties faster than time passes, and what it lost is missing in the middle."""
    packages = stream(50) + stream(50, start=1000)
    quick = packets_of(packages[50:], every_ns=1_000_000, start_ns=60_000_000_000)
    decoded = decode(packets_of(packages[:50]) + quick)
    assert len(decoded.samplings) == 1
    assert decoded.lost == 7600


def test_arrival_is_when_the_last_sample_of_a_package_was_there():
    decoded = decode(packets_of(stream(50), delay_ns=30_000_000))
    late_s = decoded.arrival[:, 1] - decoded.arrival[:, 0]
    assert decoded.arrival.shape == (50, 2)
    assert 0.03 < late_s.min() < late_s.max() < 0.03 + 3 * 0.04


def said(*packages, host_ns=0):
    return [
        Packet(host_ns, Channel.TX, join_notification([], encode_frame(one))) for one in packages
    ]


def test_a_pod_says_who_it_is_and_whose_clock_it_keeps():
    info = Package(Id.DEVICE_INFO, encode_info(DeviceInfo("12ab34", "B", "1", "1.0")))
    mode = Mode(packed=1, sync=Sync.RECEIVER, sync_id=77)
    status = Status(t_ns=10**9, state=2, battery_pct=64, charging=True, synchronised=True)
    about = said(info, Package(Id.MODE, encode_mode(mode)))
    told = said(Package(Id.STATUS, encode_status(status)))
    decoded = decode(about + told + packets_of(stream(50)))
    assert decoded.device == {
        "serial": "12ab34",
        "protocol": "Capture2Go 1",
        "hardware": "B",
        "firmware": "1.0",
    }
    assert decoded.battery_pct == 64
    assert (decoded.time_quality, decoded.shared_clock) == ("synced", "000000000000004d")
    alone = replace(status, synchronised=False)
    decoded = decode(
        about + said(Package(Id.STATUS, encode_status(alone))) + packets_of(stream(50))
    )
    assert (decoded.time_quality, decoded.shared_clock) == ("device", "")


def test_a_pod_that_sent_no_sample_has_none():
    decoded = decode(said(Package(Id.ERROR, encode_refusal(0xFB, 0x150))))
    assert (len(decoded.samples), decoded.lost, decoded.samples.dtype) == (0, 0, SAMPLE)
    assert dict(decoded.trouble) == {"refused with code FB": 1}


def test_samples_of_another_kind_beside_are_counted():
    beside = [samples_package(k, kind=0x0253, seed=3) for k in range(5)]
    decoded = decode(packets_of(stream(20) + beside))
    assert len(decoded.samples) == 160
    assert dict(decoded.trouble) == {"samples of another kind": 5}


def test_a_recording_fetched_from_the_pod_is_a_sampling_on_the_clock_of_its_status():
    packages = stream(100, start=50)
    content = b"".join(map(encode_frame, packages))
    pieces = [
        Package(Id.BYTES, encode_bytes(at, content[at : at + 232]))
        for at in range(0, len(content), 232)
    ]
    size = Package(Id.SIZE, encode_size("run", len(content)))
    statuses = [
        packet
        for t_ns in range(0, 8 * 10**9, 10**9)
        for packet in said(
            Package(Id.STATUS, encode_status(Status(t_ns, 3, 50))), host_ns=t_ns + 25_000_000
        )
    ]
    packets = [*statuses, *said(size, *pieces, host_ns=10**11)]
    decoded = decode(packets)
    acc, _ = counts(packages)
    np.testing.assert_array_equal(decoded.samples["acc_lsb"], acc)
    np.testing.assert_array_equal(decoded.samples["index"], np.arange(400, 1200))
    np.testing.assert_allclose(decoded.arrival, [[s, s + 0.025] for s in (2, 3, 4, 5)])
    (stored,) = [PROTOCOL.log.fetched(packets, one) for one in (Stored("run"),)]
    assert stored == content


def test_a_hole_in_a_download_ends_what_is_fetched():
    content = bytes(range(250)) * 4
    pieces = [
        Package(Id.BYTES, encode_bytes(at, content[at : at + 100])) for at in range(0, 1000, 100)
    ]
    size = Package(Id.SIZE, encode_size("run", len(content)))
    packets = said(size, *pieces[:3], *pieces[4:])
    assert PROTOCOL.log.fetched(packets, Stored("run")) == content[:300]
    again = said(size, *pieces[3:5])
    assert PROTOCOL.log.fetched(packets + again, Stored("run")) == content


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 300), min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=12),
    st.integers(0, 2**62),
)
def test_a_damaged_stream_gives_only_samples_that_were_sent(firsts, changes, host_ns):
    packages = [samples_package(8 * first) for first in firsts]
    packets = [bytearray(packet.payload) for packet in packets_of(packages)]
    for at, value in changes:
        packet = packets[at % len(packets)]
        packet[at % len(packet)] = value
    decoded = decode([Packet(host_ns, Channel.TX, bytes(packet)) for packet in packets])
    sent = {row.tobytes() for row in np.concatenate(list(counts(packages)), axis=1)}
    for one in decoded.samplings:
        assert (np.diff(one.samples["index"]) > 0).all()
        got = np.concatenate([one.samples["acc_lsb"], one.samples["gyr_lsb"]], axis=1)
        assert {row.astype("<i2").tobytes() for row in got} <= sent


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*SAMPLE_KINDS, *map(int, Id)]),
            st.sampled_from([8, 19, 30, 31, 37, 47, 69, 115, 163]),
            st.integers(0, 2**32 - 1),
        ),
        max_size=20,
    ),
    st.lists(st.integers(0, 2**62), min_size=20, max_size=20),
)
def test_any_payload_in_a_good_frame_is_samples_or_trouble(frames, host_ns):
    packages = [
        Package(kind, np.random.default_rng(seed).bytes(size)) for kind, size, seed in frames
    ]
    packets = [
        packet
        for package, at_ns in zip(packages, host_ns, strict=False)
        for packet in said(package, host_ns=at_ns)
    ]
    for one in decode(packets).samplings:
        assert (np.diff(one.samples["index"]) > 0).all()
        assert one.clipped is None or one.clipped.shape == (len(one.samples), 2)
