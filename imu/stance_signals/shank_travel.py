"""Compute how far a shank's pod carries the ankle in each stride, from rest to rest of the foot.

The pod is strapped down: its force is turned by what its gyroscope integrates to, and integrated
twice. While the foot is flat on the ground the ankle rests, so there the pod moves as the shank
turns about the ankle. What is left of the ankle's velocity from one rest to the next is gravity
over that time, and tells what is up: the rest of the way is level. That takes no attitude filter
and no heading.

Everything is a difference of running integrals over the whole record, read at a few instants.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from imu.alignment.segment import Segment
from imu.frames import BoolArray, FloatArray
from imu.orientation.by_gyroscope import Turning, carried
from imu.stance_signals.windows import StanceWindows

REST: Final = (0.25, 0.6)
"""Share of stance over which the ankle rests on average: from foot flat, once the impact has shaken
out, to the rise of the heel, which first lifts the ankle more than it carries it forward."""
LEAN: Final = 0.087
"""How far forward of the ankle a pod sits, per height above it: quiet standing, from which the
shank's own upward comes, leans the shank forward by some 5 degrees."""
ENOUGH_HZ: Final = 66.0
"""A faster pod is averaged down to this rate at least: it moves the speed by 0.1 %."""
FEWEST_PAIRS: Final = 10


@dataclass(frozen=True)
class ShankTravel:
    """The way of the ankle under a pod that sits `height_m` above it, in the stances `s` of a leg.

    The pod has a gyroscope. Ways are in the axes that the shank has at the beginning of the record:
    only their lengths and differences of direction mean anything.
    """

    s: StanceWindows
    pod: Segment
    height_m: float

    def speed_mps(self) -> FloatArray:
        """Return the level speed (own,) over the stride from this rest of the foot to the next.

        NaN where the pod does not show the next stance of the leg, or a sample up to its rest is
        missing or the gyroscope saturated in it.
        """
        s = self.s
        begin, end = s.start + REST[0] * s.contact, rest_ends(s)
        middle = (begin + end) / 2
        before = (self._ankle(end) - self._ankle(begin)) / (end - begin)
        at, lasts = self._ankle(middle), s.next_own(middle) - middle
        way = s.next_own(at) - at - lasts * before
        up = s.next_own(before) - before
        with np.errstate(invalid="ignore", divide="ignore"):
            upward = np.sum(way * up, axis=0) / np.sum(up * up, axis=0)
            level = np.linalg.norm(way - upward * up, axis=0)
        known = s.gap_free(measured(self.pod), s.start, next_rest_ends(s))
        return np.where(known, level * s.rate_hz / s.stride, np.nan)

    def _ankle(self, position: FloatArray) -> FloatArray:
        """Return where the ankle is (3, own) at `position` (own,), m. It falls freely besides."""
        path_m, turning, averaged = self._strapped_down
        at = (position - (averaged - 1) / 2) / averaged
        inside = (at >= 0) & (at <= path_m.shape[1] - 1)
        low = np.minimum(np.where(inside, at, 0.0).astype(np.int64), path_m.shape[1] - 2)
        ahead_m = LEAN * self.height_m if self.pod.standing.any() else 0.0
        before, after = (
            path_m[:, sample] - turning.at(sample).turned(ahead_m, 0.0, self.height_m)
            for sample in (low, low + 1)
        )
        return np.where(inside, before + (at - low) * (after - before), np.nan)

    @cached_property
    def _strapped_down(self) -> tuple[FloatArray, Turning, int]:
        """Where the pod is (3, m), how it is turned, how many samples were averaged to each."""
        if self.pod.gyr_radps is None:
            raise ValueError("a shank pod without a gyroscope does not tell how far it travels")
        averaged = max(int(self.s.rate_hz // ENOUGH_HZ), 1)
        rate_hz = self.s.rate_hz / averaged
        rates, forces = (_means(x, averaged) for x in (self.pod.gyr_radps, self.pod.acc_mps2))
        turning, path_m = carried(rates, forces, rate_hz=rate_hz)
        return path_m, turning, averaged


def measured(pod: Segment) -> BoolArray:
    """Return True (n,) where the pod was received, and its gyroscope not saturated."""
    return np.asarray(pod.valid & ~pod.motion.gyr_clipped)


def rest_ends(s: StanceWindows) -> FloatArray:
    """Return when the ankle has rested (k,), in samples."""
    return s.start + REST[1] * s.contact


def next_rest_ends(s: StanceWindows) -> FloatArray:
    """Return when the ankle has rested again (k,), NaN where the leg's own pod does not show it."""
    return s.next_own(np.where(s.by_pelvis, np.nan, rest_ends(s)))


def alike(speed_mps: FloatArray, left: BoolArray) -> FloatArray:
    """Return the speeds (k,) of both legs as if both pods sat at their mean height.

    The legs of a runner go equally far, so the median ratio of a stride of the left leg to the
    stride of the right one that begins next is an error, shared out between them. `left` (k,).
    """
    pairs = left[:-1] != left[1:]
    with np.errstate(invalid="ignore", divide="ignore"):
        ahead = np.log(speed_mps[1:] / speed_mps[:-1])[pairs]
    ahead = np.where(left[1:][pairs], ahead, -ahead)
    ahead = ahead[np.isfinite(ahead)]
    if len(ahead) < FEWEST_PAIRS:
        return speed_mps
    half = np.median(ahead) / 2
    return np.asarray(speed_mps * np.exp(np.where(left, -half, half)))


def _means(x: FloatArray, count: int) -> FloatArray:
    """Return the means (n // count, 3) of every `count` samples of `x` (n, 3)."""
    whole = len(x) - len(x) % count
    result = np.zeros((3, whole // count))
    for total, axis in zip(result, x.T, strict=True):
        for offset in range(count):
            total += axis[offset:whole:count]
    result /= count
    return result.T
