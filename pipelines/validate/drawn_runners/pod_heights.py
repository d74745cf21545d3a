"""Whether toe-off moves with the height of the pod, and how well that height is found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Final

import numpy as np

from imu.frames import FloatArray
from imu.simulation import Pod
from imu.simulation.pods.hardware import SHANK_M
from pipelines.validate.drawn_runners import faulty_cells
from pipelines.validate.drawn_runners.faulty_runners import (
    FaultyRunner,
    Job,
    case,
    over_legs,
    speed_mps,
)
from pipelines.validate.drawn_runners.worst_cell import within
from pipelines.validate.matching import mean, median_size, sd
from pipelines.validate.results import Figure, Part, Table, ms, number, signed_ms
from pipelines.validate.virtual_runs.score import SHANKS, analysed, of_leg, recorded
from pipelines.validate.virtual_runs.summary import slope_of
from pipelines.validate.worst import furthest

HEIGHTS_PCT: Final = (10.0, 30.0, 50.0, 70.0)
PER_PCT: Final = 10.0
MOST_MS: Final = 0.5
MOST_PCT: Final = 15.0


@dataclass(frozen=True)
class LegAtHeights:
    """Mean errors (heights,) of one leg in the same run with its pod at each of `HEIGHTS_PCT`."""

    name: str
    contact_s: FloatArray
    toe_off_s: FloatArray

    @property
    def shift_ms(self) -> float:
        """By how much toe-off comes later for every `PER_PCT` of height."""
        return _slope(1e3 * self.toe_off_s, np.array(HEIGHTS_PCT) / PER_PCT)


def score(job: Job) -> tuple[LegAtHeights, ...]:
    """Simulate one runner with both shank pods at every height; nothing else is changed."""
    own = case(job)
    errors: dict[str, list[tuple[float, float]]] = {place: [] for place in SHANKS}
    for height_pct in HEIGHTS_PCT:
        pods = {place: at_height(pod, height_pct) for place, pod in own.pods.items()}
        simulation, recording = recorded(replace(own, pods=pods, worn=SHANKS))
        result = analysed(recording)
        for place in SHANKS:
            one = of_leg(result, simulation, place.removeprefix("shank_"))
            errors[place].append((mean(one.contact_s), mean(one.toe_off_s)))
    return tuple(
        LegAtHeights(f"{job[0]} at {speed_mps(own):.1f} m/s, {place}", *np.array(every).T)
        for place, every in errors.items()
    )


def at_height(pod: Pod, height_pct: float) -> Pod:
    """Return a shank's pod on the same side of it at another height."""
    forward, left, _ = pod.lever_m
    return replace(pod, lever_m=(forward, left, SHANK_M * height_pct / 100))


def part(runners: Sequence[FaultyRunner], moved: Sequence[Sequence[LegAtHeights]]) -> Part:
    """Return figures and tables of the height of the pod."""
    legs = list(chain.from_iterable(moved))
    error_pct = over_legs(runners, lambda leg: np.array([leg.height_error_pct]))
    shift = np.array([leg.shift_ms for leg in legs])
    return Part(
        figures=(
            _shift_figure("over legs", regressed_ms(runners)),
            _shift_figure("same runs", mean(shift)),
            Figure(
                faulty_cells.ON,
                "height of the pod, median size of error in % of the shank",
                median_size(error_pct),
                "%",
                high=MOST_PCT,
            ),
        ),
        tables=(_moved_table(legs), _height_table(runners)),
    )


def _shift_figure(how: str, shift_ms: float) -> Figure:
    name = f"toe-off shift per {PER_PCT:g} % of height, {how}"
    return Figure(faulty_cells.ON, name, shift_ms, "ms", low=-MOST_MS, high=MOST_MS, decimals=2)


def regressed_ms(runners: Sequence[FaultyRunner]) -> float:
    """Return the slope of legs' mean toe-off errors over height, ms per `PER_PCT`, speed apart."""
    rows = [
        (leg.height_pct / PER_PCT, one.speed_mps, 1e3 * mean(leg.toe_off_s))
        for one in runners
        for leg in one.legs
    ]
    known = np.array([row for row in rows if np.isfinite(row).all()]).reshape(-1, 3)
    if len(known) < 4:
        return np.nan
    given = np.column_stack([known[:, :2], np.ones(len(known))])
    return float(np.linalg.lstsq(given, known[:, 2], rcond=None)[0][0])


def _slope(values: FloatArray, over: FloatArray) -> float:
    known = np.isfinite(values)
    return slope_of(values[known], over[known])


def _moved_table(legs: Sequence[LegAtHeights]) -> Table:
    toe_off, contact = (
        np.array([getattr(leg, event) for leg in legs]).reshape(-1, len(HEIGHTS_PCT))
        for event in ("toe_off_s", "contact_s")
    )
    rows = [
        (
            f"{height:g} %",
            signed_ms(mean(contact[:, k])),
            ms(sd(contact[:, k])),
            signed_ms(mean(toe_off[:, k])),
            ms(sd(toe_off[:, k])),
        )
        for k, height in enumerate(HEIGHTS_PCT)
    ]
    shift = np.array([leg.shift_ms for leg in legs])
    name, most = furthest([(leg.name, leg.shift_ms) for leg in legs])
    return Table(
        "The same runs with the pod at other heights",
        f"{len(legs)} legs of the random runners with all faults, shank pods alone, the same run "
        "and faults with the pod at each height. Mean error of a leg in ms, and its SD between "
        f"legs. Toe-off comes later by {number(mean(shift), 2)} ms per {PER_PCT:g} % of height "
        f"(SD between legs {number(sd(shift), 2)}); most in {name}: {number(most, 2)} ms.",
        ("pod at", "IC bias", "SD", "TO bias", "SD"),
        tuple(rows),
    )


def _height_table(runners: Sequence[FaultyRunner]) -> Table:
    bins = [*pairwise(faulty_cells.HEIGHTS_PCT), (faulty_cells.HEIGHTS_PCT[0], 70)]
    return Table(
        "Height of the pod as found",
        "How high above the ankle the pods of the random runners with all faults are found to sit, "
        "from the signals of running alone; errors in % of the shank (40 cm).",
        ("pod at", "legs", "found", "median size of error", "bias", "SD"),
        tuple(tuple(_height_cells(runners, low, high)) for low, high in bins),
    )


def _height_cells(runners: Sequence[FaultyRunner], low: int, high: int) -> Iterator[str]:
    last = faulty_cells.HEIGHTS_PCT[-1]
    legs = [leg for one in runners for leg in one.legs if within(leg.height_pct, low, high, last)]
    error_pct = np.array([leg.height_error_pct for leg in legs])
    yield from (f"{low}-{high} %", str(len(legs)), str(int(np.isfinite(error_pct).sum())))
    for value in (median_size(error_pct), mean(error_pct), sd(error_pct)):
        yield number(value, 1)
