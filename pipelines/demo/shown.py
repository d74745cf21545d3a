"""What the gallery shows of one case."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.demo.cases import Case


@dataclass(frozen=True)
class OverWeeks:
    """What a command that looks at weeks says: its words after ``midstance``, its answer."""

    words: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """One case with its report: `page` and `store` are named from the folder of the gallery.

    `headline`, `over_time` and `next_step` are the first sentences of the report.
    """

    case: Case
    page: str
    store: str
    headline: str
    grade: str
    past_runs: int
    over_weeks: OverWeeks | None = None
    over_time: tuple[str, ...] = ()
    next_step: str = ""
