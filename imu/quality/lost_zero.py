"""Detect a pelvis pod whose zero, quiet standing, no longer holds: a belt that slipped early.

A belt that slips on moving off leaves no two halves of a run to compare. Standing again later shows
it: the pod should read what it read before. Without that, running alone does not: a runner leans
forward in running by what nobody knows beforehand (3 degrees, SD 3), so only what lies beyond all
runners counts. To the side nobody leans, on average over whole strides.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from imu.alignment.segment import Segment
from imu.dsp.gaps import stretches
from imu.frames import FORWARD, LEFT, UP, BoolArray, FloatArray, Placement

LEAST_REST_S: Final = 2.0
OTHERWISE_DEG: Final = 4.0
"""People stand again as they stood, within a degree or two."""
NOT_UPRIGHT_DEG: Final = 20.0
"""Sitting and bending tip the pelvis by more: that is no standing."""
SIDEWAYS_DEG: Final = 4.0
"""Between the mean of running and standing; a belt on an uneven road or legs unlike give 1 or 2."""
LEANS_DEG: Final = (-8.0, 15.0)
"""Forward, the same; mean of the virtual people less or more than some four SD."""
LOST: Final = "what is counted from standing is left out"
"""The end of every sentence, by which a stored session is known."""


def sentences(
    segments: Mapping[Placement, Segment], running: BoolArray, rate_hz: float
) -> list[str]:
    """Return why the zero of the pelvis does not hold, in a sentence; none where it seems to.

    `running` (n,) marks running.
    """
    pelvis = segments.get("pelvis")
    if pelvis is None or not pelvis.standing.any():
        return []
    why = _why(pelvis, running & pelvis.valid, rate_hz)
    return [f"pelvis: {why}; {LOST}"] if why else []


def _why(pelvis: Segment, running: BoolArray, rate_hz: float) -> str:
    if not running.any():
        return ""
    for start, stop in _later_rests(pelvis, int(np.argmax(running)), rate_hz)[::-1]:
        off_deg = float(np.hypot(*leans_deg(pelvis.acc_mps2[start:stop].mean(axis=0))))
        if off_deg < NOT_UPRIGHT_DEG:
            return STOOD.format(off_deg) if off_deg > OTHERWISE_DEG else ""
    forward_deg, left_deg = leans_deg(running @ pelvis.acc_mps2)
    if abs(left_deg) > SIDEWAYS_DEG:
        return SIDEWAYS.format(abs(left_deg))
    low, high = LEANS_DEG
    return "" if low <= forward_deg <= high else LEANS.format(forward_deg)


STOOD: Final = (
    "standing later, the pod sat {:.0f}° otherwise than before the run: it slipped, or you stood "
    "otherwise"
)
SIDEWAYS: Final = (
    "the pod leans {:.0f}° to one side of standing all through the run: it slipped on moving off, "
    "or you stood on one leg"
)
LEANS: Final = (
    "the pod leans {:+.0f}° forward of standing all through the run, more than people do: it "
    "slipped on moving off, or you stood otherwise"
)


def _later_rests(pelvis: Segment, first: int, rate_hz: float) -> list[tuple[int, int]]:
    """Return start and stop of each rest after the sample `first`, the first of running."""
    starts, stops = stretches(pelvis.motion.still)
    long = (stops - starts >= LEAST_REST_S * rate_hz) & (starts > first)
    return list(zip(starts[long].tolist(), stops[long].tolist(), strict=True))


def leans_deg(force: FloatArray) -> tuple[float, float]:
    """Return how far a segment leans forward and to the left, deg, by its mean force (3,)."""
    forward = np.degrees(np.arctan2(-force[FORWARD], force[UP]))
    left = np.degrees(np.arctan2(-force[LEFT], force[UP]))
    return float(forward), float(left)
