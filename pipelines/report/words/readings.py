"""How the readings of mid-stance are said of a leg."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

REVERSAL: Final = "pelvic_rotation_reversal_pct"


@dataclass(frozen=True, slots=True)
class Words:
    """How a reading is said of a leg: above zero, below it, or not to be told from it.

    `means` explains the number itself; `ways` is which way it goes above zero and below it.
    """

    above: str
    below: str
    neither: str
    means: str
    ways: tuple[str, str] = ("", "")


WORDS: Final[Mapping[str, Words]] = {
    "pelvic_rotation_over_leg_deg": Words(
        "the pelvis is turned {size} over the leg",
        "the pelvis is turned {size} away from the leg",
        "the pelvis is square, as near as can be told",
        "Turned over the leg (+): the other side of the pelvis is in front, turned in over the "
        "thigh you stand on. Counted from its average over the stride.",
        ("over the leg", "away from it"),
    ),
    "pelvic_obliquity_over_leg_deg": Words(
        "its side in the air is {size} lower than on average",
        "its side in the air is {size} higher than on average",
        "its side in the air is as high as on average, as near as can be told",
        "How far the side of the leg in the air hangs down (+). Counted from its average over the "
        "stride.",
        ("lower", "higher"),
    ),
    "shank_lean_deg": Words(
        "the shin leans out by {size}",
        "the shin leans in by {size}",
        "the shin is upright, as near as can be told",
        "Leaning out (+): the knee is further out than the ankle, so the foot is closer to the "
        "line under your middle, by about 1 cm a degree. Counted from standing still.",
        ("out", "in"),
    ),
    REVERSAL: Words(
        "",
        "",
        "",
        "When the pelvis stops turning over the leg and turns back, to drive. Before 0 %: before "
        "the foot lands. It comes from one wave over the whole stride, so it is the same for both "
        "legs.",
    ),
    "pelvic_tilt_after_midstance_deg": Words(
        "the pelvis tips forward by {size}",
        "the pelvis tips back by {size}",
        "the pelvis keeps its tilt, as near as can be told",
        "How far the front of the pelvis goes down (+) from mid-stance to 90 % of stance.",
        ("forward", "back"),
    ),
    "pelvic_rotation_after_midstance_deg": Words(
        "it turns back off the leg by {size}",
        "it turns on over the leg by {size}",
        "it does not turn, as near as can be told",
        "How far the pelvis turns back (+) from mid-stance to 90 % of stance.",
        ("off the leg", "on over it"),
    ),
    "shank_internal_rotation_deg": Words(
        "over the whole stance the shin turns in by {size}",
        "over the whole stance the shin turns out by {size}",
        "the shin does not turn, as near as can be told",
        "How far the shin turns in (+) from 20 ms after contact to its most, up to 60 % of stance.",
        ("in", "out"),
    ),
}
