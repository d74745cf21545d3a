"""MetaWear, the two sensor chips: rates, ranges, registers, and what their counts mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2, radians
from typing import Any, Final

import numpy as np

from firmware_protocols.metawear.messages import Module, Sensor, message
from firmware_protocols.protocol import Configuration, DecodeError
from imu.frames import GRAVITY_MPS2
from imu.recording.samples import Scale

ACC_RANGES_G: Final = (2, 4, 8, 16)
GYR_RANGES_DPS: Final = (125, 250, 500, 1000, 2000)
RATES_HZ: Final = (200.0, 100.0, 50.0, 25.0)
"""Those that both sensors have and a link may carry; the sensors go up to 1600 Hz."""
LOG_HZ: Final = 100.0
"""Usual for a log: twice as many samples would take twice as long to fetch."""
_CODE_100HZ: Final = 8
_CODES: Final = range(5, 13)
_RATE_BITS: Final = 0x0F
_NORMAL_FILTER: Final = 0x20
_BEST_FILTER: Final = 0x80
_LEAST_DPS_LSB: Final = 16.4
"""Counts in 1 °/s of the widest range."""
_COUNTS: Final = 32768
VECTOR: Final = np.dtype(("<i2", 3))


@dataclass(frozen=True)
class Chip:
    """One of the two: by which numbers it is known, its registers, its codes for a range in g."""

    name: str
    acc_implementation: int
    gyr_implementation: int
    acc_packed: int
    gyr_samples: int
    gyr_packed: int
    acc_config: int
    acc_ranges: Mapping[int, int]
    acc_samples: int = 0x04


BMI160: Final = Chip(
    name="BMI160",
    acc_implementation=1,
    gyr_implementation=0,
    acc_packed=0x1C,
    gyr_samples=0x05,
    gyr_packed=0x07,
    acc_config=_NORMAL_FILTER,
    acc_ranges={0x03: 2, 0x05: 4, 0x08: 8, 0x0C: 16},
)
BMI270: Final = Chip(
    name="BMI270",
    acc_implementation=4,
    gyr_implementation=1,
    acc_packed=0x05,
    gyr_samples=0x04,
    gyr_packed=0x05,
    acc_config=_NORMAL_FILTER | _BEST_FILTER,
    acc_ranges={0x00: 2, 0x01: 4, 0x02: 8, 0x03: 16},
)
CHIPS: Final = {chip.acc_implementation: chip for chip in (BMI160, BMI270)}
_GYR_RANGES: Final[Mapping[int, int]] = {0: 2000, 1: 1000, 2: 500, 3: 250, 4: 125}


@dataclass(frozen=True, slots=True)
class Setting:
    """Rate and range of one sensor."""

    rate_hz: float
    full: int
    """±, in g or °/s"""


@dataclass(frozen=True)
class Sensors:
    """How both sensors of a pod are set."""

    acc: Setting
    gyr: Setting

    @property
    def scale(self) -> Scale:
        """What their counts mean. Those of 2000 °/s end at 1998."""
        per_dps = _LEAST_DPS_LSB * GYR_RANGES_DPS[-1] / self.gyr.full
        return Scale(
            acc_mps2=self.acc.full * GRAVITY_MPS2 / _COUNTS,
            acc_range_mps2=self.acc.full * GRAVITY_MPS2,
            gyr_radps=radians(1 / per_dps),
            gyr_range_radps=radians(_COUNTS / per_dps),
        )

    @property
    def configuration(self) -> Configuration:
        """The same as all protocols say it."""
        number = self.acc.full * 10_000 + self.gyr.full
        return Configuration(number, self.scale, self.acc.rate_hz)


def nearest_rate_hz(wanted_hz: float) -> float:
    """Return the slowest rate that is not below the wanted one, else the fastest."""
    return min((rate for rate in RATES_HZ if rate >= wanted_hz), default=max(RATES_HZ))


def nearest_range(wanted: float, ranges: tuple[int, ...]) -> int:
    """Return the least range that is not below the wanted one, else the widest."""
    return min((full for full in ranges if full >= wanted), default=max(ranges))


def _rate_code(rate_hz: float) -> int:
    return _CODE_100HZ + round(log2(rate_hz / 100))


def _rate_hz(config: int) -> float:
    code = config & _RATE_BITS
    if code not in _CODES:
        raise DecodeError("a rate that is none", bytes([config]))
    return float(100 * 2.0 ** (code - _CODE_100HZ))


def encode_acc(chip: Chip, setting: Setting) -> bytes:
    """Encode the data of the accelerometer's configuration."""
    code = next(code for code, full in chip.acc_ranges.items() if full == setting.full)
    return bytes([chip.acc_config | _rate_code(setting.rate_hz), code])


def encode_gyr(setting: Setting) -> bytes:
    """Encode the data of the gyroscope's configuration."""
    code = next(code for code, full in _GYR_RANGES.items() if full == setting.full)
    return bytes([_NORMAL_FILTER | _rate_code(setting.rate_hz), code])


def decode_acc(chip: Chip, data: bytes) -> Setting:
    """Decode the accelerometer's configuration: a range is another code on the other chip."""
    return _decoded(data, chip.acc_ranges, 0x0F)


def decode_gyr(data: bytes) -> Setting:
    """Decode the gyroscope's configuration."""
    return _decoded(data, _GYR_RANGES, 0x07)


def _decoded(data: bytes, ranges: Mapping[int, int], bits: int) -> Setting:
    if len(data) < 2 or data[1] & bits not in ranges:
        raise DecodeError("not the configuration of a sensor", data)
    return Setting(_rate_hz(data[0]), ranges[data[1] & bits])


def off(chip: Chip) -> list[bytes]:
    """Return the commands that end what both sensors notify."""
    registers = (
        (Module.ACC, chip.acc_packed),
        (Module.ACC, chip.acc_samples),
        (Module.GYR, chip.gyr_packed),
        (Module.GYR, chip.gyr_samples),
    )
    return [message(module, register, b"\0") for module, register in registers]


def powered(module: Module, *, up: bool) -> bytes:
    """Return the command that starts a sensor, or stops it."""
    return message(module, Sensor.POWER, bytes([up]))


# Samples -----------------------------------------------------------------------------------------

PACKED: Final = 3
"""Samples in a notification of one sensor."""
PACKED_BYTES: Final = PACKED * VECTOR.itemsize
STAMPED: Final[np.dtype[Any]] = np.dtype([("tick", "<u4"), ("acc", VECTOR), ("gyr", VECTOR)])
"""What the processors make of one sample of both sensors, behind the number of the last of them."""


def encode_packed(samples: Any) -> bytes:
    """Encode the data of three samples (3, 3) of one sensor."""
    return np.asarray(samples, VECTOR.base).tobytes()


def encode_stamped(tick: int, acc: Any, gyr: Any) -> bytes:
    """Encode the data of one sample of both sensors."""
    return np.array((tick % 2**32, acc, gyr), STAMPED).tobytes()
