"""Periods as a person writes them: two days, or sessions by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imu.frames import BoolArray
from pipelines.store.files import SESSION
from pipelines.store.reference import within
from pipelines.weeks.runs import Runs


@dataclass(frozen=True)
class Period:
    """A period in words, and which of the k runs lie in it and count."""

    words: str
    runs: BoolArray


def period(runs: Runs, text: str) -> Period:
    """Return the runs that `text` means; ValueError where it means none."""
    inside = within(runs.history, text) if ".." in text else _by_name(runs, text)
    counted = inside & runs.count
    if not counted.any():
        why = "counts" if inside.any() else "lies"
        every = np.ones(len(inside), dtype=bool)
        raise ValueError(
            f"no run of {runs.athlete} {why} in {text}; her runs are from {runs.days(every)}"
        )
    return Period(text, counted)


def _by_name(runs: Runs, text: str) -> BoolArray:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if not SESSION.fullmatch(name):
            raise ValueError(
                f"{name!r} is no period; give two days, as 2026-03-01..2026-04-15, or names of "
                "sessions with commas between"
            )
        if name not in runs.history.sessions:
            raise ValueError(f"{runs.athlete} has no session {name} that can be read")
    return np.isin(np.array(runs.history.sessions), names)
