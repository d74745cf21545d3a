"""The runs of an athlete as they are judged over weeks: their values, and which of them count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from imu.baseline.conditions import UNKNOWN
from imu.baseline.expected import COMPENSATION, Cells, cells_of, of_metrics, stacked
from imu.frames import BoolArray, FloatArray
from imu.metrics.registry import METRICS
from pipelines import store
from pipelines.formatting import listed, plural
from pipelines.store.many_sessions.history import History, history

PRIMARY: Final = of_metrics(METRICS)
MOST: Final = 5
"""Runs that do not count, of which each reason is given."""
CELLS: Final[Cells] = cells_of(PRIMARY, COMPENSATION)


@dataclass(frozen=True)
class Runs:
    """The k readable runs of `athlete`, oldest first.

    `values` (k, c) are in the order of `CELLS`, and `used` (k, c) says which of them count.
    """

    athlete: str
    history: History
    values: FloatArray
    used: BoolArray

    @property
    def count(self) -> BoolArray:
        """Runs (k,) of which at least one value counts."""
        return np.asarray(self.used.any(axis=-1))

    def day(self, number: int) -> str:
        """Return the day of a run, by the runner's clock."""
        return self.history.days[number].isoformat()

    def days(self, which: BoolArray) -> str:
        """Return the days from the first to the last of some runs (k,)."""
        first, last = np.flatnonzero(which)[[0, -1]]
        return f"{self.day(first)} to {self.day(last)}"


def runs_of(root: Path, athlete: str) -> Runs:
    """Read the runs of an athlete. OSError without such an athlete, ValueError without a run."""
    return runs_in(athlete, history(store.open(root), athlete))


def runs_in(athlete: str, found: History) -> Runs:
    """Return the runs of a history that was read. ValueError where none counts."""
    values = stacked(found.medians, PRIMARY, COMPENSATION)
    used = np.isfinite(values) & found.usable[:, None]
    if not used.any():
        raise ValueError(
            f"{athlete} has no run that counts; record or import one, and see "
            "midstance report for why a run does not"
        )
    return Runs(athlete, found, values, used)


def cautions(runs: Runs, asked: BoolArray) -> list[str]:
    """Say what was left out of the runs `asked` (k,), and what nothing is adjusted for."""
    said = list(runs.history.left_out)
    out = np.flatnonzero(~runs.count)
    said += [_why_not(runs, k) for k in out[:MOST]]
    if len(out) > MOST:
        said.append(f"{len(out) - MOST} more runs do not count.")
    edition = runs.history.edition[asked]
    if otherwise := int(np.sum(edition != edition[-1])):
        were = "was" if otherwise == 1 else "were"
        said.append(
            f"{otherwise} of {plural(len(edition), 'run')} {were} computed by another version of "
            "the algorithms than the last one: part of a change may come from that. To compute all "
            f"with the same, run midstance process on the folder raw/athlete={runs.athlete} of "
            "the store."
        )
    return [*said, *_unknown(runs, asked)]


def _why_not(runs: Runs, number: int) -> str:
    why = "; ".join(runs.history.reasons[number]) or "nothing that is compared was measured"
    return f"The run {runs.history.sessions[number]} does not count: {why}."


def _unknown(runs: Runs, asked: BoolArray) -> list[str]:
    under = runs.history.conditions.at(np.flatnonzero(asked))
    known = {
        "pace": under.pace_measured,
        "hills": np.isfinite(under.grade_pct),
        "shoes": under.shoes != UNKNOWN,
        "surface": under.surface != UNKNOWN,
    }
    never = [what for what, of_runs in known.items() if not of_runs.any()]
    partly = [what for what, of_runs in known.items() if of_runs.any() and not of_runs.all()]
    said = [f"Not adjusted for {listed(never)}: not known of any run."] if never else []
    if partly:
        said.append(f"Not known of every run: {listed(partly)}. There the usual stands for it.")
    if by_index := int(np.sum(under.index_error_mps > 0)):
        said.append(
            f"Of {plural(by_index, 'run')} no pace was measured: an index from step time, contact "
            "time and swing rate stands in for it, which a change of technique moves as well."
        )
    return said
