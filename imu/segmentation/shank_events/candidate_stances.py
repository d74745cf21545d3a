"""Possible stances of one leg or of the pelvis, and a finer grid for pods that sample slowly."""

from dataclasses import dataclass, field, replace

import numpy as np
import scipy

from imu.alignment.segment import Segment
from imu.frames import BoolArray, FloatArray, IntArray

FINE_HZ = 190.0


@dataclass(frozen=True)
class Seat:
    """Where a leg pod seems to sit: its height above the ankle, m, and how far it turns, deg.

    `turn_deg` is the range of its rotation about the left axis in a stride. NaN where not known.
    """

    height_m: float = np.nan
    turn_deg: float = np.nan


@dataclass(frozen=True)
class Candidates:
    """Possible stances of one leg or of the pelvis, (k,) each, in samples of the grid.

    `toe_off` is NaN where its estimates disagree or are missing; the stance may be one all the
    same. Where `toe_off_sure` is False it is good enough to tell running, but not to be stated.
    Where the estimates of `initial_contact` disagree, it is that of a single one and `contact_sure`
    is False (None: all are sure). `contact_difference_s` is the departure between two independent
    estimates of it; `stride_s` the time to the next candidate of the same leg. `walks` (None:
    nobody can tell) is True where shank or pelvis moves as in walking. `seat` says where
    the pod seems to sit, `by_other_leg` that the contacts are where the other leg says.
    """

    initial_contact: FloatArray
    toe_off: FloatArray
    contact_difference_s: FloatArray
    stride_s: FloatArray
    contact_sure: BoolArray | None = None
    toe_off_sure: BoolArray | None = None
    walks: BoolArray | None = None
    seat: Seat = field(default_factory=Seat)
    by_other_leg: bool = False


def nothing() -> Candidates:
    """Return no candidates."""
    empty = np.empty(0)
    return Candidates(empty, empty, empty, empty)


def whole_samples(position: FloatArray) -> IntArray:
    """Return each known `position` (k,) cut to a whole sample."""
    return np.asarray(position, dtype=np.int64)


def strides(at: FloatArray | IntArray) -> FloatArray:
    """Return the samples from each of `at` (k,) to the next, the usual ones where one was missed.

    The last is as long as the one before. `at` has two at least.
    """
    stride = np.diff(at).astype(np.float64)
    usual = scipy.ndimage.median_filter(stride, size=min(9, len(stride)), mode="nearest")
    stride = np.where((stride > 0.6 * usual) & (stride < 1.5 * usual), stride, usual)
    return np.append(stride, stride[-1])


def finer(segment: Segment, rate_hz: float) -> tuple[Segment, int]:
    """Return the segment on a grid of `FINE_HZ` at least, and how many times finer it is.

    So a rate moves the events by no more than what it cannot resolve.
    """
    factor = int(np.ceil(FINE_HZ / rate_hz))
    return (_finer(segment, factor), factor) if factor > 1 else (segment, 1)


def coarser(found: Candidates, factor: int) -> Candidates:
    """Return what was `found` on a grid `factor` times finer in samples of the grid."""
    return replace(
        found,
        initial_contact=found.initial_contact / factor,
        toe_off=found.toe_off / factor,
    )


def _finer(segment: Segment, factor: int) -> Segment:
    """Return the segment with `factor` times as many samples of acc and gyr, by cubic splines."""
    n = len(segment.acc_mps2)
    at = np.arange((n - 1) * factor + 1) / factor

    def between(x: FloatArray) -> FloatArray:
        return np.asarray(scipy.interpolate.CubicSpline(np.arange(n), x)(at)) if n > 3 else x

    gyr = segment.gyr_radps
    return replace(
        segment,
        acc_mps2=between(segment.acc_mps2),
        gyr_radps=None if gyr is None else between(gyr),
        valid=_both_ends(segment.valid, at) if n > 3 else segment.valid,
    )


def _both_ends(valid: BoolArray, at: FloatArray) -> BoolArray:
    """Return True (m,) where the samples on both sides of `at` (m,) were measured."""
    return np.asarray(valid[np.floor(at).astype(np.int64)] & valid[np.ceil(at).astype(np.int64)])
