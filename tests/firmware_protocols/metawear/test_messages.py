"""MetaWear, messages: published bytes, and that encoding is undone by decoding."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vendor_bytes.metawear_bytes import DISCOVERED

from firmware_protocols.metawear import entries, messages, sensors
from firmware_protocols.metawear.entries import Trigger, triggers_of
from firmware_protocols.metawear.messages import Info, PodTime
from firmware_protocols.metawear.sensors import (
    ACC_RANGES_G,
    BMI160,
    BMI270,
    CHIPS,
    GYR_RANGES_DPS,
    RATES_HZ,
    Sensors,
    Setting,
)
from firmware_protocols.protocol import DecodeError
from imu.frames import GRAVITY_MPS2

CHIP = st.sampled_from(list(CHIPS.values()))
BYTE = st.integers(0, 255)


@pytest.mark.parametrize(("said", "info"), DISCOVERED.items())
def test_modules_say_which_they_are(said, info):
    _, _, data = messages.split(bytes.fromhex(said))
    assert messages.decode_info(data) == info
    assert messages.encode_info(info) == data


def test_a_logger_says_how_much_it_holds():
    _, _, data = messages.split(bytes.fromhex("0b 80 00 03 08 00 00 fb 03 00 02"))
    assert messages.decode_logger_info(data) == (3, 8, 0x03FB0000)


@pytest.mark.parametrize(
    ("chip", "setting", "said"),
    [
        (BMI160, Setting(100.0, 2), "28 03"),
        (BMI160, Setting(200.0, 4), "29 05"),
        (BMI160, Setting(50.0, 8), "27 08"),
        (BMI160, Setting(200.0, 16), "29 0c"),
        (BMI270, Setting(100.0, 2), "a8 00"),
        (BMI270, Setting(200.0, 16), "a9 03"),
        (BMI270, Setting(25.0, 8), "a6 02"),
    ],
)
def test_an_accelerometer_is_set_by_the_published_bytes(chip, setting, said):
    assert sensors.encode_acc(chip, setting).hex(" ") == said


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (Setting(50.0, 125), "27 04"),
        (Setting(200.0, 2000), "29 00"),
        (Setting(100.0, 250), "28 03"),
    ],
)
def test_a_gyroscope_is_set_by_the_published_bytes(setting, said):
    assert sensors.encode_gyr(setting).hex(" ") == said


@given(
    CHIP, st.sampled_from(RATES_HZ), st.sampled_from(ACC_RANGES_G), st.sampled_from(GYR_RANGES_DPS)
)
def test_settings_are_read_back_as_they_were_set(chip, rate_hz, acc_g, gyr_dps):
    acc, gyr = Setting(rate_hz, acc_g), Setting(rate_hz, gyr_dps)
    assert sensors.decode_acc(chip, sensors.encode_acc(chip, acc)) == acc
    assert sensors.decode_gyr(sensors.encode_gyr(gyr)) == gyr


@pytest.mark.parametrize(
    ("acc_g", "per_g", "gyr_dps", "per_dps"),
    [(2, 16384, 125, 262.4), (4, 8192, 500, 65.6), (8, 4096, 1000, 32.8), (16, 2048, 2000, 16.4)],
)
def test_counts_have_the_published_scale(acc_g, per_g, gyr_dps, per_dps):
    scale = Sensors(Setting(100.0, acc_g), Setting(100.0, gyr_dps)).scale
    assert scale.acc_mps2 == pytest.approx(GRAVITY_MPS2 / per_g)
    assert math.degrees(scale.gyr_radps) == pytest.approx(1 / per_dps)
    assert scale.acc_range_mps2 == pytest.approx(32768 * scale.acc_mps2)
    assert scale.gyr_range_radps == pytest.approx(32768 * scale.gyr_radps)


def test_configurations_of_other_units_have_other_numbers():
    every = [
        Sensors(Setting(100.0, acc), Setting(100.0, gyr)).configuration.number
        for acc in ACC_RANGES_G
        for gyr in GYR_RANGES_DPS
    ]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize("data", [b"", b"\x29", b"\x29\x07", b"\x20\x0c", b"\x2d\x0c"])
def test_what_is_no_configuration_is_refused(data):
    for chip in CHIPS.values():
        with pytest.raises(DecodeError):
            sensors.decode_acc(chip, data)
    with pytest.raises(DecodeError):
        sensors.decode_gyr(data)


def test_logged_are_both_sensors_by_the_published_triggers():
    said = [entries.encode_trigger(trigger).hex(" ") for trigger in triggers_of(BMI160)]
    assert said == ["03 04 ff 60", "03 04 ff 24", "13 05 ff 60", "13 05 ff 24"]
    assert triggers_of(BMI270)[2].register == 0x04


@given(st.builds(Trigger, BYTE, BYTE, BYTE, st.integers(0, 31), st.integers(1, 8)))
def test_triggers_are_read_back(trigger):
    assert entries.decode_trigger(entries.encode_trigger(trigger)) == trigger


def test_a_trigger_that_is_not_there_is_none():
    assert entries.decode_trigger(b"") is None
    with pytest.raises(DecodeError):
        entries.decode_trigger(b"\3\4")


@given(st.integers(0, 2**40), st.integers(0, 20))
def test_the_time_is_that_of_a_clock_that_wraps(tick, start):
    said = messages.decode_time(messages.encode_time(PodTime(tick, start)))
    assert said == PodTime(tick % 2**32, start % 8)


@given(BYTE, BYTE, st.binary(max_size=18))
def test_a_message_is_split_where_it_was_put_together(module, register, data):
    assert messages.split(messages.message(module, register, data)) == (module, register, data)


@given(st.integers(0, 255), st.integers(0, 65535))
def test_a_battery_has_a_level_or_is_refused(percent, millivolts):
    data = messages.encode_battery(percent, millivolts)
    if percent <= 100:
        assert messages.decode_battery(data) == percent
    else:
        with pytest.raises(DecodeError):
            messages.decode_battery(data)


def test_commands_are_the_published_bytes():
    assert messages.encode_link(15, 6).hex(" ") == "11 09 0c 00 0c 00 00 00 58 02"
    assert messages.encode_read_out(414, 20).hex(" ") == "0b 06 9e 01 00 00 14 00 00 00"
    flashes = messages.encode_flashes(times=10, on_ms=50, every_ms=500)
    assert flashes.hex(" ") == "02 03 00 02 1f 00 00 00 32 00 00 00 f4 01 00 00 0a"


@pytest.mark.parametrize("short", [b"", b"\x0b"])
def test_what_is_too_short_is_refused(short):
    for decode in (messages.split, messages.decode_number, messages.decode_time):
        with pytest.raises(DecodeError):
            decode(short)


@given(st.integers(0, 31), st.integers(0, 7), st.integers(0, 2**33), st.binary(max_size=4))
def test_an_entry_holds_what_was_logged(number, start, tick, data):
    (one,) = entries.decode_entries(entries.encode_entry(number, start, tick, data))
    row = np.frombuffer(one, entries.ENTRY)[0]
    assert (row["id"] & 31, row["id"] >> 5, row["tick"]) == (number, start, tick % 2**32)
    assert row["data"].tobytes() == data.ljust(4, b"\0")


@pytest.mark.parametrize("size", [0, 8, 10, 17, 27])
def test_what_is_not_one_or_two_entries_is_refused(size):
    with pytest.raises(DecodeError, match="not entries of a log"):
        entries.decode_entries(bytes(size))


def test_a_module_that_is_not_there_has_no_information():
    assert messages.decode_info(b"") is None
    assert messages.encode_info(None) == b""
    assert messages.decode_info(messages.encode_info(Info(4, 0, b"\1"))) == Info(4, 0, b"\1")
