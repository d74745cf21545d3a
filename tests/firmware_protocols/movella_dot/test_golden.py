"""Bytes that the maker published: printed examples, and what a real pod sent."""

import numpy as np
import pytest
from vendor_bytes.dot_bytes import (
    FLASH,
    LIVE_SAMPLE,
    PRINTED,
    PRINTED_RECORDS,
    PRINTED_START,
    RECORDS,
    asked_for,
    notice,
)

from firmware_protocols.movella_dot import PROTOCOL
from firmware_protocols.movella_dot.files import decode_flash, decode_start, encode_flash, layout
from firmware_protocols.movella_dot.gatt import Channel
from firmware_protocols.movella_dot.messages import Kind, Message, decode_message, encode_message
from firmware_protocols.protocol import DecodeError, Packet
from imu.recording.samples import acceleration, angular_rate

ALL_FIELDS = bytes(range(0x0D))


@pytest.mark.parametrize(("printed", "kind", "says"), PRINTED)
def test_a_printed_message(printed, kind, says):
    message = Message(kind, bytes.fromhex(says))
    assert decode_message(bytes.fromhex(printed)) == message
    assert encode_message(message) == bytes.fromhex(printed)


def test_the_printed_start_of_a_recording_has_a_wrong_checksum():
    printed = bytes.fromhex(PRINTED_START)
    with pytest.raises(DecodeError, match="wrong checksum"):
        decode_message(printed)
    right = printed[:-1] + b"\xe4"
    assert decode_start(decode_message(right).payload) == (0x5B3B50DF, 0x0708)
    assert encode_message(Message(Kind.START, printed[3:-1])) == right


def test_the_printed_records_are_as_long_as_with_a_time_of_four_bytes():
    selected = bytes.fromhex(PRINTED[7][2])
    times = []
    for printed in map(bytes.fromhex, PRINTED_RECORDS):
        assert printed[1] == 1 + 4 + layout(selected).itemsize
        times.append(int.from_bytes(printed[7:11], "little"))
    assert times[1] - times[0] == 16_667


def test_the_flash_of_a_real_pod():
    said = [decode_message(bytes.fromhex(one)) for one in FLASH]
    assert {message.kind for message in said} == {Kind.FLASH}
    flash = decode_flash([message.payload for message in said])
    assert (flash.size_bytes, flash.files, flash.marks.count(0xCC)) == (16_752_640, 2, 4)
    assert flash.free_pct == 95
    # When it was last erased is not kept.
    again = encode_flash(flash)
    assert again[1] == said[1].payload
    assert again[0][:10] + again[0][14:] == said[0].payload[:10] + said[0].payload[14:]


def real_records():
    """The two real records in the messages of the document, with their later kind."""
    said = [decode_message(bytes.fromhex(one)) for one in RECORDS]
    assert {message.kind for message in said} == {0x61}
    assert [message.payload[0] for message in said] == [1, 2]
    return [message.payload for message in said]


def test_the_real_records_are_a_pod_at_rest():
    assert layout(ALL_FIELDS).itemsize == 115
    rows = [np.frombuffer(payload[4:], layout(ALL_FIELDS))[0] for payload in real_records()]
    assert int(rows[1]["time"]) - int(rows[0]["time"]) == 16_667
    for one in rows:
        assert np.linalg.norm(one["quaternion"]) == pytest.approx(1, abs=1e-6)
        assert np.linalg.norm(one["acc"]) == pytest.approx(9.6, abs=0.01)
        # The acceleration is the change of velocity by the interval: field 7 is acceleration.
        np.testing.assert_allclose(one["velocity"] * 60, one["acc"], rtol=1e-4)
        # And field 8 is the rotation by the interval, in rad/s.
        np.testing.assert_allclose(2 * one["rotation"][1:] * 60, one["gyr"], rtol=1e-4)
        assert (one["status"], one["acc_clips"], one["gyr_clips"]) == (0x0200, 0, 0)


def test_the_real_records_decoded():
    packets = [
        *asked_for(selected=ALL_FIELDS),
        *(notice(Kind.DATA, said) for said in real_records()),
    ]
    decoded = PROTOCOL.decode(packets)
    assert (len(decoded.samples), decoded.lost, dict(decoded.trouble)) == (2, 0, {})
    acc = acceleration(decoded.samples, decoded.scale)
    np.testing.assert_allclose(acc[0], (0.06649, -0.21326, -9.59912), atol=1e-5)
    assert decoded.samples["device_us"].tolist() == [764_111_910, 764_128_577]
    assert not decoded.clipped.any()
    assert "turned too little to tell" in decoded.assumed[0]


def test_a_live_sample_made_by_hand():
    decoded = PROTOCOL.decode([Packet(0, Channel.MEDIUM, bytes.fromhex(LIVE_SAMPLE))])
    acc, gyr = (
        acceleration(decoded.samples, decoded.scale),
        angular_rate(decoded.samples, decoded.scale),
    )
    np.testing.assert_allclose(acc, [[0, 0, 9.81]], atol=1e-6)
    np.testing.assert_allclose(np.degrees(gyr), [[1, -2, 0.5]], atol=2e-6)
    assert decoded.samples["device_us"].tolist() == [16_667]
