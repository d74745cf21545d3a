"""See whether angular rate turns a pod as its acceleration says, by what both make of gravity.

Turned by its own angular rate, specific force averages over many strides to gravity, as no runner
gets faster for long, whatever the body under the pod does. Turned wrongly (by a rate of another
sign, about other axes, of another size or time) it averages to something else, or to something that
turns on. The size of the mean is held against what the same sensor reads at rest, so that the scale
of the accelerometer does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from imu.dsp.rows import norm
from imu.frames import GRAVITY_MPS2, BoolArray, FloatArray, IntArray
from imu.quality.conventions.gravity import Quietest, moments, quietest
from imu.recording.full_scale import SHARE
from imu.recording.seen_range import seen_full_scale

WINDOW_S: Final = 6
"""Weighted as a cosine, so that parts of strides at its ends do not count."""
EVERY_S: Final = 2
MOST_WINDOWS: Final = 16
FEWEST: Final = 3
MOVING_MPS2: Final = 3.0
LONGEST_STEPS: Final = 3.0
CLIPPED: Final = 3
"""Samples of a window at the largest value of all: its mean, or its turns, are cut short."""


@dataclass(frozen=True)
class Overview:
    """What all tests of a pod's conventions ask of its samples, found once: the same on any axes.

    `index` (n,) are the places of its samples in the sampling, None for one after the other; `rest`
    is its quietest second, `rows` (k, m) are its windows of movement, and `ranges` where
    accelerometer and gyroscope, if it has one, are seen to clip, in SI units, None where not.
    """

    index: IntArray | None
    rest: Quietest | None
    rows: IntArray
    ranges: tuple[float | None, ...]

    @classmethod
    def of(
        cls,
        acc_mps2: FloatArray,
        gyr_radps: FloatArray | None,
        *,
        rate_hz: float,
        index: IntArray | None = None,
    ) -> Overview:
        """Look through the samples (n, 3) of one pod."""
        sensors = (acc_mps2,) if gyr_radps is None else (acc_mps2, gyr_radps)
        return cls(
            index,
            quietest(acc_mps2, rate_hz=rate_hz),
            windows_of_movement(acc_mps2, rate_hz=rate_hz),
            ranges_seen(*sensors),
        )


@dataclass(frozen=True)
class Strides:
    """Windows of movement of one pod: `force` and `turn_rad` (k, n, 3), `weight` (k, n).

    `turn_rad` are the turns from the sample before until each. `rest_mps2` is what the
    accelerometer reads at rest; `rested` says that this was seen.
    """

    force: FloatArray
    turn_rad: FloatArray
    weight: FloatArray
    rest_mps2: float
    rested: bool

    @property
    def enough(self) -> bool:
        """Whether there are windows to tell anything by."""
        return len(self.force) >= FEWEST

    def fewer(self, most: int) -> Strides:
        """Return some of the windows, spread over all."""
        some = spread(len(self.force), most)
        parts = (self.force, self.turn_rad, self.weight)
        force, turn_rad, weight = (part[some] for part in parts)
        return replace(self, force=force, turn_rad=turn_rad, weight=weight)

    def off_mps2(self, turned: FloatArray | None = None) -> float:
        """Return by how much the mean of the force, turned back, is larger than gravity; median.

        `turned` (3, 3) is what the rates are multiplied with first. NaN without enough windows.
        """
        if not self.enough:
            return float("nan")
        mean = np.einsum("kn,kni->ki", self.weight, self._back(turned))
        return float(np.median(norm(mean))) - self.rest_mps2

    def misfit_mps2(self, turned: FloatArray | None = None) -> float:
        """Return how badly gravity stays what it is, in size and in direction; median."""
        if not self.enough:
            return float("nan")
        back = self._back(turned)
        size = norm(np.einsum("kn,kni->ki", self.weight, back)) - self.rest_mps2
        half = self.force.shape[1] // 2
        weight = np.hanning(half + 2)[1:-1] / np.hanning(half + 2).sum()
        one, other = (
            np.einsum("n,kni->ki", weight, part) for part in (back[:, :half], back[:, -half:])
        )
        return float(np.hypot(np.median(np.abs(size)), np.median(norm(one - other))))

    def _back(self, turned: FloatArray | None) -> FloatArray:
        return self._as_is if turned is None else turned_back(self.force, self.turn_rad @ turned.T)

    @cached_property
    def _as_is(self) -> FloatArray:
        return turned_back(self.force, self.turn_rad)


def strides(
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    overview: Overview,
    *,
    rate_hz: float,
    bias_radps: FloatArray | None = None,
    later: int = 0,
) -> Strides:
    """Cut `acc_mps2`, `gyr_radps` (n, 3) of one pod into the windows of its `overview`.

    Across lost samples the rate is taken to stay; windows with long losses, and such in which a
    sensor clips, are left out. `bias_radps` (3,) is taken off the rates, which are put `later` by
    so many samples.
    """
    rows, rest = overview.rows, overview.rest
    bias = np.zeros(3) if bias_radps is None else bias_radps
    steps, force = steps_at(overview.index, rows), acc_mps2[rows]
    rates = gyr_radps[(rows - later) % len(gyr_radps)] - bias
    most_of_both = furthest(acc_mps2), furthest(gyr_radps, bias)
    use = whole(steps, *zip((force, rates), most_of_both, overview.ranges, strict=True))
    steps, force, rates = steps[use], force[use], rates[use]
    weight = np.hanning(rows.shape[1] + 2)[1:-1] * steps
    rested = rest is not None and rest.quiet
    return Strides(
        force=force,
        turn_rad=until_each(rates) * steps[..., None] / rate_hz,
        weight=weight / weight.sum(axis=1, keepdims=True),
        rest_mps2=rest.size_mps2 if rest is not None and rested else GRAVITY_MPS2,
        rested=rested,
    )


def bias_at_rest(gyr_radps: FloatArray, rest: Quietest | None, rate_hz: float) -> FloatArray:
    """Return what the gyroscope reads at rest (3,), 0 where that was not seen."""
    if rest is None or not rest.quiet:
        return np.zeros(3)
    return np.asarray(gyr_radps[rest.start : rest.start + round(rate_hz)].mean(axis=0))


def windows_of_movement(
    acc_mps2: FloatArray, *, rate_hz: float, most: int = MOST_WINDOWS
) -> IntArray:
    """Return the rows (k, n) of at most `most` windows in which a pod moves all through."""
    second = max(round(rate_hz), 4)
    moves = moving_seconds(acc_mps2, second)
    first = np.arange(0, max(len(moves) - WINDOW_S + 1, 0), EVERY_S)
    first = first[np.logical_and.reduce([moves[first + k] for k in range(WINDOW_S)])]
    rows = first[spread(len(first), most), None] * second + np.arange(WINDOW_S * second)
    return np.asarray(rows)


def spread(count: int, most: int) -> IntArray:
    """Return the numbers (k,) of at most `most` of `count` windows, spread over all."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def steps_at(index: IntArray | None, rows: IntArray) -> FloatArray:
    """Return how many sample periods each of `rows` (k, n) stands for.

    `index` (n,) are the places of all samples in the sampling, one after the other if not given.
    """
    if index is None:
        return np.ones(rows.shape)
    before, after = np.maximum(rows - 1, 0), np.minimum(rows + 1, len(index) - 1)
    return np.asarray((index[after] - index[before]) / np.maximum(after - before, 1))


def furthest(values: FloatArray, middle: FloatArray | None = None) -> FloatArray:
    """Return how far (axes,) `values` (n, axes) go from a `middle` (axes,), else from 0."""
    middle = np.zeros(values.shape[1]) if middle is None else middle
    if not len(values):
        return np.zeros(values.shape[1])
    return np.asarray(np.maximum(values.max(axis=0) - middle, middle - values.min(axis=0)))


def whole(steps: FloatArray, *sensors: tuple[FloatArray, FloatArray, float | None]) -> BoolArray:
    """Return which windows (k,) have neither long losses nor a sensor that clips.

    `steps` (k, n) is how many sample periods each sample stands for; of each sensor its windows
    (k, n, 3) are given, how far (3,) it ever goes, and where it is seen to clip.
    """
    use = steps.max(axis=1, initial=0) < LONGEST_STEPS
    for windows, most, seen in sensors:
        size = np.abs(windows)
        use &= (size == most).sum(axis=1).max(axis=1, initial=0) < CLIPPED
        if seen is not None:
            use &= (size >= SHARE * seen).sum(axis=1).max(axis=1, initial=0) < CLIPPED
    return np.asarray(use)


def ranges_seen(*sensors: FloatArray) -> tuple[float | None, ...]:
    """Return the range at which each of these sensors (n, 3) is seen to clip, None where not."""
    return tuple(seen_full_scale(values) for values in sensors)


def until_each(gyr_radps: FloatArray) -> FloatArray:
    """Return the mean rates (k, n, 3) from the sample before until each.

    Half a sample matters: 5 ms of a shank in swing are 3 degrees.
    """
    mean = gyr_radps.copy()
    mean[:, 1:] += gyr_radps[:, :-1]
    mean[:, 1:] /= 2
    return mean


def moving_seconds(acc_mps2: FloatArray, second: int) -> BoolArray:
    """Return in which seconds (k,) of a recording the pod moves."""
    mean, square = moments(acc_mps2, second)
    return np.asarray(np.sum(square - mean**2, axis=1) > MOVING_MPS2**2)


def turned_back(force: FloatArray, turn_rad: FloatArray) -> FloatArray:
    """Return `force` (k, n, 3) on the axes of the first sample, after turns (k, n, 3) until each.

    Quaternions are pairs of complex numbers, as in `imu.orientation.by_gyroscope`.
    """
    half = norm(turn_rad.reshape(-1, 3)).reshape(turn_rad.shape[:2]) / 2
    x, y, z = np.moveaxis(turn_rad * (np.sinc(half / np.pi) / 2)[..., None], -1, 0)
    a, b = np.cos(half) + 1j * x, y + 1j * z
    step = 1
    while step < force.shape[1]:  # the product of all turns up to each sample, in doubling steps
        one, other, c, d = a[:, :-step], b[:, :-step], a[:, step:].copy(), b[:, step:].copy()
        later = one * c - other * np.conj(d), one * d + other * np.conj(c)
        a[:, step:], b[:, step:] = later
        step *= 2
    w, x, y, z = a.real, a.imag, b.real, b.imag
    turn = np.stack([x, y, z], axis=-1)
    across = 2 * np.cross(turn, force)
    return np.asarray(force + w[..., None] * across + np.cross(turn, across))
