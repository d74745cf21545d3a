"""Turn the cues that a runner stated into rules, with what is usual for her where they ask it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from imu.frames import SIDES, FloatArray
from imu.metrics.registry import METRICS
from pipelines.capture.live.follow import Rule
from pipelines.formatting import inside
from pipelines.store.stated.cues import StatedCue, read_cues

FEWEST_RUNS: Final = 3
"""Runs that count, for their median to be called usual."""


def rules_of(root: Path, athlete: str, path: Path, say: Callable[[str], None]) -> list[Rule]:
    """Return the rules that the file `path` states for an athlete.

    `say` names those that cannot be followed yet for want of past runs. Raises ValueError or
    OSError, in one sentence, for a file that is wrong.
    """
    stated = read_cues(path)
    usual = _usual(root, athlete) if any("usual" in cue.kind for cue in stated) else {}
    return [rule for cue in stated for rule in _rules(cue, usual, say)]


def _usual(root: Path, athlete: str) -> dict[str, FloatArray]:
    """Return the median (2,) over past runs that count, by metric; NaN with too few of them."""
    from pipelines import store
    from pipelines.store.many_sessions.history import history

    try:
        past = history(store.open(root), athlete)
    except OSError:
        return {}
    return {name: _median(values[past.usable]) for name, values in past.medians.items()}


def _median(values: FloatArray) -> FloatArray:
    """Return the median (2,) of runs (k, 2), NaN for a side with too few."""
    finite = np.where(np.isfinite(values), values, np.nan)
    enough = np.isfinite(values).sum(axis=0) >= FEWEST_RUNS
    middle = np.full(2, np.nan)
    if enough.any():
        middle[enough] = np.nanmedian(finite[:, enough], axis=0)
    return middle


def _rules(cue: StatedCue, usual: dict[str, FloatArray], say: Callable[[str], None]) -> list[Rule]:
    found = []
    for number, side in enumerate(SIDES):
        if cue.side not in (side, "both"):
            continue
        mine = float(usual.get(cue.metric, np.full(2, np.nan))[number])
        above, relative = cue.kind.startswith("above"), cue.kind.endswith("_usual")
        if relative and not np.isfinite(mine):
            label = inside(METRICS[cue.metric].label)
            say(f"no cue for {side} {label}: fewer than {FEWEST_RUNS} past runs say what is usual")
            continue
        line = mine + (cue.number if above else -cue.number) if relative else cue.number
        found.append(
            Rule(
                cue.metric,
                side,
                line,
                above,
                cue.hysteresis,
                cue.least_s,
                cue.bell,
                mine if relative else None,
            )
        )
    return found
