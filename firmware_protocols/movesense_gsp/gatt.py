"""Movesense, the service of a pod and the numbers by which packets refer to its channels."""

from enum import IntEnum
from typing import Final

from firmware_protocols.advertised import uuid16

ADVERTISED: Final = uuid16(0xFDF3)
"""What fits the advertisement; the service itself does not, and is never looked for."""
HEART_RATE: Final = uuid16(0x180D)
NAME: Final = "Movesense "


def _uuid(number: int) -> str:
    return f"{number:08x}-7185-4d5d-b431-630e7050e8f0"


class Channel(IntEnum):
    """Position of a characteristic in `CHANNELS`. Journals hold it: append only, never reorder."""

    COMMAND = 0  # written by the host
    DATA = 1  # notified by the pod: answers and samples


SERVICE: Final = _uuid(0x34802252)
CHANNELS: Final = (_uuid(0x34800001), _uuid(0x34800002))
