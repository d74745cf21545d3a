from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vendor_bytes.polar_bytes import GYRO_SETTINGS

from firmware_protocols.polar_pmd.control import (
    Answer,
    Kind,
    Op,
    Setting,
    decode_answer,
    decode_features,
    decode_settings,
    encode_answer,
    encode_command,
    encode_factor,
    encode_features,
    encode_settings,
    factor_of,
)
from firmware_protocols.polar_pmd.conversation import MOST_ANSWERS, chosen, start, stop
from firmware_protocols.polar_pmd.gatt import Channel
from firmware_protocols.protocol import DecodeError, Wanted
from firmware_protocols.requests import Ask, Read, Wait

OFFERED = {
    Setting.RATE: (26, 52, 104, 208, 416),
    Setting.RESOLUTION: (16,),
    Setting.RANGE: (2, 4, 8, 16),
    Setting.CHANNELS: (3,),
}
GYRO_OFFERED = {**OFFERED, Setting.RANGE: (250, 500, 1000, 2000)}
CAN = encode_features(frozenset({Kind.ACC, Kind.GYRO, Kind.SDK_MODE}))


def test_the_published_settings_are_decoded_and_encoded():
    published = bytes.fromhex(GYRO_SETTINGS)
    settings = decode_settings(published)
    assert settings == {0: (52,), 1: (16,), 2: (245, 500, 1000, 2000), 4: (3,)}
    assert encode_settings(settings) == published


def test_the_start_that_two_clients_send():
    """polar-python 1.1.1 sends just these bytes for 52 Hz, 16 bit, ±8 g."""
    settings = {0: (52,), 1: (16,), 2: (8,), 4: (3,)}
    said = encode_command(Op.START, Kind.ACC, settings)
    assert said.hex(" ") == "02 02 00 01 34 00 01 01 10 00 02 01 08 00 04 01 03"


@given(
    st.dictionaries(st.sampled_from(Setting), st.lists(st.integers(0, 255), max_size=20).map(tuple))
)
def test_settings_go_there_and_back(settings):
    assert decode_settings(encode_settings(settings)) == settings


@given(st.binary(max_size=80))
def test_any_bytes_are_settings_answers_features_or_a_decode_error(value):
    for decode in (lambda v: factor_of(decode_settings(v)), decode_answer, decode_features):
        with suppress(DecodeError):
            decode(value)


@given(st.floats(2**-26, 900, width=32))
def test_the_factor_is_a_float(factor):
    assert factor_of({Setting.FACTOR: (encode_factor(factor),)}) == factor


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf"), 1e30])
def test_an_impossible_factor_is_none(factor):
    with pytest.raises(DecodeError, match="impossible factor"):
        factor_of({Setting.FACTOR: (encode_factor(factor),)})


def test_an_answer_may_end_after_its_status():
    assert decode_answer(b"\xf0\x02\x02\x08") == Answer(2, 2, 8)


@pytest.mark.parametrize(("wanted_hz", "rate_hz"), [(200, 208), (26, 26), (300, 416), (500, 416)])
def test_both_streams_have_the_slowest_rate_that_is_enough_and_the_widest_range(wanted_hz, rate_hz):
    acc, gyr = chosen([OFFERED, GYRO_OFFERED], Wanted(rate_hz=wanted_hz))
    assert acc == {0: (rate_hz,), 1: (16,), 2: (16,), 4: (3,)}
    assert gyr == {0: (rate_hz,), 1: (16,), 2: (2000,), 4: (3,)}


def conversation(talk, replies):
    """Hold `talk` with a pod that answers each command by `replies(op, kind)`; return commands."""
    said, waiting = [], []
    request = next(talk)
    while True:
        reply = b""
        if isinstance(request, Read):
            reply = CAN if request.channel == Channel.CONTROL else b""
        elif isinstance(request, Ask):
            said.append(request.payload)
            waiting = [encode_answer(one) for one in replies(*request.payload[:2])]
        if isinstance(request, (Ask, Wait)):
            reply = waiting.pop(0)
            assert request.fits(reply)
            assert not request.fits(CAN)  # which BlueZ delivers here too
        try:
            request = talk.send(reply)
        except StopIteration:
            return said


def agreeing(op, kind):
    if op != Op.SDK_SETTINGS:
        return [Answer(op, kind, 0)]
    whole = encode_settings(OFFERED if kind == Kind.ACC else GYRO_OFFERED)
    return [
        Answer(op, kind, 0, more=True, parameters=whole[:7]),
        Answer(op, kind, 0, parameters=whole[7:]),
    ]


def test_what_streams_is_ended_and_sdk_mode_comes_before_the_settings():
    said = conversation(start(Wanted()), agreeing)
    assert [one.hex(" ") for one in said] == [
        "03 02",
        "03 05",
        "02 09",
        "04 02",
        "04 05",
        "02 02 00 01 d0 00 01 01 10 00 02 01 10 00 04 01 03",
        "02 05 00 01 d0 00 01 01 10 00 02 01 d0 07 04 01 03",
    ]
    assert [one.hex(" ") for one in conversation(stop(), agreeing)] == ["03 02", "03 05", "03 09"]


def test_a_pod_without_the_full_settings_is_asked_for_the_plain_ones():
    def refusing(op, kind):
        if op == Op.SDK_SETTINGS:
            return [Answer(op, kind, 3)]
        whole = encode_settings(OFFERED)
        return [Answer(op, kind, 0, parameters=whole if op == Op.SETTINGS else b"")]

    assert b"\x01\x02" in conversation(start(Wanted()), refusing)


@pytest.mark.parametrize(
    ("status", "words"),
    [(10, "packets that are too small"), (8, "does not support the rate"), (77, "status 77")],
)
def test_a_refusal_says_what_to_do(status, words):
    def refusing(op, kind):
        refused = op == Op.START and kind == Kind.ACC
        return [Answer(op, kind, status)] if refused else agreeing(op, kind)

    with pytest.raises(ValueError, match=words):
        conversation(start(Wanted()), refusing)


def test_an_answer_without_an_end_is_given_up():
    def endless(op, kind):
        return [Answer(op, kind, 0, more=op == Op.SDK_SETTINGS)] * (MOST_ANSWERS + 1)

    with pytest.raises(ValueError, match="does not end"):
        conversation(start(Wanted()), endless)


def test_a_pod_without_accelerometer_is_refused():
    talk = start(Wanted())
    next(talk)
    with pytest.raises(ValueError, match="does not measure acceleration"):
        talk.send(encode_features(frozenset({Kind.ECG})))
