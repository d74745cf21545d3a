import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from vendor_bytes.polar_bytes import (
    ACC_COMPRESSED,
    ACC_COMPRESSED_MG,
    ACC_IN_G,
    ACC_IN_G_BEGINS,
    ACC_RAW,
    ACC_RAW_MG,
    GYRO_COMPRESSED,
    GYRO_COMPRESSED_DPS,
    GYRO_FLOAT_PATTERNS,
    GYRO_FLOATS,
    noise,
)

from firmware_protocols.polar_pmd.control import Kind
from firmware_protocols.polar_pmd.frames import (
    COMPRESSED,
    HEADER,
    LAYOUTS,
    PER_FLOAT,
    Header,
    bits_of,
    decode_frame,
    decode_readings,
    encode_frame,
)
from firmware_protocols.protocol import DecodeError

SIX_BITS = "02 00 00 50 ec c2 2b 1a 0b 81 e8 03 ce ff 02 00 06 03 4a df c7 44 50 fc 02"
SIX_BITS_MG = [(1000, -50, 2), (1010, -53, -1), (995, -49, 0), (1000, -50, 2)]


@pytest.mark.parametrize(
    ("said", "header", "counts"),
    [
        (ACC_COMPRESSED, Header(Kind.ACC, 101, 0x81), ACC_COMPRESSED_MG),
        (GYRO_COMPRESSED, Header(Kind.GYRO, 2**63 - 1, 0x80), GYRO_COMPRESSED_DPS),
        (ACC_RAW, Header(Kind.ACC, 2_000_000_000, 1), ACC_RAW_MG),
        (ACC_IN_G_BEGINS, Header(Kind.ACC, 2_000_000_000, 0x80), ACC_IN_G),
        (SIX_BITS, Header(Kind.ACC, 800_000_000_000_000_000, 0x81), SIX_BITS_MG),
    ],
)
def test_golden_bytes(said, header, counts):
    decoded, samples, whole = decode_frame(bytes.fromhex(said))
    assert (decoded, whole) == (header, True)
    np.testing.assert_array_equal(samples, counts)


def test_golden_bytes_of_floats():
    _, samples, _ = decode_frame(bytes.fromhex(GYRO_FLOATS))
    values = np.array(GYRO_FLOAT_PATTERNS, np.uint32).view(np.float32)
    np.testing.assert_allclose(samples / PER_FLOAT, values, atol=0.5 / PER_FLOAT)


@pytest.mark.parametrize("kind", LAYOUTS)
@given(data=st.data())
def test_encode_inverts_decode(kind, data):
    layout = LAYOUTS[kind]
    most = 1000 * PER_FLOAT if layout.floats else 2 ** (layout.bits - 1)
    shape = st.tuples(st.integers(1, 60), st.just(3))
    counts = data.draw(hnp.arrays(np.int64, shape, elements=st.integers(-most, most - 1)))
    header = Header(kind[0], data.draw(st.integers(0, 2**64 - 1)), kind[1])
    decoded, samples, whole = decode_frame(encode_frame(header, counts))
    assert (decoded, whole) == (header, True)
    # A float32 below 1024 °/s is this coarse.
    np.testing.assert_allclose(samples, counts, atol=4 if layout.floats else 0)


@given(st.integers(1, 32), st.data())
def test_differences_of_every_width_are_twos_complement(bits, data):
    most = min(2 ** (bits - 1), 100)
    steps = data.draw(st.lists(st.tuples(*[st.integers(-most, most - 1)] * 3), min_size=1))[:80]
    packed = 0
    for place, value in enumerate(value for step in steps for value in step):
        packed |= (value % 2**bits) << (place * bits)
    block = packed.to_bytes((len(steps) * 3 * bits + 7) // 8, "little")
    payload = HEADER.pack(Kind.ACC, 0, 0x81) + bytes(6) + bytes([bits, len(steps)]) + block
    _, samples, whole = decode_frame(payload)
    assert whole
    np.testing.assert_array_equal(samples[1:], np.cumsum(steps, axis=0))


def test_a_block_of_no_bits_holds_nothing():
    payload = bytes.fromhex(ACC_COMPRESSED)
    said = payload[:16] + bytes([0, 200]) + payload[16:]
    np.testing.assert_array_equal(decode_frame(said)[1], ACC_COMPRESSED_MG)


@given(st.integers(1, 200))
def test_of_a_frame_that_is_cut_off_the_whole_blocks_are_kept_and_nothing_is_padded(missing):
    counts = noise(40)
    header = Header(Kind.ACC, 5, 0x81)
    said = encode_frame(header, counts)[:-missing]
    _, samples, whole = decode_frame(said)
    assert whole == (said == encode_frame(header, samples))  # where a block just ends
    assert len(samples) in (1, 11, 21, 31)
    np.testing.assert_array_equal(samples, counts[: len(samples)])


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "truncated frame"),
        (bytes(9), "truncated frame"),
        (HEADER.pack(Kind.ACC, 0, 0x81), "frame without a sample"),
        (HEADER.pack(Kind.ACC, 0, 1), "frame without a sample"),
        (HEADER.pack(Kind.ACC, 0, 7) + bytes(6), "unknown frame type"),
        (HEADER.pack(Kind.GYRO, 0, 0) + bytes(6), "unknown frame type"),
        (HEADER.pack(Kind.ECG, 0, 0) + bytes(6), "unknown frame type"),
        (
            HEADER.pack(Kind.ACC, 0, 0x81) + b"\xff\x7f" * 3 + b"\x02\x01\x15\0",
            "impossible reading",
        ),
        (HEADER.pack(Kind.GYRO, 0, 0x81) + b"\0\0\xc0\x7f" * 3, "impossible reading"),
        (HEADER.pack(Kind.GYRO, 0, 0x81) + b"\0\0\x80\x7f" * 3, "impossible reading"),
    ],
)
def test_what_is_no_frame_is_refused_in_words(payload, reason):
    with pytest.raises(DecodeError, match=reason):
        decode_frame(payload)


kinds = st.sampled_from([bytes([kind, *bytes(8), code]) for kind, code in LAYOUTS])


@given(st.one_of(st.binary(max_size=300), st.builds(bytes.__add__, kinds, st.binary(max_size=290))))
@example(HEADER.pack(Kind.ACC, 0, 0x81) + bytes(6) + b"\xff\xff" + bytes(200))
def test_any_bytes_are_samples_or_a_decode_error(payload):
    try:
        _, samples, _ = decode_frame(payload)
    except DecodeError:
        return
    assert samples.shape[1] == 3
    assert 0 < len(samples) <= 8 * len(payload)


@pytest.mark.parametrize("kind", LAYOUTS)
@given(data=st.data())
def test_many_frames_at_once_are_the_same_as_one_by_one(kind, data):
    head = bytes([kind[0], *bytes(8), kind[1]])
    sound = st.builds(
        lambda n, seed: encode_frame(Header(kind[0], 0, kind[1]), noise(n, seed) // 300),
        st.integers(1, 40),
        st.integers(0, 99),
    )
    wild = st.binary(max_size=60).map(head.__add__)
    payloads = data.draw(st.lists(st.one_of(sound, wild), max_size=6))
    readings = decode_readings(payloads, LAYOUTS[kind])
    expected = [np.zeros((0, 3), np.int64)]
    each = []
    for payload in payloads:
        try:
            _, samples, whole = decode_frame(payload)
        except DecodeError:
            samples, whole = expected[0], False
        expected.append(samples[: len(samples) * whole])
        each.append(len(expected[-1]))
    np.testing.assert_array_equal(readings.counts, np.concatenate(expected))
    assert readings.per_frame.tolist() == each
    assert sum(readings.trouble.values()) == each.count(0)


def test_frame_types_are_those_published():
    assert {code for kind, code in LAYOUTS if kind == Kind.ACC} == {0, 1, 2, 0x80, 0x81}
    assert all(code & COMPRESSED for kind, code in LAYOUTS if kind == Kind.GYRO)


@pytest.mark.parametrize(
    ("differences", "bits"),
    [((0, 0, -1), 1), ((1, 0, 0), 2), ((0, 3, -4), 3), ((127, 0, -128), 8), ((0, 0, 128), 9)],
)
def test_differences_take_as_few_bits_as_hold_them(differences, bits):
    assert bits_of(np.array([differences])).tolist() == [bits]
