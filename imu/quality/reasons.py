"""Why a value over the whole stride, of two pods together or of little is left out, in words."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from imu.dsp.rows import not_negative
from imu.frames import BoolArray, FloatArray, seen_by
from imu.metrics.definitions.coupling import INDEX_PARTS, LEAST_MOVEMENT_DEG, LEAST_TWIST_DEG
from imu.metrics.registry import METRICS
from imu.stance_signals.saturation import any_within
from imu.stance_signals.signals import StanceSignals


def explained(
    words: npt.NDArray[np.str_], s: StanceSignals, metrics: Mapping[str, FloatArray]
) -> npt.NDArray[np.str_]:
    """Return the quality `words` (k,) with what reaches beyond a single pod's stance added.

    `metrics` are those of the same stances.
    """
    strictest_s = min(metric.sync_s for metric in METRICS.values())
    for text, where in (
        (
            f"clocks of pelvis and shank over {1000 * strictest_s:g} ms apart",
            _apart(s, strictest_s),
        ),
        ("gap before the next contact of this foot", _gap_after(s)),
        ("pelvis accelerometer clipped before the next contact of this foot", _clipped_after(s)),
        (f"twist under {LEAST_TWIST_DEG:g} degrees, so no share of it", _little_twist(metrics)),
        (
            f"movement under {LEAST_MOVEMENT_DEG:g} degrees, so no loading index",
            _little_movement(metrics),
        ),
    ):
        if where.any():
            joined = np.char.add(np.char.add(words, np.where(words == "", "", "; ")), text)
            words = np.where(where, joined, words)
    return words


def _apart(s: StanceSignals, within_s: float) -> BoolArray:
    return ~np.asarray(s.apart_s <= within_s)


def _gap_after(s: StanceSignals) -> BoolArray:
    """Return True (k,) where a pod that sees the stance whole has a gap in the swing after it."""
    gap = np.zeros(len(s), dtype=bool)
    for placement, pod in s.segments.items():
        if not pod.valid.all():
            after = ~s.whole(pod.valid, s.stop, s.start + s.stride) & np.isfinite(s.stride)
            gap |= after & s.whole(pod.valid, s.start, s.stop) & seen_by(placement, s.side)
    return gap


def _clipped_after(s: StanceSignals) -> BoolArray:
    """Return True (k,) where the pelvis' acceleration was saturated after the stance."""
    if s.pelvis is None:
        return np.zeros(len(s), dtype=bool)
    return any_within(s.pelvis.motion.acc_clipped, s.stop, s.start + s.stride)


def _little_twist(metrics: Mapping[str, FloatArray]) -> BoolArray:
    return np.asarray(np.abs(metrics["pelvis_shin_twist_deg"]) < LEAST_TWIST_DEG)


def _little_movement(metrics: Mapping[str, FloatArray]) -> BoolArray:
    """Return True (k,) where all parts of the loading index are known and come to too little."""
    whole = np.sum([not_negative(metrics[name]) for name in INDEX_PARTS], axis=0)
    return np.asarray(whole < LEAST_MOVEMENT_DEG)
