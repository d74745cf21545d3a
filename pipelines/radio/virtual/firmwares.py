"""List the firmwares that virtual pods can have, by the name of what they speak."""

from collections.abc import Mapping
from typing import Final

from firmware_protocols import orp_v1
from pipelines.radio.virtual.firmware import Firmware
from pipelines.radio.virtual.orp_v1.firmware import OrpV1

FIRMWARES: Final[Mapping[str, type[Firmware]]] = {
    orp_v1.PROTOCOL.name: OrpV1,
}
