"""Rows of the tables of the proof: what was asked, ours, and the rule of watches beside it."""

from dataclasses import dataclass
from typing import Final

from pipelines.validate.results import UNKNOWN, Figure, number

COLUMNS: Final = ("case", "must reach", "ours", "", "as watches do")


@dataclass(frozen=True)
class Share:
    """One share and the same of the rule of watches (NaN where it has none)."""

    ours: float
    watch: float = float("nan")


@dataclass(frozen=True)
class Row:
    """One row of the table; a share in per cent where `figure` is None."""

    case: str
    figure: Figure | None
    watch: float = float("nan")
    ours: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the row as text."""
        shown = self.figure.shown if self.figure else self.ours
        demanded = self.figure.demanded if self.figure else UNKNOWN
        verdict = self.figure.verdict if self.figure else ""
        return (self.case, demanded, shown, verdict, pct(self.watch))


def pct(share: float) -> str:
    """Return a share of 1 as per cent, a dash for NaN."""
    text = number(100 * share, 1)
    return text if text == UNKNOWN else f"{text} %"


def two(first: float, second: float) -> str:
    """Return two shares."""
    return f"{pct(first)}; {pct(second)}"


def most(on: str, case: str, share: Share, most_pct: float) -> Row:
    """Return a row of what may be at most `most_pct`."""
    return Row(case, Figure(on, case, 100 * share.ours, "%", high=most_pct), share.watch)


def least(on: str, case: str, share: Share, least_pct: float) -> Row:
    """Return a row of what must be at least `least_pct`."""
    return Row(case, Figure(on, case, 100 * share.ours, "%", low=least_pct), share.watch)
