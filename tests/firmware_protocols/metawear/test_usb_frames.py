"""MetaWear over USB, frames: only their length ends them, and damage costs what it touches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocols.metawear.gatt import Channel
from firmware_protocols.metawear.usb_frames import (
    FrameAssembler,
    decode_who,
    encode_frame,
    encode_who,
)
from firmware_protocols.protocol import DecodeError

MESSAGE = st.binary(min_size=1, max_size=255)


@pytest.mark.parametrize(
    ("message", "frame"),
    [
        ("fe 06", "1f 02 fe 06 0a"),
        ("0b 10 01", "1f 03 0b 10 01 0a"),
        ("0b 06 e8 03 00 00 14 00 00 00", "1f 0a 0b 06 e8 03 00 00 14 00 00 00 0a"),
    ],
)
def test_published_frames(message, frame):
    assert encode_frame(bytes.fromhex(message)).hex(" ") == frame
    assert FrameAssembler().feed(bytes.fromhex(frame)) == [bytes.fromhex(message)]


@pytest.mark.parametrize("message", [b"", bytes(256)])
def test_there_is_no_frame_for_it(message):
    with pytest.raises(DecodeError):
        encode_frame(message)


@given(st.lists(MESSAGE, max_size=8), st.data())
def test_messages_come_out_whole_however_the_bytes_come(said, data):
    stream = b"".join(encode_frame(message) for message in said)
    assembler, found = FrameAssembler(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += assembler.feed(stream[:size])
        stream = stream[size:]
    assert (found, assembler.damaged) == (said, 0)


@given(st.lists(MESSAGE, min_size=1, max_size=8), st.binary(max_size=30))
def test_after_what_is_no_frame_the_next_messages_come_again(said, noise):
    noise = noise.replace(b"\x1f", b"")
    stream = noise + b"".join(noise + encode_frame(message) for message in said)
    assert FrameAssembler().feed(stream) == said


def test_a_start_byte_that_begins_nothing_costs_no_message():
    stream = b"\x1f\x03ab" + encode_frame(b"whole") + encode_frame(b"too")
    assembler = FrameAssembler()
    assert assembler.feed(stream) == [b"whole", b"too"]
    assert assembler.damaged == 1


@given(st.lists(st.binary(max_size=600), max_size=6))
def test_any_bytes_are_messages_or_none(pieces):
    assembler = FrameAssembler()
    for piece in pieces:
        for message in assembler.feed(piece):
            assert 1 <= len(message) <= 255
    assert len(assembler._held) <= 2 + 255


def test_the_strings_are_found_though_the_makers_name_has_a_space():
    line = b"MbientLab Inc MetaMotionS 8 0.1 1.7.2 055B9E\n"
    strings = {Channel.MODEL: b"8", Channel.FIRMWARE: b"1.7.2", Channel.SERIAL: b"055B9E"}
    assert decode_who(line) == strings
    assert decode_who(encode_who("8", "1.7.2", "055B9E")) == strings


@pytest.mark.parametrize("line", [b"", b"?\n", b"a b c d e\n", b"a b c d e \xff\n"])
def test_what_are_no_strings_is_refused(line):
    with pytest.raises(DecodeError):
        decode_who(line)
