"""Run the orientation filter on steps of a twentieth of a second, and the gyroscope within them.

What VQF corrects by the accelerometer takes seconds; only the gyroscope knows what happens within a
stride. So the turns of a step are composed exactly, its specific force is averaged in the axes of
the body at one instant (weights fall on both sides to the next instants, which leaves nothing of a
stride that could look slow), and the filter is given these as its samples: its estimate of bias,
its detection of rest and its time constants are its own. Between the instants the orientation is
that of the gyroscope; what the filter corrected in a step is spread over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.compiled.turning import composed, fill
from imu.frames import BoolArray, FloatArray, IntArray
from imu.orientation.felt import Felt
from imu.orientation.warm_start import FilterInput

STEP_S: Final = 0.05


@dataclass(frozen=True)
class Steps:
    """Steps of `length` samples between instants `at` (m,), anew from each start of reception.

    `whole` (k,) are the instants that a whole step follows; `turn` (4, k) is its rotation as a
    quaternion, `force` (3, m) the mean specific force around each instant, in the body's axes then.
    `gyr` (3, n) are the rates of all samples.
    """

    at: IntArray
    whole: IntArray
    length: int
    turn: FloatArray
    force: FloatArray
    gyr: FloatArray
    rate_hz: float

    @classmethod
    def of(cls, gyr: FloatArray, acc: FloatArray, first: IntArray, *, rate_hz: float) -> Steps:
        """Cut rates and specific forces (n, 3) into steps from each of `first` (k,) on."""
        length = max(round(STEP_S * rate_hz), 1)
        ends = np.append(first[1:], len(gyr))
        at = np.concatenate([np.arange(*span, length) for span in zip(first, ends, strict=True)])
        whole = np.flatnonzero(at + length < ends[np.searchsorted(first, at, side="right") - 1])
        gyr, acc = (np.ascontiguousarray(x.T) for x in (gyr, acc))
        turn, falling, rising = composed(gyr, acc, at[whole], length, rate_hz)
        force, weight = acc[:, at], np.ones(len(at))
        force[:, whole] += falling
        # The force at an instant is also the last of the step before: it counts once.
        force[:, whole + 1] += _turned_back(turn, rising) - acc[:, at[whole + 1]]
        for around in (whole, whole + 1):
            weight[around] += (length - 1) / 2
        return cls(at, whole, length, turn, force / weight, gyr, rate_hz)

    def felt(self, full: Felt) -> Felt:
        """Return what the filter is given at the instants, of what is felt at all samples."""
        rate_hz, of_all = self.rate_hz / self.length, full.filter_input
        rates = np.zeros((len(self.at), 3))
        rates[self.whole + 1] = _rotation_vector(self.turn).T * rate_hz
        pace = of_all.pace[self.at]
        given = FilterInput(rates, self.force.T, pace, rate_hz, of_all.tau_acc_s)
        return full.seen_at(self.at, given)

    def filled(self, quaternions: FloatArray) -> FloatArray:
        """Return quaternions (n, 4) of all samples from those of the instants (m, 4)."""
        out = np.empty((self.gyr.shape[1], 4))
        out[: self.at[0]] = quaternions[0]
        out[self.at] = quaternions
        stop = np.append(self.at[1:] - 1, len(out) - 1)
        stop[self.whole] += 1
        correction = np.zeros((len(self.at), 4))
        correction[:, 0] = 1.0
        correction[self.whole] = _corrections(quaternions, self.whole, self.turn).T
        fill(out, self.gyr, self.at, stop, self.length, self.rate_hz, quaternions, correction)
        return out


def _corrections(quaternions: FloatArray, whole: IntArray, turn: FloatArray) -> FloatArray:
    """Return what turns the end of each step by the gyroscope to that by the filter (4, k)."""
    by_gyroscope = _product(quaternions[whole].T, turn)
    by_gyroscope[1:] *= -1
    found = _product(quaternions[whole + 1].T, by_gyroscope)
    return np.asarray(found * np.where(found[0] < 0, -1.0, 1.0))


def _product(one: FloatArray, then: FloatArray) -> FloatArray:
    """Return the products of quaternions (4, k)."""
    (w, x, y, z), (a, b, c, d) = one, then
    return np.stack(
        [
            w * a - x * b - y * c - z * d,
            w * b + x * a + y * d - z * c,
            w * c - x * d + y * a + z * b,
            w * d + x * c - y * b + z * a,
        ]
    )


def _turned_back(turn: FloatArray, vectors: FloatArray) -> FloatArray:
    """Return vectors (3, k) in the axes of a body turned by quaternions `turn` (4, k)."""
    w, axis = turn[0], -turn[1:]
    twice = 2 * np.cross(axis, vectors, axis=0)
    return np.asarray(vectors + w * twice + np.cross(axis, twice, axis=0))


def _rotation_vector(turn: FloatArray) -> FloatArray:
    """Return the rotation vectors (3, k), rad, of quaternions (4, k)."""
    sine = np.sqrt(np.sum(turn[1:] ** 2, axis=0))
    angle = 2 * np.arctan2(sine, turn[0])
    return np.asarray(turn[1:] * np.where(sine > 1e-12, angle / np.maximum(sine, 1e-12), 2.0))
