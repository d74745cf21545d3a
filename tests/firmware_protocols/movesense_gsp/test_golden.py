"""Bytes that real pods sent, with the values that were published beside them."""

import numpy as np
from vendor_bytes.movesense_bytes import (
    ACC_INFO,
    GYR_INFO,
    IMU6_208HZ,
    IMU9_52HZ,
    REFERENCE,
    SUBSCRIBE_IMU6_208HZ,
    TIME,
    notified,
)

from firmware_protocols.movesense_gsp import PROTOCOL
from firmware_protocols.movesense_gsp.frames import Command, encode_command, encode_paths
from firmware_protocols.movesense_gsp.gatt import Channel
from firmware_protocols.movesense_gsp.streams import STREAMS, stream_for
from firmware_protocols.movesense_gsp.values import (
    PodTime,
    decode_info,
    decode_time,
    encode_info,
    encode_time,
)
from firmware_protocols.protocol import Packet
from imu.recording.samples import acceleration, angular_rate


def measured(decoded):
    scale = decoded.scale
    return acceleration(decoded.samples, scale), angular_rate(decoded.samples, scale)


def test_a_command_and_what_a_pod_can_do():
    stream = stream_for(200)
    said = encode_command(Command.SUBSCRIBE, stream.reference, encode_paths(stream.path))
    assert said == bytes.fromhex(SUBSCRIBE_IMU6_208HZ)
    rates = [13, 26, 52, 104, 208, 416, 833, 1666]
    for golden, ranges, size in (
        (ACC_INFO, [2, 4, 8, 16], 1),
        (GYR_INFO, [125, 245, 500, 1000, 2000], 2),
    ):
        assert decode_info(bytes.fromhex(golden), range_bytes=size) == (rates, ranges)
        assert encode_info(rates, ranges, range_bytes=size) == bytes.fromhex(golden)
    assert set(PROTOCOL.capabilities.rates_hz) <= set(rates)
    assert PROTOCOL.capabilities.acc_ranges_g == (2, 4, 8, 16)


def test_the_time_of_a_pod_is_in_ms_whatever_its_tick_rate():
    assert decode_time(bytes.fromhex(TIME)) == PodTime(1_787_161_151_527_000, 2_394_576)
    assert encode_time(PodTime(1_787_161_151_527_000, 2_394_576)) == bytes.fromhex(TIME)


def test_live_samples_of_a_pod_at_rest():
    payload = bytes.fromhex(IMU9_52HZ)
    decoded = PROTOCOL.decode(notified(payload, reference=REFERENCE[9, 52.0]))
    acc, gyr = measured(decoded)
    np.testing.assert_allclose(acc[0], (-0.055, -0.077, -9.823), atol=5e-4)
    np.testing.assert_allclose(np.degrees(gyr[0]), (1.96, -2.59, 0.91), atol=5e-6)
    assert decoded.samples["device_us"][0] == 106_005_000
    # The floats that were sent, to their last bit but one: nothing is rounded away.
    sent = np.frombuffer(payload, STREAMS[REFERENCE[9, 52.0]].layout(4))[0]
    np.testing.assert_allclose(acc, sent["acc"], rtol=2e-7)
    np.testing.assert_allclose(np.degrees(gyr), sent["gyr"], rtol=2e-7)


def test_samples_made_by_hand():
    decoded = PROTOCOL.decode([Packet(0, Channel.DATA, bytes.fromhex(IMU6_208HZ))])
    acc, gyr = measured(decoded)
    np.testing.assert_allclose(acc, [[0, 0, 9.81], [0, 1, 9.81]], atol=3e-4)
    np.testing.assert_allclose(np.degrees(gyr), [[1, 2, 3], [4, 5, 6]], atol=2.2e-3)
    assert decoded.scale.acc_range_mps2 is None  # two samples do not tell
