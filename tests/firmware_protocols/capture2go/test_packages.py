from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocols.capture2go import files, packages
from firmware_protocols.capture2go.packages import DeviceInfo, Mode, Status
from firmware_protocols.protocol import DecodeError

NAMES = st.text(st.characters(codec="ascii", exclude_characters="\0"), min_size=1, max_size=64)
I64 = st.integers(-(2**63), 2**63 - 1)
U32 = st.integers(0, 2**32 - 1)
U8 = st.integers(0, 255)
DECODERS = [
    packages.decode_info,
    packages.decode_mode,
    packages.decode_status,
    packages.decode_time,
    packages.decode_roundtrip,
    packages.decode_refusal,
    files.decode_recording,
    files.decode_name,
    files.decode_count,
    files.decode_file,
    files.decode_span,
    files.decode_size,
    files.decode_bytes,
]


def words(size):
    return st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=size)


@given(st.builds(Mode, U8, U8, U8, st.integers(0, 2**64 - 1), st.booleans()))
def test_a_mode_is_decoded_again(mode):
    assert packages.decode_mode(packages.encode_mode(mode)) == mode


@given(
    st.builds(DeviceInfo, words(6), words(8), words(8), words(12), words(11), st.integers(0, 65535))
)
def test_who_a_pod_is_is_decoded_again(info):
    assert packages.decode_info(packages.encode_info(info)) == info


I16 = st.integers(-(2**15), 2**15 - 1)


@given(
    st.builds(
        Status,
        I64,
        U8,
        st.integers(0, 127),
        st.booleans(),
        st.booleans(),
        U8,
        U8,
        st.tuples(I16, I16, I16),
    )
)
def test_a_status_is_decoded_again(status):
    assert packages.decode_status(packages.encode_status(status)) == status


@given(NAMES, U32, U32, st.binary(min_size=1, max_size=232))
def test_what_concerns_files_is_decoded_again(name, start, stop, content):
    assert files.decode_recording(files.encode_recording(name)) == name
    assert files.decode_name(files.encode_name(name)) == name
    assert files.decode_span(files.encode_span(name, start, stop)) == (name, start, stop)
    assert files.decode_size(files.encode_size(name, stop)) == (name, stop)
    assert files.decode_file(files.encode_file(3, name, stop)) == (3, name, stop)
    assert files.decode_bytes(files.encode_bytes(start, content)) == (start, content)


@given(I64, I64, I64, I64, U8, st.integers(0, 65535))
def test_times_and_refusals_are_decoded_again(one, two, three, four, code, command):
    assert packages.decode_time(packages.encode_time(one)) == one
    times = (one, two, three, four)
    assert packages.decode_roundtrip(packages.encode_roundtrip(*times)) == times
    assert packages.decode_refusal(packages.encode_refusal(code, command)) == (code, command)


@pytest.mark.parametrize("decode", DECODERS)
@given(payload=st.binary(max_size=240))
def test_any_bytes_are_a_value_or_a_decode_error(decode, payload):
    with suppress(DecodeError):
        decode(payload)


@pytest.mark.parametrize("decode", DECODERS)
@given(data=st.data())
def test_bytes_of_the_right_length_are_a_value_or_a_decode_error(decode, data):
    size = data.draw(st.sampled_from([2, 3, 8, 17, 19, 30, 32, 47, 65, 69, 71, 73, 74]))
    with suppress(DecodeError):
        decode(data.draw(st.binary(min_size=size, max_size=size)))


@pytest.mark.parametrize("name", ["", "x" * 65])
def test_a_name_that_cannot_be_is_refused_in_words(name):
    with pytest.raises(ValueError, match="1 to 64 letters"):
        files.encode_name(name)
