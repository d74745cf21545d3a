"""Compare independent estimates of contacts and sides; a sentence for each disagreement."""

import numpy as np
import numpy.typing as npt

from imu.frames import SIDES, BoolArray, FloatArray
from imu.segmentation.stances import Stances

LARGEST_DIFFERENCE_S = 0.025
OFTEN = 0.05
"""Share of the stances that may disagree."""
CLOCKS_S = 0.04
"""The estimate of the pelvis moves by up to 20 ms with speed, slope and runner."""
ENOUGH = 20
MATCHED = 0.25
PELVIS_OFF = "the pelvis shows each contact"
ONE_SHANK = "the {} shank shows its contacts"
NO_MATCH = "the pelvis shows no contacts near those of the shanks: check that their clocks agree"
"""Contacts more than 0.1 s apart are those of no common step."""
SURE_PCT = 90.0


SIMULTANEOUS_S = 0.15
SAME_LEG_S = 0.45
"""Shorter than any step and any stride in running."""
MOSTLY = 0.25


def reasons(events: Stances) -> list[str]:
    """Return a sentence for each disagreement about the events of a session."""
    share = out_of_turn(events)
    turns = [TURNS.format(100 * share)] if OFTEN < share <= MOSTLY else []
    return [*turns, *_two_estimates(events), *_pelvis(events), *_sides(events)]


TURNS = (
    "left and right do not alternate in {:.0f} % of the steps: "
    "check that each shank pod sat on its own leg, and that their clocks agree"
)


def out_of_turn(events: Stances) -> float:
    """Return the share of steps, 0 to 1, in which both feet land at once or one twice in a row."""
    within = np.diff(events.bout) == 0
    step_s = np.diff(events.initial_contact_s)[within]
    same = (events.side[1:] == events.side[:-1])[within]
    wrong = int(np.count_nonzero((step_s < SIMULTANEOUS_S) | (same & (step_s < SAME_LEG_S))))
    return min(wrong / max(len(step_s) - wrong, 1), 1.0)  # two simultaneous landings are one step


def _two_estimates(events: Stances) -> list[str]:
    difference_s = events.agreement_s[np.isfinite(events.agreement_s)]
    if not len(difference_s):
        return []
    off = float(np.mean(np.abs(difference_s - np.median(difference_s)) > LARGEST_DIFFERENCE_S))
    if off <= OFTEN:
        return []
    return [
        f"two independent estimates of initial contact disagree in {100 * off:.0f} % of the stances"
    ]


def _pelvis(events: Stances) -> list[str]:
    later_s, known = events.pelvis_agreement_s, np.isfinite(events.pelvis_agreement_s)
    both = np.isfinite(events.midstance_s) & np.isnan(events.side_agreement_pct)
    if both.sum() >= ENOUGH and known[both].mean() < MATCHED:
        return [NO_MATCH]
    if not known.any():
        return []
    if one := _one_shank(later_s, known, events.side):
        return one
    if abs(usual_s := float(np.median(later_s[known]))) <= CLOCKS_S:
        return []
    when = "later" if usual_s > 0 else "earlier"
    apart = f"{1000 * abs(usual_s):.0f} ms {when} than the shank"
    return [f"{PELVIS_OFF} {apart}: check that their clocks agree"]


def _one_shank(later_s: FloatArray, known: BoolArray, side: npt.NDArray[np.str_]) -> list[str]:
    """Return a sentence where the pelvis agrees with the two shanks differently."""
    own = [later_s[known & (side == one)] for one in SIDES]
    if min(map(len, own)) < ENOUGH:
        return []
    left_s, right_s = (float(np.median(part)) for part in own)
    if abs(left_s - right_s) <= CLOCKS_S:
        return []
    which = "left" if abs(left_s) > abs(right_s) else "right"
    return [
        f"{ONE_SHANK.format(which)} {1000 * abs(left_s - right_s):.0f} ms further from "
        "those of the pelvis than the other: check that their clocks agree"
    ]


def _sides(events: Stances) -> list[str]:
    known = events.side_agreement_pct[np.isfinite(events.side_agreement_pct)]
    if not len(known) or np.median(known) >= SURE_PCT:
        return []
    share = f"only {np.median(known):.0f} % of the steps agree"
    return [f"left and right are inferred from the pelvis alone and {share}: they may be swapped"]
