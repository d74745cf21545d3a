"""Judge how a pod is worn (`how_worn`): what is wrong with it, and what is seen of it, in words."""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from imu.frames import Placement
from imu.quality.how_worn import HowWorn

LEAST_STOOD_S: Final = 3.0
TURNED_DEG: Final = 8.0
"""Nobody stands twice quite alike; a slip that matters is larger."""
RINGING: Final[Mapping[str, float]] = {"pelvis": 0.34, "shank": 0.4}
"""A pod that still shakes so much after a landing hangs loose. On 40 virtual runners firm pods gave
0.09 at most on the pelvis and 0.39 on a shank, loose ones (10 Hz, hardly damped) 0.35 and 0.40 at
least; slacker ones (8 Hz) are missed in some. On 40 drawn harder, whose landings may have no shock,
one firm pelvis pod in twenty gave more. What real straps do is not known to us."""
CLIPPED_PCT: Final = 1.0


def faults(place: Placement, worn: HowWorn) -> list[str]:
    """Return a sentence for each thing that is wrong with the pod meant for `place`; [] if none.

    What the movement did not show is no fault, except that standing or movement is missing.
    """
    strap = list(_of_strap(worn))
    turned = worn.turned_deg > TURNED_DEG  # and so it no longer tells its leg
    seat = [] if turned and worn.part == _meant(place) else list(_of_seat(place, worn))
    return [*seat, *strap, *_of_movement(worn)]


def _meant(place: Placement) -> str:
    return "pelvis" if place == "pelvis" else "shank"


def _of_seat(place: Placement, worn: HowWorn) -> Iterator[str]:
    side = place.removeprefix("shank_")
    turns = f"it turns by {worn.turn_deg:.0f}° in a second"
    if worn.part == "thigh":
        yield f"{turns}, as on a thigh: move it to the {_between(place)}"
    elif worn.part and worn.part != _meant(place):
        where = f"the {worn.side} {worn.part}".replace("  ", " ")
        yield f"{turns}, as on {where}: move it to the {_between(place)}, or assign it there"
    elif worn.side and worn.side != side:
        yield f"it sits on the {worn.side} leg: move it to the {side} leg, or assign it there"


def _between(place: Placement) -> str:
    if place == "pelvis":
        return "pelvis"
    return f"{place.removeprefix('shank_')} shank, between knee and ankle"


def _of_strap(worn: HowWorn) -> Iterator[str]:
    if worn.turned_deg > TURNED_DEG:
        yield f"it has turned by {worn.turned_deg:.0f}° meanwhile: tighten the strap"
    elif worn.ringing > RINGING.get(worn.part, np.inf):
        yield "it goes on shaking after each landing: tighten the strap"


def _of_movement(worn: HowWorn) -> Iterator[str]:
    if worn.stood_s < LEAST_STOOD_S:
        yield (
            f"quiet standing of {worn.stood_s:.1f} s before you moved, too short for a zero: "
            f"stand still for {LEAST_STOOD_S:.0f} s and more"
        )
    if worn.clipped_pct > CLIPPED_PCT:
        yield f"{worn.clipped_pct:.0f} % of the samples at full scale: set a larger range"
    if not worn.part:
        yield "it has hardly moved, or has no gyroscope, so where it sits is not known"


def seen(worn: HowWorn) -> list[str]:
    """Return what was seen of a pod, in words: leg, height, strap, standing, bow."""
    words = []
    if worn.part == "shank":
        leg = f"on the {worn.side} leg" if worn.side else "on which leg was not seen"
        known = np.isfinite(worn.height_m)
        words += [leg, *([f"about {100 * worn.height_m:.0f} cm above the ankle"] if known else [])]
    elif worn.part:
        words.append(f"on the {worn.part}")
    if np.isfinite(worn.ringing) and not list(_of_strap(worn)):
        words.append("firm")
    words.append(f"stood {worn.stood_s:.0f} s")
    if worn.no_bow:
        words.append("no bow seen")
    return words
