"""Say the stated conditions of a run in one line."""

from __future__ import annotations

from pipelines.formatting import MINUS, NARROW
from pipelines.store.stated.context import RunContext


def conditions(known: RunContext) -> str:
    """Return what was stated of a run, e.g. ``road, blue pair, 3.1 m/s``; "" for nothing."""
    belt = "treadmill" if known.treadmill and known.surface != "treadmill" else ""
    pain = ", ".join(f"{site.replace('_', ' ')} {level:g}" for site, level in known.pain.items())
    said = [
        known.surface,
        belt,
        known.shoes,
        _measure(known.speed_mps, "m/s"),
        _grade(known.grade_pct),
        known.plan_phase,
        f"pain (0 to 10): {pain}" if pain else "",
        ", ".join(known.tags),
        _measure(known.watch_speed_mps, "m/s by the watch"),
        _measure(known.watch_heart_rate_bpm, "beats/min"),
    ]
    return ", ".join(words for words in said if words)


def _measure(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:.3g}{NARROW}{unit}"


def _grade(grade_pct: float | None) -> str:
    if grade_pct is None:
        return ""
    sign = MINUS if grade_pct < 0 else "+" if grade_pct > 0 else ""
    return f"slope {sign}{abs(grade_pct):g}{NARROW}%"
