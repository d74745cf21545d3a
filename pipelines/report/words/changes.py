"""How a change is said: what moved which way, how sure it is, and what is not known of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from imu.baseline.comparisons import Level
from imu.metrics.evidence import Matters

SAID: Final[Mapping[str, tuple[str, str, str]]] = {
    "pelvic_rotation_over_leg_deg": (
        "the pelvis",
        "turns more over the leg",
        "turns less over the leg",
    ),
    "pelvic_tilt_midstance_deg": (
        "the pelvis",
        "is tipped further forward at mid-stance",
        "is tipped less far forward at mid-stance",
    ),
    "pelvic_tilt_after_midstance_deg": (
        "the pelvis",
        "tips forward more after mid-stance",
        "tips forward less after mid-stance",
    ),
    "pelvic_drop_deg": ("the pelvis", "drops more", "drops less"),
    "pelvic_drop_rate_radps": ("the pelvis", "drops faster", "drops slower"),
    "shank_internal_rotation_deg": ("the shin", "turns in more", "turns in less"),
    "shank_internal_rotation_rate_radps": ("the shin", "turns in faster", "turns in slower"),
    "shank_lean_deg": ("the shin", "leans out more", "leans out less"),
    "peak_tibial_resultant_mps2": ("the shin", "is hit harder", "is hit less hard"),
}
"""Primary metric -> who does it, and what it is called when it is more and when it is less."""
REPEAT: Final = "Repeat the run to see whether it lasts."

OVER_RUN: Final = (
    "Over the run, its last third against its first: {changes} ({sizes}). Seen once: beyond how "
    "your runs about as long drift."
)
OVER_WEEKS: Final = (
    "Over the last weeks: {changes}; {when}. That is more than chance: of 20 unchanged runners "
    "at most one is told such a thing. midstance trend {athlete} shows how much."
)
CHANGED_OVER: Final = {
    (True, False): "it changed on the way",
    (False, True): "you have changed over the last weeks",
    (True, True): "it changed on the way, and you have changed over the last weeks",
}
"""Whether over the run, whether over weeks -> how the first sentence says so."""
OTHER_CAUSES: Final = (
    "Hills, surface, shoes and the position of a pod change each of these numbers, too."
)
NOT_KNOWN: Final[dict[Matters, str]] = {
    "prospective studies agree": "why it changed, and what it means for you alone.",
    "mixed": "what it means for you. Studies of groups of runners disagree.",
    "prospective studies found none": (
        "what it means. Studies that followed runners found no difference by it."
    ),
    "cross-sectional only": (
        "what it means. That it matters is a hypothesis: runners were compared by it, but nobody "
        "was followed."
    ),
    "no study known": (
        "what it means. That it matters is a hypothesis: no study of runners by it is known."
    ),
}
HOW_SURE: Final[dict[Level, str]] = {
    "seen once": "Seen once: the same in the next run would make it firm.",
    "firm": "Firm: seen in two runs in a row, or so far out that one run is enough.",
}
A_PATTERN: Final = (
    "The pattern that this program was made to look for is a leg over which the pelvis turns less, "
    "tips forward more after mid-stance and drops more, and whose shin turns in more. Your {leg} "
    "leg moved that way. That this is a way around loading the leg is a hypothesis; what it means "
    "for you is not known."
)

ALONE: Final = (
    "Both legs are hit alike and nothing else changed. Other shoes or another ground do that, too; "
    "of today the {unstated} {were} not stated, so which it is cannot be told."
)
NEXT: Final[Mapping[str, str]] = {
    "no running": "Check where the pods sat, and record a run.",
    "poor recording": "Look at what the grade says of the pods, mend that, and record another run.",
    "building": "Record {runs} at an easy pace; the last of them can be compared with what is "
    "usual.",
    "building last": "Record 1 more run at an easy pace; it can be compared with what is usual.",
    "excluded": "This run is excluded; midstance include lets it count.",
    "other conditions": "Nothing to do. A run at a pace and on hills you know can be compared.",
    "impact alone": "If the {unstated} {were} new today, state it: midstance note. It is then "
    "allowed for.",
    "seen once": "Run as usual once more with the pods on: what is real shows again.",
    "firm": "Ask what is new (shoes, ground, training, a niggle) and note it with the run: "
    "midstance note. What it comes to over weeks, midstance trend tells.",
    "over run": "See whether your next run about as long does the same.",
    "over weeks": "Note what began about then (training, shoes, ground, a niggle): midstance note. "
    "If it is to be your new usual: midstance reference.",
    "slipped": "Fasten the pod that slipped more tightly before the next run.",
    "nothing": "Nothing to do: run on as you do.",
}
"""Case -> what a runner can do about it."""
