"""Compute every metric of every stance, NaN where unknown, with flags that say why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import BoolArray, FloatArray
from imu.metrics.registry import METRICS, Metric
from imu.metrics.valid_range import COUNT, beyond_valid_range, within_valid_range
from imu.sensors import Sensor, column
from imu.stance_signals.availability import (
    EVENT_POD,
    coverage_pct,
    gap_free,
    missing,
    unbroken_s,
)
from imu.stance_signals.saturation import overwhelmed, saturated
from imu.stance_signals.signals import StanceSignals

FROM_TOE_OFF: Final = frozenset(
    {
        "active_peak_force_bw",
        "pelvic_obliquity_reversal_pct",
        "pelvic_rotation_after_midstance_deg",
        "pelvic_rotation_reversal_pct",
        "pelvic_tilt_after_midstance_deg",
    }
)
"""Metrics of one pod that change with toe-off; those of events alone (`EVENT_POD`) all do.

What is read at mid-stance moves by less than half of an error of toe-off."""

OF_ONE_INSTANT: Final = frozenset({"shank_swing_rate_radps"})
OF_TURNING: Final = frozenset({"shank_internal_rotation_deg", "shank_internal_rotation_rate_radps"})
"""Metrics of a shank's gyroscope alone: the first of single readings, the others of its turns."""

STRAIGHTEST_RADPS: Final = min(metric.most_turning_radps for metric in METRICS.values())


@dataclass(frozen=True)
class Measured:
    """What was measured in `k` stances.

    `metrics` maps a name to (k,) values and `columns` to (k,) numbers about the stance, as
    `StanceTable.quality` has them. `flags` maps each reason for a missing value to where it holds,
    (k,); `implausible` maps a metric to the values (k,) that were left out, NaN elsewhere.
    """

    metrics: Mapping[str, FloatArray]
    columns: Mapping[str, npt.NDArray[Any]]
    flags: Mapping[str, BoolArray]
    implausible: Mapping[str, FloatArray]


@dataclass(frozen=True)
class Received:
    """What was received of `k` stances, (k,) each, whatever is measured in them.

    `free` says where a pod had no gap (`gap_free`), `clipped` where a sensor was at full scale,
    `lost` where a pod was so often that more is lost (`overwhelmed`).
    """

    free: Mapping[str, BoolArray]
    clipped: Mapping[Sensor, BoolArray]
    lost: Mapping[str, BoolArray]
    unbroken_s: Mapping[str, FloatArray]
    coverage_pct: FloatArray

    @classmethod
    def of(cls, s: StanceSignals) -> "Received":
        """Look at the stances `s`."""
        return cls(gap_free(s), saturated(s), overwhelmed(s), unbroken_s(s), coverage_pct(s))

    @property
    def of_sensors(self) -> dict[str, BoolArray]:
        """One column per sensor: where it was clipped."""
        return {column(sensor): hit for sensor, hit in self.clipped.items()}

    @property
    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Share of the stance that the worn pods delivered, and where which sensor was clipped."""
        return {
            "coverage_pct": self.coverage_pct,
            "clipped": np.logical_or.reduce(list(self.clipped.values())),
            **self.of_sensors,
        }


def measure(s: StanceSignals, metrics: Mapping[str, Metric] = METRICS) -> Measured:
    """Compute every metric of the stances `s`, or only these `metrics` (see `what_counts`)."""
    return what_counts(s, Received.of(s), values(s, metrics))


def values(s: StanceSignals, metrics: Mapping[str, Metric]) -> dict[str, FloatArray]:
    """Return what the formulas of some metrics give (k,), whether it counts or not."""
    return {name: metric.formula(s) for name, metric in metrics.items()}


def what_counts(s: StanceSignals, received: Received, read: Mapping[str, FloatArray]) -> Measured:
    """Return the metrics `read` (k,) in the stances `s`, NaN where they do not count.

    A metric is NaN where a pod that it needs had a gap in the stance, or was not worn, or the pod
    that gives the events had (unless contacts alone are enough), or a sensor that it depends on was
    clipped, in the stance or for so long before it that directions or times are lost, or running
    turns into another gait, or toe-off is unsure and the metric derives from
    it, or the runner is on too narrow a bend for it, or a pod is interrupted too often for it, or
    the value lies beyond its valid range.
    ``coverage_pct`` is the share of the stance that the worn pods delivered, ``clipped`` marks that
    any sensor was saturated and one column per sensor (`imu.sensors.column`) which,
    ``seen_by_pelvis`` the stances that the leg's own pod did not show,
    ``implausible_count`` how many values lay beyond their range.
    """
    free, clipped, lost = received.free, received.clipped, received.lost
    raw, often = {}, np.zeros(len(s), dtype=bool)
    for name, value in read.items():
        metric = METRICS[name]
        counts = _usable(metric, free, clipped) & ~_without(metric, s) & ~_lost(metric, lost)
        interrupted = _interrupted(metric, received.unbroken_s)
        often |= interrupted
        raw[name] = np.where(counts & ~interrupted, value, np.nan)
    turns_aside = {name: where for name, where in lost.items() if name != "turns_of_shank"}
    implausible = beyond_valid_range(raw)
    beyond = [np.isfinite(values) for values in implausible.values()]
    return Measured(
        metrics=within_valid_range(raw, implausible),
        columns={
            **received.columns,
            "seen_by_pelvis": s.by_pelvis,
            COUNT: np.asarray(np.sum([np.zeros(len(s)), *beyond], axis=0), dtype=np.int64),
        },
        flags={
            **missing(s, free),
            **received.of_sensors,
            **turns_aside,
            "on_a_bend": turns_faster(s, STRAIGHTEST_RADPS),
            "interrupted": often,
        },
        implausible=implausible,
    )


def _without(metric: Metric, s: StanceSignals) -> BoolArray:
    """Return True (k,) where the stance itself does not allow the metric, whatever was worn."""
    from_toe_off = EVENT_POD in metric.needs or metric.name in FROM_TOE_OFF
    without = s.unlike_running | ~s.toe_off_sure if from_toe_off else s.unlike_running
    return without | turns_faster(s, metric.most_turning_radps)


def _lost(metric: Metric, lost: Mapping[str, BoolArray]) -> BoolArray:
    """Return True (k,) where a pod clips so much that what the metric reads from it is lost."""
    hit = np.zeros(len(lost["times_of_shank"]), dtype=bool)
    if "pelvis gyroscope" in metric.needs:
        hit |= lost["directions_of_pelvis"]
    if "shank gyroscope" in metric.needs and metric.name not in OF_ONE_INSTANT:
        own = metric.name in OF_TURNING
        hit |= lost["turns_of_shank" if own else "directions_of_shank"]
    if metric.theme == "timing" or metric.name in FROM_TOE_OFF:
        hit |= lost["times_of_shank"]
    return hit


def _interrupted(metric: Metric, unbroken: Mapping[str, FloatArray]) -> BoolArray:
    """Return True (k,) where a pod that the metric needs was received for too short at a time."""
    hit = np.zeros(len(unbroken["shank"]), dtype=bool)
    for kind, part_s in unbroken.items():
        if f"{kind} gyroscope" in metric.needs:
            hit |= part_s < metric.unbroken_s
    return hit


def turns_faster(s: StanceSignals, most_radps: float) -> BoolArray:
    """Return True (k,) where the runner's heading is known to turn faster than `most_radps`."""
    if not np.isfinite(most_radps):
        return np.zeros(len(s), dtype=bool)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(s.heading_radps) > most_radps)


def _usable(
    metric: Metric, free: Mapping[str, BoolArray], clipped: Mapping[Sensor, BoolArray]
) -> BoolArray:
    usable = np.ones(len(free["pelvis"]), dtype=bool)
    for need in (*metric.needs, *([EVENT_POD] if metric.needs else [])):
        usable &= free[need.removesuffix(" gyroscope").removesuffix(" standing")]
    for sensor in metric.clipping:
        usable &= ~clipped[sensor]
    return usable
