"""Published bytes of MetaWear pods with what they mean, and messages made of samples."""

import numpy as np

from firmware_protocols.metawear import messages, sensors
from firmware_protocols.metawear.gatt import Channel
from firmware_protocols.metawear.messages import (
    READ,
    Info,
    Logger,
    Module,
    PodTime,
    Processor,
    Register,
    Sensor,
    message,
)
from firmware_protocols.metawear.sensors import BMI160, BMI270, PACKED, Sensors, Setting
from firmware_protocols.protocol import Packet

# From the tests of mbientlab/MetaWear-SDK-Cpp @f67699e, test/: test_accelerometer_bmi160.py and
# _bmi270.py, test_gyro_bmi160.py, test_dataprocessor.py, logdata.py, common.py. Facts only.
PACKED_ACC_8G = "62 b7 53 0d e9 fd 16 d0 4d 0e 57 02 8a ff a1 05 0a 01"
PACKED_ACC_8G_G = ((-4.539, 0.833, -0.131), (-2.995, 0.894, 0.146), (-0.029, 0.352, 0.065))
PACKED_GYR_1000 = "13 07 09 15 ad 26 08 de 8a 1a 0d 26 65 e4 8d 20 ac 27 73 ec"
PACKED_GYR_1000_DPS = (
    (164.177, 301.860, -265.122),
    (207.134, 296.982, -215.457),
    (254.055, 309.634, -152.591),
)
FUSED = "09 03 03 1e 02 00 00 f4 0d 3c 39 99 11 01 80 d6 91 d3 67"
FUSED_NUMBER, FUSED_ACC, FUSED_GYR = 542, (3572, 14652, 4505), (-32767, -28202, 26579)
ACCOUNTED_TICKS = (0xA6, 0xAD, 0xB4, 0xBA, 0xC1, 0xC8)
ACCOUNTED_STEPS_MS = (10, 11, 8, 11, 10)
LOGGED_8G = (
    "0b 07 a0 e6 42 00 00 f5 00 3d 01 a1 e6 42 00 00 dd 0f 00 00",
    "0b 07 a0 f4 42 00 00 1f 01 16 01 a1 f4 42 00 00 fe 0f 00 00",
    "0b 07 a0 0f 43 00 00 ff 00 b1 00 a1 0f 43 00 00 09 10 00 00",
    "0b 07 a0 1c 43 00 00 d3 00 b7 00 a1 1c 43 00 00 6b 10 00 00",
    "0b 07 a0 2a 43 00 00 0d 01 99 00 a1 2a 43 00 00 46 10 00 00",
    "0b 07 a0 37 43 00 00 2a 01 c9 ff",
    "0b 0d",
    "0b 07 a1 37 43 00 00 31 10 00 00 a0 45 43 00 00 12 01 e4 fd",
    "0b 07 a1 45 43 00 00 8f 11 00 00 a0 52 43 00 00 2e 02 c3 ff",
)
LOGGED_8G_G = (
    (0.0598, 0.0774, 0.9915),
    (0.0701, 0.0679, 0.9995),
    (0.0623, 0.0432, 1.0022),
    (0.0515, 0.0447, 1.0261),
    (0.0657, 0.0374, 1.0171),
    (0.0728, -0.0134, 1.0120),
    (0.0669, -0.1318, 1.0974),
)
DISCOVERED = {
    "03 80 04 00": Info(4, 0),
    "13 80 01 00": Info(1, 0),
    "03 80 01 02": Info(1, 2),
    "0b 80 00 03 08 00 00 fb 03 00 02": Info(0, 3, bytes.fromhex("08 00 00 fb 03 00 02")),
    "16 80": None,
}

WORN = Sensors(Setting(200.0, 16), Setting(200.0, 2000))


def at(rate_hz, acc_g=16, gyr_dps=2000):
    """Return how sensors are set."""
    return Sensors(Setting(rate_hz, acc_g), Setting(rate_hz, gyr_dps))


def said(host_s, *payloads):
    """Return what a pod notified at one time."""
    return [Packet(round(host_s * 1e9), Channel.NOTIFY, payload) for payload in payloads]


def opening(sensors_=WORN, *, chip=BMI270, host_s=0.0, tick=1000, start=3):
    """Return what a pod answers when it is connected and configured."""
    gyr = Info(chip.gyr_implementation, 0)
    return said(
        host_s,
        message(Module.ACC, READ | Register.INFO, bytes([chip.acc_implementation, 0])),
        message(Module.GYR, READ | Register.INFO, messages.encode_info(gyr)),
        message(Module.LOGGER, READ | Logger.TIME, messages.encode_time(PodTime(tick, start))),
        message(Module.ACC, READ | Sensor.CONFIG, sensors.encode_acc(chip, sensors_.acc)),
        message(Module.GYR, READ | Sensor.CONFIG, sensors.encode_gyr(sensors_.gyr)),
    )


_MEASURED = np.random.default_rng(0).integers(-(2**15), 2**15, (20_000, 6))


def counts_of(first, count):
    """What sensors measure from sample `first` on: accelerometer and gyroscope, (count, 3)."""
    return np.hsplit(_MEASURED[first : first + count], 2)


def positions(samples, count):
    """Return which of the first `count` samples these are, by both their vectors; -1 for none."""
    acc, gyr = counts_of(0, count)
    known = {row.tobytes(): k for k, row in enumerate(np.hstack([acc, gyr]))}
    both = np.hstack([samples["acc_lsb"], samples["gyr_lsb"]]).astype(np.int64)
    return np.array([known.get(row.tobytes(), -1) for row in both])


def stamped(number, tick, host_s):
    """Return the packet of one sample of both sensors."""
    (acc,), (gyr,) = counts_of(number, 1)
    data = b"\2" + sensors.encode_stamped(tick, acc, gyr)
    return said(host_s, message(Module.PROCESSOR, Processor.OUTPUT, data))[0]


def packed(first, host_s, *, of_acc, chip=BMI160):
    """Return the packet of three samples of one sensor."""
    acc, gyr = counts_of(first, PACKED)
    if of_acc:
        data = message(Module.ACC, chip.acc_packed, sensors.encode_packed(acc))
    else:
        data = message(Module.GYR, chip.gyr_packed, sensors.encode_packed(gyr))
    return said(host_s, data)[0]
