"""Scale a runner's speed by a run of known distance or speed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.wearer import SPEED_SCALE
from pipelines.store.files import SessionFiles, files_of
from pipelines.store.stated.athlete import keep_speed_scale
from pipelines.store.stated.context_file import require_stances
from pipelines.store.tables.stance_file import read_stances

if TYPE_CHECKING:
    import pandas as pd

FEWEST_STRIDES: Final = 50
LEAST_KNOWN_PCT: Final = 80.0
SPEEDS_MPS: Final = (0.5, 11.0)


@dataclass(frozen=True)
class Calibration:
    """What one run of known distance or speed showed, and where it is kept.

    `speed_scale` is `true_mps` over the speed that is measured without any scale; `measured_mps`
    is the mean speed as the session has it.
    """

    athlete: str
    session: str
    running_s: float
    measured_mps: float
    true_mps: float
    speed_scale: float
    path: Path


def calibrate(
    session: Path, *, distance_m: float | None = None, speed_mps: float | None = None
) -> Calibration:
    """Store the scale that makes a session as far, or as fast, as it was.

    The distance is that of all running in the session, and of nothing else.
    """
    files = files_of(session)
    require_stances(files)
    stored = read_stances(files.stances)
    running_s = float(stored.header["summary"]["running_s"])
    measured_mps = _measured_mps(files, stored.frame, stored.header["summary"])
    true_mps = _true_mps(distance_m, speed_mps, running_s)
    scale = _scale_before(stored.header) * true_mps / measured_mps
    low, high = SPEED_SCALE
    if not low <= scale <= high:
        raise ValueError(
            f"{true_mps:.2f} m/s would be {scale:.2f} times what the pods of {files.session} "
            f"measure, and pods err by less ({low:g} to {high:g}); check the number, and that all "
            "running of the session belongs to it. Nothing was changed"
        )
    path = keep_speed_scale(files.root, files.athlete, scale, files.session)
    return Calibration(
        files.athlete, files.session, running_s, measured_mps, true_mps, round(scale, 4), path
    )


def _true_mps(distance_m: float | None, speed_mps: float | None, running_s: float) -> float:
    if (distance_m is None) == (speed_mps is None):
        raise ValueError("give the distance of the run or its speed: one of the two")
    true = distance_m / running_s if distance_m is not None else speed_mps
    low, high = SPEEDS_MPS
    if true is None or not isfinite(true) or not low <= true <= high:
        raise ValueError(
            f"{true:.3g} m/s over {running_s:.0f} s of running cannot be meant; give metres or "
            f"metres per second that make {low:g} to {high:g} m/s"
        )
    return true


def _measured_mps(files: SessionFiles, frame: pd.DataFrame, summary: Mapping[str, Any]) -> float:
    """Return the mean speed of the session over time; ValueError where too few strides have one."""
    if "speed_mps" not in frame.columns:
        raise ValueError(
            f"{files.session} was processed before there was a speed; run midstance process "
            f"{files.raw}"
        )
    speed, time_s = (frame[name].to_numpy(dtype=float) for name in ("speed_mps", "stride_time_s"))
    known = np.isfinite(speed) & np.isfinite(time_s)
    if not known.any():
        raise ValueError(
            f"{files.session} has no speed, which takes a shank pod with a gyroscope; calibrate "
            "with another run"
        )
    known_pct = summary.get("speed_known_pct") or 0.0
    if known.sum() < FEWEST_STRIDES or known_pct < LEAST_KNOWN_PCT:
        raise ValueError(
            f"{files.session} knows the speed of {known.sum()} strides, {known_pct:.0f} % of them; "
            f"calibrate with a run of {FEWEST_STRIDES} or more, {LEAST_KNOWN_PCT:.0f} % known"
        )
    return float(np.sum(speed[known] * time_s[known]) / np.sum(time_s[known]))


def _scale_before(header: Mapping[str, Any]) -> float:
    """Return the scale that the speeds of a session have in them."""
    return float(header["parameters"].get("wearer", {}).get("speed_scale", 1.0))
