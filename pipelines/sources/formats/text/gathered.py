"""Gather the numbers of a table as it is read, without a second copy of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from imu.frames import FloatArray

MORE: Final = 1.25
"""By so much it grows where there is more than was likely."""
SLACK: Final = 1.03
"""Rows are longer and shorter; a column begins in memory where the room of the last one ends."""


class Gathered:
    """Columns of numbers that come in parts, one after the other in memory."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._room: FloatArray = np.empty((len(names), 0))
        self._rows = 0

    @property
    def values(self) -> FloatArray:
        """All of them (columns, n) so far."""
        return self._room[:, : self._rows]

    def add(self, parts: Sequence[FloatArray], *, likely: int) -> None:
        """Take the next ones (m,) of each column; `likely` is about how many there will be."""
        if not self.names:
            return
        rows = self._rows + len(parts[0])
        if rows > self._room.shape[1]:
            room = np.empty((len(self.names), int(max(MORE * rows, SLACK * likely))))
            room[:, : self._rows] = self.values
            self._room = room
        for kept, part in zip(self._room, parts, strict=True):
            kept[self._rows : rows] = part
        self._rows = rows
