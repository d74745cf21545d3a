"""Say what joins the clocks of pods whose times stand in several columns or files, and how well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipelines.sources.timing.by_stamps import Timing

ONE: Final = "one column of time"
DECLARED: Final = "one clock, as the mapping says"
HOST: Final = "stamps of one calendar"
ALIKE: Final = "stamps that begin together"
NOT_JOINED: Final = "not joined"
ALONE: Final = "alone"
FROM_ZERO_S: Final = 1.0
NEAR_S: Final = 60.0


@dataclass(frozen=True)
class Clock:
    """What joins a pod's clock to the others'.

    `origin_s` is where its time counts from. `sync_s` is how far it may be off: None where all
    rows stand in one column of time, infinite where nothing joins it.
    """

    joined_by: str
    origin_s: float
    sync_s: float | None


def joined(
    timings: Sequence[Timing], keys: Sequence[tuple[object, object, str | None]]
) -> list[Clock]:
    """Return the clock of each pod; `keys` name its file, its column of time and what is declared.

    Columns that each begin at zero say nothing of one another: every logger begins so. Dates are
    of one calendar, and stamps that begin beside one another far from zero of one clock. What may
    have lost whole turns of a counter unseen is joined by nothing.
    """
    if len(timings) == 1:
        return [Clock(ALONE, timings[0].origin_s, None)]
    if len({key[:2] for key in keys}) == 1 and all(key[2] != "own" for key in keys):
        return [Clock(ONE, timing.origin_s, None) for timing in timings]
    said = {key[2] for key in keys}
    if "own" in said or any(timing.turns_unseen for timing in timings):
        return _apart(timings)
    if said == {"one"}:
        return _together(DECLARED, timings, 0.0)
    if all(timing.dated for timing in timings):
        return _together(HOST, timings, HOST_S)
    if all(timing.stamped for timing in timings) and not any(t.dated for t in timings):
        first_s = np.array([timing.origin_s + timing.time_s[0] for timing in timings])
        if first_s.min() > FROM_ZERO_S and np.ptp(first_s) < NEAR_S:
            return _together(ALIKE, timings, 0.0)
    return _apart(timings)


HOST_S: Final = 0.004
"""Clocks set by one host agree to about so much; the movement shows where they do not."""


def _together(joined_by: str, timings: Sequence[Timing], least_s: float) -> list[Clock]:
    """Return clocks with their error: of stamps, of a line through arrivals, of unequal packets."""
    shortest_s = min(timing.packet_s for timing in timings)
    errors_s = [np.hypot(t.unsure_s, (t.packet_s - shortest_s) / 2) for t in timings]
    return [
        Clock(joined_by, timing.origin_s, max(float(error_s), least_s) or None)
        for timing, error_s in zip(timings, errors_s, strict=True)
    ]


def _apart(timings: Sequence[Timing]) -> list[Clock]:
    """Lay pods side by side from their first samples on, and say that nothing joins them."""
    return [Clock(NOT_JOINED, -float(timing.time_s[0]), np.inf) for timing in timings]
