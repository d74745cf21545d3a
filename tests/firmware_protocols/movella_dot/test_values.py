"""Encode inverts decode, for all that is said to a pod and by it; what is odd is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocols.movella_dot import files, messages, values
from firmware_protocols.protocol import DecodeError

BYTE = st.integers(0, 255)
U32 = st.integers(0, 2**32 - 1)


@given(kind=BYTE, payload=st.binary(max_size=156), topic=BYTE, behind=st.binary(max_size=20))
def test_messages(kind, payload, topic, behind):
    message = messages.Message(kind, payload, topic)
    encoded = messages.encode_message(message)
    assert sum(encoded) % 256 == 0
    assert messages.decode_message(encoded + behind) == message


@given(payload=st.binary(max_size=60), at=st.integers(0, 62), change=st.integers(1, 255))
def test_a_message_of_which_a_byte_changed_is_none(payload, at, change):
    encoded = bytearray(messages.encode_message(messages.Message(0x71, payload)))
    at %= len(encoded)
    if at == 1:  # another length may, one time in 256, have the sum of its own
        return
    encoded[at] = (encoded[at] + change) % 256
    with pytest.raises(DecodeError):
        messages.decode_message(bytes(encoded))


@given(result=BYTE, kind=BYTE, payload=st.binary(max_size=150))
def test_acknowledgements(result, kind, payload):
    said = messages.Acknowledged(result, kind, payload)
    assert messages.decode_acknowledged(messages.encode_acknowledged(said)) == said


@given(
    serial=st.integers(0, 2**64 - 1),
    firmware=st.tuples(BYTE, BYTE, BYTE),
    address=st.binary(min_size=6, max_size=6),
)
def test_device_information(serial, firmware, address):
    info = values.Info(serial, firmware, "XS-T02", address)
    assert values.decode_info(values.encode_info(info)) == info


@given(
    visit=BYTE,
    identify=st.booleans(),
    rate_hz=st.integers(0, 2**16 - 1),
    profile=BYTE,
    tag=st.text("ab C1", max_size=16).map(str.strip),
)
def test_settings(visit, identify, rate_hz, profile, tag):
    settings = values.Settings(visit, identify, rate_hz, profile, tag)
    encoded = values.encode_settings(settings)
    assert len(encoded) == 32
    assert values.decode_settings(encoded) == settings


def test_settings_stand_where_the_document_has_them():
    encoded = values.encode_settings(
        values.Settings(16, rate_hz=120, filter_profile=1, tag="Shank")
    )
    assert (encoded[0], encoded[7], encoded[8:13], encoded[24:27]) == (
        16,
        5,
        b"Shank",
        b"\x78\0\x01",
    )


@given(on=st.booleans(), mode=BYTE)
def test_measuring(on, mode):
    assert values.decode_measure(values.encode_measure(on=on, mode=mode)) == (on, mode)


@given(level=st.integers(0, 100), charging=st.booleans())
def test_battery(level, charging):
    assert values.decode_battery(values.encode_battery(level, charging=charging)) == level


@given(number=U32, content=st.binary(min_size=1, max_size=150))
def test_records_and_their_numbers(number, content):
    assert files.decode_record(files.encode_record(number, content)) == (number, content)
    assert files.decode_number(files.encode_number(number)) == number


@given(utc_s=U32, seconds=st.integers(0, 2**16 - 1))
def test_starts_and_headers_of_recordings(utc_s, seconds):
    assert files.decode_start(files.encode_start(utc_s, seconds)) == (utc_s, seconds)
    assert files.decode_file(files.encode_file(utc_s, seconds)) == utc_s


@given(size=st.integers(1, 2**32 - 1), parts=st.lists(st.integers(0, 60), max_size=20))
def test_what_the_flash_holds(size, parts):
    marks = b"".join(b"\xee" + b"\xcc" * count for count in parts)
    flash = files.Flash(size, marks)
    said = files.encode_flash(flash)
    assert files.decode_flash(said) == flash
    assert {len(one) for one in said} == {128}
    assert flash.files == len(parts)


@given(selected=st.lists(st.sampled_from(sorted(files.Field)), min_size=1, unique=True))
def test_a_record_is_as_long_as_its_fields(selected):
    sizes = dict(zip(range(13), (4, 16, 9, 12, 12, 16, 12, 12, 12, 6, 2, 1, 1), strict=True))
    assert files.layout(bytes(selected)).itemsize == sum(sizes[field] for field in selected)


@pytest.mark.parametrize("selected", [b"", b"\x00\x00", b"\x0d"])
def test_a_selection_that_is_none_is_refused(selected):
    with pytest.raises(DecodeError, match="unknown selection"):
        files.layout(selected)


@pytest.mark.parametrize(
    ("decode", "value"),
    [
        (values.decode_info, bytes(33)),
        (values.decode_settings, bytes(31)),
        (values.decode_measure, b"\x02\x01\x15"),
        (values.decode_battery, b"\x65\x00"),
        (messages.decode_message, b"\x01\x00\xff"),
        (messages.decode_message, b"\x01\x05\x02\xf8"),
        (messages.decode_acknowledged, bytes.fromhex("01 01 02 fc")),
        (files.decode_record, bytes(4)),
        (files.decode_file, bytes(128)),
        (files.decode_start, bytes(5)),
        (lambda said: files.decode_flash([said]), bytes(128)),
    ],
)
def test_what_is_none_is_refused(decode, value):
    with pytest.raises(DecodeError):
        decode(value)


def test_the_slowest_rate_that_is_enough_is_chosen_the_fastest_for_recordings_alone():
    assert [values.rate_for(hz) for hz in (200, 61, 60, 25, 0.5)] == [60, 60, 60, 30, 1]
    assert [values.rate_for(hz, live=False) for hz in (200, 61, 60)] == [120, 120, 60]
    assert np.all(np.diff(values.RATES_HZ) < 0)
