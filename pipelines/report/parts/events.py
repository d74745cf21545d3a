"""Put what happens over a stance in its order, each leg, today and usually."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from imu.baseline.comparisons import JUDGED, Comparison
from imu.baseline.like_for_like import MODEL
from imu.frames import SIDES, FloatArray
from imu.segmentation.stances import MIDSTANCE_SHARE
from imu.units import Unit, unit_of
from pipelines.formatting import quantity, span
from pipelines.report.charts.over_stance import past_curves
from pipelines.report.compared import Compared
from pipelines.report.words.events import CONTACT, MIDSTANCE, PEAKS, TOE_OFF, TURNS_BACK
from pipelines.report.words.readings import REVERSAL

PERCENT: Final[Unit] = replace(unit_of("event_pct"), decimals=0)
EARLY: Final = {"shank_rotation_deg": 0.6, "pelvis_drop_deg": 0.6}
"""Curve -> the share of stance up to which its peak is looked for, as the metrics of it do."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `at_pct` left and right for the drawing, `cells` the same as text.

    One cell stands for both legs.
    """

    words: str
    at_pct: tuple[float, ...]
    cells: tuple[str, ...]


def events(of: Compared) -> list[Event]:
    """Return the events of today's stances, earliest first; none where only the ends are known."""
    found = [*_turns_back(of), *_peaks(of)]
    if not found:
        return []
    fixed = ((CONTACT, 0.0), (MIDSTANCE, 100 * MIDSTANCE_SHARE), (TOE_OFF, 100.0))
    known = [Event(words, (at,), (quantity(at, PERCENT),)) for words, at in fixed]
    return sorted([*known, *found], key=lambda event: float(np.mean(event.at_pct)))


def _turns_back(of: Compared) -> list[Event]:
    """Return when the pelvis turns back, one number for both legs, if it is known."""
    both = [of.usual[REVERSAL, side] for side in SIDES if (REVERSAL, side) in of.usual]
    at = float(np.mean([c.today for c in both])) if both else np.nan
    if not np.isfinite(at):
        return []
    return [Event(TURNS_BACK, (at,), (_with_usual(at, *_range_of(both)),))]


def _range_of(both: list[Comparison]) -> tuple[float, float]:
    judged = all(c.state in JUDGED for c in both)
    ends = np.mean([(c.low, c.high) for c in both], axis=0)
    return (float(ends[0]), float(ends[1])) if judged else (np.nan, np.nan)


def _peaks(of: Compared) -> list[Event]:
    """Return when the mean curves are highest, of each leg."""
    curves = of.data.curves
    if curves is None:
        return []
    out = []
    for name, words in PEAKS.items():
        today = _at_most(name, curves.mean[name]) if name in curves.mean else np.full(2, np.nan)
        if np.isfinite(today).all():
            past = past_curves(of.data, name)
            ends = _ends(_at_most(name, past)) if len(past) >= MODEL.least else _no_ends()
            cells = [_with_usual(float(today[i]), *ends[:, i]) for i in range(len(SIDES))]
            out.append(Event(words, tuple(map(float, today)), tuple(cells)))
    return out


def _at_most(name: str, curves: FloatArray) -> FloatArray:
    """Return where curves (..., n) are highest, in percent; NaN at an end: that is no peak."""
    last = round((curves.shape[-1] - 1) * EARLY.get(name, 1.0))
    upto = np.nan_to_num(curves[..., : last + 1], nan=-np.inf)
    at = np.argmax(upto, axis=-1)
    return np.where((at == 0) | (at == last), np.nan, 100.0 * at / (curves.shape[-1] - 1))


def _ends(past: FloatArray) -> FloatArray:
    """Return earliest and latest (2, 2) of the past runs; NaN where one has no peak."""
    return np.array([past.min(axis=0), past.max(axis=0)])


def _no_ends() -> FloatArray:
    return np.full((2, len(SIDES)), np.nan)


def _with_usual(at: float, low: float, high: float) -> str:
    usual = f" ({span(low, high, PERCENT)})" if np.isfinite([low, high]).all() else ""
    return f"{quantity(at, PERCENT)}{usual}"
