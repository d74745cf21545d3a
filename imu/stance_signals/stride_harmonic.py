"""A curve over one stride: its mean, and amplitude and phase of its first harmonic.

The first harmonic is the wave of one period a stride that lies nearest to the curve. Its phase says
when the curve is highest as a whole: one instant, also where the curve itself has two peaks or a
plateau.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import ComplexArray, FloatArray

PHASES: Final[FloatArray] = np.arange(64) / 64
"""Shares of a stride at which its curves are read; a low-pass of 40 Hz leaves nothing between."""

AT_ONCE: Final = 2048
"""Strides whose curves are read together: those of an hour are as large as an axis of a pod."""


def parts(count: int) -> Iterator[slice]:
    """Cut so many strides into parts, one at least."""
    return (slice(first, first + AT_ONCE) for first in range(0, max(count, 1), AT_ONCE))


@dataclass(frozen=True)
class StrideCurve:
    """One curve per stride, (k,): its `mean` and the `wave` of one period that is nearest to it."""

    mean: FloatArray
    wave: ComplexArray

    @classmethod
    def of(cls, values: FloatArray) -> StrideCurve:
        """Return the curves with `values` (k, 64) at `PHASES`; NaN where any of it is."""
        wave = 2 * (values @ np.exp(-2j * np.pi * PHASES)) / len(PHASES)
        return cls(np.asarray(values.mean(axis=1)), np.asarray(wave))

    @classmethod
    def joined(cls, found: Sequence[StrideCurve]) -> StrideCurve:
        """Return the curves of all parts."""
        return cls(
            np.concatenate([one.mean for one in found]), np.concatenate([one.wave for one in found])
        )

    @property
    def amplitude(self) -> FloatArray:
        """(k,) of the first harmonic: half of how far it swings."""
        return np.abs(self.wave)

    @property
    def highest_at(self) -> FloatArray:
        """(k,) share of the stride, -0.5 to 0.5, at which the first harmonic is highest."""
        return np.asarray(-np.angle(self.wave) / (2 * np.pi))
