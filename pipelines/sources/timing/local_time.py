"""Count dates of a local clock by UTC, so that no hour is lost or twice where summer time ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

MINUTES: Final = 15
"""Clocks change at full quarters of an hour alone."""
EPOCH: Final = datetime(1970, 1, 1)
FURTHEST: Final = 200 * 366 * 24 * 4
SHORTEST: Final = 0.5
"""Of the hour that comes twice: rows that come late fall by less."""


def by_utc(stamps: npt.NDArray[Any], zone: str) -> npt.NDArray[Any]:
    """Return dates (n,) of a zone's own clock by UTC, in the same steps.

    Of an hour that comes twice the rows until the clock falls back are in its first pass, all of
    them where it does not.
    """
    known = ~np.isnat(stamps)
    part = stamps[known].astype("datetime64[m]").astype(np.int64) // MINUTES
    part = np.clip(part, -FURTHEST, FURTHEST)  # dates beyond are refused later, by name
    distinct, place = np.unique(part, return_inverse=True)
    first, second = (
        np.array([_offset_s(int(one), zone, fold) for one in distinct], dtype=np.int64)[place]
        for fold in (0, 1)
    )
    step_s = np.diff(stamps[known], prepend=stamps[known][:1]) / np.timedelta64(1, "s")
    fell_back = (first != second) & (step_s < -SHORTEST * (first - second))
    again = np.cumsum(fell_back) > 0
    out = stamps.copy()
    out[known] -= np.where(again, second, first).astype("timedelta64[s]")
    return out


def _offset_s(part: int, zone: str, fold: int) -> int:
    """Return how far the clock of a zone is ahead of UTC in a quarter of an hour of its own."""
    moment = (EPOCH + timedelta(minutes=MINUTES * part)).replace(fold=fold, tzinfo=ZoneInfo(zone))
    return int((moment.utcoffset() or timedelta(0)).total_seconds())
