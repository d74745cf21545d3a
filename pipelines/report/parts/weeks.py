"""The weeks up to today's run, as `midstance trend` asks them, short and in full."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from imu.baseline.expected import BETWEEN, PATTERN
from imu.frames import SIDES
from pipelines.formatting import capital, plural, quantity
from pipelines.report.data import ReportData
from pipelines.weeks.families import by_family
from pipelines.weeks.reference import reference_among
from pipelines.weeks.runs import Runs, runs_in
from pipelines.weeks.trend import ABOUT, HEAD, Told, Trends, rows, trends_of
from pipelines.weeks.words import BETWEEN_SAID, TYPICAL_ERROR, unit

SHORT: Final = 3
DEGREES: Final = "°"
DAYS_A_WEEK: Final = 7.0


@dataclass(frozen=True)
class Weeks:
    """What the section shows: one sentence, the few changes that stand out, and the whole table.

    `words` is the sentence, `changes` at most three more; `table` has a row for each measure and
    leg under `head`, empty with too few runs; `about` says how to read it.
    `said` is the trend itself.
    """

    words: str
    changes: tuple[str, ...] = ()
    head: tuple[str, ...] = HEAD
    table: tuple[tuple[str, ...], ...] = ()
    about: tuple[str, ...] = ()
    said: Trends | None = None


@lru_cache(maxsize=1)  # more than one section says it
def weeks(data: ReportData) -> Weeks:
    """Return what has changed over the weeks up to today's run; a sentence with too few runs."""
    try:
        runs = runs_in(data.athlete, data.history)
        said = trends_of(runs, reference_among(runs, data.reference))
    except ValueError as error:
        return Weeks(f"Nothing can be said over weeks yet: {error}.")
    named = {one.metric for one in said.told if one.named}
    about = [f"{said.asked}. Reference: {said.reference}.", *ABOUT, f"{BETWEEN_SAID}."]
    about += [f"Too few runs: {words}." for words in said.too_few]
    changes = _changes(said)
    words = _unchanged(runs, said) if not changes else _changed(said, len(changes))
    if PATTERN in named:
        words = f"{words} {TYPICAL_ERROR}"
    return Weeks(words, tuple(changes), HEAD, tuple(rows(said)), tuple(about), said)


def _changes(said: Trends) -> list[str]:
    """Return the surest sentence of each family that changed, at most three."""
    surest = [
        min(members, key=lambda one: (one.side == BETWEEN, one.p_value))
        for members in by_family(said.told).values()
    ]
    return [capital(one.words) for one in surest[:SHORT]]


def _changed(said: Trends, shown: int) -> str:
    found = len(by_family(said.told))
    more = f"; the {shown} surest" if found > shown else ""
    verb = "has" if found == 1 else "have"
    return f"{plural(found, 'measure')} {verb} changed over the weeks{more}."


def _unchanged(runs: Runs, said: Trends) -> str:
    """Say that nothing changed, and by how much it may have: what the intervals still hold."""
    days = runs.history.conditions.day[runs.count]
    over = plural(max(round(float(np.ptp(days)) / DAYS_A_WEEK), 1), "week")
    most = [_most(one) for one in said.told if one.question == "lasting" and _is_angle(one)]
    known = [size for size in most if np.isfinite(size)]
    if not known:
        return f"Nothing has changed over {over} that could be told from the noise between runs."
    limit = quantity(max(known), unit("pelvic_drop_deg"))
    return f"Nothing has changed over {over} by more than {limit} in any angle of either leg."


def _is_angle(one: Told) -> bool:
    return one.side in SIDES and unit(one.metric).shown == DEGREES


def _most(one: Told) -> float:
    return max(abs(one.low), abs(one.high))
