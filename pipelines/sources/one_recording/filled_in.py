"""Take out what an exporter filled in, and say what it was, where, and how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.filled_parts import Fill, filled_parts
from imu.recording.fills.own_step import OwnStep
from imu.recording.recording import LOWEST_RATE_HZ, SLOWEST_HZ
from pipelines.sources.timing.by_stamps import Timing

MOST_FILLED: Final = 0.5


def at_own_step(timing: Timing, own: OwnStep, sensors: tuple[str, ...]) -> Timing:
    """Return the timing of those samples alone at which these sensors were measured, with a note.

    ValueError where they were measured too seldom.
    """
    if own.measured is None:
        return timing
    kept = timing.only(own.measured)
    index = _places(kept.index, own.step)
    rate_hz = float(index[-1] / (kept.time_s[-1] - kept.time_s[0]))
    time_s = kept.time_s
    if not own.step:  # each was read up to one step after it was measured, now more, now less
        late_s = time_s - index / rate_hz
        time_s = index / rate_hz + float(np.median(late_s))
    said = (
        f"only {np.count_nonzero(own.measured)} of {len(own.measured)} samples of "
        f"{' and '.join(sensors)} were measured, the others are {own.how}"
    )
    if rate_hz < SLOWEST_HZ:
        raise ValueError(
            f"{said}: {rate_hz:.3g} Hz are too slow to time a foot contact; "
            f"record at {LOWEST_RATE_HZ:g} Hz or more"
        )
    notes = (*timing.notes, f"{said}: taken as recorded at {rate_hz:.4g} Hz")
    return replace(kept, time_s=time_s, index=index, rate_hz=rate_hz, notes=notes)


def _places(at: IntArray, step: int) -> IntArray:
    """Return the places (m,) in a sensor's own sampling of samples that were written at `at` (m,).

    At a step of 0 they come at no regular places, but evenly on the whole.
    """
    if step:
        return np.asarray((at - at[0]) // step)
    apart = np.diff(at)
    usual = float(apart[apart <= np.median(apart) + 1].mean())
    rank = np.arange(len(at))
    places = np.rint((at - at[0]) / usual).astype(np.int64)
    return np.asarray(np.maximum.accumulate(places - rank) + rank)


def without_fills(
    timing: Timing, sensors: Mapping[str, FloatArray], wide: Mapping[str, BoolArray]
) -> Timing:
    """Return the timing of those samples of `sensors` (rows, 3) that were read, with notes.

    `wide` (rows, 3) are values of sensors of coarser counts, where each alone says less.
    ValueError in one sentence where more than half were not.
    """
    measured = {name: timing.of(values) for name, values in sensors.items()}
    coarse = {name: where[timing.rows] for name, where in wide.items()}
    fills = filled_parts(measured, rate_hz=timing.rate_hz, coarse=coarse)
    if not fills:
        return timing
    filled = np.logical_or.reduce([fill.where for fill in fills])
    if filled.mean() > MOST_FILLED:
        raise ValueError(_too_much(fills, filled, timing))
    notes = [_said(fill, timing.time_s) for fill in fills]
    return replace(timing.only(~filled), notes=(*timing.notes, *notes))


def _said(fill: Fill, time_s: FloatArray) -> str:
    """Return the sentence on one way of filling."""
    at_s = time_s[fill.where] - time_s[0]
    count = len(at_s)
    samples = "1 sample" if count == 1 else f"{count} samples"
    alone = ", and with them what the rest of the pod read then" if fill.of else ""
    return (
        f"{samples}{_of(fill)} are no readings ({fill.how}), from {at_s[0]:.1f} to "
        f"{at_s[-1]:.1f} s of its recording: taken as lost{alone}"
    )


def _of(fill: Fill) -> str:
    return f" of {fill.of}" if fill.of else ""


def _too_much(fills: list[Fill], filled: BoolArray, timing: Timing) -> str:
    """Return why nothing is left, with what can be done where one sensor ended early."""
    most = max(fills, key=lambda fill: int(np.count_nonzero(fill.where)))
    kept = np.flatnonzero(~filled)
    ended = len(filled) - 1 - int(kept[-1]) if len(kept) else 0
    what = f"{filled.mean():.0%} of the samples{_of(most)} are no readings ({most.how})"
    if ended > 0.5 * np.count_nonzero(filled):
        row = int(timing.rows[kept[-1]]) + 2
        return f"{what}, from row {row} on; cut the file there and import the first part"
    return f"{what}; export what the sensors read, at their own rate"
