"""Stances as positions on the grid, and functions that read a signal there.

Positions are fractional samples of the grid, (k,). A signal that a recording does not contain reads
as NaN, so a formula never asks which pods were worn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from imu import frames
from imu.alignment.segment import Segment
from imu.dsp.gaps import throughout
from imu.dsp.integral import integral
from imu.dsp.peaks import reduced_in
from imu.dsp.reading import read_at
from imu.dsp.rows import ragged
from imu.frames import SIDES, BoolArray, FloatArray, IntArray, Placement, shank_of
from imu.segmentation.stances import midstance


@dataclass(frozen=True)
class StanceWindows:
    """One recording cut into `k` stances.

    `side` (k,), `start`, `stop` (k,) in samples, `stride` (k,) in samples to the
    next contact of the same leg, NaN at the end of a bout; `opposite` (k,) the next contact of
    the other leg. `unlike_running` (k,) marks the step in which running turns into another gait,
    `contact_sure` is False where `start` rests on a single estimate, `toe_off_sure` where `stop` is
    only the usual one, `by_pelvis` True where the leg's own pod did not show the stance. `sync_s`
    is that of the recording, `late_s` (k,) how late each pod was found to stamp in each
    stance, `height_m` how high above the ankle each shank's pod sits,
    `speed_scale` that of the wearer.
    """

    rate_hz: float
    side: npt.NDArray[np.str_]
    start: FloatArray
    stop: FloatArray
    stride: FloatArray
    opposite: FloatArray
    unlike_running: BoolArray
    contact_sure: BoolArray
    toe_off_sure: BoolArray
    by_pelvis: BoolArray
    segments: Mapping[Placement, Segment]
    quaternions: Mapping[Placement, FloatArray]
    sync_s: Mapping[Placement, float] = field(default_factory=dict)
    late_s: Mapping[Placement, FloatArray] = field(default_factory=dict)
    height_m: Mapping[Placement, float] = field(default_factory=dict)
    speed_scale: float = 1.0

    def __len__(self) -> int:
        return len(self.side)

    # ------------------------------------------------------------------ stances

    @cached_property
    def nothing(self) -> FloatArray:
        """(k,) of NaN: the value of what cannot be known."""
        return np.full(len(self), np.nan)

    @cached_property
    def stance_sign(self) -> FloatArray:
        """(k,) +1 for left, -1 for right stances."""
        return frames.stance_sign(self.side)

    @cached_property
    def contact(self) -> FloatArray:
        """(k,) length of the stance in samples."""
        return self.stop - self.start

    @cached_property
    def half(self) -> FloatArray:
        """(k,) half way from contact to toe-off."""
        return (self.start + self.stop) / 2

    @cached_property
    def midstance(self) -> FloatArray:
        """(k,) mid-stance, 40 % of the way from contact to toe-off."""
        return midstance(self.start, self.stop)

    @cached_property
    def clock_offset_s(self) -> FloatArray:
        """(k,) how far the clocks of pelvis and own shank may be apart; 0 where one is not worn."""
        apart = np.zeros(len(self))
        for side in SIDES:
            pair: tuple[Placement, Placement] = ("pelvis", shank_of(side))
            if all(placement in self.segments for placement in pair):
                own = self.side == side
                apart[own] = self._apart_s(pair)[own]
        return apart

    @cached_property
    def legs_offset_s(self) -> FloatArray:
        """(k,) how far the clocks of the two shanks may be apart; 0 where one is not worn."""
        pair = (shank_of("left"), shank_of("right"))
        both = all(placement in self.segments for placement in pair)
        return self._apart_s(pair) if both else np.zeros(len(self))

    def _apart_s(self, pair: tuple[Placement, Placement]) -> FloatArray:
        """Return how far two clocks may be apart (k,): by what is known of them, and as found."""
        unsure_s = np.max([self.sync_s.get(placement, 0.0) for placement in pair])
        one, other = (self.late_s.get(placement, np.zeros(len(self))) for placement in pair)
        return np.asarray(np.maximum(np.abs(one - other), unsure_s))

    def next_own(self, values: FloatArray) -> FloatArray:
        """Return `values` (..., k) of the next stance of one leg; NaN at the end of a bout."""
        following = np.full_like(values, np.nan)
        following[..., :-1] = values[..., 1:]
        return np.where(np.isfinite(self.stride), following, np.nan)

    def only(self, own: BoolArray) -> StanceWindows:
        """Return these windows with only the stances `own` (k,)."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        own_part: dict[str, Any] = {
            name: value[own] for name, value in given.items() if isinstance(value, np.ndarray)
        }
        late_s = {place: values[own] for place, values in self.late_s.items()}
        return replace(self, late_s=late_s, **own_part)

    # ------------------------------------------------------------------ reading signals

    def at(self, x: FloatArray | None, position: FloatArray) -> FloatArray:
        """Return `x` (n,) at fractional positions (k, ...), linear; NaN outside or unknown."""
        return np.full(position.shape, np.nan) if x is None else read_at(x, position)

    def rows(self, x: FloatArray | None, start: FloatArray, stop: FloatArray) -> FloatArray:
        """Return the samples of `x` (n,) within ``[start, stop]`` as rows (k, longest)."""
        if x is None:
            return np.full((len(start), 1), np.nan)
        return ragged(x, *samples(start, stop))

    def highest(self, x: FloatArray | None, start: FloatArray, stop: FloatArray) -> FloatArray:
        """Return the highest sample of `x` (n,) within each ``[start, stop]``, (k,)."""
        return self._reduced(np.fmax, x, start, stop)

    def lowest(self, x: FloatArray | None, start: FloatArray, stop: FloatArray) -> FloatArray:
        """Return the lowest sample of `x` (n,) within each ``[start, stop]``, (k,)."""
        return self._reduced(np.fmin, x, start, stop)

    def total(self, x: FloatArray | None, start: FloatArray, stop: FloatArray) -> FloatArray:
        """Return the sum of the samples of `x` (n,) within each ``[start, stop]``, (k,)."""
        return self._reduced(np.add, x, start, stop)

    def _reduced(
        self, of_two: np.ufunc, x: FloatArray | None, start: FloatArray, stop: FloatArray
    ) -> FloatArray:
        return self.nothing if x is None else reduced_in(of_two, x, *samples(start, stop))

    def highest_toward_leg(
        self, x: FloatArray | None, start: FloatArray, stop: FloatArray
    ) -> FloatArray:
        """Return the highest of `x` (n,), leg-signed, within each ``[start, stop]``, (k,)."""
        high, low = self.highest(x, start, stop), self.lowest(x, start, stop)
        return self.stance_sign * np.where(self.stance_sign > 0, high, low)

    def stance_rows(self, x: FloatArray | None) -> FloatArray:
        """Return the samples of `x` (n,) from contact to toe-off as rows (k, longest)."""
        return self.rows(x, self.start, self.stop)

    def mean_over_stance(self, x: FloatArray | None) -> FloatArray:
        """Return the mean of `x` (n,) from contact to toe-off, (k,)."""
        if x is None:
            return self.nothing
        area = integral(x)
        return (self.at(area, self.stop) - self.at(area, self.start)) / self.contact

    def mean_over_stride(self, area: FloatArray | None, good: BoolArray | None) -> FloatArray:
        """Return the mean from each contact to the next of the same leg, (k,), by its integral.

        `area` is that in samples (n,). NaN where the stride's end is not seen or not all of it is
        `good` (n,).
        """
        if area is None or good is None:
            return self.nothing
        mean = (self.at(area, self.start + self.stride) - self.at(area, self.start)) / self.stride
        return np.where(self.gap_free(good, self.start, self.start + self.stride), mean, np.nan)

    def gap_free(self, good: BoolArray, start: FloatArray, stop: FloatArray) -> BoolArray:
        """Return True (k,) where `good` (n,) holds in all of ``[start, stop]``."""
        return throughout(good, start, stop)

    @property
    def pelvis(self) -> Segment | None:
        """The pelvis pod, None when it was not worn."""
        return self.segments.get("pelvis")


def samples(start: FloatArray, stop: FloatArray) -> tuple[IntArray, IntArray]:
    """Return first sample and end of each ``[start, stop]`` (k,); none where one is not known."""
    known = np.isfinite(start) & np.isfinite(stop)
    low = np.ceil(np.where(known, start, 0)).astype(np.int64)
    high = np.where(known, np.floor(np.where(known, stop, 0)) + 1, low).astype(np.int64)
    return low, np.maximum(high, low)
