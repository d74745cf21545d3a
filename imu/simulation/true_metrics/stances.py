"""The running stances of a stretch of a virtual run, and curves of the body read in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray
from imu.segmentation.stances import midstance
from imu.simulation.intervals import integral
from imu.simulation.virtual_run import VirtualRun

PHASES = np.arange(64) / 64


@dataclass(frozen=True)
class TrueStances:
    """Some running stances: sign (+1 left) and times, (k,) each; NaN where a stride is cut."""

    sign: FloatArray
    start: FloatArray
    stop: FloatArray
    opposite: FloatArray
    following: FloatArray

    @classmethod
    def of(cls, sim: VirtualRun, at: IntArray) -> TrueStances:
        """Return the stances of the contacts `at` (k,)."""
        c = sim.contacts
        later = np.append(c.initial_contact_s, [np.nan, np.nan])
        alternates = np.append(c.sign, [0, 0])[at + 2] == c.sign[at]
        return cls(
            c.sign[at],
            c.initial_contact_s[at],
            c.toe_off_s[at],
            later[at + 1],
            np.where(alternates, later[at + 2], np.nan),
        )

    def only(self, own: BoolArray) -> TrueStances:
        """Return those of `own` (k,)."""
        return TrueStances(*(x[own] for x in vars(self).values()))

    @property
    def contact(self) -> FloatArray:
        """(k,) contact time."""
        return self.stop - self.start

    @property
    def stride(self) -> FloatArray:
        """(k,) stride time; NaN where it is cut."""
        return self.following - self.start

    @property
    def mid(self) -> FloatArray:
        """(k,) mid-stance."""
        return midstance(self.start, self.stop)

    def share(self, of_stance: float) -> FloatArray:
        """Return the instants (k,) at a share of stance."""
        return self.start + of_stance * self.contact

    def over_stride(self, time_s: FloatArray, x: FloatArray) -> FloatArray:
        """Return `x` (n,) at 64 even phases of each stride, (k, 64); NaN where it is cut."""
        at = self.start[:, None] + self.stride[:, None] * PHASES
        known = np.isfinite(at)
        return np.where(known, np.interp(np.where(known, at, 0.0), time_s, x), np.nan)

    def mean_over_stride(self, time_s: FloatArray, x: FloatArray) -> FloatArray:
        """Return the mean of `x` (n,) over each stride, (k,)."""
        area = integral(time_s, x)
        end = np.interp(np.nan_to_num(self.following), time_s, area)
        return (end - np.interp(self.start, time_s, area)) / self.stride


def harmonic(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return amplitude and peak, as a share of the stride, of the first harmonic of (k, 64)."""
    wave = 2 * np.mean(values * np.exp(-2j * np.pi * PHASES), axis=1)
    return np.abs(wave), -np.angle(wave) / (2 * np.pi)
