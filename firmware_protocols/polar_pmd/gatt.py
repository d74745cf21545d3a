"""Polar PMD, the service of a pod and the numbers by which packets refer to its channels."""

from enum import IntEnum
from typing import Final

from firmware_protocols import standard_services


def _uuid(number: int) -> str:
    return f"fb005c{number:02x}-02e7-f387-1cad-8acd2d8df0c8"


class Channel(IntEnum):
    """Position of a characteristic in `CHANNELS`. Journals hold it: append only, never reorder."""

    CONTROL = 0  # read: what the pod can do; written by the host, indicated by the pod
    DATA = 1  # notified by the pod
    BATTERY = 2
    SERIAL = 3
    FIRMWARE = 4
    MODEL = 5


SERVICE: Final = _uuid(0x80)
CHANNELS: Final = (
    _uuid(0x81),
    _uuid(0x82),
    standard_services.BATTERY_LEVEL,
    standard_services.SERIAL,
    standard_services.FIRMWARE,
    standard_services.MODEL,
)
NAMES: Final = ("Polar Sense ", "Polar Verity ", "Polar OH1 ", "Polar H10 ", "Polar 360 ")
"""Beginnings of the names: these pods advertise their heart rate, but not this service."""
