"""The worst of several named values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def worst(named: Sequence[tuple[str, float]], *, low: bool = False) -> tuple[str, float]:
    """Return name and value of the highest, or lowest, value that is known."""
    known = [one for one in named if np.isfinite(one[1])]
    if not known:
        return "none", np.nan
    return (min if low else max)(known, key=lambda one: one[1])


def furthest(named: Sequence[tuple[str, float]]) -> tuple[str, float]:
    """Return name and value of what is furthest from zero, of what is known; keeps the sign."""
    name, _ = worst([(name, abs(value)) for name, value in named])
    return name, dict(named).get(name, np.nan)
