"""Measure from the movement itself how late each pod's clock runs, minute by minute.

In running the upward force of the pelvis has one wave a step, which is highest close to the middle
of stance. How long after each contact of a shank that wave is highest therefore tells how late the
pod on that shank stamps: for each shank by itself, whichever leg has more stances, and to a few
ms, because the wave is fitted over a whole stride and not read at an instant. It repeats with each
step, so it says nothing of whole steps: those are told by how the steps vary (`scatter`). Between
the two shanks the contact of one foot should lie half-way between two of the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.reading import read_at
from imu.frames import SIDES, BoolArray, ComplexArray, FloatArray, IntArray, Placement, shank_of
from imu.segmentation.pelvis_events import steps as pelvis_events
from imu.segmentation.running_stances.found import nearest
from imu.segmentation.running_stances.of_one_shank import LegSearch, OwnStrides

BLOCK_S: Final = 60.0
FEWEST: Final = 12
"""Strides of each pod in a minute without which nothing is said of it."""
POINTS: Final = 64
USUAL_S: Final = -0.009
"""When the wave of the step is highest after the middle of stance: mean of made-up people."""
TELLING: Final = 1_000
"""Strides that tell by how many steps a shank is off; more make it no surer."""
TOGETHER: Final = 20
"""They are taken in a row, so many at a time."""
CONSECUTIVE: Final = 1.5
LOST: Final = 0.15


@dataclass(frozen=True)
class PelvisSteps:
    """The upward force (n,) of the pelvis over g at 7 Hz, and the instants (k,) of its steps.

    `contact` and `peak` are two estimates of each step that fail differently, in samples.
    """

    force_bw: FloatArray
    contact: FloatArray
    peak: FloatArray
    valid: BoolArray

    @cached_property
    def missing(self) -> IntArray:
        """The numbers (m,) of the samples not received, or in which the pod lay still."""
        return np.flatnonzero(~self.valid)

    @classmethod
    def of(cls, segment: Segment, *, rate_hz: float) -> "PelvisSteps":
        """Find the steps of a pelvis pod."""
        force_bw = pelvis_events.upward_bw(segment, rate_hz=rate_hz)
        anchors = pelvis_events.anchors(force_bw, rate_hz=rate_hz)
        contact = pelvis_events.contacts(segment, anchors, rate_hz=rate_hz)
        valid = segment.valid & ~segment.motion.still
        return cls(force_bw, contact[np.isfinite(contact)], anchors[0].astype(np.float64), valid)

    def mostly_seen(self, begin: FloatArray, end: FloatArray) -> BoolArray:
        """Return where all but `LOST` of ``[begin, end]`` (k,) was received, within the record.

        A wave over a stride bears a gap of a notification or two.
        """
        inside = np.isfinite(begin + end) & (begin >= 0) & (end < len(self.valid))
        low, high = (np.where(inside, x, 0).astype(np.int64) for x in (begin, end))
        missed = np.searchsorted(self.missing, high) - np.searchsorted(self.missing, low)
        return np.asarray(inside & (high - low - missed >= (1 - LOST) * (high - low)))


@dataclass(frozen=True)
class Lags:
    """How late pods stamp, by minute, s; NaN in minutes with too few strides.

    `start_s` (m,) is where each minute begins, from the start of the recording, and `stride_s` (m,)
    the usual stride in it. `to_pelvis` has for each shank how late it is against the pelvis (m,),
    within a quarter of a stride either way; `right_to_left` (m,) how late the right shank is
    against the left, within half a stride.
    """

    start_s: FloatArray
    stride_s: FloatArray
    to_pelvis: Mapping[Placement, FloatArray]
    right_to_left: FloatArray


@dataclass(frozen=True)
class Movement:
    """What the pods of a recording of `count` samples show of the steps, each by itself.

    `gyroscopes` says whether every shank has one: without it contacts may be some 50 ms off.
    """

    strides: Mapping[Placement, OwnStrides]
    pelvis: PelvisSteps | None
    gyroscopes: bool
    count: int
    rate_hz: float

    @classmethod
    def of(
        cls,
        segments: Mapping[Placement, Segment],
        searched: Mapping[Placement, LegSearch],
        *,
        rate_hz: float,
    ) -> "Movement":
        """Take the strides that were found, and find the steps of the pelvis."""
        worn = segments.get("pelvis")
        pelvis = None if worn is None else PelvisSteps.of(worn, rate_hz=rate_hz)
        strides = {place: search.strides for place, search in searched.items()}
        count = len(next(iter(segments.values())).valid)
        gyroscopes = all(segments[place].gyr_radps is not None for place in strides)
        return cls(strides, pelvis, gyroscopes, count, rate_hz)

    @cached_property
    def blocks(self) -> int:
        """Number of minutes; what is left over belongs to the last."""
        return max(1, int(self.count / (BLOCK_S * self.rate_hz)))

    def block(self, at: FloatArray) -> IntArray:
        """Return the minute of each position (k,) in samples."""
        number = (at / (BLOCK_S * self.rate_hz)).astype(np.int64)
        return np.clip(number, 0, self.blocks - 1)

    @cached_property
    def lags(self) -> Lags:
        """How late each pod stamps, by minute."""
        stride_s = self._usual("stride") / self.rate_hz
        return Lags(
            start_s=BLOCK_S * np.arange(self.blocks, dtype=np.float64),
            stride_s=stride_s,
            to_pelvis={
                place: self._to_pelvis(own, stride_s) for place, own in self.strides.items()
            },
            right_to_left=self._right_to_left(stride_s),
        )

    def _usual(self, what: str) -> FloatArray:
        """Return the mean over the legs of their medians by minute (m,), NaN where none shows."""
        legs = np.full((len(self.strides), self.blocks), np.nan)
        for row, own in zip(legs, self.strides.values(), strict=True):
            value, block = getattr(own, what), self.block(own.contact)
            order = np.lexsort((value, block))
            count = np.bincount(block, minlength=self.blocks)
            first = np.cumsum(count) - count
            middle = (first + count // 2)[count >= FEWEST]
            row[count >= FEWEST] = value[order][middle]
        known = np.isfinite(legs)
        with np.errstate(invalid="ignore"):
            return np.asarray(np.where(known, legs, 0.0).sum(axis=0) / known.sum(axis=0))

    def _to_pelvis(self, own: OwnStrides, stride_s: FloatArray) -> FloatArray:
        if self.pelvis is None or not len(own):
            return np.full(self.blocks, np.nan)
        seen = self.pelvis.mostly_seen(own.contact, own.contact + own.stride)
        contact, stride = own.contact[seen], own.stride[seen]
        wave = self._wave(contact, stride, np.ones(POINTS))
        turn = self._mean_turn(np.angle(wave), self.block(contact))
        middle_s = self._usual("contact_s") / 2 + USUAL_S
        return wrapped(middle_s + turn * stride_s / 2, stride_s / 2)

    def _right_to_left(self, stride_s: FloatArray) -> FloatArray:
        if any(not len(self.strides.get(shank_of(side), ())) for side in SIDES):
            return np.full(self.blocks, np.nan)
        left, right = (self.strides[shank_of(side)] for side in SIDES)
        following = right.contact[
            np.minimum(np.searchsorted(right.contact, left.contact), len(right) - 1)
        ]
        share = (following - left.contact) / left.stride
        seen = (share >= 0) & (share < CONSECUTIVE)
        turn = self._mean_turn(2 * np.pi * share[seen] - np.pi, self.block(left.contact[seen]))
        return wrapped(turn * stride_s, stride_s)

    def _mean_turn(self, angle: FloatArray, block: IntArray) -> FloatArray:
        """Return the mean of angles (k,) by minute (m,), in turns; NaN with fewer than `FEWEST`."""
        x, y = (np.bincount(block, part, self.blocks) for part in (np.cos(angle), np.sin(angle)))
        enough = np.bincount(block, minlength=self.blocks) >= FEWEST
        return np.where(enough, np.arctan2(y, x) / (2 * np.pi), np.nan)

    def scatter_s(self, place: Placement, late_s: FloatArray) -> float:
        """Return how badly the steps of a shank follow those of the pelvis if it is so late, s.

        `late_s` (m,) by minute. No two steps take the same time, so a shank moved by a whole step
        no longer follows the pelvis from step to step: the median second difference between its
        contacts and the wave around one step. NaN where too little is known.
        """
        own, pelvis = self.strides[place], self.pelvis
        if pelvis is None or len(own) < 2:
            return np.nan
        own = _spread(own)
        contact = own.contact - late_s[self.block(own.contact)] * self.rate_hz
        at = contact + own.contact_s * self.rate_hz / 2
        begin, end = at - own.stride / 2, at + own.stride / 2
        known = pelvis.mostly_seen(begin, end)
        wave = self._wave(np.where(known, begin, 0), own.stride, np.hanning(POINTS))
        turn = np.angle(wave * np.conj(np.sum(wave[known]))) / (4 * np.pi)
        unbroken = np.diff(own.contact) < CONSECUTIVE * own.stride[:-1]
        rows = known[:-2] & known[1:-1] & known[2:] & unbroken[1:] & unbroken[:-1]
        apart = np.diff(turn * own.stride, 2)[rows]
        return float(np.median(np.abs(apart))) / self.rate_hz if len(apart) >= FEWEST else np.nan

    def _wave(self, begin: FloatArray, stride: FloatArray, weight: FloatArray) -> ComplexArray:
        """Return the second harmonic (k,) of the upward force over strides from `begin` (k,) on."""
        assert self.pelvis is not None
        share = np.arange(POINTS) / POINTS
        at = begin[:, None] + stride[:, None] * share
        force = read_at(self.pelvis.force_bw, np.clip(at, 0, self.count - 1, out=at)) - 1
        wave = weight * np.exp(-4j * np.pi * share)
        return np.asarray(force @ wave.real + 1j * (force @ wave.imag))

    def apart_by_step_s(self, later: Placement, other: Placement) -> float:
        """Return by how much more two shanks are apart in the steps of the pelvis itself, s.

        The median over steps of the estimates of single steps, of which there are two; the larger
        one. NaN where either is not known.
        """
        if self.pelvis is None:
            return np.nan
        both = [
            _middle(series, self.strides[other], share, self.rate_hz)
            - _middle(series, self.strides[later], share, self.rate_hz)
            for series, share in ((self.pelvis.contact, 0.0), (self.pelvis.peak, 0.5))
        ]
        return float(max(both, key=abs)) / self.rate_hz


def wrapped(x: FloatArray, period: FloatArray) -> FloatArray:
    """Return `x` (n,) less whole periods (n,): within half a period either way."""
    return np.asarray(x - period * np.rint(x / period))


def _spread(own: OwnStrides) -> OwnStrides:
    """Return about `TELLING` strides, spread over the record."""
    every = -(-len(own) // TELLING)
    some = np.arange(len(own)) // TOGETHER % every == 0
    return OwnStrides(own.contact[some], own.stride[some], own.contact_s[some])


def _middle(series: FloatArray, own: OwnStrides, share: float, rate_hz: float) -> float:
    if not len(series) or not len(own):
        return np.nan
    at = own.contact + share * own.contact_s * rate_hz
    return float(np.median(series[nearest(series, at)] - at))
