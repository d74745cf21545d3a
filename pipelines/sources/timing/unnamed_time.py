"""Hold a rate that is declared against a column of time that the mapping does not name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from pipelines.sources.formats.table import Table, numbers
from pipelines.sources.mapping.units import TIME_UNITS
from pipelines.sources.quoting import shown
from pipelines.sources.timing.rates import check_rate

LIKE_A_TIME: Final = re.compile(r"time|stamp|elapsed|epoch|^ts?$|^m?sec(ond)?s?$", re.IGNORECASE)
LITTLE_OFF: Final = 0.005
FAR_OFF: Final = 1.5
FEWEST: Final = 200
BLOCK: Final = 50
LITTLE_OFF_COUNTED: Final = 0.02


def like_a_time(names: Sequence[str]) -> str | None:
    """Return the first of the names of columns that says it is a time, if one does alone."""
    found = (name for name in names if LIKE_A_TIME.search(name) and names.count(name) == 1)
    return next(found, None)


def check_beside(table: Table, column: str, rate_hz: float, *, counted: bool) -> None:
    """Raise ValueError where a column of stamps, in any unit, says another rate than is declared.

    Of rows that are `counted` losses are known, and do not count here. What is no rising column of
    numbers says nothing.
    """
    check_rate(rate_hz, "rate_hz")
    try:
        stamps = numbers(table, column)
    except ValueError:
        return
    if stamps.ndim != 1 or not np.isfinite(stamps).all() or len(stamps) < FEWEST:
        return
    span = float(stamps[-1] - stamps[0])
    if rate_hz <= 0 or span <= 0 or (np.diff(stamps) < 0).any():
        return
    line = stamps[0] + np.arange(len(stamps)) * span / (len(stamps) - 1)
    slack = LITTLE_OFF + 2 * float((stamps - line).std()) / span
    rows = (len(stamps) - 1) / span
    if counted:  # the usual one of many short stretches: most have no loss
        blocks_s = np.diff(stamps[::BLOCK])
        rows, slack = BLOCK / float(np.median(blocks_s)), max(slack, LITTLE_OFF_COUNTED)
    for unit, unit_s in TIME_UNITS.items():
        found_hz = rows / unit_s
        if 1 / FAR_OFF < found_hz / rate_hz < FAR_OFF and abs(rate_hz / found_hz - 1) > slack:
            raise ValueError(
                f"rate_hz says {rate_hz:g} Hz, and its column {shown(column)} in {unit} "
                f"{found_hz:.4g} rows a second: samples are lost, sent twice, or the rate is "
                f"another; write time = {shown(column)} and time_unit = {unit!r} too"
            )
