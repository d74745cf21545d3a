"""Every metric of every stance, and NaN with a reason where it cannot be known."""

from collections.abc import Mapping
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt

from imu.dsp.gaps import near
from imu.frames import SIDES, BoolArray, FloatArray, Placement, seen_by, shank_of
from imu.metrics.registry import METRICS, Metric
from imu.metrics.valid_range import COUNT, left_out
from imu.sensors import Need, Sensor, column
from imu.stance_signals.saturation import WORDS, any_within, saturated
from imu.stance_signals.signals import StanceSignals

GAP_REACH_S = 0.02
"""Filters smear a gap by about this much; a stance this near to one is not measured."""


UNLIKE_RUNNING = "step between running and another gait"
WHICHEVER: Need = "shank or pelvis"
"""The pod that tells the events: between them lies all that is measured."""


def measure(s: StanceSignals) -> tuple[dict[str, FloatArray], dict[str, npt.NDArray[Any]]]:
    """Return (metrics, quality): name -> (k,) columns.

    A metric is NaN where a pod that it needs had a gap in the stance, or was not worn, or the pod
    that tells the events had (unless contacts alone are enough), or a sensor that it rests on was
    clipped, or running turns into another gait, or the value lies beyond the metric's valid range;
    the column ``quality`` says so in words, ``coverage_pct`` is the share of the stance that the
    worn pods delivered, ``clipped`` marks that any sensor was saturated and one column per sensor
    (`imu.session.censored.column`) which, ``implausible_count`` how many values lay beyond.
    """
    whole = _whole(s)
    clipped = saturated(s)
    metrics = {
        name: np.where(
            _usable(metric, whole, clipped) & ~s.unlike_running, metric.formula(s), np.nan
        )
        for name, metric in METRICS.items()
    }
    metrics, words, implausible = left_out(metrics, _reasons(s, whole, clipped))
    quality: dict[str, npt.NDArray[Any]] = {
        "coverage_pct": _coverage_pct(s),
        "clipped": np.logical_or.reduce(list(clipped.values())),
        **{column(sensor): hit for sensor, hit in clipped.items()},
        COUNT: implausible,
        "quality": words,
    }
    return metrics, quality


def _usable(
    metric: Metric, whole: Mapping[str, BoolArray], clipped: Mapping[Sensor, BoolArray]
) -> BoolArray:
    usable = np.ones(len(whole["pelvis"]), dtype=bool)
    for need in (*metric.needs, *([WHICHEVER] if metric.needs else [])):
        usable &= whole[need.removesuffix(" gyroscope")]
    for sensor in metric.clipping:
        usable &= ~clipped[sensor]
    return usable


def _of_leg(s: StanceSignals, per_pod: Mapping[Placement, BoolArray]) -> BoolArray:
    """Return the value (k,) of each stance's own shank; False where that pod was not worn."""
    out = np.zeros(len(s), dtype=bool)
    for side in SIDES:
        if shank_of(side) in per_pod:
            out = np.where(s.side == side, per_pod[shank_of(side)], out)
    return out


def _gap_free(s: StanceSignals) -> dict[Placement, BoolArray]:
    reach = round(GAP_REACH_S * s.rate_hz)
    return {
        placement: ~any_within(near(~pod.valid, reach_samples=reach), s.start, s.stop)
        for placement, pod in s.segments.items()
    }


def _whole(s: StanceSignals) -> dict[str, BoolArray]:
    """Return (k,) where the shank's, the pelvis' and the pod that tells the events had no gap."""
    nowhere, gap_free = np.zeros(len(s), dtype=bool), _gap_free(s)
    shank, pelvis = _of_leg(s, gap_free), gap_free.get("pelvis", nowhere)
    worn = _of_leg(s, dict.fromkeys(s.segments, ~nowhere))
    return {"shank": shank, "pelvis": pelvis, WHICHEVER: np.where(worn, shank, pelvis)}


def _coverage_pct(s: StanceSignals) -> FloatArray:
    """Return the share of the stance that the least complete worn pod delivered, in %."""
    worst = np.full(len(s), 100.0)
    for placement, pod in s.segments.items():
        own = seen_by(placement, s.side)
        sums = np.concatenate([[0], np.cumsum(pod.valid)])
        low = np.clip(np.round(s.start), 0, len(pod.valid)).astype(np.int64)
        high = np.clip(np.round(s.stop) + 1, low + 1, len(pod.valid)).astype(np.int64)
        share = 100.0 * (sums[high] - sums[low]) / np.maximum(high - low, 1)
        worst = np.where(own, np.minimum(worst, share), worst)
    return worst


def _reasons(
    s: StanceSignals, whole: Mapping[str, BoolArray], clipped: Mapping[Sensor, BoolArray]
) -> npt.NDArray[np.str_]:
    """Say in words (k,) what is missing from each stance; empty when nothing is."""
    leg_worn = _of_leg(s, {p: np.ones(len(s), dtype=bool) for p in s.segments})
    pelvis = s.pelvis
    findings: list[tuple[str, BoolArray | bool]] = [
        ("no pelvis pod", pelvis is None),
        ("gap in the pelvis pod", (pelvis is not None) & ~whole["pelvis"]),
        ("no pelvis gyroscope", pelvis is not None and pelvis.gyr_radps is None),
        ("no standing, so no tilt", pelvis is not None and not pelvis.standing.any()),
        ("no shank pod on this leg", ~leg_worn),
        ("gap in the shank pod", leg_worn & ~whole["shank"]),
        ("no shank gyroscope", leg_worn & _of_leg(s, _without_gyroscope(s))),
        *((WORDS[sensor], hit) for sensor, hit in clipped.items()),
        (UNLIKE_RUNNING, s.unlike_running),
        ("other leg not seen next", ~np.isfinite(s.opposite)),
        ("end of bout", ~np.isfinite(s.stride)),
    ]
    found = np.column_stack([np.broadcast_to(where, len(s)) for _, where in findings])
    # Most stances share one of a few combinations: words are put together once for each.
    kinds, kind = np.unique(found, axis=0, return_inverse=True)
    texts = [text for text, _ in findings]
    words = ["; ".join(compress(texts, row)) for row in kinds]
    return np.array(words, dtype=np.str_)[kind]


def _without_gyroscope(s: StanceSignals) -> dict[Placement, BoolArray]:
    return {
        placement: np.full(len(s), pod.gyr_radps is None) for placement, pod in s.segments.items()
    }
