"""Interpolate tracks with their own times onto one uniform grid: a recording.

The functions of `imu.recording.clock` and `sample_times` can be imported from here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.dsp.interpolation import DENSE_PERIODS, interpolate
from imu.frames import FloatArray, Placement
from imu.recording.clock import ClockFit, fit_clock, session_time_s
from imu.recording.recording import Recording, Sensor, complete
from imu.recording.sample_times import sample_time_s, unwrap
from imu.recording.samples import Samples, Scale, acceleration, angular_rate
from imu.recording.seen_range import full_scale

__all__ = [
    "GAP",
    "ClockFit",
    "Grid",
    "Track",
    "align",
    "fit_clock",
    "gap_ledger",
    "sample_time_s",
    "session_time_s",
    "track_of",
    "unwrap",
]

GAP: Final = np.dtype([("start_s", "<f8"), ("stop_s", "<f8"), ("lost", "<i8")])
LONGEST_STEP_S: Final = 0.015
LONGEST_STEP_PERIODS: Final = 1.5
LONGEST_RUN_S: Final = 48 * 3600.0


@dataclass(frozen=True)
class Track:
    """One pod in SI units on the session clock, its samples at their own times, sensor axes.

    `time_s` (n,) strictly increasing; `acc_mps2` (n, 3) and `gyr_radps` (n, 3) or None, NaN where
    missing. `sync_s` is the uncertainty of its clock; None where pods share one.
    """

    placement: Placement
    time_s: FloatArray
    acc_mps2: FloatArray
    gyr_radps: FloatArray | None
    acc_range_mps2: float | None = None
    gyr_range_radps: float | None = None
    sync_s: float | None = None

    @cached_property
    def rate_hz(self) -> float:
        """The sampling rate, from the steps with no sample missing."""
        return _rate_hz(self.time_s)


def track_of(
    placement: Placement,
    time_s: FloatArray,
    samples: Samples,
    scale: Scale,
    sync_s: float | None = None,
) -> Track:
    """Return the samples of one pod, taken at `time_s` (n,), in SI units."""
    return Track(
        placement,
        time_s,
        acceleration(samples, scale),
        angular_rate(samples, scale),
        scale.acc_range_mps2,
        scale.gyr_range_radps,
        sync_s,
    )


def align(tracks: Sequence[Track], *, rate_hz: float | None = None) -> Recording:
    """Put all pods on one uniform grid, from the first sample of any pod to the last of any.

    `rate_hz` is by default the rate of the fastest pod, rounded to the nearest ten within half a
    per cent and else up to a whole number. A pod has no sample (NaN, `valid` False) before it
    starts, after it ends, and between samples more than 15 ms apart (1.5 sample periods for a pod
    slower than 100 Hz): gaps are never filled. Raises ValueError naming the pod that cannot be
    placed.
    """
    tracks = [_complete_samples(track) for track in tracks]
    grid = Grid.of([(track.placement, track.time_s) for track in tracks], rate_hz=rate_hz)
    return Recording(
        rate_hz=grid.rate_hz,
        sensors={track.placement: grid.sensor(track) for track in tracks},
        start_s=grid.start_s,
        sync_s={t.placement: t.sync_s for t in tracks if t.sync_s is not None},
        own_hz={track.placement: track.rate_hz for track in tracks},
    )


@dataclass(frozen=True)
class Grid:
    """The uniform grid of a recording: `time_s` (n,) on the session clock."""

    rate_hz: float
    time_s: FloatArray

    @property
    def start_s(self) -> float:
        """When it begins."""
        return float(self.time_s[0])

    @classmethod
    def of(
        cls, times: Sequence[tuple[Placement, FloatArray]], *, rate_hz: float | None = None
    ) -> Grid:
        """Return the grid for pods with samples at these times (n,), as `align` does."""
        _check_together(times)
        fastest_hz = max(_rate_hz(time_s) for _, time_s in times)
        rate_hz = _grid_rate_hz(fastest_hz) if rate_hz is None else float(rate_hz)
        if rate_hz < 0.99 * fastest_hz:
            raise ValueError(
                f"{rate_hz:g} Hz is below the {fastest_hz:.0f} Hz of the fastest pod and would "
                "lose its impacts; leave rate_hz out"
            )
        start_s = min(float(time_s[0]) for _, time_s in times)
        stop_s = max(float(time_s[-1]) for _, time_s in times)
        count = int((stop_s - start_s) * rate_hz + 1e-6) + 1
        return cls(rate_hz, start_s + np.arange(count) / rate_hz)

    def sensor(self, track: Track) -> Sensor:
        """Return a track, all of whose samples are known, on the grid.

        Where it clips is seen before that: a curve between samples goes beyond.
        """
        period_s = 1 / track.rate_hz
        gyr = () if track.gyr_radps is None else tuple(track.gyr_radps.T)
        values = interpolate(
            track.time_s,
            (*track.acc_mps2.T, *gyr),
            self.time_s,
            period_s=period_s,
            longest_s=max(LONGEST_STEP_S, LONGEST_STEP_PERIODS * period_s) + 1e-9,
        )
        return Sensor(
            acc_mps2=values[:3].T,
            gyr_radps=None if track.gyr_radps is None else values[3:].T,
            valid=np.isfinite(values[0]),
            acc_range_mps2=full_scale(track.acc_mps2, track.acc_range_mps2),
            gyr_range_radps=full_scale(track.gyr_radps, track.gyr_range_radps),
        )


def _rate_hz(time_s: FloatArray) -> float:
    step_s = np.diff(time_s)
    usual_s = np.median(step_s[:: 1 + len(step_s) // 10_000])  # only separates steps from gaps
    return float(1 / step_s[step_s < DENSE_PERIODS * usual_s].mean())


def gap_ledger(track: Track) -> npt.NDArray[np.void]:
    """Return every gap (g,) of a track, dtype `GAP`: the times around it and the lost samples."""
    track = _complete_samples(track)
    lost = np.rint(np.diff(track.time_s) * track.rate_hz).astype(np.int64) - 1
    before_gap = np.flatnonzero(lost > 0)
    gaps = np.zeros(len(before_gap), GAP)
    gaps["start_s"], gaps["stop_s"] = track.time_s[before_gap], track.time_s[before_gap + 1]
    gaps["lost"] = lost[before_gap]
    return gaps


def _complete_samples(track: Track) -> Track:
    """Return the samples of `track` that hold no NaN; ValueError for too few or unordered."""
    keep = complete(track.acc_mps2)
    if track.gyr_radps is not None:
        keep &= complete(track.gyr_radps)
    if not keep.all():
        gyr = None if track.gyr_radps is None else track.gyr_radps[keep]
        track = replace(
            track, time_s=track.time_s[keep], acc_mps2=track.acc_mps2[keep], gyr_radps=gyr
        )
    if len(track.time_s) < 2:
        raise ValueError(f"{track.placement}: too few samples; leave this pod out or record again")
    if not (np.diff(track.time_s) > 0).all():
        raise ValueError(
            f"{track.placement}: its time runs backward or stands still; "
            "check the time column, or leave this pod out"
        )
    return track


def _check_together(times: Sequence[tuple[Placement, FloatArray]]) -> None:
    if not times:
        raise ValueError(
            "no pod sent any samples; check that the pods are switched on and record again"
        )
    places = [place for place, _ in times]
    if twice := {place for place in places if places.count(place) > 1}:
        raise ValueError(f"{', '.join(sorted(twice))}: worn by two pods; leave one of them out")
    start_s = np.array([time_s[0] for _, time_s in times])
    stop_s = np.array([time_s[-1] for _, time_s in times])
    shares = (start_s[:, None] <= stop_s) & (start_s <= stop_s[:, None])
    alone = shares.sum(axis=1) < min(2, len(times))
    if alone.any() or stop_s.max() - start_s.min() > LONGEST_RUN_S:
        raise ValueError(
            f"{places[int(np.argmax(alone))]}: recorded at another time than the other pods; "
            "check its clock, or leave this pod out"
        )


def _grid_rate_hz(rate_hz: float) -> float:
    tens = round(rate_hz / 10) * 10.0
    return tens if abs(tens - rate_hz) <= 0.005 * rate_hz else float(np.ceil(rate_hz - 1e-6))
