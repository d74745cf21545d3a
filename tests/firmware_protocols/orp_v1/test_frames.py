from binascii import crc_hqx

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from firmware_protocols.orp_v1.frames import (
    Flag,
    Frame,
    Kind,
    decode_frame,
    decode_frames,
    encode_frame,
    fault,
    samples_per_frame,
)
from firmware_protocols.protocol import DecodeError

STREAM = bytes.fromhex(
    "10 04 01 00 00 00 00 00 40 42 0f 00 02 01 00 00 00 00 00 08 00 00 00 00 00 00"
    "64 00 38 ff d0 07 f0 ff 21 00 a4 00 6f cf"
)
BULK = bytes.fromhex(
    "10 01 00 00 56 01 00 00 f0 59 29 00 01 01 00 00 00 00 00 08 00 00 00 00 00 00 b8 5b"
)
END = bytes.fromhex("1f 01 01 00 57 01 00 00 00 00 00 00 00 01 f8 1a")


@st.composite
def frames(draw):
    kind = draw(st.sampled_from(Kind))
    n = draw(st.integers(0, 19)) if kind == Kind.RAW6 else 0
    return Frame(
        kind=kind,
        flags=draw(st.integers(0, 15)),
        sequence=draw(st.integers(0, 2**16 - 1)),
        index=draw(st.integers(0, 2**32 - 1)),
        t0_us=draw(st.integers(0, 2**32 - 1)),
        config=draw(st.integers(0, 255)),
        counts=draw(arrays("<i2", (n, 6))),
        stream=draw(st.integers(0, 15)),
    )


def test_the_golden_stream_frame_holds_two_samples():
    frame = decode_frame(STREAM)
    assert frame.kind == Kind.RAW6
    assert frame.flags == Flag.FIRST
    assert (frame.sequence, frame.index, frame.t0_us, frame.config) == (1, 0, 1_000_000, 1)
    assert frame.counts.tolist() == [[0, 0, 2048, 0, 0, 0], [100, -200, 2000, -16, 33, 164]]


def test_the_golden_bulk_frame_is_marked_as_back_fill():
    frame = decode_frame(BULK)
    assert (frame.flags, frame.index, frame.t0_us) == (Flag.BACKFILL, 342, 2_710_000)


def test_the_golden_end_frame_says_how_far_the_back_fill_went():
    frame = decode_frame(END)
    assert (frame.kind, frame.sequence, frame.index, len(frame.counts)) == (Kind.END, 1, 343, 0)


@pytest.mark.parametrize("payload", [STREAM, BULK, END], ids=["stream", "bulk", "end"])
def test_golden_frames_are_encoded_to_the_same_bytes(payload):
    assert encode_frame(decode_frame(payload)) == payload


def test_the_checksum_is_crc16_xmodem():
    assert crc_hqx(b"123456789", 0) == 0x31C3


def test_a_big_endian_checksum_is_refused():
    assert fault(STREAM[:-2] + STREAM[:-3:-1]) == "bad crc"


@pytest.mark.parametrize(
    ("att_mtu", "n"), [(23, 0), (31, 1), (65, 3), (100, 6), (185, 13), (247, 19)]
)
def test_as_many_samples_as_the_mtu_allows(att_mtu, n):
    assert samples_per_frame(att_mtu) == n


@given(frames())
def test_encode_inverts_decode(frame):
    payload = encode_frame(frame)
    again = decode_frame(payload)
    assert encode_frame(again) == payload
    np.testing.assert_array_equal(again.counts, frame.counts)


@given(frames(), st.data())
def test_any_flipped_bit_is_noticed(frame, data):
    payload = bytearray(encode_frame(frame))
    bit = data.draw(st.integers(0, len(payload) * 8 - 1))
    payload[bit // 8] ^= 1 << bit % 8
    with pytest.raises(DecodeError):
        decode_frame(bytes(payload))


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_nothing_but_decode_errors(payload):
    if reason := fault(payload):
        with pytest.raises(DecodeError, match=reason):
            decode_frame(payload)
    else:
        assert encode_frame(decode_frame(payload)) == payload


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "empty frame"),
        (STREAM[:-1], "truncated frame"),
        (STREAM[:10], "truncated frame"),
        (STREAM + b"\0", "frame too long"),
        (b"\x20" + STREAM[1:], "unknown version"),
        (STREAM[:-1] + b"\0", "bad crc"),
    ],
)
def test_the_fault_is_named(payload, reason):
    assert fault(payload) == reason


def test_a_reserved_frame_type_is_named():
    body = b"\x11" + STREAM[1:-2]
    assert fault(body + crc_hqx(body, 0).to_bytes(2, "little")) == "unknown frame type"


@given(st.lists(frames(), max_size=8))
def test_many_frames_decode_to_what_each_decodes_to(some):
    table = decode_frames([encode_frame(frame) for frame in some])
    assert table.header["index"].tolist() == [frame.index for frame in some]
    assert table.header["n"].tolist() == [len(frame.counts) for frame in some]
    expected = np.concatenate([frame.counts for frame in some] or [np.zeros((0, 6))])
    np.testing.assert_array_equal(table.counts, expected)
