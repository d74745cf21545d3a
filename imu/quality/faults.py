"""What a known fault of a pod takes out of every comparison: one declaration, by words and needs.

A session keeps its faults as sentences. `FAULTS` says by which part of a sentence each is known,
and what a metric must need to be touched by it; the median of such a metric is left out of today's
verdict and of what is usual later. What clips, or falls into a gap, is left out stance by stance
already (`Metric.clipping`, `Metric.needs`), and a recording of grade D is left out as a whole.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from imu.frames import PLACEMENTS, SIDES, BoolArray, Placement, Side, shank_of
from imu.metrics.registry import Metric
from imu.quality.clock_agreement import DISAGREE, NOT_KNOWN_WHICH, STAMPS
from imu.quality.conventions.turned_wrongly import DOUBT
from imu.quality.event_agreement import NO_MATCH
from imu.quality.grade import UNCERTAIN
from imu.quality.lost_zero import LOST
from imu.quality.pod_slip import SLIPPED
from imu.sensors import Need

Touched = Need | Literal["one clock"]
"""What a metric needs to be touched: directions of a pod, its zero, or pelvis and shank at once."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault known by `sentence` among a session's reasons.

    It touches metrics that need `touches` on the legs `sides`. `words` say what happened after
    "the", `out` what is left out because of it.
    """

    sentence: str
    words: str
    out: str
    touches: Touched
    sides: tuple[Side, ...] = SIDES

    def moves(self, metric: Metric) -> BoolArray:
        """Return on which legs (2,) it moves the metric."""
        hit = self.touches in metric.needs
        if self.touches == "one clock":
            hit = bool(np.isfinite(metric.sync_s))
        return np.array([hit and side in self.sides for side in SIDES])


DIRECTIONS: Final = "what is read from its directions"
CLOCKS: Final = "what pelvis and shank show together"
PELVIS_EARLIER: Final = "the pelvis shows each contact"
ONE_SHANK_EARLIER: Final = "the {} shank shows its contacts"
"""Of session files from before the clocks were judged by the movement."""


def _of_pod(place: Placement) -> tuple[Fault, ...]:
    name = place.replace("_", " ")
    pod = " ".join(reversed(place.split("_"))) + " pod"
    pelvis = place == "pelvis"
    touches: Need = "pelvis gyroscope" if pelvis else "shank gyroscope"
    sides = SIDES if pelvis else tuple(side for side in SIDES if shank_of(side) == place)
    doubt = f"gyroscope of the {pod} does not fit its accelerometer"
    return (
        Fault(f"{name}: {DOUBT}", doubt, DIRECTIONS, touches, sides),
        Fault(f"{name}: {SLIPPED}", f"{pod} slipped", DIRECTIONS, touches, sides),
        Fault(
            f"{name}: {UNCERTAIN}",
            f"{pod}'s position on the body is not certain",
            DIRECTIONS,
            touches,
            sides,
        ),
    )


def _of_clock(side: Side) -> tuple[Fault, ...]:
    disagree = f"clocks of pelvis and {side} shank do not agree"
    off = f"clock of the {side} shank pod is off"
    return (
        Fault(ONE_SHANK_EARLIER.format(side), disagree, CLOCKS, "one clock", (side,)),
        Fault(DISAGREE.format(f"pelvis and {side} shank"), disagree, CLOCKS, "one clock", (side,)),
        Fault(STAMPS.format(f"{side} shank"), off, CLOCKS, "one clock", (side,)),
    )


FAULTS: Final = (
    *(fault for place in PLACEMENTS for fault in _of_pod(place)),
    Fault(
        LOST,
        "pelvis pod seems to have slipped on moving off",
        "what is counted from standing",
        "pelvis standing",
    ),
    Fault(NO_MATCH, "clocks of pelvis and shanks do not agree", CLOCKS, "one clock"),
    Fault(PELVIS_EARLIER, "clocks of pelvis and shanks do not agree", CLOCKS, "one clock"),
    Fault(STAMPS.format("pelvis"), "clock of the pelvis pod is off", CLOCKS, "one clock"),
    Fault(NOT_KNOWN_WHICH, "clocks of pelvis and shanks do not agree", CLOCKS, "one clock"),
    *(fault for side in SIDES for fault in _of_clock(side)),
)


def faults_in(reasons: str) -> tuple[Fault, ...]:
    """Return the faults of a session from its reasons in words."""
    return tuple(fault for fault in FAULTS if fault.sentence in reasons)


def moved_by(metric: Metric, faults: Collection[Fault]) -> BoolArray:
    """Return on which legs (2,) any of these faults moves the metric.

    The size of an acceleration does not turn with its pod, and of one along a direction a slip of 8
    degrees takes one per cent: what needs no gyroscope stays.
    """
    moved = [np.zeros(2, dtype=bool), *(fault.moves(metric) for fault in faults)]
    return np.asarray(np.any(moved, axis=0))
