"""The flash of a virtual Movella DOT: recordings that outlast a reboot, numbered from 1."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy.typing as npt

from firmware_protocols.movella_dot.files import (
    BEGIN_BYTES,
    BEGINS,
    DATA,
    DATA_BYTES,
    FULL,
    MOST_FILES,
    RECORD,
    Flash,
    layout,
)

FLASH_BYTES: Final = 0x00FFA000
"""As a pod of the first version said of itself."""


@dataclass
class Recording:
    """When it began as the pod was told, for how long it shall last, and its samples."""

    utc_s: int
    seconds: int
    records: list[npt.NDArray[Any]] = field(default_factory=list)
    damaged: set[int] = field(default_factory=set)

    def exported(self, number: int, selected: bytes) -> bytes:
        """Return a record with the fields selected: of those that a virtual pod has."""
        fields = layout(selected)
        one = self.records[number]
        return b"".join(one[name].tobytes() for name in fields.names or ())


@dataclass
class Memory:
    """All recordings, oldest first."""

    size_bytes: int = FLASH_BYTES
    recordings: list[Recording] = field(default_factory=list)

    @property
    def flash(self) -> Flash:
        """What the pod says of it."""
        marks = bytearray()
        for one in self.recordings:
            parts = -(-len(one.records) * RECORD.itemsize // DATA_BYTES)
            marks += bytes([BEGINS]) + bytes([DATA]) * parts
        return Flash(self.size_bytes, bytes(marks))

    @property
    def full(self) -> bool:
        """Whether a recording ends by itself, or is not begun."""
        used = sum(BEGIN_BYTES + len(one.records) * RECORD.itemsize for one in self.recordings)
        return used > FULL * self.size_bytes or len(self.recordings) > MOST_FILES

    def numbered(self, payload: bytes) -> Recording | None:
        """Return the recording whose number a command says."""
        number = payload[0] if len(payload) == 1 else 0
        return self.recordings[number - 1] if 0 < number <= len(self.recordings) else None
