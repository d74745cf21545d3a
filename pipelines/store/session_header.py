"""What the footers of session files say of a session: whose, how recorded, what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import numpy as np

from imu.analysis import Analysis
from imu.frames import SIDES
from imu.metrics.registry import METRICS
from imu.quality.clock_agreement import ClockAgreement
from imu.session.drift import SPEED, Drift
from pipelines.store.files import SessionFiles
from pipelines.store.json_values import plain, rounded

HEADER_KEY: Final = "midstance.header"
DRIFT: Final = "drift_"
DAY: Final = "day"
OF_FILE: Final = "of the file"
"""What ``source`` says under `DAY` of a session of which nothing told the day."""


def software() -> str:
    """Return name and version of the program that writes a file."""
    try:
        return f"midstance {version('midstance')}"
    except PackageNotFoundError:
        return "midstance (not installed)"


def header(files: SessionFiles, analysis: Analysis, about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the footer says of a session.

    `about` is what the raw file knows (started_utc, duration_s, pods, source, athlete's mass and
    height); added are grade, reasons, summary, bouts, alignment, parameters and pod numbers.
    """
    pods = about.get("pods", {})
    found = analysis.quality.pods
    known: dict[str, Any] = {
        **about,
        "athlete": files.athlete,
        "session": files.session,
        "software": software(),
        "grade": analysis.quality.grade,
        "reasons": analysis.quality.reasons,
        "implausible": analysis.quality.implausible,
        "pods": {
            place: {**pods.get(place, {}), **found.get(place, {})} for place in (*pods, *found)
        },
        "bouts": analysis.bouts,
        "alignment": analysis.alignment,
        "parameters": analysis.parameters,
        "clocks": clocks(analysis.clocks),
    }
    known["summary"] = summary(analysis)
    result: dict[str, Any] = plain(known)
    return result


def clocks(found: ClockAgreement) -> dict[str, Any]:
    """Return how the clocks agree minute by minute, as the movement itself shows it.

    ``residual_s`` has for each pair, as ``pelvis to shank_left``, how much later the second pod
    stamps what both saw: of pelvis and shank the wave of the upward force against the middle of
    stance, within a quarter of a stride; of the two shanks the contact of one half-way between
    those of the other. ``late_s`` is how late each pod was judged to be, 0 where it agrees; of
    which of them that is true is not known where ``named`` is false.
    """
    residual_s = {f"{one} to {other}": s for (one, other), s in found.residual_s.items()}
    return {
        "minute_start_s": found.start_s,
        "residual_s": {pair: np.round(s, 5) for pair, s in residual_s.items()},
        "late_s": {place: np.round(s, 5) for place, s in found.late_s.items()},
        "named": found.named,
    }


def summary(analysis: Analysis) -> dict[str, Any]:
    """Return one row about the session: counts, seconds of each gait, what each side comes to.

    What it comes to (`imu.session`: variability, dose, medians) is named ``left_<name>`` and
    ``right_<name>``, what both sides have in one (speed, distance) ``<name>``. How primary metrics
    and speed change over the run, as it was run, is ``left_drift_<name>``, ``right_drift_<name>``:
    pace is taken off when runs are compared, by what is then known of this runner.
    """
    table = analysis.stances
    seconds = analysis.bouts.stop_s - analysis.bouts.start_s
    gaits = ("running", "walking", "standing")
    row: dict[str, Any] = {
        f"{gait}_s": float(seconds[analysis.bouts.gait == gait].sum()) for gait in gaits
    }
    for side in SIDES:
        row[f"{side}_stances_count"] = int((table.events.side == side).sum())
    for name, both in analysis.summary.values.items():
        for side, value in zip(SIDES, both, strict=True):
            row[f"{side}_{name}"] = _number(value)
    row |= {name: _number(value) for name, value in analysis.summary.together.items()}
    return row | _drift(analysis.summary.drift)


def _drift(of: Drift) -> dict[str, float | None]:
    changes = {n: both for n, both in zip(of.names, of.change, strict=True) if METRICS[n].primary}
    return {
        f"{side}_{DRIFT}{name}": _number(value)
        for name, both in {**changes, SPEED: of.pace_mps}.items()
        for side, value in zip(SIDES, both, strict=True)
    }


def _number(value: float) -> float | None:
    return float(rounded(np.array(value), 6)) if np.isfinite(value) else None


def started_utc(known: Mapping[str, Any]) -> str | None:
    """Return when a session began by its header, None where its day is a guess."""
    if (known.get("source") or {}).get(DAY) == OF_FILE:
        return None
    text = known.get("started_utc")
    return str(text) if text else None
