import pytest
from hypothesis import given
from hypothesis import strategies as st
from vendor_bytes.capture2go_bytes import COMMANDS, SAMPLES, SET_MODE, SET_TIME, samples_package

from firmware_protocols.capture2go.frames import (
    MOST_PAYLOAD,
    Assembler,
    Package,
    decode_frame,
    encode_frame,
    join_notification,
    split_notification,
)
from firmware_protocols.capture2go.packages import (
    Id,
    Mode,
    Sync,
    decode_mode,
    decode_time,
    encode_mode,
    encode_time,
)
from firmware_protocols.protocol import DecodeError

PACKAGES = st.builds(Package, st.integers(0, 0xFFFF), st.binary(max_size=MOST_PAYLOAD))
MODE = Mode(packed=1, sync=Sync.SENDER, sync_id=0x1122334455667788)


@pytest.mark.parametrize(("name", "golden"), COMMANDS.items())
def test_golden_bytes_of_commands(name, golden):
    assert encode_frame(Package(Id[name])) == bytes.fromhex(golden)
    assert decode_frame(bytes.fromhex(golden)) == Package(Id[name])


def test_golden_bytes_of_time_and_mode():
    assert (
        encode_frame(Package(Id.SET_TIME, encode_time(1_700_000_000 * 10**9))).hex(" ") == SET_TIME
    )
    assert encode_frame(Package(Id.SET_MODE, encode_mode(MODE))) == bytes.fromhex(SET_MODE)
    assert decode_mode(decode_frame(bytes.fromhex(SET_MODE)).payload) == MODE
    assert decode_time(bytes.fromhex(SET_TIME)[8:]) == 1_700_000_000 * 10**9


@given(PACKAGES)
def test_a_frame_is_decoded_again(package):
    assert decode_frame(encode_frame(package)) == package


@given(st.lists(PACKAGES, max_size=3).filter(lambda all_: len(all_) < 4), st.binary(max_size=300))
def test_a_notification_is_split_again(realtime, piece):
    assert split_notification(join_notification(realtime, piece)) == (realtime, piece)


@given(st.lists(PACKAGES, max_size=8), st.data())
def test_frames_are_found_however_the_stream_is_cut(packages, data):
    stream = b"".join(map(encode_frame, packages))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    assembler, found = Assembler(), []
    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += assembler.feed(stream[begin:end])
    assert found == packages
    assert assembler.damaged == 0


@given(st.lists(st.integers(0, 2**31), min_size=6, max_size=12, unique=True), st.data())
def test_a_lost_piece_costs_only_the_frames_it_belonged_to(firsts, data):
    packages = [samples_package(first) for first in firsts]
    stream = b"".join(map(encode_frame, packages))
    size = len(encode_frame(packages[0]))
    begin = data.draw(st.integers(size, len(stream) - size - 1))
    end = data.draw(st.integers(begin + 1, len(stream) - size))
    assembler = Assembler()
    found = assembler.feed(stream[:begin]) + assembler.feed(stream[end:])
    whole = [k for k in range(len(packages)) if (k + 1) * size <= begin or k * size >= end]
    assert found == [packages[k] for k in whole]
    assert assembler.damaged == (begin % size != 0 or end % size != 0)


@given(st.binary(max_size=2000))
def test_any_bytes_leave_less_than_a_frame_behind(piece):
    assembler = Assembler()
    assembler.feed(piece)
    assert len(assembler._held) < 8 + MOST_PAYLOAD


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", "empty notification"),
        (b"\xfb\x00", "not a notification"),
        (b"\xfe\x02\x00", "truncated real-time frame"),
        (b"\xfe" + bytes.fromhex(SAMPLES)[:-1], "frame of odd length"),
    ],
)
def test_what_is_wrong_with_a_notification_is_said(payload, words):
    with pytest.raises(DecodeError, match=words):
        split_notification(payload)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: b"\x03" + frame[1:], "not a frame"),
        (lambda frame: frame[:-1], "odd length"),
        (lambda frame: frame[:-1] + b"\x05", "bad crc"),
    ],
)
def test_what_is_wrong_with_a_frame_is_said(change, words):
    with pytest.raises(DecodeError, match=words):
        decode_frame(change(bytes.fromhex(SAMPLES)))
