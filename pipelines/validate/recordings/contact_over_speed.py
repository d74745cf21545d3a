"""Whether contact time from the pelvis alone follows speed on a real runner (Alcantara 2022)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imu.frames import FloatArray
from pipelines.validate.matching import mean
from pipelines.validate.recordings.sacrum import LEVEL_DEG, Row
from pipelines.validate.results import Figure, Part, Table, ms, number, signed_ms
from pipelines.validate.virtual_runs.contact_slope import SLOPE, slope


def part(rows: Sequence[Row]) -> Part:
    """Return the slope of found over true contact time over the speeds, and a table of trials."""
    if not rows:
        return Part()
    level = [row for row in rows if abs(row.trial.slope_deg) < LEVEL_DEG]
    low, high = SLOPE
    return Part(
        figures=(
            Figure(
                "Alcantara, pelvis only",
                "contact time over the speeds on the level, slope",
                slope(*lengths_s(level)),
                low=low,
                high=high,
                decimals=2,
            ),
        ),
        tables=(_table(rows, level),),
    )


def lengths_s(rows: Sequence[Row]) -> tuple[FloatArray, FloatArray]:
    """Return mean found and true contact time (k,) of each trial, of the stances matched."""
    contacts = [row.scores["contact"] for row in rows]
    true_s = [
        mean(row.trial.contact_s[one.pairs[:, 0]]) for row, one in zip(rows, contacts, strict=True)
    ]
    off_s = [mean(one.error_s) for one in contacts]
    return np.array(true_s) + off_s, np.array(true_s)


def _table(rows: Sequence[Row], level: Sequence[Row]) -> Table:
    of_level, of_all = (number(slope(*lengths_s(some)), 2) for some in (level, rows))
    ordered = sorted(rows, key=lambda row: (row.trial.speed_mps, row.trial.slope_deg))
    lines = [
        (
            f"{row.trial.speed_mps:.2f} m/s",
            f"{row.trial.slope_deg:+.0f}°",
            ms(true_s),
            signed_ms(found_s - true_s),
        )
        for row in ordered
        for found_s, true_s in zip(*lengths_s([row]), strict=True)
    ]
    return Table(
        "Contact time from the pelvis alone over speed (Alcantara 2022)",
        f"One man, mean contact time of each trial in ms. Slope of estimate over truth: {of_level} "
        f"over the {len(level)} trials on the level, {of_all} over all {len(rows)}.",
        ("", "slope", "true", "bias"),
        tuple(lines),
    )
