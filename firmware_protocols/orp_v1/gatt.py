"""ORP v1, the characteristics of a pod and the numbers by which packets refer to them."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from firmware_protocols import standard_services
from imu.frames import Placement


def _uuid(short: int) -> str:
    return f"7a1e{short:04x}-2c5b-4f0e-9d3a-6b8f14c0e275"


class Channel(IntEnum):
    """Position of a characteristic in `CHANNELS`. Journals hold it: append only, never reorder."""

    INFO = 0
    CONTROL = 1
    STREAM = 2
    BULK = 3
    TIME = 4
    STATUS = 5
    BATTERY = 6


SERVICE: Final = _uuid(0x0001)
WORN: Final[Mapping[str, Placement]] = {
    "ORP-PEL": "pelvis",
    "ORP-LSH": "shank_left",
    "ORP-RSH": "shank_right",
}
CHANNELS: Final = (
    _uuid(0x0010),
    _uuid(0x0011),
    _uuid(0x0012),
    _uuid(0x0013),
    _uuid(0x0014),
    _uuid(0x0015),
    standard_services.BATTERY_LEVEL,
)
