"""The points of a watch on one clock, with speed and slope worked out where it gives none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray

LARGEST_BYTES: Final = 64 << 20  # a day of GPX at 1 Hz with every extension has 40 MB
MOST_POINTS: Final = 500_000  # a day at 1 Hz has 86 400
MOST_SEGMENTS: Final = 1_000
EARTH_M: Final = 6_371_009.0
SPEED_OVER_S: Final = 6.0  # positions are good to metres: over less time they make no speed
GRADE_OVER_M: Final = 60.0  # altitudes likewise
LONGEST_GAP_S: Final = 10.0  # watches that save memory write a point every few seconds
ONE_FOOT: Final = 120.0  # below this per minute, a cadence counts the steps of one foot
SENSIBLE: Final = {
    "latitude_deg": (-90.0, 90.0),
    "longitude_deg": (-180.0, 180.0),
    "altitude_m": (-500.0, 9_000.0),
    "distance_m": (0.0, 1e6),
    "speed_mps": (0.0, 15.0),
    "heart_rate_bpm": (20.0, 250.0),
    "cadence_spm": (0.0, 300.0),
}
POINT: Final = ("time_s", "segment", *SENSIBLE)
"""What a reader gives of each point, NaN where it is not known; `time_s` is Unix time."""

Point = tuple[float, ...]


@dataclass(frozen=True)
class WatchTrack:
    """What a watch knew, each (n,), in order of time; NaN where it did not.

    `time_s` is Unix time, `segment` counts the stretches between which the watch was stopped.
    `grade_pct` is rise over run, `cadence_spm` steps of both feet in a minute. `notes` say in
    sentences what was worked out and how.
    """

    time_s: FloatArray
    segment: IntArray
    speed_mps: FloatArray
    distance_m: FloatArray
    grade_pct: FloatArray
    heart_rate_bpm: FloatArray
    cadence_spm: FloatArray
    notes: tuple[str, ...] = ()


def as_track(path: Path, points: Sequence[Point], notes: Sequence[str]) -> WatchTrack:
    """Return points (`POINT`) as a track; ValueError where they show no speed."""
    table = np.array(points, dtype=np.float64).reshape(-1, len(POINT))
    table = table[np.isfinite(table[:, 0])]
    table = table[np.argsort(table[:, 0], kind="stable")]
    table = table[np.diff(table[:, 0], prepend=-np.inf) > 0]
    known = dict(zip(POINT, table.T, strict=True))
    for name, (low, high) in SENSIBLE.items():
        known[name] = np.where((known[name] >= low) & (known[name] <= high), known[name], np.nan)
    segment = known["segment"].astype(np.int64)
    distance_m, said = _distance(known, segment)
    speed_mps = known["speed_mps"]
    if not np.isfinite(speed_mps).any():
        speed_mps = _over_segments(segment, known["time_s"], distance_m, SPEED_OVER_S)
        said = (*said, "speed is worked out from distance and time")
    if np.isfinite(speed_mps).sum() < 2:
        raise ValueError(f"{path} holds no speed, distance or positions; export a file that does")
    rise = _over_segments(segment, distance_m, known["altitude_m"], GRADE_OVER_M)
    return WatchTrack(
        time_s=known["time_s"],
        segment=segment,
        speed_mps=speed_mps,
        distance_m=distance_m,
        grade_pct=100 * rise,
        heart_rate_bpm=known["heart_rate_bpm"],
        cadence_spm=_of_both_feet(known["cadence_spm"]),
        notes=(*notes, *said),
    )


def _distance(
    known: dict[str, FloatArray], segment: IntArray
) -> tuple[FloatArray, tuple[str, ...]]:
    """Return the distance run, counted on over the segments, and what was worked out."""
    if np.isfinite(known["distance_m"]).sum() > 1:
        return known["distance_m"], ()
    time_s = known["time_s"]
    located = np.isfinite(known["latitude_deg"] + known["longitude_deg"])
    if located.sum() > 1:
        along_m = _along_positions(known, segment, located)
        return np.interp(time_s, time_s[located], along_m), ("distance is from positions",)
    if not np.isfinite(known["speed_mps"]).any():
        return np.full(len(time_s), np.nan), ()
    lasted_s = np.diff(time_s)
    onward = (np.diff(segment) == 0) & (lasted_s < LONGEST_GAP_S)
    step_m = np.where(onward, known["speed_mps"][1:] * lasted_s, 0.0)
    return np.nancumsum(np.concatenate([[0.0], step_m])), ()


def _along_positions(
    known: dict[str, FloatArray], segment: IntArray, located: BoolArray
) -> FloatArray:
    """Return the distance along the points that have a position."""
    latitude = np.radians(known["latitude_deg"][located])
    turn = np.diff(np.radians(known["longitude_deg"][located]))
    east = ((turn + np.pi) % (2 * np.pi) - np.pi) * np.cos(latitude[:-1])
    step_m = EARTH_M * np.hypot(np.diff(latitude), east)
    step_m = np.where(np.diff(segment[located]) == 0, step_m, 0.0)
    return np.cumsum(np.concatenate([[0.0], step_m]))


def _over_segments(
    segment: IntArray, along: FloatArray, values: FloatArray, width: float
) -> FloatArray:
    """Return by how much `values` grow along `along`, over `width` around each point.

    NaN where a segment is shorter than that, and where nothing moved along.
    """
    slope = np.full(len(along), np.nan)
    ends = np.flatnonzero(np.diff(segment)) + 1
    for start, stop in pairwise([0, *ends.tolist(), len(along)]):
        part = slice(start, stop)
        slope[part] = _slope(along[part], values[part], width)
    return slope


def _slope(along: FloatArray, values: FloatArray, width: float) -> FloatArray:
    known: BoolArray = np.isfinite(along) & np.isfinite(values)
    x, y = along[known], values[known]
    onward = np.diff(np.maximum.accumulate(x), prepend=-np.inf) > 0  # a distance may stand still
    x, y = x[onward], y[onward]
    if len(x) < 2 or x[-1] - x[0] < width:
        return np.full(len(along), np.nan)
    low = np.clip(along - width / 2, x[0], x[-1] - width)
    return (np.interp(low + width, x, y) - np.interp(low, x, y)) / width


def _of_both_feet(cadence: FloatArray) -> FloatArray:
    moving = cadence[cadence > 0]
    one_foot = len(moving) > 0 and float(np.median(moving)) < ONE_FOOT
    return 2 * cadence if one_foot else cadence
