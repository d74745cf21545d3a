"""The run in a few numbers, both legs together."""

from __future__ import annotations

import numpy as np

from imu.frames import SIDES
from pipelines.formatting import NARROW, number, quantity
from pipelines.report.compared import Compared
from pipelines.report.parts.dose import dose
from pipelines.report.words.run import DISTANCE, DOSE, LEGS, MEASURES

Fact = tuple[str, str, str]


def in_short(of: Compared) -> list[Fact]:
    """Return name, value and what is usual at today's pace of what is known of today's run."""
    said = [_distance(of), *(_measure(of, name, words) for name, words in MEASURES.items())]
    return [fact for fact in (*said, _dose(of)) if fact is not None]


def _distance(of: Compared) -> Fact | None:
    way_m = float(of.data.history.conditions.speed_mps[-1]) * of.data.running_s
    return (DISTANCE, f"{way_m / 1000:.1f}{NARROW}km", "") if np.isfinite(way_m) else None


def _measure(of: Compared, name: str, words: str) -> Fact | None:
    if name not in of.data.metrics:
        return None
    unit = of.data.metrics[name].unit
    today = float(np.mean(of.data.history.medians[name][-1]))
    usual = float(np.mean([of.usual[name, side].usual for side in SIDES]))
    before = number(usual, unit) if np.isfinite(usual) else ""
    return (words, quantity(today, unit), before) if np.isfinite(today) else None


def _dose(of: Compared) -> Fact | None:
    known = dose(of.data)
    if known is None:
        return None
    left, right = known.per_km
    return DOSE, LEGS.format(left=left, right=right), ""
