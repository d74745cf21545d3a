"""Select the running strides of one shank, and count what refused the others.

Each test looks at something else: the times of stance and stride, flight at the pelvis, how the
shank turns, how strongly it shakes, and whether the foot comes down. The times are those of the
stances around a stride, so that one unsure event loses no stance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.gaps import throughout
from imu.dsp.peaks import argmax_in, argmin_in
from imu.dsp.rows import middle_of_neighbours
from imu.frames import GRAVITY_MPS2, BoolArray, FloatArray
from imu.segmentation.pelvis_events import steps as pelvis_alone
from imu.segmentation.running_stances.found import Found, found_on, pick
from imu.segmentation.shank_events.candidate_stances import Candidates, Seat
from imu.segmentation.shank_events.shaking import Shaking

CONTACT_S = (0.08, 0.45)
SWING_S = (0.20, 0.72)
"""0.46 s in the runners of Bach 2022, 0.53 s in a jog of 140 steps a minute, 0.63 in one of 130."""
BRISK_SWING_S, NEVER_WALKING_MPS2 = 0.62, 1.5 * GRAVITY_MPS2
"""To an accelerometer on a shank alone toe-off seems to come early in fast walking, and the swing
to be longer than this; no walking shakes as much as the second."""
STRIDE_S = (0.38, 1.2)
DUTY_FACTOR = 0.54
"""Running is below 0.5 and walking above 0.6; a contact time may be some 30 ms off."""
LEAST_FORCE_SD_MPS2 = 0.5 * GRAVITY_MPS2
"""SD of the shank's specific force over a stride: 3.1-4.5 m/s² walking and 12-14 m/s²
running in Bach 2022; 5 m/s² and more in slow virtual running."""
SURELY_RUNNING_MPS2 = 0.8 * GRAVITY_MPS2
QUICK_STRIDE_S = 0.9
USUAL_DUTY = 0.36
LANDING_S = (0.03, 0.10)
LEAST_LANDING = 0.3
"""Share of the median shock around contact below which a foot has not landed."""
NEIGHBOURS = 9
"""Stances around one, over which a usual contact time is taken."""
UNLIKE_S, UNLIKE_SHARE = 0.04, 0.2
"""A contact further than both from the usual one has an event that cannot be trusted."""
BROKEN = 1.5
"""Strides after which the next contact is not that of the next stride."""
LEADING_STRIDES = 5
"""Half of `NEIGHBOURS`: so many steps of a walk are next to more running than walking."""
FLIGHTS: Final = (0.25, 0.6, 1.0)
"""Shares of a stride from contact between which the flights after this foot and the other lie."""
REFUSALS: Final = ("timing", "no_flight", "walks", "hardly_shaken", "not_landed")


@dataclass(frozen=True)
class Pelvis:
    """The pelvis pod, and its upward force (n,) over g at 7 Hz."""

    segment: Segment
    force_bw: FloatArray
    rate_hz: float

    @cached_property
    def awake(self) -> BoolArray:
        """Where the pod was received and did not lie still (n,)."""
        return self.segment.valid & ~self.segment.motion.still

    @cached_property
    def walks(self) -> BoolArray:
        """Where it steps as in brisk walking, and its lightest instant is no flight (n,)."""
        return pelvis_alone.walking(self.segment, self.force_bw, rate_hz=self.rate_hz)


@dataclass(frozen=True)
class OwnStrides:
    """Strides timed like running by a shank pod alone, whatever the other pods say, (k,) each.

    `contact` and `stride` are in samples of the grid; `contact_s` is the usual contact time around.
    """

    contact: FloatArray = field(default_factory=lambda: np.empty(0))
    stride: FloatArray = field(default_factory=lambda: np.empty(0))
    contact_s: FloatArray = field(default_factory=lambda: np.empty(0))

    def __len__(self) -> int:
        return len(self.contact)


@dataclass(frozen=True)
class LegSearch:
    """What came of the strides of one shank pod.

    `like_running` of them are quick and shake as in running, `counted` of these are running
    stances, and `refused` says how many each test of `REFUSALS` refused, the first one counting.
    `seat` is where the pod seems to sit, `strides` what it shows by itself, unless its contacts are
    `by_other_leg`.
    """

    like_running: int
    counted: int
    refused: Mapping[str, int] = field(default_factory=dict)
    seat: Seat = field(default_factory=Seat)
    strides: OwnStrides = field(default_factory=OwnStrides)
    by_other_leg: bool = False


def of_shank(
    one: Candidates, segment: Segment, side: str, rate_hz: float, *, pelvis: Pelvis | None
) -> tuple[Found, LegSearch]:
    """Return the running ones of a shank's candidates, and what came of the others."""
    start, stride = one.initial_contact, one.stride_s * rate_hz
    contact_s, sure = _contact_s(one, rate_hz)
    stop = start + np.where(np.isfinite(contact_s), contact_s * rate_hz, USUAL_DUTY * stride)
    stop = np.where(sure, one.toe_off, stop)
    seen = inside(segment, start, stop)
    shaking = Shaking(segment)
    passed = _passed(one, contact_s, shaking, rate_hz, pelvis=pelvis)
    doubtful = ~sure & throughout(segment.valid, start, start + stride)
    running = np.logical_and.reduce([seen, *passed.values()])
    passed["walks"] &= ~_before_running(running, doubtful, start, stride)
    running &= passed["walks"]
    passed["not_landed"] = _landed(shaking, start, running, rate_hz)
    running &= passed["not_landed"]
    every = found_on(side, start, stop, one.contact_difference_s, stride)
    if one.contact_sure is not None:
        every = replace(every, contact_sure=one.contact_sure)
    search = _search(one, shaking, seen, passed, rate_hz)
    own = _own_strides(one, contact_s, segment, rate_hz)
    search = replace(search, strides=own, by_other_leg=one.by_other_leg)
    return pick(replace(every, toe_off_sure=sure), running), search


def _own_strides(
    one: Candidates, contact_s: FloatArray, segment: Segment, rate_hz: float
) -> OwnStrides:
    start, stride = one.initial_contact, one.stride_s * rate_hz
    own = timed_like_running(contact_s, one.stride_s) & inside(segment, start, start + stride)
    if one.walks is not None:
        own &= ~one.walks
    return OwnStrides(start[own], stride[own], contact_s[own])


def _before_running(
    running: BoolArray, doubtful: BoolArray, start: FloatArray, stride: FloatArray
) -> BoolArray:
    """Return True (k,) where a stretch of running begins with strides whose toe-off is none of it.

    Those are the last steps of a walk: what is usual around them is already that of the running.
    """
    if not len(start):
        return running
    number, none = np.arange(len(start)), len(start)
    begins = np.append(True, np.diff(start) > BROKEN * stride[:-1]) | ~running
    stretch = np.maximum.accumulate(np.where(begins, number, 0))
    sure = np.where(running & ~doubtful, number, none)
    first_sure = np.minimum.accumulate(sure[::-1])[::-1]
    leads = (first_sure < none) & (stretch[np.minimum(first_sure, none - 1)] == stretch)
    return np.asarray(running & doubtful & leads & (number - stretch < LEADING_STRIDES))


def _passed(
    one: Candidates,
    contact_s: FloatArray,
    shaking: Shaking,
    rate_hz: float,
    *,
    pelvis: Pelvis | None,
) -> dict[str, BoolArray]:
    """Return which candidates (k,) pass each test; flight at the pelvis decides where it shows."""
    start, stride = one.initial_contact, one.stride_s * rate_hz
    yes = np.ones(len(start), dtype=bool)
    flown, flies = ~yes, yes
    if pelvis is not None:
        flown, flies = _flight(pelvis, start, stride)
    timing, unknown = timed_like_running(contact_s, one.stride_s), ~np.isfinite(contact_s)
    shaking_mps2 = np.full(len(start), np.inf)
    if (unknown | (timing & ~flown)).any():
        shaking_mps2 = shaking.force_sd_mps2(start, start + stride)
    if pelvis is None and shaking.segment.gyr_radps is None:
        long = one.stride_s - contact_s > BRISK_SWING_S
        timing &= ~long | (shaking_mps2 > NEVER_WALKING_MPS2)
    timing |= unknown & _moves_like_running(one, shaking_mps2)
    walks = ~yes if one.walks is None else one.walks
    return {
        "timing": timing,
        "no_flight": flies | ~flown,
        "walks": ~walks | flown,
        "hardly_shaken": (shaking_mps2 > LEAST_FORCE_SD_MPS2) | flown,
    }


def _search(
    one: Candidates,
    shaking: Shaking,
    seen: BoolArray,
    passed: Mapping[str, BoolArray],
    rate_hz: float,
) -> LegSearch:
    """Count the strides that move like running, and by which test each of them is refused."""
    counted = np.logical_and.reduce([seen, *passed.values()])
    n = int(np.count_nonzero(counted))
    if 2 * n > len(seen):  # most are counted, and nobody asks why the others are not
        return LegSearch(n, n, {}, one.seat)
    start = one.initial_contact
    shaking_mps2 = shaking.force_sd_mps2(start, start + one.stride_s * rate_hz)
    like = seen & _moves_like_running(one, shaking_mps2)
    left, refused = like.copy(), {}
    for name in REFUSALS:
        refused[name] = int(np.count_nonzero(left & ~passed[name]))
        left &= passed[name]
    return LegSearch(int(np.count_nonzero(like)), int(np.count_nonzero(left)), refused, one.seat)


def _flight(pelvis: Pelvis, start: FloatArray, stride: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Return where the pelvis tells whether there is flight in a stride (k,), and where there is.

    A pelvis pod that lies still, forgotten in a bag or on a table, tells nothing. Nor does one that
    steps as in brisk walking, or lightens after one foot alone: then the shank is asked.
    """
    force = pelvis.force_bw
    begin = np.nan_to_num(start).astype(np.int64)
    first, other, end = (begin + (share * stride).astype(np.int64) for share in FLIGHTS)
    heaviest = force[argmax_in(force, begin, end)]
    lightest = np.stack(
        [force[argmin_in(force, *half)] for half in ((begin, end), (first, other), (other, end))]
    )
    light = lightest < pelvis_alone.LIGHTEST_BW
    light &= heaviest - lightest > pelvis_alone.LEAST_SWING_BW
    flies, both = light[0], light[1] & light[2]
    told = throughout(pelvis.awake & ~pelvis.walks, start, start + stride)
    return told & (both | ~flies), flies


def _moves_like_running(one: Candidates, shaking_mps2: FloatArray) -> BoolArray:
    """Return True (k,) where strides are those of running though no toe-off was found."""
    quick = (one.stride_s > STRIDE_S[0]) & (one.stride_s < QUICK_STRIDE_S)
    return np.asarray(quick & (shaking_mps2 > SURELY_RUNNING_MPS2))


def _contact_s(one: Candidates, rate_hz: float) -> tuple[FloatArray, BoolArray]:
    """Return the usual contact time around each candidate (k,), and whether its own is like it."""
    contact_s = (one.toe_off - one.initial_contact) / rate_hz
    usual_s = middle_of_neighbours(contact_s, NEIGHBOURS)
    unlike = np.abs(contact_s - usual_s) > np.maximum(UNLIKE_S, UNLIKE_SHARE * usual_s)
    sure = np.isfinite(contact_s) & ~unlike
    return np.where(sure, contact_s, usual_s), sure


def _landed(shaking: Shaking, start: FloatArray, running: BoolArray, rate_hz: float) -> BoolArray:
    """Return True (k,) where the foot comes down with a shock like that of the other stances.

    The foot on which a runner stands when setting off does not land.
    """
    if not running.any():
        return running
    begin, end = start - LANDING_S[0] * rate_hz, start + LANDING_S[1] * rate_hz
    shock = shaking.force_sd_mps2(begin, end)
    return np.asarray(shock > LEAST_LANDING * np.median(shock[running]))


def timed_like_running(contact_s: FloatArray, stride_s: FloatArray) -> BoolArray:
    """Return True (k,) where contact, swing and stride can be those of running."""
    swing_s = stride_s - contact_s
    with np.errstate(invalid="ignore"):
        return np.asarray(
            (contact_s > CONTACT_S[0])
            & (contact_s < CONTACT_S[1])
            & (swing_s > SWING_S[0])
            & (swing_s < SWING_S[1])
            & (stride_s > STRIDE_S[0])
            & (stride_s < STRIDE_S[1])
            & (contact_s < DUTY_FACTOR * stride_s)
        )


def inside(segment: Segment, start: FloatArray, stop: FloatArray) -> BoolArray:
    """Return True (k,) where the record covers ``[start, stop]`` and both are known."""
    known = np.isfinite(start) & np.isfinite(stop)
    return known & (start >= 0) & (np.where(known, stop, 0) <= len(segment.valid) - 1)
