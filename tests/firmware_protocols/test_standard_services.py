from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocols.protocol import DecodeError
from firmware_protocols.standard_services import (
    BATTERY_LEVEL,
    Rsc,
    decode_battery,
    decode_rsc,
    decode_text,
    decode_time,
    encode_battery,
    encode_rsc,
    encode_text,
    encode_time,
)

RSC = bytes.fromhex("05 80 03 5a 78 00")
TIME = bytes.fromhex("ea 07 01 02 03 04 05 05 80 00")
DECODERS = [decode_battery, decode_rsc, decode_text, decode_time]


def test_a_short_number_is_a_full_uuid():
    assert BATTERY_LEVEL == "00002a19-0000-1000-8000-00805f9b34fb"


def test_golden_bytes_of_a_footpod():
    rsc = Rsc(3.5, 90, running=True, stride_length_m=1.2)
    assert decode_rsc(RSC) == rsc
    assert encode_rsc(rsc) == RSC


def test_golden_bytes_of_the_time():
    at = datetime(2026, 1, 2, 3, 4, 5, 500_000)
    assert decode_time(TIME) == at
    assert encode_time(at) == TIME


METRES = st.integers(0, 2**16 - 1).map(lambda cm: cm / 100)


@given(
    st.builds(
        Rsc,
        st.integers(0, 2**16 - 1).map(lambda steps: steps / 256),
        st.integers(0, 255),
        st.booleans(),
        st.none() | METRES,
        st.none() | st.integers(0, 2**32 - 1).map(lambda dm: dm / 10),
    )
)
def test_what_is_encoded_is_decoded_again(rsc):
    assert decode_rsc(encode_rsc(rsc)) == rsc


@given(st.datetimes(min_value=datetime(1582, 1, 1)))
def test_times_are_kept_to_a_256th_of_a_second(at):
    assert 0 <= (at - decode_time(encode_time(at))).total_seconds() < 1 / 256


@given(st.integers(0, 100))
def test_a_battery_level_is_decoded_again(level_pct):
    assert decode_battery(encode_battery(level_pct)) == level_pct


@given(st.text(st.characters(exclude_categories=["C", "Z"])))
def test_a_text_is_decoded_again(text):
    assert decode_text(encode_text(text) + b"\0") == text


@pytest.mark.parametrize("decode", DECODERS)
@given(payload=st.binary(max_size=24))
def test_any_bytes_are_a_value_or_a_decode_error(decode, payload):
    with suppress(DecodeError):
        decode(payload)


@pytest.mark.parametrize(
    ("decode", "payload", "words"),
    [
        (decode_battery, b"\x65", "not a battery level"),
        (decode_rsc, RSC[:-1], "odd length"),
        (decode_rsc, b"\1", "truncated"),
        (decode_time, TIME[:2] + b"\x0d" + TIME[3:], "not a date"),
    ],
)
def test_what_is_wrong_is_said(decode, payload, words):
    with pytest.raises(DecodeError, match=words):
        decode(payload)
