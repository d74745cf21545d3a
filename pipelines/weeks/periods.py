"""Periods as a person writes them: days, sessions by name, or what was stated of the runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import BoolArray
from pipelines.formatting import listed
from pipelines.store.files import SESSION
from pipelines.store.many_sessions.reference import day, within
from pipelines.weeks.runs import Runs

STATED_UNDER: Final = {
    "tag": "tags",
    "shoes": "shoes",
    "surface": "surface",
    "plan": "plan_phase",
}
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
SIDE: Final = re.compile(r"(?:before|after)\s*:")
MOST_SIDES: Final = 4
HOW: Final = (
    "give two days, as 2026-03-01..2026-04-15, names of sessions with commas between, tag:healthy, "
    "shoes:NAME, surface:NAME, plan:NAME, last:6, or before: or after: a day or one of these"
)


@dataclass(frozen=True)
class Period:
    """A period in words, which of the k runs lie in it and count, and how many do not count."""

    words: str
    runs: BoolArray
    left_out: int


def period(runs: Runs, text: str) -> Period:
    """Return the runs that `text` means; ValueError where it means none."""
    if len(SIDE.findall(text)) > MOST_SIDES:
        raise ValueError(f"{text[:40]!r} says before: and after: too often; {HOW}")
    inside = _meant(runs, text)
    counted = inside & runs.count
    if not counted.any():
        why = "counts" if inside.any() else "lies"
        every = np.ones(len(inside), dtype=bool)
        raise ValueError(
            f"no run of {runs.athlete} {why} in {text}; her runs are from {runs.days(every)}"
        )
    return Period(text, counted, int(np.sum(inside & ~runs.count)))


def _meant(runs: Runs, text: str) -> BoolArray:
    """Return which of the k runs `text` means, whether they count or not."""
    kind, colon, what = (part.strip() for part in text.partition(":"))
    what = what.strip("\"'")  # quotes that a shell left in place
    if not colon:
        return within(runs.history, text) if ".." in text else _by_name(runs, text)
    if kind in STATED_UNDER:
        return _stated(runs, kind, what)
    if kind in CHOSEN:
        return CHOSEN[kind](runs, what)
    raise ValueError(f"{text!r} is no period; {HOW}")


def _stated(runs: Runs, kind: str, what: str) -> BoolArray:
    key = STATED_UNDER[kind]
    found = runs.history.stated_as(key, what)
    if not found.any():
        known = runs.history.words(key)
        others = f"she has {listed(list(known))}" if known else "midstance note states it"
        raise ValueError(f"no run of {runs.athlete} is stated as {kind}:{what}; {others}")
    return found


def _last(runs: Runs, what: str) -> BoolArray:
    if not (re.fullmatch("[0-9]{1,6}", what) and int(what)):
        raise ValueError(f"last:{what} says no number of runs; write it as last:6")
    found = np.zeros(len(runs.count), dtype=bool)
    found[np.flatnonzero(runs.count)[-int(what) :]] = True
    return found


def _before(runs: Runs, what: str) -> BoolArray:
    if DAY.fullmatch(what):
        return np.array([one < day(what) for one in runs.history.days])
    return np.arange(len(runs.count)) < _ends(runs, what)[0]


def _after(runs: Runs, what: str) -> BoolArray:
    if DAY.fullmatch(what):
        return np.array([one > day(what) for one in runs.history.days])
    return np.arange(len(runs.count)) > _ends(runs, what)[1]


def _ends(runs: Runs, what: str) -> tuple[int, int]:
    """Return the numbers of the first and the last of the runs that `what` means."""
    numbers = np.flatnonzero(_meant(runs, what))
    if not len(numbers):
        raise ValueError(f"no run of {runs.athlete} lies in {what}; give days of hers, or a tag")
    return int(numbers[0]), int(numbers[-1])


CHOSEN: Final[dict[str, Callable[[Runs, str], BoolArray]]] = {
    "last": _last,
    "before": _before,
    "after": _after,
}
"""``last:6``: the last runs that count. ``before:`` and ``after:``: all runs before the first, or
after the last, of those that the rest means."""


def _by_name(runs: Runs, text: str) -> BoolArray:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if not SESSION.fullmatch(name):
            raise ValueError(f"{name!r} is no period; {HOW}")
        if name not in runs.history.sessions:
            raise ValueError(f"{runs.athlete} has no session {name} that can be read")
    return np.isin(np.array(runs.history.sessions), names)
