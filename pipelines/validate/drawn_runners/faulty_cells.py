"""Summarise the random runners with all faults: over all, in the worst cell, the worst runners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from pipelines.validate.drawn_runners.faulty_runners import (
    STRIKES_S,
    FaultyLeg,
    FaultyRunner,
    over_legs,
)
from pipelines.validate.drawn_runners.worst_cell import Cell, spread_table, within, worst_table
from pipelines.validate.matching import mean, rms, sd
from pipelines.validate.results import UNKNOWN, Figure, Part, Table, ms, share, signed_ms
from pipelines.validate.worst import furthest, worst

ON: Final = "virtual runner, random with all faults"
FAST_ON: Final = "virtual runner, random with all faults, 6-8 m/s"
ALONE_ON: Final = "virtual runner, random with all faults, accelerometers of the shanks alone"
SPEEDS_MPS: Final = (2.0, 3.0, 4.0, 5.0, 6.0)
HEIGHTS_PCT: Final = (10, 30, 50, 70)
LEAST_LEGS: Final = 3
"""A cell of fewer legs says more about them than about the cell, and is not judged."""


@dataclass(frozen=True)
class StrikeCell(Cell):
    """All legs at one speed whose pod sits at one height and whose foot lands in one way."""

    legs: Sequence[FaultyLeg]
    strike: str

    @property
    def name(self) -> str:
        """The cell in words."""
        return f"{self.strike}, {super().name}"

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision of the legs together."""
        given = sum(leg.given for leg in self.legs)
        return 2 * len(self.errors_s("contact_s")) / (self.asked + given) if self.asked else np.nan


def part(runners: Sequence[FaultyRunner]) -> Part:
    """Return figures and tables of the runners of 2 to 6 m/s."""
    every = cells(runners)
    title = "Random runners with all faults"
    return Part(
        figures=_figures(runners, every),
        tables=(
            spread_table(title, _about(runners), runners),
            _cell_table(title, every),
            worst_table(f"{title}: who went worst", WORST, runners),
        ),
    )


def fast_part(runners: Sequence[FaultyRunner]) -> Part:
    """Return figure and tables of the runners of 6 to 8 m/s."""
    return _as_a_whole(runners, FAST_ON, "Random runners with all faults, 6-8 m/s")


def alone_part(runners: Sequence[FaultyRunner]) -> Part:
    """Return figure and tables of the runners without gyroscopes and without a pod on the pelvis.

    Toe-off has no limit: at speed the load of the stance and the swing after it are one hump of the
    acceleration, and an accelerometer alone does not show where the one ends.
    """
    title = "Random runners with all faults, accelerometers of the shanks alone"
    return _as_a_whole(runners, ALONE_ON, title)


def _as_a_whole(runners: Sequence[FaultyRunner], on: str, title: str) -> Part:
    f1 = np.array([one.errors.f1 for one in runners])
    name, lowest = worst([(one.name, one.errors.f1) for one in runners], low=True)
    said = f"F1 of a runner, mean (lowest {share(lowest)}, {name})"
    return Part(
        figures=(Figure(on, said, mean(f1), low=0.97, decimals=4),),
        tables=(
            spread_table(title, _about(runners), runners),
            worst_table(f"{title}: who went worst", WORST, runners),
        ),
    )


WORST: Final = (
    "The runners with the lowest F1, lowest first: seed, speed, landing, height of the left and "
    "the right pod. Times in ms."
)


def _about(runners: Sequence[FaultyRunner]) -> str:
    none = sum(not one.errors.given for one in runners)
    return (
        f"{len(runners)} runners drawn by seed as above, but in pods with every fault at once (a "
        "further 20° askew, bias, noise, scale, clocks 100 ppm off, 2 % lost in bursts, the "
        "radio's delays), at 10 to 70 % of the shank's height on any side of it, on skin that "
        "resonates at 12 to 60 Hz. Percentiles over runners, times in ms; the SD is within a "
        f"runner. No running at all was found of {none}. The methods were made and checked on "
        "other seeds; what was looked at here stands above."
    )


def cells(runners: Sequence[FaultyRunner]) -> list[StrikeCell]:
    """Return the legs of all runners by speed, height of the pod and landing; none is empty."""
    legs = [(leg, one.speed_mps, one.strike) for one in runners for leg in one.legs]
    every = [
        StrikeCell(
            f"{low}-{high} %",
            f"{slow:g}-{fast:g} m/s",
            [
                leg
                for leg, speed_mps, landing in legs
                if landing == strike
                and within(leg.height_pct, low, high, HEIGHTS_PCT[-1])
                and within(speed_mps, slow, fast, SPEEDS_MPS[-1])
            ],
            strike,
        )
        for slow, fast in pairwise(SPEEDS_MPS)
        for low, high in pairwise(HEIGHTS_PCT)
        for strike in STRIKES_S
    ]
    return [cell for cell in every if cell.legs]


def _figures(runners: Sequence[FaultyRunner], every: Sequence[StrikeCell]) -> tuple[Figure, ...]:
    judged = [cell for cell in every if len(cell.legs) >= LEAST_LEGS]
    f1 = worst([(cell.name, cell.f1) for cell in judged], low=True)

    def off(event: str) -> tuple[str, float]:
        return furthest([(cell.name, 1e3 * mean(cell.errors_s(event))) for cell in judged])

    contact, length = off("contact_s"), off("length_s")
    everyone = np.array([one.errors.f1 for one in runners])
    return (
        Figure(ON, "F1 of a runner, mean", mean(everyone), low=0.99, decimals=4),
        Figure(ON, f"F1, worst cell ({f1[0]})", f1[1], low=0.97, decimals=3),
        Figure(ON, "initial contact RMSE", _rms_ms(runners, "contact_s"), "ms", high=5.0),
        Figure(ON, "toe-off RMSE", _rms_ms(runners, "toe_off_s"), "ms", high=8.0),
        Figure(ON, f"initial contact bias, worst cell ({contact[0]})", contact[1], "ms",
               low=-4.0, high=4.0),
        Figure(ON, f"contact time bias, worst cell ({length[0]})", length[1], "ms",
               low=-4.0, high=4.0),
    )  # fmt: skip


def _rms_ms(runners: Sequence[FaultyRunner], event: str) -> float:
    return 1e3 * rms(over_legs(runners, lambda leg: getattr(leg, event)))


def _cell_table(title: str, every: Sequence[StrikeCell]) -> Table:
    contact, length = (ms(_between_legs_s(every, event)) for event in ("contact_s", "length_s"))
    return Table(
        f"{title}: speed, height of the pod and landing",
        "Each leg of the same runners by its speed, the height of its own pod and how its foot "
        f"lands. Errors in ms over the legs together; cells of fewer than {LEAST_LEGS} legs are "
        "shown but not judged. The mean error of a leg differs between legs of one cell by an SD "
        f"of {contact} (IC) and {length} ms (contact), so the bias of a cell of few legs is unsure "
        "by that over the square root of their number.",
        (
            *("speed", "pod at", "landing", "legs", "stances", "F1", "worst leg"),
            *("IC bias", "SD", "TO bias", "SD", "TO unknown", "contact bias", "SD"),
        ),
        tuple(tuple(_cells(cell)) for cell in every),
    )


def _between_legs_s(every: Sequence[StrikeCell], event: str) -> float:
    """Return the SD of legs' mean errors about the mean of their own cell, s."""
    apart = [np.empty(0)]
    for cell in every:
        means = np.array([mean(getattr(leg, event)) for leg in cell.legs])
        if len(means) > 1:
            apart.append((means - mean(means)) * np.sqrt(len(means) / (len(means) - 1)))
    return rms(np.concatenate(apart))


def _cells(cell: StrikeCell) -> Iterator[str]:
    yield from (cell.speed, cell.height, cell.strike, str(len(cell.legs)), str(cell.asked))
    yield share(cell.f1)
    yield share(min(leg.f1 for leg in cell.legs))
    for event in ("contact_s", "toe_off_s"):
        errors_s = cell.errors_s(event)
        yield signed_ms(mean(errors_s))
        yield ms(sd(errors_s))
    unknown = np.isnan(cell.errors_s("toe_off_s"))
    yield share(float(unknown.mean())) if len(unknown) else UNKNOWN
    lengths_s = cell.errors_s("length_s")
    yield signed_ms(mean(lengths_s))
    yield ms(sd(lengths_s))
