"""MetaWear, the services of a pod and the numbers by which packets refer to its channels."""

from enum import IntEnum
from typing import Final

from firmware_protocols.standard_services import FIRMWARE, MODEL, SERIAL


def _own(short: int) -> str:
    return f"326a{short:04x}-85cb-9195-d9dd-464cfbbae75a"


class Channel(IntEnum):
    """Position of a characteristic in `CHANNELS`. Journals hold it: append only, never reorder."""

    COMMAND = 0  # written by the host
    NOTIFY = 1  # notified by the pod: answers and samples
    MODEL = 2
    SERIAL = 3
    FIRMWARE = 4


SERVICE: Final = _own(0x9000)
CHANNELS: Final = (_own(0x9001), _own(0x9006), MODEL, SERIAL, FIRMWARE)
