"""ORP v1, the characteristics of a pod and the numbers by which packets refer to them."""

from enum import IntEnum
from typing import Final


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
BATTERY_SERVICE: Final = "0000180f-0000-1000-8000-00805f9b34fb"
CHANNELS: Final = (
    _uuid(0x0010),
    _uuid(0x0011),
    _uuid(0x0012),
    _uuid(0x0013),
    _uuid(0x0014),
    _uuid(0x0015),
    "00002a19-0000-1000-8000-00805f9b34fb",
)
