"""Name the stated conditions of a run, each with what it is."""

from __future__ import annotations

from pipelines.formatting import MINUS, NARROW
from pipelines.store.stated.context import RunContext


def conditions(known: RunContext) -> list[tuple[str, str]]:
    """Return what was stated of a run by name, e.g. ``Shoes``: ``blue pair``."""
    pain = ", ".join(f"{site.replace('_', ' ')} {level:g}" for site, level in known.pain.items())
    watch = [
        _measure(known.watch_speed_mps, "m/s"),
        _measure(known.watch_heart_rate_bpm, "beats/min"),
    ]
    said = [
        ("Shoes", known.shoes),
        ("Surface", known.surface or ("treadmill" if known.treadmill else "")),
        ("Stated pace", _measure(known.speed_mps, "m/s")),
        ("Slope", _grade(known.grade_pct)),
        ("Plan", known.plan_phase),
        ("Pain (0 to 10)", pain),
        ("Tags", ", ".join(known.tags)),
        ("Watch", ", ".join(filter(None, watch))),
    ]
    if known.treadmill and known.surface not in ("", "treadmill"):
        said.append(("Treadmill", "yes"))
    return [(name, words) for name, words in said if words]


def _measure(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:.3g}{NARROW}{unit}"


def _grade(grade_pct: float | None) -> str:
    if grade_pct is None:
        return ""
    sign = MINUS if grade_pct < 0 else "+" if grade_pct > 0 else ""
    return f"{sign}{abs(grade_pct):g}{NARROW}%"
