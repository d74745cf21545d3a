"""What the recorder tells the live view of one stream of the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from firmware_protocols.protocol import Packet
from imu.frames import Placement

PERIOD_S: Final = 0.25
"""After which one looks again where no stance is expected."""


@dataclass
class Told:
    """What has come since the last look; `opening` has the answers where a link began."""

    placement: Placement
    protocol: str
    opening: Sequence[Packet] | None = None
    packets: list[Packet] = field(default_factory=list)
