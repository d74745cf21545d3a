"""Compute world_from_segment of one pod with VQF, across gaps and changes of pace.

World frame: up against gravity, forward arbitrary (there is no magnetometer, so yaw drifts; only
excursions within a stride are used). VQF (Laidig & Seel 2023) runs forward over the signals with
the rest bias removed; only where it begins in the middle of a movement does it look ahead. It
takes a rate for that of the whole step to its sample, so it is given that (`turn_rates`).
"""

from itertools import pairwise

import numpy as np

from imu import compiled
from imu.alignment.segment import Segment
from imu.dsp.gaps import between_long_gaps, stretches
from imu.dsp.integral import turn_rates
from imu.frames import FloatArray, IntArray
from imu.orientation.felt import Felt
from imu.orientation.gap_prediction import predicted
from imu.orientation.standing_zero import keep_standing_zero
from imu.orientation.warm_start import (
    Bias,
    FilterInput,
    estimated_bias,
    seen_from_ahead,
    warm_started,
    with_heading_of,
)

REST_BEFORE_S = 2.0
BIAS_AFTER_REST_RADPS = np.radians(0.1)
"""Uncertainty of the gyroscope's bias after standing still."""


def orient(
    segment: Segment, *, rate_hz: float, tau_acc_s: float = 3.0, in_place: bool = False
) -> FloatArray | None:
    """Return world_from_segment as quaternions (n, 4), scalar first; None without a gyroscope.

    The accelerometer corrects the inclination with time constant `tau_acc_s`. Setting off,
    stopping and changing pace are acceleration that it would take for tilt (4 degrees from standing
    to 3 m/s, for some 10 s), so there the pelvis is dead-reckoned: almost by its gyroscope alone. A
    shank turns too fast for that: the scale error of its gyroscope would do more harm.

    Instead what follows setting off is taken from a filter that comes back from steady running.
    What the accelerometer's own errors tip in running is taken out last (`standing_zero`).

    The filter starts anew (`warm_start`) at a pod's first sample and after each long gap. What is
    assumed inside short gaps: see `gap_prediction`. It is assumed in a copy of the accelerations,
    or `in_place`, for a quarter less memory: then nobody else may read them meanwhile.
    """
    if segment.gyr_radps is None:
        return None
    if not in_place:
        return _followed(segment, segment.gyr_radps, rate_hz, tau_acc_s)
    missing = np.flatnonzero(~segment.valid)
    as_they_were = segment.acc_mps2[missing]
    try:
        return _followed(segment, segment.gyr_radps, rate_hz, tau_acc_s, in_place=True)
    finally:
        segment.acc_mps2[missing] = as_they_were


def _followed(
    segment: Segment,
    gyr_radps: FloatArray,
    rate_hz: float,
    tau_acc_s: float,
    *,
    in_place: bool = False,
) -> FloatArray:
    gyr, acc = predicted(
        gyr_radps, segment.acc_mps2, segment.valid, rate_hz=rate_hz, acc_in_place=in_place
    )
    changes = segment.motion.changes
    pace = changes if segment.placement == "pelvis" else np.zeros(len(acc), dtype=bool)
    parts = between_long_gaps(segment.valid, rate_hz=rate_hz)
    received = parts[:, parts[1] > parts[0]]
    turns = turn_rates(gyr, rate_hz=rate_hz)
    del gyr  # an hour of it is large
    turns[received[0]] = 0.0  # no step leads to where the filter begins
    filter_input = FilterInput(turns, acc, pace, rate_hz, tau_acc_s)
    setting_off = settings_off(segment, rate_hz=rate_hz)
    felt = Felt.of(segment, filter_input, changes, setting_off, received)
    found = _by_parts(felt)
    first, *others = received[0].tolist()
    found[:first] = found[first]
    for begin, again in pairwise([*others, len(found)]):
        found[begin:again] = with_heading_of(found[begin - 1], found[begin:again], at=0)
    keep_standing_zero(found, felt)
    return found


def _by_parts(felt: Felt) -> FloatArray:
    """Return quaternions (n, 4), with a heading of its own from each start of reception on."""
    filter_input, (first, last) = felt.filter_input, felt.received
    bias = Bias(np.zeros(3), BIAS_AFTER_REST_RADPS)
    if not felt.stood:
        bias = estimated_bias(filter_input.part(first[0], last[0]))
    if compiled.usable(len(felt.valid)):
        from imu.orientation.in_lanes import followed_parts  # it needs numba

        return followed_parts(felt, bias)
    found = np.empty((len(felt.valid), 4))
    for begin, end, again in zip(first, last, np.append(first[1:], len(felt.valid)), strict=True):
        at_rest = felt.still[begin : begin + round(filter_input.rate_hz)].any()
        received = filter_input.part(begin, end)
        part, filter_ = warm_started(received, bias, at_rest=bool(at_rest))
        for at in felt.setting_off[(felt.setting_off >= begin) & (felt.setting_off < end)] - begin:
            seen_from_ahead(part, received, int(at), bias)
        if len(part) == len(found):
            return part
        bias, found[begin:end] = Bias.of(filter_), part
        if again > end:
            found[end:again] = filter_input.part(end, again).dead_reckoned(filter_)
    return found


def settings_off(segment: Segment, *, rate_hz: float) -> IntArray:
    """Return the samples (k,) at which the pod, at rest until then, becomes active.

    They are among the changes of pace.
    """
    active, rest = segment.motion.active, segment.motion.still
    starts, stops = stretches(segment.motion.changes)
    before = round(REST_BEFORE_S * rate_hz)
    found = [
        start + int(np.argmax(active[start:stop]))
        for start, stop in zip(starts, stops, strict=True)
        if not active[start]
        and active[start:stop].any()
        and rest[max(start - before, 0) : stop].any()
    ]
    return np.array(found, dtype=np.int64)
