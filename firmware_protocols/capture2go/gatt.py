"""Capture2Go, the service of a pod and the numbers by which packets refer to its channels."""

from enum import IntEnum
from typing import Final


def _uuid(number: int) -> str:
    return f"8003{number:04x}-e629-4c98-9324-aa7fc0c66de7"


class Channel(IntEnum):
    """Position of a characteristic in `CHANNELS`. Journals hold it: append only, never reorder."""

    RX = 0  # written by the host
    TX = 1  # notified by the pod


SERVICE: Final = _uuid(1)
CHANNELS: Final = (_uuid(2), _uuid(3))
