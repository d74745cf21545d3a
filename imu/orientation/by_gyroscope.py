"""Turn vectors by what a gyroscope alone integrates to: exact over a stride, drifting over a run.

Of use where only differences over a second count: no filter, no heading, and no loop over samples.
Quaternions are pairs of complex numbers (Cayley-Dickson), whose products numpy multiplies at once;
single precision is exact to 1e-5 rad from stride to stride.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imu import compiled
from imu.dsp.integral import double_integral, step_means
from imu.frames import FloatArray, IntArray

Complex = npt.NDArray[np.complex64]
Pair = tuple[Complex, Complex]
"""w + x i and y + z i of quaternions."""


@dataclass(frozen=True)
class Turning:
    """The orientation (n,) of a body against that of its first sample."""

    quaternion: Pair

    @classmethod
    def of(cls, gyr_radps: FloatArray, *, rate_hz: float) -> Turning:
        """Integrate rates (n, 3) about the body's own axes, at most 0.5 rad a sample."""
        a, b = _running_product(_pair(_steps(gyr_radps, rate_hz)))
        unit = 1 / np.hypot(np.abs(a), np.abs(b))  # single precision has not kept it in an hour
        return cls((a * unit, b * unit))

    def at(self, position: IntArray) -> Turning:
        """Return the orientation at some of the samples."""
        return Turning((self.quaternion[0][position], self.quaternion[1][position]))

    def turned(self, *vector: FloatArray | float) -> FloatArray:
        """Return a vector, or vectors with components (n,) in the body's axes, turned, (3, n)."""
        (w, i), (j, k) = ((part.real, part.imag) for part in self.quaternion)
        x, y, z = vector
        a, b, c = 2 * (j * z - k * y), 2 * (k * x - i * z), 2 * (i * y - j * x)
        out = np.empty((3, len(w)))
        out[0] = x + w * a + j * c - k * b
        out[1] = y + w * b + k * a - i * c
        out[2] = z + w * c + i * b - j * a
        return out


def carried(
    gyr_radps: FloatArray, force_mps2: FloatArray, *, rate_hz: float
) -> tuple[Turning, FloatArray]:
    """Return how a pod turns, and where its forces (n, 3) lead it (3, n), m, in its first axes.

    As `imu.dsp.integral.double_integral` says of each axis.
    """
    if compiled.usable(len(gyr_radps)):
        from imu.compiled.strapdown import carry  # it needs numba

        turns, path = _steps(gyr_radps, rate_hz), np.array(force_mps2.T, order="C")
        carry(turns, path)
        turning = Turning(_pair(turns))
    else:
        turning = Turning.of(gyr_radps, rate_hz=rate_hz)
        path = turning.turned(*force_mps2.T)
        for axis in path:
            axis[:] = double_integral(axis)
    path /= rate_hz**2
    return turning, path


def _steps(gyr_radps: FloatArray, rate_hz: float) -> FloatArray:
    """Return the turns of the steps to all samples as quaternions (4, n), scalar first."""
    turns = np.empty((4, len(gyr_radps)))
    for axis, rates in zip(turns[1:], gyr_radps.T, strict=True):
        axis[:] = step_means(rates)
    turns[1:] /= 2 * rate_hz
    square = np.einsum("kn,kn->n", turns[1:], turns[1:])
    turns[0] = 1 - square / 2 * (1 - square / 12)
    turns[1:] *= 1 - square / 6 * (1 - square / 20)
    return turns


def _pair(quaternions: FloatArray) -> Pair:
    w, x, y, z = quaternions
    return _complex(w, x), _complex(y, z)


def _complex(real: FloatArray, imaginary: FloatArray) -> Complex:
    result = np.empty(len(real), dtype=np.complex64)
    result.real, result.imag = real, imaginary
    return result


def _product(first: Pair, then: Pair) -> Pair:
    (a, b), (c, d) = first, then
    return a * c - b * np.conj(d), a * d + b * np.conj(c)


def _running_product(steps: Pair) -> Pair:
    """Return the product of all `steps` (n,) up to each, from that of every pair of them."""
    n = len(steps[0])
    if n < 2:
        return steps
    first, second = (tuple(part[start : n - n % 2 : 2] for part in steps) for start in (0, 1))
    of_pairs = _running_product(_product((first[0], first[1]), (second[0], second[1])))
    later = _product(
        (of_pairs[0][: (n - 1) // 2], of_pairs[1][: (n - 1) // 2]), (steps[0][2::2], steps[1][2::2])
    )
    result = np.empty_like(steps[0]), np.empty_like(steps[1])
    for whole, step, pair, odd in zip(result, steps, of_pairs, later, strict=True):
        whole[0], whole[1::2], whole[2::2] = step[0], pair, odd
    return result
