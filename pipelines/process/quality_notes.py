"""Add packet-loss and alignment notes to the quality reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imu.quality.event_agreement import SURE_PCT
from imu.quality.grade import GRADES
from pipelines.process.stored_doubts import stored_doubts
from pipelines.sources.doubts import letters_off

if TYPE_CHECKING:
    from imu.analysis import Analysis

LEAST_SAMPLES: Final = 2
LOST_PCT: Final = 2.0


def with_remarks(analysis: Analysis, known: Mapping[str, Any]) -> Analysis:
    """Add to the reasons what the header `known` of the raw file holds, and unused movements.

    What the import doubted takes letters off the grade (`letters_off`).
    """
    found: Mapping[Any, Mapping[str, float]] = analysis.quality.pods
    notes = [
        f"{place.replace('_', ' ')}: {note}"
        for place, pod in known["pods"].items()
        for note in _of_pod(pod, found.get(place, {}))
    ]
    unused = [
        f"{place.replace('_', ' ')}: {sits.unused_movement}"
        for place, sits in analysis.alignment.items()
        if sits.unused_movement
    ]
    sides = _of_sides(analysis)
    notes += _exchanged(known.get("recorded_as", {}))
    reasons = (*analysis.quality.reasons, *known["notes"], *notes, *unused, *sides)
    worse = GRADES.index(analysis.quality.grade) + letters_off(stored_doubts(known))
    grade = GRADES[min(worse, len(GRADES) - 1)]
    return replace(analysis, quality=replace(analysis.quality, reasons=reasons, grade=grade))


def _exchanged(recorded_as: Mapping[str, str]) -> Iterator[str]:
    """Say which pods were given another placement after the recording."""
    for place, before in recorded_as.items():
        words = [one.replace("_", " ") for one in (place, before)]
        yield f"{words[0]}: recorded as {words[1]}, exchanged afterwards (midstance swap)"


def _of_sides(analysis: Analysis) -> list[str]:
    """Say how sure the sides are where only the pelvis determines them, unless the grade has."""
    pct = analysis.stances.events.side_agreement_pct
    pct = pct[np.isfinite(pct)]
    if not len(pct) or np.median(pct) < SURE_PCT:
        return []
    return [f"left and right come from the pelvis alone; {np.median(pct):.0f} % of steps agree"]


def _of_pod(pod: Mapping[str, Any], numbers: Mapping[str, float]) -> Iterator[str]:
    kept, lost = pod["samples_count"], pod["lost_count"]
    if kept < LEAST_SAMPLES:
        yield "nothing was received"
        return
    lost_pct = 100 * lost / (kept + lost)
    # On the grid a single lost sample of a slow pod lies within the longest step and is no gap.
    if lost_pct > LOST_PCT and numbers.get("coverage_pct", 0.0) > 100 - LOST_PCT:
        yield f"{lost_pct:.0f} % of the samples were lost, in short gaps"
    yield from pod["notes"]
