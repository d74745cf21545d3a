"""Axes of several sensors as the columns of one table, without a copy of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from imu.frames import FloatArray


class SideBySide:
    """Reads like an array (n, axes) of these `axes`, (n,) each: rows are put together when read."""

    def __init__(self, axes: tuple[FloatArray, ...]) -> None:
        self.T = axes

    @classmethod
    def of(cls, *sensors: FloatArray) -> SideBySide:
        """Put sensors (n, k) beside each other."""
        return cls(tuple(axis for one in sensors for axis in one.T))

    def __len__(self) -> int:
        return len(self.T[0])

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and axes."""
        return len(self), len(self.T)

    def __getitem__(self, at: Any) -> FloatArray:
        return np.moveaxis(np.array([axis[at] for axis in self.T]), 0, -1)


Columns = FloatArray | SideBySide
"""(n, axes), of which axes and rows are asked for."""
