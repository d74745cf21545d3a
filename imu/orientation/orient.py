"""Compute world_from_segment of one pod with VQF, across gaps and changes of pace.

World frame: up against gravity, forward arbitrary (there is no magnetometer, so yaw drifts; only
excursions within a stride are used). VQF (Laidig & Seel 2023) runs forward over the signals with
the rest bias removed; only where it begins in the middle of a movement does it look ahead.
"""

from collections.abc import Iterator

import numpy as np

from imu.alignment.segment import Segment
from imu.frames import BoolArray, FloatArray
from imu.orientation.gap_prediction import carried, long_holes
from imu.orientation.warm_start import Bias, FilterInput, headed_as, learned, settled

CHANGE_S = 3.0
CHANGE_MPS2 = 1.5
BIAS_AFTER_REST_RADPS = np.radians(0.1)
"""How well standing still tells the offset of the gyroscope."""


def orient(segment: Segment, *, rate_hz: float, tau_acc_s: float = 3.0) -> FloatArray | None:
    """Return world_from_segment as quaternions (n, 4), scalar first; None without a gyroscope.

    The accelerometer corrects the inclination with time constant `tau_acc_s`. Setting off,
    stopping and changing pace are acceleration that it would take for tilt (4 degrees from standing
    to 3 m/s, for some 10 s), so there the pelvis is carried by its gyroscope almost alone. A shank
    turns too fast for that: the scale error of its gyroscope would do more harm.

    Where a pod is first heard of, and again after a long hole, the filter knows nothing and starts
    anew (`warm_start`). What is assumed inside gaps: see `gap_prediction`.
    """
    if segment.gyr_radps is None:
        return None
    gyr, acc = carried(segment.gyr_radps, segment.acc_mps2, segment.valid, rate_hz=rate_hz)
    pace = np.zeros(len(gyr), dtype=bool)
    if segment.placement == "pelvis":
        pace = changes_of_pace(segment, rate_hz=rate_hz)
    felt = FilterInput(gyr, acc, pace, rate_hz, tau_acc_s)
    parts: list[FloatArray] = []
    for part in _stretches(segment, felt):
        parts.append(headed_as(parts[-1][-1], part, at=0) if parts else part)
    if unheard := len(gyr) - sum(map(len, parts)):
        parts.insert(0, np.repeat(parts[0][:1], unheard, axis=0))
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _stretches(segment: Segment, felt: FilterInput) -> Iterator[FloatArray]:
    """Yield quaternions (m, 4) from each moment at which a pod is heard again up to the next."""
    start, stop = long_holes(segment.valid, rate_hz=felt.rate_hz)
    first, last = np.append(0, stop), np.append(start, len(segment.valid))
    first, last = first[last > first], last[last > first]
    bias = Bias(np.zeros(3), BIAS_AFTER_REST_RADPS)
    if not segment.standing.any():
        bias = learned(felt.part(first[0], last[0]))
    for begin, end, again in zip(
        first, last, np.append(first[1:], len(segment.valid)), strict=True
    ):
        at_rest = segment.motion.still[begin : begin + round(felt.rate_hz)].any()
        part, filter_ = settled(felt.part(begin, end), bias, at_rest=bool(at_rest))
        bias = Bias.of(filter_)
        over = felt.part(end, again).carried(filter_) if again > end else part[:0]
        yield np.concatenate([part, over]) if len(over) else part


def changes_of_pace(segment: Segment, *, rate_hz: float) -> BoolArray:
    """Return True (n,) where the activity of the pod changes within three seconds.

    Standing, walking and running each have their own; within one of them it hardly moves.
    """
    half, spread = round(CHANGE_S / 2 * rate_hz), segment.motion.spread_mps2
    reach = half + round(rate_hz / 2)
    longer = np.pad(spread, half, mode="edge")
    before, after = longer[: len(spread)], longer[2 * half :]
    change = np.abs(after - before)
    found = (change > CHANGE_MPS2) & (change > 0.3 * np.maximum(before, after))
    for start, stop in zip(*long_holes(segment.valid, rate_hz=rate_hz), strict=True):
        found[max(start - reach, 0) : stop + reach] = False  # nothing is active in a gap
    return np.asarray(found)
