"""The runs that an athlete chose as her usual, by days or by a tag; kept in ``athlete.toml``."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from imu.baseline.like_for_like import MODEL
from imu.frames import BoolArray
from pipelines.store.many_sessions.history import History
from pipelines.store.stated.athlete import athlete_path, keep_reference, read_athlete

LEAST: Final = MODEL.least
TAG: Final = "tag:"
DAYS: Final = re.compile(r"(\S*?)\.\.(\S*)")


def chosen_reference(root: Path, athlete: str, found: History) -> BoolArray | None:
    """Return which sessions (k,) of `found` the athlete chose as usual; None if she chose none.

    ValueError with one sentence when the file cannot be read, or too few of them count by now.
    """
    chosen = read_athlete(root, athlete).reference
    try:
        return _runs_of(athlete, found, chosen) if chosen else None
    except ValueError as error:
        raise ValueError(f"the reference in {athlete_path(root, athlete)}: {error}") from None


def choose_reference(root: Path, athlete: str, found: History, chosen: str) -> None:
    """Keep ``D1..D2`` or ``tag:WORD`` as the reference; refuses one in which too few runs count."""
    if not chosen.startswith(TAG) and None in days_of(chosen):
        raise ValueError(f"{chosen} is open at one end; give the first and the last day")
    _runs_of(athlete, found, chosen)
    keep_reference(root, athlete, chosen)


def within(found: History, days: str) -> BoolArray:
    """Return which sessions (k,) lie in ``D1..D2``, both days within it, by the runner's clock."""
    first, last = days_of(days)
    inside = [(first is None or first <= d) and (last is None or d <= last) for d in found.days]
    return np.array(inside, dtype=bool)


def days_of(text: str) -> tuple[date | None, date | None]:
    """Return first and last day of ``D1..D2``, None where an end is open."""
    match = DAYS.fullmatch(text)
    if match is None or text == "..":
        raise ValueError(f"{text!r} is no period; give two days, as 2026-03-01..2026-04-15")
    first, last = (day(part) if part else None for part in match.groups())
    if first and last and last < first:
        raise ValueError(f"{text} ends before it starts; give the earlier day first")
    return first, last


def day(text: str) -> date:
    """Return a day; ValueError with one sentence where the text is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no day; write it as 2026-03-01") from None


def _runs_of(athlete: str, found: History, chosen: str) -> BoolArray:
    by_tag = chosen.startswith(TAG)
    meant = found.stated_as("tags", chosen.removeprefix(TAG)) if by_tag else within(found, chosen)
    runs = meant & found.usable
    if runs.sum() < LEAST:
        raise ValueError(
            f"{runs.sum()} of {athlete}'s runs from {chosen} count, and a reference takes {LEAST}; "
            "choose others with midstance reference, or --clear"
        )
    return runs
