"""Movella DOT, its services and the numbers by which packets refer to its channels."""

from enum import IntEnum
from typing import Final

MAKER: Final = 2182
NAMES: Final = ("Movella D", "Xsens D")
"""Beginnings of the one name that all of them have; the maker writes DOT as well as Dot."""


def _uuid(short: int) -> str:
    return f"1517{short:04x}-4947-11e9-8646-d663bd873d93"


class Channel(IntEnum):
    """Position of a characteristic in `CHANNELS`. Journals hold it: append only, never reorder."""

    INFO = 0  # read
    SETTINGS = 1  # read, written
    REPORT = 2  # notified: switched off, asleep, its button was pressed
    MEASURE = 3  # read, written
    LONG = 4  # notified, as are the next two: samples, by the length of their payload
    MEDIUM = 5
    SHORT = 6
    BATTERY = 7  # read, notified
    COMMAND = 8  # written: messages to the pod
    ACKNOWLEDGE = 9  # read: how the last of them went
    NOTICE = 10  # notified: messages of the pod


CONFIGURATION: Final = _uuid(0x1000)
MEASUREMENT: Final = _uuid(0x2000)
BATTERY: Final = _uuid(0x3000)
MESSAGE: Final = _uuid(0x7000)
CHANNELS: Final = tuple(
    _uuid(short)
    for short in (
        0x1001,
        0x1002,
        0x1004,
        0x2001,
        0x2002,
        0x2003,
        0x2004,
        0x3001,
        0x7001,
        0x7002,
        0x7003,
    )
)
