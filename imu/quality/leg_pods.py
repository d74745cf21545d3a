"""Say of each shank pod which strides were not counted and why, and where it seems to sit.

And whose landings are those that the other leg told.
"""

from collections.abc import Mapping
from typing import Final

from imu.frames import Placement
from imu.segmentation.running_stances.of_one_shank import LegSearch

WHY: Final[Mapping[str, str]] = {
    "timing": "contact or swing last too long or too short for running",
    "no_flight": "the pelvis shows no flight",
    "walks": "the shank moves as in walking",
    "hardly_shaken": "the shank is hardly shaken",
    "not_landed": "the foot does not come down on it",
}
"""Reason code -> words, in the order in which strides are refused."""
FEWEST: Final = 20
MANY: Final = 0.5
THIGH_DEG: Final = 62.0
"""A thigh turns by 35 to 50 degrees in a running stride, a shank by 67 and more (1.6 m/s)."""

BY_OTHER_LEG: Final = (
    "which shock is its landing was told from the other leg, which lands half a stride later: "
    "check that the clocks of both pods agree"
)


def sentences(searched: Mapping[Placement, LegSearch]) -> list[str]:
    """Return a sentence for each pod whose strides were mostly refused, or that sits elsewhere."""
    return [
        f"{place.replace('_', ' ')}: {words}"
        for place, search in searched.items()
        for words in (_refused(search), _thigh(search), BY_OTHER_LEG if search.by_other_leg else "")
        if words
    ]


def _refused(search: LegSearch) -> str:
    refused = search.like_running - search.counted
    if search.like_running < FEWEST or refused < MANY * search.like_running:
        return ""
    parts = [f"{search.refused[code]} because {words}" for code, words in WHY.items()]
    parts = [part for part in parts if not part.startswith("0 ")]
    return (
        f"{search.like_running} strides move like running, and {refused} of them are not counted, "
        + ", ".join(parts)
    )


def _thigh(search: LegSearch) -> str:
    turn_deg = search.seat.turn_deg
    if search.like_running < FEWEST or not turn_deg < THIGH_DEG:
        return ""
    return (
        f"turns by only {turn_deg:.0f}° in a stride, as a thigh does: "
        "check that the pod sits between knee and ankle"
    )
