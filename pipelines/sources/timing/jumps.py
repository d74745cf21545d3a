"""Refuse clocks that were set while recording, and find stamps stretched over a loss."""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray
from pipelines.sources.quoting import shown
from pipelines.sources.timing.stamps import HOUR_S

LONGEST_PAUSE_S: Final = 600.0
STRETCHED: Final = 1.06
WINDOW: Final = 8
REGULAR: Final = 0.05
MOST_STRETCHED: Final = 0.2
LEAST_LOST: Final = 0.75
ALIKE: Final = 0.25
MOST_PERIODS: Final = 6.0
LONG_S: Final = 10.0


def check_jumps(
    column: str, rows: IntArray, time_s: FloatArray, what: str = "time", *, local: bool = False
) -> None:
    """Raise ValueError for a step forward that is more than all that was recorded, and long.

    It costs nothing to read, but would be laid out as hours of nothing. `local` says that the
    times are those of a local clock whose zone is not known.
    """
    steps_s = np.diff(time_s)
    usual_s = float(np.median(steps_s))
    recorded_s = float(steps_s[steps_s < LONGEST_PAUSE_S].sum()) + usual_s
    paused_s = float(steps_s[steps_s >= LONGEST_PAUSE_S].sum())
    if paused_s <= recorded_s:
        return
    at = int(np.argmax(steps_s))
    season = local and _nearly(steps_s[at], HOUR_S)
    raise ValueError(
        f"{what} {shown(column)} jumps forward by {spoken(steps_s[at])} at row "
        f"{rows[at + 1] + 1}: {SUMMER.format('began') if season else ''}either it was set there or "
        "the recording paused; cut the file at that row and import each part"
    )


SET_S: Final = 5.0
"""A clock that changes by whole hours leaves a step of them, to a few rows and a short loss."""
SUMMER: Final = (
    "if summer time {} there, write the zone of its dates in the mapping, such as time_zone = "
    "'Europe/Berlin', and import it whole; else "
)
HALF_DAY: Final = (
    "hours that begin anew after 12 do not say whether it is before or after noon; export it with "
    "hours up to 24, or with AM or PM (and %I and %p in time_unit)"
)


OF_SEVERAL: Final = "rows of several pods or sensors stand in one table"
ROWS: Final = (
    "write under each pod which rows are its own by a column that says so, as rows = "
    '{ "Sensor ID" = 3 }, and acc_rows and gyr_rows where each sensor has its own'
)
NEAR_THE_START: Final = 0.02
FALLS: Final = 0.8
OFTEN: Final = 4


def _nearly(step_s: float, size_s: float) -> bool:
    return bool(abs(step_s - size_s) < SET_S)


def long_pauses(column: str, rows: IntArray, time_s: FloatArray) -> tuple[str, ...]:
    """Return a note on the longest step, where the clock may have been set."""
    steps_s = np.diff(time_s)
    at = int(np.argmax(steps_s))
    if steps_s[at] < LONG_S:
        return ()
    return (
        f"time {shown(column)} jumps forward by {spoken(steps_s[at])} at row {rows[at + 1] + 1}: a "
        "pause, or its clock was set there",
    )


def set_or_lost(column: str, row: int, step_s: float) -> str:
    """Return a note on a step before a row (from 0) over which the movement goes on as before."""
    return (
        f"time {shown(column)} jumps forward by {spoken(step_s)} at row {row + 1}, and "
        "the movement goes on there as if nothing was lost: its clock may have been set; all times "
        "after it are then late by as much"
    )


def set_back(
    column: str, rows: IntArray, time_s: FloatArray, what: str = "time", form: str | None = None
) -> ValueError:
    """Return the error for a clock or a counter that runs backward.

    `form` is that of times that are written out, by a clock whose zone is not known.
    """
    at = int(np.argmin(np.diff(time_s)))
    if what == "counter":
        return ValueError(
            f"counter {shown(column)} falls by {time_s[at] - time_s[at + 1]:.0f} at row "
            f"{rows[at + 1] + 1}: the pod began anew there; "
            "cut the file at that row and import each part"
        )
    back_s = float(time_s[at] - time_s[at + 1])
    said = f"time {shown(column)} runs backward at row {rows[at + 1] + 1} (by {spoken(back_s)}): "
    cut = "cut the file at that row and import each part"
    if form is not None and _nearly(back_s, 12 * HOUR_S) and "%p" not in form:
        return ValueError(said + HALF_DAY)
    if form is not None and _nearly(back_s, HOUR_S):
        return ValueError(f"{said}{SUMMER.format('ended')}its clock was set there; {cut}")
    if _even(np.sort(time_s)):
        return ValueError(f"{said[:-2]}, as its rows stand in no order; sort them by their time")
    falls = int(np.count_nonzero(np.diff(time_s) < -FALLS * back_s))
    if falls >= OFTEN:
        return ValueError(
            f"{said[:-2]}, and so it does at {falls - 1} rows more: it shows a part of the time "
            f"only, or {OF_SEVERAL}; name a column that goes on, or {ROWS}"
        )
    if time_s[at + 1] <= time_s[0] + NEAR_THE_START * back_s:
        return ValueError(f"{said}its clock was set there; {cut}; or else {OF_SEVERAL}; {ROWS}")
    return ValueError(f"{said}its clock was set there; {cut}")


def _even(time_s: FloatArray) -> bool:
    """Whether stamps in order are those of one recording: none twice, none far from the next."""
    steps_s = np.diff(time_s)
    usual_s = float(np.median(steps_s))
    return bool(steps_s.min() > EVEN * usual_s and steps_s.max() < MOST_PERIODS * usual_s)


EVEN: Final = 0.5


def spoken(span_s: float) -> str:
    """Return a span of time in the unit that people use for its size."""
    if span_s < 120:
        return f"{span_s:.3g} s"
    if span_s < 3 * 3600:
        return f"{span_s / 60:.3g} min"
    if span_s < 72 * 3600:
        return f"{span_s / 3600:.3g} h"
    return f"{span_s / 86400:.6g} days"


def stretched(time_s: FloatArray) -> BoolArray:
    """Return which rows (n,) stand where stamps were spread evenly over a loss.

    Some exporters know the time of the packets around a loss only, and give the samples that are
    left even steps that are too long: nothing is then where its stamp says.
    """
    nothing = np.zeros(len(time_s), dtype=bool)
    steps_s = np.diff(time_s)
    if len(steps_s) < 10 * WINDOW:
        return nothing
    if steps_s.max() <= STRETCHED * steps_s.min():
        return nothing
    usual_s = _usual_s(steps_s)
    off = np.abs(steps_s / usual_s - 1)
    if np.median(off) > REGULAR:
        return nothing
    # Neighbours alike and too long: a loss leaves one long step, jitter none alike.
    alike = np.abs(np.diff(steps_s, prepend=steps_s[:1])) < ALIKE * usual_s
    single = (steps_s > usual_s) & (steps_s < MOST_PERIODS * usual_s) & alike
    mean_s = np.convolve(np.where(single, steps_s, 0.0), np.ones(WINDOW) / WINDOW, "valid")
    windows = np.flatnonzero(
        (mean_s > STRETCHED * usual_s)
        & (np.convolve(single, np.ones(WINDOW), "valid") > WINDOW - 0.5)
    )
    if not len(windows):
        return nothing
    step = nothing[1:].copy()
    step[(windows[:, None] + np.arange(WINDOW)).ravel()] = True
    edges = np.flatnonzero(np.diff(np.concatenate([[False], step, [False]]).astype(np.int8)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if np.sum(steps_s[start:stop] / usual_s - 1) < LEAST_LOST:
            step[start:stop] = False
    if step.mean() > MOST_STRETCHED:
        return nothing
    inside = nothing.copy()
    inside[1:-1] = step[1:] & step[:-1]
    return inside


def _usual_s(steps_s: FloatArray) -> float:
    """Return the mean of the steps without a loss: that of stamps in whole ms is no whole ms."""
    middle_s = np.median(steps_s)
    return float(steps_s[np.abs(steps_s / middle_s - 1) < 0.3].mean())
