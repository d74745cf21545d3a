"""A curve over one stride: its mean, and amplitude and phase of its first harmonic.

The first harmonic is the wave of one period a stride that lies nearest to the curve. Its phase says
when the curve is highest as a whole: one instant, also where the curve itself has two peaks or a
plateau.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray

PHASES: Final[FloatArray] = np.arange(64) / 64
"""Shares of a stride at which its curves are read; a low-pass of 40 Hz leaves nothing between."""


@dataclass(frozen=True)
class StrideCurve:
    """One curve per stride, `values` (k, 64) at `PHASES` of it; NaN where any of it is."""

    values: FloatArray

    @cached_property
    def mean(self) -> FloatArray:
        """(k,) the mean over the stride."""
        return np.asarray(self.values.mean(axis=1))

    @cached_property
    def _wave(self) -> npt.NDArray[np.complex128]:
        return np.asarray(2 * (self.values @ np.exp(-2j * np.pi * PHASES)) / len(PHASES))

    @property
    def amplitude(self) -> FloatArray:
        """(k,) of the first harmonic: half of how far it swings."""
        return np.abs(self._wave)

    @property
    def highest_at(self) -> FloatArray:
        """(k,) share of the stride, -0.5 to 0.5, at which the first harmonic is highest."""
        return np.asarray(-np.angle(self._wave) / (2 * np.pi))
