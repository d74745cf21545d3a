"""WitMotion, the service of a pod and the numbers by which packets refer to its channels.

The maker's service has two UUIDs: most units end in 9a34fb, which is not the base of the Bluetooth
SIG, and some in 9b34fb, which is. A pod has one of them.
"""

from enum import IntEnum
from typing import Final

from firmware_protocols.advertised import uuid16

NAME: Final = "WT"


def _own(short: int) -> str:
    return f"{short:08x}-0000-1000-8000-00805f9a34fb"


class Channel(IntEnum):
    """Position of a characteristic in `CHANNELS`. Journals hold it: append only, never reorder."""

    NOTIFY = 0
    WRITE = 1
    NOTIFY_SIG = 2  # of pods whose service is on the base of the Bluetooth SIG
    WRITE_SIG = 3


SERVICES: Final = (_own(0xFFE5), uuid16(0xFFE5))
CHANNELS: Final = (_own(0xFFE4), _own(0xFFE9), uuid16(0xFFE4), uuid16(0xFFE9))
WRITE_OF: Final = {Channel.NOTIFY: Channel.WRITE, Channel.NOTIFY_SIG: Channel.WRITE_SIG}
"""By the channel on which a pod notifies, that on which it is written to."""
