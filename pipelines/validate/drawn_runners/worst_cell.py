"""Summarise the random runners: spread over runners, the worst cell, the worst runners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from imu.frames import FloatArray
from pipelines.validate.drawn_runners.random_runners import RUN_S, STAND_S, Leg, Scored
from pipelines.validate.matching import mean, sd
from pipelines.validate.results import Figure, Part, Table, number, share, signed_ms
from pipelines.validate.virtual_runs.score import REFUSED
from pipelines.validate.worst import worst

HEIGHTS_PCT: Final = (5, 20, 40, 60, 80)
SPEEDS_MPS: Final = (1.6, 2.5, 3.5, 5.0, 8.0)
PERCENTILES: Final = (2.5, 50.0, 97.5)
POOR_F1: Final = 0.9
SHOWN_RUNNERS: Final = 12
ON: Final = "virtual runner, drawn at random"
WORST: Final = (
    "The runners with the lowest F1, lowest first, with what it takes to make them again: seed of "
    "runner and pods, speed, height of the left and the right pod. Times in ms."
)


@dataclass(frozen=True)
class Cell:
    """All legs whose pod sits at one height while running at one speed."""

    height: str
    speed: str
    legs: Sequence[Leg]

    @property
    def name(self) -> str:
        """The cell in words."""
        return f"pod at {self.height}, {self.speed}"

    @property
    def asked(self) -> int:
        """True stances."""
        return sum(leg.asked for leg in self.legs)

    @property
    def recall(self) -> float:
        """Share of the true stances that were found, on the right leg."""
        return len(self.errors_s("contact_s")) / self.asked if self.asked else np.nan

    def errors_s(self, event: str) -> FloatArray:
        """Return the errors of all stances of the cell that were found."""
        return np.concatenate([np.empty(0), *(getattr(leg, event) for leg in self.legs)])


def part(runners: Sequence[Scored]) -> Part:
    """Return figures and tables of the random runners."""
    every = cells(runners)
    return Part(
        figures=_figures(runners, every),
        tables=(
            _spread_table(runners),
            _cell_table(every),
            worst_table("Random runners: who went worst", WORST, runners),
        ),
    )


def cells(runners: Sequence[Scored]) -> list[Cell]:
    """Return the legs of all runners by height of the pod and speed."""
    legs = [(leg, one.speed_mps) for one in runners for leg in one.legs]
    return [
        Cell(
            f"{low}-{high} %",
            f"{slow:g}-{fast:g} m/s",
            [
                leg
                for leg, speed_mps in legs
                if within(leg.height_pct, low, high, HEIGHTS_PCT[-1])
                and within(speed_mps, slow, fast, SPEEDS_MPS[-1])
            ],
        )
        for low, high in pairwise(HEIGHTS_PCT)
        for slow, fast in pairwise(SPEEDS_MPS)
    ]


def within(value: float, low: float, high: float, last: float) -> bool:
    """Say whether a value lies in a bin; only that which ends at `last` holds its upper end."""
    return low <= value < high or value == high == last


def _figures(runners: Sequence[Scored], every: Sequence[Cell]) -> tuple[Figure, ...]:
    f1 = np.array([one.errors.f1 for one in runners])
    bias_ms = np.array([1e3 * mean(one.errors.contact_s) for one in runners])
    recall = worst([(cell.name, cell.recall) for cell in every], low=True)
    off = worst([(cell.name, abs(1e3 * mean(cell.errors_s("contact_s")))) for cell in every])
    poor_pct = 100 * float((f1 < POOR_F1).mean())
    return (
        Figure(ON, "F1 of a runner, median", float(np.median(f1)), low=0.99, decimals=3),
        Figure(ON, f"runners with F1 < {POOR_F1:g}", poor_pct, "%", high=2.0),
        Figure(
            ON, "initial contact bias of a runner, median size", _middle(np.abs(bias_ms)), "ms",
            high=10.0,
        ),
        Figure(ON, f"recall, worst cell ({recall[0]})", recall[1], low=0.95, decimals=3),
        Figure(ON, f"initial contact bias, worst cell ({off[0]})", off[1], "ms", high=20.0),
    )  # fmt: skip


def _middle(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else np.nan


# --- tables ---------------------------------------------------------------------------------------


def _spread_table(runners: Sequence[Scored]) -> Table:
    none = sum(not one.errors.given for one in runners)
    refused = sum(one.grade == REFUSED for one in runners)
    return spread_table(
        "Random runners: the spread over runners",
        f"{len(runners)} runners drawn by seed: every joint curve bent at random, impact from none "
        "to heavy, swing from shuffle to sprint, cadence free of speed, 1.6 to 8 m/s, pods at 5 to "
        f"80 % of the shank's height on any side of it, resonating skin. {STAND_S:g} s of standing "
        f"and {RUN_S:g} s of running each. Percentiles over runners, times in ms; the SD is within "
        f"a runner. No running at all was found of {none}; the recording of {refused} of them was "
        "refused outright.",
        runners,
    )


def spread_table(title: str, about: str, runners: Sequence[Scored]) -> Table:
    """Return how detection and timing are spread over runners."""
    columns = ("", *(f"{p:g} %" for p in PERCENTILES), "runners")
    return Table(title, about, columns, tuple(_spread_rows(runners)))


def _spread_rows(runners: Sequence[Scored]) -> Iterator[tuple[str, ...]]:
    errors = [one.errors for one in runners]
    yield _spread_row("F1", [e.f1 for e in errors], 3)
    yield _spread_row("recall", [e.recall for e in errors], 3)
    yield _spread_row("precision", [e.precision for e in errors], 3)
    for label, event in (("IC", "contact_s"), ("TO", "toe_off_s"), ("contact", "length_s")):
        yield _spread_row(f"{label} bias", [1e3 * mean(getattr(e, event)) for e in errors], 1)
        yield _spread_row(f"{label} SD", [1e3 * sd(getattr(e, event)) for e in errors], 1)


def _spread_row(name: str, values: Sequence[float], decimals: int) -> tuple[str, ...]:
    known = np.array([v for v in values if np.isfinite(v)])
    at = np.percentile(known, PERCENTILES) if len(known) else np.full(len(PERCENTILES), np.nan)
    return (name, *(number(float(v), decimals) for v in at), str(len(known)))


def _cell_table(every: Sequence[Cell]) -> Table:
    rows = [
        (
            cell.height,
            cell.speed,
            str(len(cell.legs)),
            str(cell.asked),
            share(cell.recall),
            *_cell_times(cell),
        )
        for cell in every
    ]
    return Table(
        "Random runners: height of the pod and speed",
        "Each leg of the same runners by the height of its own pod: stances found of all true "
        "ones, and errors in ms over the legs together.",
        ("pod at", "speed", "legs", "stances", "recall", "IC bias", "SD", "TO bias", "SD"),
        tuple(rows),
    )


def _cell_times(cell: Cell) -> Iterator[str]:
    for event in ("contact_s", "toe_off_s"):
        errors_s = cell.errors_s(event)
        yield signed_ms(mean(errors_s))
        yield number(1e3 * sd(errors_s), 1)


def worst_table(title: str, about: str, runners: Sequence[Scored]) -> Table:
    """Return the runners with the lowest F1, lowest first."""
    order = sorted(runners, key=lambda one: (one.errors.f1, one.seed))[:SHOWN_RUNNERS]
    rows = [
        (
            one.name,
            share(one.errors.f1),
            signed_ms(mean(one.errors.contact_s)),
            signed_ms(mean(one.errors.toe_off_s)),
            one.grade,
        )
        for one in order
    ]
    return Table(title, about, ("runner", "F1", "IC bias", "TO bias", "grade"), tuple(rows))
