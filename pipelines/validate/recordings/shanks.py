"""Score recordings with force plates: shanks (Bach 2022), walking, three pods (Dorschky 2019).

Reader and matching rule are those of ``reference.py`` in the data folder, which is run from there;
this project holds no copy of it.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.frames import FloatArray
from pipelines.validate.matching import mean, median_size, rms, sd
from pipelines.validate.results import Figure, Part, Table, ms, share, signed_ms

if TYPE_CHECKING:
    from imu.analysis import Analysis
    from imu.recording.recording import Recording

EVENTS: Final = ("initial_contact", "toe_off")
Scores = Mapping[str, Any]
"""What ``reference.score`` returns: a Match each for initial_contact, toe_off and contact."""


def load_reference(data_dir: Path) -> ModuleType | None:
    """Return the reader of the real recordings in `data_dir`; None when there is none."""
    path = Path(data_dir) / "reference.py"
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location("reference", path)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules["reference"] = module  # its dataclasses look themselves up
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    return module


def recording_of(trial: Any) -> Recording:
    """Return a trial as a recording."""
    import imu

    return imu.Recording.from_arrays(
        rate_hz=trial.rate_hz, acc_range_mps2=trial.acc_range_mps2, **trial.sensors
    )


def scored(reference: ModuleType, trial: Any, **detector: Any) -> tuple[Analysis, Scores]:
    """Analyse a trial, with a detector by name or ours, and score its events."""
    import imu

    result = imu.analyse(recording_of(trial), **detector)
    found = result.stances.events
    return result, reference.score(trial, found.initial_contact_s, found.toe_off_s)


def f1(match: Any) -> float:
    """Return the harmonic mean of recall and precision of a Match."""
    return float(2 * len(match.error_s) / (match.n_reference + match.n_estimated))


def part(reference: ModuleType) -> Part:
    """Score the shanks running, then walking, then three pods together."""
    running = _bach(reference)
    walking = _walking(reference)
    three = _dorschky(reference)
    return Part(
        figures=(*running.figures, *walking.figures, *three.figures),
        tables=(*running.tables, *walking.tables, *three.tables),
    )


# --- shanks running -------------------------------------------------------------------------------


def _bach(reference: ModuleType) -> Part:
    trials = {number: reference.bach(number) for number in reference.BACH_RUNNING}
    scores = {number: scored(reference, trial)[1] for number, trial in trials.items()}
    pooled = _pooled(reference, scores.values())
    runners = sorted({trial.mass_kg for trial in trials.values()})
    by_runner = {
        mass_kg: _pooled(
            reference, [scores[n] for n, trial in trials.items() if trial.mass_kg == mass_kg]
        )
        for mass_kg in runners
    }
    held_out = {
        event: left_out([one[event].error_s for one in by_runner.values()])
        for event in (*EVENTS, "contact")
    }
    rows = [_bach_row(f"trial {n}", one, None) for n, one in scores.items()]
    rows += [
        _bach_row(f"runner of {mass_kg:g} kg", one, None) for mass_kg, one in by_runner.items()
    ]
    rows.append(_bach_row("all, constants as they are", pooled, None))
    rows.append(_bach_row("all, constants of the other runner", pooled, held_out))
    return Part(
        figures=_bach_figures(pooled, held_out), tables=(_bach_table(tuple(rows), len(runners)),)
    )


def _pooled(reference: ModuleType, scores: Iterable[Scores]) -> dict[str, Any]:
    every = list(scores)
    return {event: reference.pool(one[event] for one in every) for event in (*EVENTS, "contact")}


def left_out(errors_s: list[FloatArray]) -> FloatArray:
    """Return every runner's errors after a constant taken from the other runners' mean errors."""
    if len(errors_s) < 2:
        return np.array([np.nan])
    means = np.array([mean(one) for one in errors_s])
    return np.concatenate([one - np.delete(means, k).mean() for k, one in enumerate(errors_s)])


def _bach_figures(pooled: Scores, held_out: Mapping[str, FloatArray]) -> tuple[Figure, ...]:
    on, loro = "Bach running", "other runner's constant"
    contact = pooled["initial_contact"]
    return (
        Figure(on, "recall", contact.recall, low=0.99, decimals=3),
        Figure(on, "precision", contact.precision, low=0.98, decimals=3),
        Figure(
            on,
            f"initial contact RMSE, {loro}",
            1e3 * rms(held_out["initial_contact"]),
            "ms",
            high=5.0,
        ),
        Figure(on, f"toe-off RMSE, {loro}", 1e3 * rms(held_out["toe_off"]), "ms", high=8.0),
        Figure(
            on,
            f"contact time median absolute error, {loro}",
            1e3 * median_size(held_out["contact"]),
            "ms",
            high=6.5,
        ),
    )


def _bach_row(name: str, one: Scores, replaced: Mapping[str, FloatArray] | None) -> tuple[str, ...]:
    cells = [name, share(one["initial_contact"].recall), share(one["initial_contact"].precision)]
    for event in (*EVENTS, "contact"):
        error_s = one[event].error_s if replaced is None else replaced[event]
        cells += [
            signed_ms(mean(error_s)),
            ms(sd(error_s)),
            ms(rms(error_s)),
            ms(mean(np.abs(error_s))),
        ]
    last = one["contact"].error_s if replaced is None else replaced["contact"]
    return (*cells, ms(median_size(last)))


def _bach_table(rows: tuple[tuple[str, ...], ...], runners: int) -> Table:
    columns = ["", "recall", "precision"]
    for event in ("IC", "TO", "contact"):
        columns += [f"{event} bias", "SD", "RMSE", "MAE"]
    return Table(
        "Running, one shank, accelerometer only (Bach 2022)",
        f"Errors in ms against a force of 50 N; {runners} runners, treadmill, 8-8.5 km/h. The last "
        "row takes the constant of each runner from the other alone: what a new runner may expect.",
        (*columns, "median abs"),
        rows,
    )


# --- walking, and three pods together -------------------------------------------------------------


def _walking(reference: ModuleType) -> Part:
    rows, total = [], 0
    for number in reference.BACH_WALKING:
        trial = reference.bach(number)
        result, _ = scored(reference, trial)
        found = len(result.stances)
        total += found
        gaits = ", ".join(dict.fromkeys(result.bouts.gait.tolist()))
        rows.append(
            (
                f"trial {number}",
                f"{3.6 * trial.speed_mps:.1f}",
                str(len(trial.initial_contact_s)),
                str(found),
                gaits,
            )
        )
    return Part(
        figures=(
            Figure("Bach walking", "running stances", float(total), low=0, high=0, decimals=0),
        ),
        tables=(
            Table(
                "Walking is not running (Bach 2022)",
                "What is called a running stance while people walk.",
                ("", "km/h", "walking stances", "running stances found", "gait found"),
                tuple(rows),
            ),
        ),
    )


def _dorschky(reference: ModuleType) -> Part:
    trial = reference.dorschky()
    result, _ = scored(reference, trial)
    found = result.stances.events
    right = found.side == trial.side
    scores = reference.score(trial, found.initial_contact_s[right], found.toe_off_s[right])
    sides = found.side[1:] != found.side[:-1]
    row = (
        share(scores["initial_contact"].recall_between),
        share(scores["initial_contact"].precision),
        share(float(np.mean(sides))),
        signed_ms(mean(scores["contact"].error_s)),
        ms(median_size(scores["contact"].error_s)),
    )
    return Part(
        tables=(
            Table(
                "Three pods together (Dorschky 2019)",
                "One man's averaged stride laid end to end, 3.5 m/s: side and contact time of the "
                "right foot, ms. Instants are not judged: its force may lead its sensors by 30 ms.",
                ("recall", "precision", "sides by turns", "contact bias", "median abs"),
                (row,),
            ),
        ),
    )
