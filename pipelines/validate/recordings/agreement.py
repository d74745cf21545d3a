"""How far contact time at the shank agrees with the force plate: bias and limits (Bach 2022)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Final

import numpy as np

from imu.frames import FloatArray
from pipelines.validate.matching import mean, sd
from pipelines.validate.recordings.shanks import Scores, scored
from pipelines.validate.results import Figure, Part, Table, number, signed_ms

ON: Final = "Bach running"
WITHIN_SDS: Final = 1.96
BIAS_MS: Final = 2.0
LIMIT_MS: Final = 15.0
EVENTS: Final = {"initial_contact": "IC", "toe_off": "TO", "contact": "contact"}


def part(reference: ModuleType) -> Part:
    """Return figures and table of the agreement, all stances together and per trial and speed."""
    trials = {number: reference.bach(number) for number in reference.BACH_RUNNING}
    scores = {number: scored(reference, trial)[1] for number, trial in trials.items()}
    rows = [_row(f"trial {n}", _kmh(trials[n].speed_mps), [one]) for n, one in scores.items()]
    for speed_mps in sorted({trial.speed_mps for trial in trials.values()}):
        alike = [scores[n] for n, trial in trials.items() if trial.speed_mps == speed_mps]
        rows.append(_row("trials of one speed", _kmh(speed_mps), alike))
    rows.append(_row("all", "8-8.5", list(scores.values())))
    return Part(figures=tuple(_figures(scores)), tables=(_table(tuple(rows)),))


def limits_s(errors_s: FloatArray) -> tuple[float, float]:
    """Return the limits of agreement: bias less and plus 1.96 SD."""
    wide_s = WITHIN_SDS * sd(errors_s)
    return mean(errors_s) - wide_s, mean(errors_s) + wide_s


def _kmh(speed_mps: float) -> str:
    return number(3.6 * speed_mps, 1)


def _joined(scores: list[Scores], event: str) -> FloatArray:
    return np.concatenate([one[event].error_s for one in scores])


def _figures(scores: Mapping[int, Scores]) -> Iterator[Figure]:
    errors_s = _joined(list(scores.values()), "contact")
    low, high = limits_s(errors_s)
    bias = 1e3 * mean(errors_s)
    yield Figure(ON, "contact time bias, all stances", bias, "ms", low=-BIAS_MS, high=BIAS_MS)
    yield Figure(ON, "contact time, lower limit of agreement", 1e3 * low, "ms", low=-LIMIT_MS)
    yield Figure(ON, "contact time, upper limit of agreement", 1e3 * high, "ms", high=LIMIT_MS)


def _row(name: str, speed_kmh: str, scores: list[Scores]) -> tuple[str, ...]:
    cells = [name, speed_kmh, str(len(_joined(scores, "contact")))]
    for event in EVENTS:
        errors_s = _joined(scores, event)
        low, high = limits_s(errors_s)
        cells += [signed_ms(mean(errors_s)), f"{signed_ms(low)} to {signed_ms(high)}"]
    return tuple(cells)


def _table(rows: tuple[tuple[str, ...], ...]) -> Table:
    columns = ["", "km/h", "stances"]
    for said in EVENTS.values():
        columns += [f"{said} bias", "limits of agreement"]
    return Table(
        "Agreement with the force plate, one shank, accelerometer only (Bach 2022)",
        f"Bias and limits of agreement (bias ± {WITHIN_SDS:g} SD) in ms against a force of 50 N, "
        "constants as they are.",
        tuple(columns),
        rows,
    )
