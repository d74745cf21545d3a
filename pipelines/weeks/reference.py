"""The reference in words: the runs that say what is usual, by rule or as the runner chose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from imu.baseline.like_for_like import MODEL
from imu.frames import BoolArray
from pipelines.formatting import plural
from pipelines.store.many_sessions.reference import chosen_reference
from pipelines.weeks.runs import Runs

BY_RULE: Final = MODEL.reference


@dataclass(frozen=True)
class Reference:
    """The runs (k,) that say what is usual, `chosen` or by rule, in words."""

    runs: BoolArray
    chosen: bool
    words: str


def reference_of(root: Path, runs: Runs) -> Reference:
    """Return the reference of an athlete: the runs she chose, else the first that count."""
    return reference_among(runs, chosen_reference(root, runs.athlete, runs.history))


def reference_among(runs: Runs, own: BoolArray | None) -> Reference:
    """Return the reference among runs that were read; `own` (k,) are those she chose, if any."""
    if own is not None:
        words = f"{plural(int(own.sum()), 'run')}, {runs.days(own)}, as chosen"
        return Reference(own, chosen=True, words=words)
    first = runs.count & (np.cumsum(runs.count) <= BY_RULE)
    number = int(first.sum())
    of = "the one run that counts" if number == 1 else f"the first {number} runs that count"
    words = f"{of}, {runs.days(first)} (by rule the first {BY_RULE})"
    return Reference(first, chosen=False, words=words)
