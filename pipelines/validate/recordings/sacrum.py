"""Score recordings at the sacrum with force plates (Alcantara 2022): events, vertical force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

import numpy as np

from imu.frames import FloatArray
from pipelines.validate.matching import mean, rms, sd
from pipelines.validate.recordings.shanks import f1, recording_of
from pipelines.validate.results import Figure, Part, Table, ms, number, share, signed_ms

LEVEL_DEG: Final = 0.5


@dataclass(frozen=True)
class Row:
    """One trial scored. `force_bw` is the estimate on the trial's samples, NaN where there is none.

    `force_rmse_bw` is over the samples where there is one, `known` their share of the window;
    `peak_pct` the error of the median active peak (highest in 30-70 % of stance).
    """

    number: int
    trial: Any
    scores: Any
    force_bw: FloatArray
    force_rmse_bw: float
    known: float
    peak_pct: float


def rows(reference: ModuleType) -> tuple[Row, ...]:
    """Score every trial of the set."""
    return tuple(_row(reference, number) for number in reference.ALCANTARA_ROWS)


def _row(reference: ModuleType, number_: int) -> Row:
    from imu.alignment import worn_pods
    from imu.orientation import on_demand
    from imu.segmentation.segment import find_stances
    from imu.stance_signals.signals import cut

    trial = reference.alcantara(number_)
    worn = worn_pods.worn(recording_of(trial))
    quaternions = on_demand.oriented(worn, rate_hz=trial.rate_hz)
    found = find_stances(worn, rate_hz=trial.rate_hz, start_s=0.0)
    events = found.events
    signals = cut(found, worn, quaternions, rate_hz=trial.rate_hz, sync_s={})
    estimated = signals.force.over_time_bw
    force_bw = np.full(len(trial.force), np.nan) if estimated is None else estimated
    window = slice(*(int(edge_s * trial.rate_hz) for edge_s in trial.window_s))
    apart = (force_bw - trial.force)[window]
    found_peak = active_peak(force_bw, events.initial_contact_s, events.toe_off_s, trial.rate_hz)
    true_peak = active_peak(trial.force, trial.initial_contact_s, trial.toe_off_s, trial.rate_hz)
    return Row(
        number=number_,
        trial=trial,
        scores=reference.score(trial, events.initial_contact_s, events.toe_off_s),
        force_bw=force_bw,
        force_rmse_bw=rms(apart),
        known=float(np.mean(np.isfinite(apart))),
        peak_pct=100 * (found_peak / true_peak - 1),
    )


def active_peak(
    force_bw: FloatArray, start_s: FloatArray, stop_s: FloatArray, rate_hz: float
) -> float:
    """Return the median over stances of the highest force in 30-70 % of each."""
    from imu.dsp.rows import ragged

    start, length = start_s * rate_hz, (stop_s - start_s) * rate_hz
    low = np.ceil(start + 0.3 * length).astype(np.int64)
    high = np.floor(start + 0.7 * length).astype(np.int64) + 1
    peaks = np.fmax.reduce(ragged(force_bw, low, high), axis=1, initial=np.nan)
    return float(np.nanmedian(peaks)) if np.isfinite(peaks).any() else np.nan


def part(reference: ModuleType, scored: Sequence[Row]) -> Part:
    """Return figures and table of the rows."""
    return Part(figures=_figures(reference, scored), tables=(_table(reference, scored),))


def _figures(reference: ModuleType, scored: Sequence[Row]) -> tuple[Figure, ...]:
    on = "Alcantara, pelvis only"
    contact = reference.pool(row.scores["initial_contact"] for row in scored)
    worst = {
        event: max(row.scores[event].sd_s for row in scored)
        for event in ("initial_contact", "toe_off")
    }
    level = [row.peak_pct for row in scored if abs(row.trial.slope_deg) < LEVEL_DEG]
    peak = max(level, key=abs) if level else np.nan
    return (
        Figure(on, "F1", f1(contact), low=0.99, decimals=3),
        Figure(
            on,
            "initial contact SD within a trial, worst",
            1e3 * worst["initial_contact"],
            "ms",
            high=7.0,
        ),
        Figure(on, "toe-off SD within a trial, worst", 1e3 * worst["toe_off"], "ms", high=5.0),
        Figure(
            on,
            "vertical force RMSE, worst trial",
            max(row.force_rmse_bw for row in scored),
            "BW",
            high=0.25,
            decimals=2,
        ),
        Figure(on, "active peak on the level, worst trial", peak, "%", low=-5.0, high=5.0),
    )


COLUMNS: Final = (
    *("", "m/s", "slope", "recall", "precision"),
    *("IC bias", "SD", "TO bias", "SD", "contact bias", "SD"),
    *("force BW", "peak %"),
)


def _table(reference: ModuleType, scored: Sequence[Row]) -> Table:
    lines = [_line(f"row {row.number}", row) for row in scored]
    events = ("initial_contact", "toe_off", "contact")
    pooled = {event: reference.pool(row.scores[event] for row in scored) for event in events}
    biases = {event: np.array([row.scores[event].bias_s for row in scored]) for event in events}
    cells = [
        "all",
        "",
        "",
        share(pooled["initial_contact"].recall),
        share(pooled["initial_contact"].precision),
    ]
    spread = ["SD of the bias between trials", "", "", "", ""]
    for event in events:
        cells += [signed_ms(pooled[event].bias_s), ms(pooled[event].sd_s)]
        spread += [ms(sd(biases[event])), ""]
    force = np.array([row.force_rmse_bw for row in scored])
    peaks = np.array([row.peak_pct for row in scored])
    cells += [number(float(np.sqrt(np.mean(force**2))), 2), number(mean(peaks), 1)]
    return Table(
        "Running, pelvis only, accelerometer only (Alcantara 2022)",
        "Errors in ms against 5 % of body weight; one man, treadmill, two axes, 20 Hz, rectified "
        "by its authors. Force: RMSE over the whole step; active peak: highest in 30-70 % of "
        "stance, median. All constants were fitted on these trials.",
        COLUMNS,
        (*lines, tuple(cells), (*spread, "", "")),
        drawing="force",
    )


def _line(name: str, row: Row) -> tuple[str, ...]:
    scores = row.scores
    cells = [
        name,
        number(row.trial.speed_mps, 2),
        f"{row.trial.slope_deg:+.0f}°",
        share(scores["initial_contact"].recall),
        share(scores["initial_contact"].precision),
    ]
    for event in ("initial_contact", "toe_off", "contact"):
        cells += [signed_ms(scores[event].bias_s), ms(scores[event].sd_s)]
    return (*cells, number(row.force_rmse_bw, 2), number(row.peak_pct, 1))
