"""WitMotion: frames and registers, against bytes of real pods, in whatever pieces they come."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocols.protocol import DecodeError
from firmware_protocols.witmotion.frames import (
    SCALE,
    SIZE,
    decode_registers,
    encode_registers,
    encode_sample,
    find_frames,
    samples_of,
    whole_frames,
)
from firmware_protocols.witmotion.registers import (
    RATES_HZ,
    UNLOCK,
    Register,
    battery_pct,
    decode_command,
    encode_read,
    encode_write,
    rate_code,
)
from imu.frames import GRAVITY_MPS2
from imu.recording.samples import SAMPLE, acceleration, angular_rate

INT16 = st.integers(-(2**15), 2**15 - 1)

# Made by the rules of the maker's SDK.
MADE = "55 61 0000 0000 0008 a400 0000 5cff 0000 0000 0040"
# Real, of a WT901BLE68: obedier/vib @d8161a2, analyze_wt901_data.py, which leaves out the last four
# bytes.
STILL = "55 61 35ff 59ff 0a08 0000 0000 0000 b9fc 0000 0000"
MOVED = "55 61 e403 ebf4 3f00 7c02 02ff 3300 52fe 0000 0000"
# Real, of a WT901BLE67 that lay flat: notes of a user, 30 September 2026.
FLAT = "55 61 f5ff 2e00 0008 feff ffff ffff d9ff b500 0000"

# Acceleration in g, angular rate in °/s, angles in °.
SAMPLES = [
    (MADE, (0, 0, 1), (10.01, 0, -10.01), (0, 0, 90)),
    (STILL, (-0.099, -0.082, 1.005), (0, 0, 0), (-4.61, 0, 0)),
    (MOVED, (0.486, -1.385, 0.031), (38.8, -15.5, 3.1), (-2.36, 0, 0)),
    (FLAT, (-0.0054, 0.0225, 1), (-0.122, -0.061, -0.061), (-0.214, 0.994, 0)),
]


@pytest.mark.parametrize(("hexes", "acc_g", "gyr_dps", "angle_deg"), SAMPLES)
def test_samples_have_the_values_that_their_source_states(hexes, acc_g, gyr_dps, angle_deg):
    frame = bytes.fromhex(hexes)
    rows = samples_of(frame, find_frames(frame, np.array([SIZE])))
    samples = np.zeros(1, SAMPLE)
    samples["acc_lsb"], samples["gyr_lsb"] = rows["acc"], rows["gyr"]
    np.testing.assert_allclose(
        acceleration(samples, SCALE)[0], np.multiply(acc_g, GRAVITY_MPS2), atol=0.006
    )
    np.testing.assert_allclose(
        angular_rate(samples, SCALE)[0], np.radians(gyr_dps), atol=np.radians(0.06)
    )
    np.testing.assert_allclose(rows["angle"][0] * (180 / 32768), angle_deg, atol=0.006)
    assert encode_sample(rows["acc"][0], rows["gyr"][0], rows["angle"][0]) == frame


def test_registers_have_the_values_that_their_source_states():
    # The example of the maker's manual: the magnetic field.
    first, values = decode_registers(bytes.fromhex("55713a00680169007a00" + 10 * "00"))
    assert (first, values[:3]) == (0x3A, (360, 105, 122))
    # Real, of a WT901BLE67 (notes of a user, 30 September 2026): 3.82 V, 60 %.
    first, values = decode_registers(bytes.fromhex("557164007e010000339b76fca3c400000000e803"))
    assert (first, values[0], battery_pct(values[0])) == (Register.BATTERY, 382, 60)
    assert battery_pct(0) is None
    assert [battery_pct(centivolts) for centivolts in (420, 396, 395, 340, 339)] == [
        100, 100, 90, 5, 0,
    ]  # fmt: skip
    with pytest.raises(DecodeError, match="not a frame of registers"):
        decode_registers(bytes.fromhex("5561" + 18 * "00"))


def test_commands_are_those_of_the_maker():
    said = {
        "ff aa 27 64 00": encode_read(Register.BATTERY),
        "ff aa 69 88 b5": encode_write(Register.KEY, UNLOCK),
        "ff aa 03 09 00": encode_write(Register.RATE, rate_code(100)),
    }
    for published, ours in said.items():
        assert ours == bytes.fromhex(published)
    assert [RATES_HZ[rate_code(wanted)] for wanted in (0.1, 60, 100, 104, 500)] == [
        0.2, 100, 100, 200, 200,
    ]  # fmt: skip
    with pytest.raises(DecodeError):
        decode_command(b"\xff\xaa\x03")


@given(st.integers(0, 255), st.integers(0, 65535))
def test_decoding_a_command_inverts_encoding(register, value):
    assert decode_command(encode_write(register, value)) == (register, value)


@given(st.integers(0, 255), st.lists(INT16, min_size=8, max_size=8))
def test_decoding_registers_inverts_encoding(first, values):
    assert decode_registers(encode_registers(first, values)) == (first, tuple(values))


FRAME = st.lists(INT16, min_size=9, max_size=9).map(lambda v: encode_sample(v[:3], v[3:6], v[6:]))


@given(st.lists(FRAME, min_size=1, max_size=12), st.lists(st.integers(1, 90), max_size=9))
def test_frames_that_are_cut_anywhere_are_found(frames, cuts):
    stream = b"".join(frames)
    ends = np.unique([*(cut for cut in cuts if cut < len(stream)), len(stream)])
    at = find_frames(stream, ends)
    # Values may look like the beginning of a frame, but a stretch of true ones is as long.
    np.testing.assert_array_equal(at, SIZE * np.arange(len(frames)))
    found, held = [], b""
    for begin, end in zip([0, *ends], ends, strict=False):
        whole, held = whole_frames(stream[begin:end], held)
        found += whole
    assert found[-1] == frames[-1]


@given(st.binary(max_size=19), st.lists(FRAME, min_size=2, max_size=8))
def test_the_search_goes_on_after_bytes_that_are_no_frame(noise, frames):
    noise = noise.replace(b"\x55", b"\x54")
    stream = b"".join(frames[:-1]) + noise + frames[-1]
    at = find_frames(stream, np.array([len(stream)]))
    assert (np.diff(at) >= SIZE).all()
    assert stream[at[-1] :] == frames[-1]


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=8))
def test_frames_in_any_bytes_never_overlap(stream, cuts):
    ends = np.unique([*(cut for cut in cuts if cut < len(stream)), len(stream)])
    at = find_frames(stream, ends)
    assert (np.diff(at) >= SIZE).all()
    assert len(at) == 0 or at[-1] + SIZE <= len(stream)
    assert len(samples_of(stream, at)) == len(at)


def test_a_lone_header_in_the_values_is_no_frame():
    inside = encode_sample((0x6155, 1, 2), (3, 4, 5), (6, 7, 8))
    stream = inside[5:] + 3 * inside
    at = find_frames(stream, np.array([len(stream)]))
    np.testing.assert_array_equal(at, len(inside[5:]) + SIZE * np.arange(3))


def test_no_frame_begins_inside_another():
    inside = bytearray(encode_sample((1, 2, 3), (4, 5, 6), (7, 8, 9)))
    inside[5:7] = b"\x55\x61"  # which a notification ends 20 bytes later
    at = find_frames(bytes(inside) + bytes(5), np.array([SIZE, SIZE + 5]))
    np.testing.assert_array_equal(at, [0])
