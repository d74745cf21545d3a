from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocols.orp_v1 import config, control, info, tlv
from firmware_protocols.protocol import DecodeError

U8 = st.integers(0, 2**8 - 1)
U16 = st.integers(0, 2**16 - 1)
U32 = st.integers(0, 2**32 - 1)
U64 = st.integers(0, 2**64 - 1)
I16 = st.integers(-(2**15), 2**15 - 1)
F32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
POSITIVE = st.floats(2**-40, 2**20, width=32)
AXES = st.tuples(F32, F32, F32)

CONFIGS = st.builds(
    config.Config,
    stream=U8,
    rate_hz=st.none() | F32,
    ranges=st.dictionaries(U8, U16, max_size=4),
    max_latency_ms=st.none() | U16,
)
EFFECTIVES = st.builds(
    config.Effective,
    config_id=U8,
    rate_hz=st.floats(0.125, 65536, width=32),
    ranges=st.dictionaries(U8, U16, max_size=4),
    max_latency_ms=U16,
    si_per_lsb=st.dictionaries(U8, POSITIVE, max_size=4).map(lambda scales: {1: 0.005, **scales}),
).map(lambda e: config.decode_effective(config.encode_effective(e)))
GROUPS = st.builds(info.Group, quantity=U8, unit=U8, number=U8, channels=U8, axes=U16)
STREAMS = st.builds(info.Stream, stream=U8, kind=U8, groups=st.lists(GROUPS, max_size=3).map(tuple))
CALIBRATIONS = st.builds(info.Calibration, quantity=U8, offset=AXES, scale=AXES)
INFOS = st.builds(
    info.Info,
    serial=st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    version=st.tuples(U8, U8),
    role=U8,
    streams=st.lists(STREAMS, max_size=2).map(tuple),
    rates_hz=st.dictionaries(U8, st.lists(F32, max_size=5).map(tuple), max_size=2),
    ranges=st.dictionaries(U8, st.lists(U16, max_size=5).map(tuple), max_size=3),
    ring_samples=st.none() | U32,
    flash_bytes=st.none() | U32,
    clock_ppm=st.none() | U8,
    mounting=st.none() | st.tuples(I16, I16, I16, I16),
    calibrations=st.lists(CALIBRATIONS, max_size=2).map(tuple),
    features=U32,
    boot_id=st.none() | U32,
)


def test_the_golden_back_fill_command_asks_for_380_samples_from_342():
    asked = control.Command(control.Op.BACKFILL, 7, control.encode_pair(342, 380))
    payload = bytes.fromhex("05 07 56 01 00 00 7c 01 00 00")
    assert control.encode_command(asked) == payload
    assert control.decode_command(payload) == asked


def test_the_golden_start_answer_begins_at_index_0_after_5_seconds():
    payload = bytes.fromhex("83 01 00 00 00 00 00 40 4b 4c 00 00 00 00 00")
    answer = control.decode_answer(payload)
    assert (answer.op, answer.request_id, answer.result) == (control.Op.START, 1, 0)
    assert control.decode_started(answer.data) == control.Started(0, 5_000_000)
    assert control.encode_answer(answer) == payload


def test_status_has_twelve_bytes():
    status = control.Status(87, control.StatusFlag.SAMPLING, 1234, 5, -3)
    payload = control.encode_status(status)
    assert payload == bytes.fromhex("57 02 d2 04 00 00 05 00 00 00 fd 00")
    assert control.decode_status(payload) == status


@given(CONFIGS)
def test_config_survives_the_wire(wanted):
    assert config.decode_config(config.encode_config(wanted)) == wanted


@given(EFFECTIVES)
def test_the_effective_configuration_survives_the_wire(effective):
    assert config.decode_effective(config.encode_effective(effective)) == effective


@given(INFOS)
def test_info_survives_the_wire(said):
    assert info.decode_info(info.encode_info(said)) == said


@given(INFOS, st.integers(0x40, 0xFF), st.binary(max_size=255))
def test_unknown_tags_are_skipped_by_their_length(said, tag, value):
    payload = tlv.encode_tlv([(tag, value)]) + info.encode_info(said)
    assert info.decode_info(payload) == said


@given(U8, U32, U32, U64)
def test_small_records_survive_the_wire(byte, first, second, time_us):
    assert control.decode_pair(control.encode_pair(first, second)) == (first, second)
    assert control.decode_index(control.encode_index(first)) == first
    assert control.decode_time(control.encode_time(time_us)) == time_us
    assert control.decode_sync(control.encode_sync(byte, time_us)) == (byte, time_us)
    assert control.decode_ping(control.encode_ping(byte)) == byte
    pong = control.Pong(byte, time_us, time_us)
    assert control.decode_pong(control.encode_pong(pong)) == pong


DECODERS = [
    tlv.decode_tlv,
    config.decode_config,
    config.decode_effective,
    info.decode_info,
    control.decode_command,
    control.decode_answer,
    control.decode_started,
    control.decode_pair,
    control.decode_index,
    control.decode_time,
    control.decode_sync,
    control.decode_status,
    control.decode_ping,
    control.decode_pong,
]


@pytest.mark.parametrize("decode", DECODERS, ids=lambda f: f.__name__)
@given(
    payload=st.binary(max_size=40)
    | st.lists(st.tuples(st.integers(0, 0x22), st.binary(max_size=26))).map(tlv.encode_tlv)
)
def test_arbitrary_bytes_raise_nothing_but_decode_errors(decode, payload):
    with suppress(DecodeError):
        decode(payload)


@pytest.mark.parametrize(
    "broken", [{"rate_hz": hz} for hz in (0.0, 1e-30, 1e30, float("nan"))] + [{"si_per_lsb": {}}]
)
def test_a_configuration_that_cannot_scale_a_sample_is_refused(broken):
    good = {"config_id": 1, "rate_hz": 200.0, "ranges": {}, "max_latency_ms": 100}
    payload = config.encode_effective(
        config.Effective(**{**good, "si_per_lsb": {1: 1.0}, **broken})
    )
    with pytest.raises(DecodeError, match="rate and scale"):
        config.decode_effective(payload)


def test_a_start_in_the_far_future_is_not_believed():
    with pytest.raises(DecodeError, match="impossible time"):
        control.decode_started(control.encode_started(control.Started(0, 2**63)))
