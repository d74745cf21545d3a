"""Whether contact time from the pelvis alone follows speed: its slope over the true one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import FloatArray
from imu.simulation import Run, Stand, realistic, someone
from imu.simulation.script import Script, starts
from pipelines.validate.matching import Errors, Timed, mean, sd
from pipelines.validate.results import Figure, Part, Table, ms, number, signed_ms
from pipelines.validate.virtual_runs.score import Case, analysed, events, happened, recorded
from pipelines.validate.worst import furthest

FIRST_SEED: Final = 22_000
STAND_S: Final = 8.0
RUN_S: Final = 12.0
SETTLED_S: Final = 2.0
SPEEDS_MPS: Final = (2.0, 2.5, 3.5, 4.5, 5.5)
USUAL_MPS: Final = (2.5, 3.5, 4.5)
SLOPE: Final = (0.7, 1.3)
ON: Final = "virtual people, pelvis alone"


@dataclass(frozen=True)
class Person:
    """Mean true and found contact time (speeds,) of one person at `SPEEDS_MPS`, s."""

    name: str
    true_s: FloatArray
    found_s: FloatArray

    def slope(self, speeds_mps: Sequence[float]) -> float:
        """Return the slope of found over true contact time over some of the speeds."""
        at = np.isin(SPEEDS_MPS, speeds_mps)
        return slope(self.found_s[at], self.true_s[at])


def slope(found_s: FloatArray, true_s: FloatArray) -> float:
    """Return the slope by least squares over means (k,); NaN if any is not known."""
    if len(true_s) < 2 or not np.isfinite([*found_s, *true_s]).all():
        return np.nan
    return float(np.polyfit(true_s, found_s, 1)[0])


def jobs(seed: int, count: int) -> list[int]:
    """Return the seeds of the people."""
    return [seed + FIRST_SEED + k for k in range(count)]


def script() -> Script:
    """Return standing and then a run at every speed."""
    return (Stand(STAND_S), *(Run(RUN_S, speed_mps=speed) for speed in SPEEDS_MPS))


def score(seed: int) -> Person:
    """Let one person run at every speed in one recording, with the pelvis pod alone."""
    own = Case("slope", "", someone(seed), script(), seed, realistic(seed), worn=("pelvis",))
    simulation, recording = recorded(own)
    errors = events(analysed(recording), simulation, own.worn)
    return person(str(seed), happened(simulation), errors)


def person(name: str, truth: Timed, errors: Errors) -> Person:
    """Return the mean contact times of steady running, of stances whose estimate is known."""
    at = errors.pairs[:, 0]
    length_s = (truth.toe_off_s - truth.initial_contact_s)[at]
    since_s = truth.initial_contact_s[at, None] - starts(script())[1:-1]
    steady = (since_s > SETTLED_S) & (since_s < RUN_S - SETTLED_S)
    steady &= np.isfinite(errors.length_s)[:, None]
    means = [(mean(length_s[own]), mean((length_s + errors.length_s)[own])) for own in steady.T]
    true_s, found_s = np.array(means).T
    return Person(name, true_s, found_s)


def part(people: Sequence[Person]) -> Part:
    """Return figures and table of the people."""
    figures = [_worst_figure(people, speeds) for speeds in (USUAL_MPS, SPEEDS_MPS)]
    return Part(figures=tuple(figures), tables=(_table(people),))


def _worst_figure(people: Sequence[Person], speeds_mps: Sequence[float]) -> Figure:
    low, high = SLOPE
    off_one = [(one.name, one.slope(speeds_mps) - 1) for one in people]
    known = sum(np.isfinite(off) for _, off in off_one)
    name, off = furthest(off_one)
    said = f"contact time over {speeds_mps[0]:g}-{speeds_mps[-1]:g} m/s, slope, worst"
    said = f"{said} (someone({name}), of {known} people found at every speed)"
    return Figure(ON, said, off + 1, low=low, high=high, decimals=2)


def _table(people: Sequence[Person]) -> Table:
    lines = [
        (
            f"{speed:g} m/s",
            ms(mean(np.array([one.true_s[k] for one in people]))),
            signed_ms(mean(_errors_s(people, k))),
            ms(sd(_errors_s(people, k))),
        )
        for k, speed in enumerate(SPEEDS_MPS)
    ]
    return Table(
        "Contact time from the pelvis alone over speed",
        f"{len(people)} virtual people, each at every speed in one recording: mean true contact "
        "time and error of the estimate in ms, SD between people. Slope of estimate over truth "
        f"within a person: {_said(people, USUAL_MPS)}; {_said(people, SPEEDS_MPS)}.",
        ("", "true", "bias", "SD"),
        tuple(lines),
    )


def _errors_s(people: Sequence[Person], k: int) -> FloatArray:
    return np.array([one.found_s[k] - one.true_s[k] for one in people])


def _said(people: Sequence[Person], speeds_mps: Sequence[float]) -> str:
    slopes = np.array([one.slope(speeds_mps) for one in people])
    known = slopes[np.isfinite(slopes)]
    ends = (known.min(), known.max()) if len(known) else (np.nan, np.nan)
    return (
        f"{number(mean(known), 2)} ({number(ends[0], 2)} to {number(ends[1], 2)}) over "
        f"{speeds_mps[0]:g} to {speeds_mps[-1]:g} m/s, of {len(known)} people"
    )
