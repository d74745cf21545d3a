"""Strides that a shank pod does not show, taken from the pelvis that does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from imu.alignment.segment import Segment
from imu.dsp.gaps import throughout
from imu.frames import SIDES, BoolArray, FloatArray, IntArray, Placement, shank_of
from imu.segmentation.running_stances.found import Found, joined, nearest, pick

NEAR_STEPS: Final = 8.0
"""Steps from a stance that a shank shows, within which the turn of the legs can be counted on."""
IN_TURN: Final = 0.3
"""Share of a step by which a step may be early or late in its turn."""
AROUND: Final = 0.05
"""Share of a stride before and after contact in which a gap hides it."""
SAME_STEP: Final = 0.5
"""Share of a step within which two contacts are those of one step."""


@dataclass(frozen=True)
class _Turn:
    """The steps of the pelvis (k,) in the turn of the legs that the nearest stance begins.

    `reference` is that stance, `count` how many steps it is away, `side` whose turn it is.
    """

    reference: IntArray
    count: FloatArray
    side: npt.NDArray[np.str_]

    @classmethod
    def of(cls, every: Found, contact: FloatArray) -> "_Turn":
        """Count from the nearest of `every` stance to each `contact` (k,), in order."""
        reference = nearest(every.initial_contact, contact)
        apart = contact - every.initial_contact[reference]
        count = apart / (every.stride[reference] / 2)
        own = every.side[reference]
        other = np.where(own == "left", "right", "left")
        return cls(reference, count, np.where(np.round(count) % 2 == 0, own, other))

    @property
    def near(self) -> BoolArray:
        """Where the turn of the legs can be counted on."""
        return np.abs(self.count) < NEAR_STEPS

    @property
    def lost(self) -> BoolArray:
        """Where no stance is at the step; near one, only what comes in its turn is a step."""
        in_turn = np.abs(self.count - np.round(self.count)) < IN_TURN
        return (np.abs(self.count) > SAME_STEP) & (in_turn | ~self.near)


def may_be_lost(every: Found, contact: FloatArray, segments: Mapping[Placement, Segment]) -> bool:
    """Return whether the pelvis has a `contact` (k,) that its leg's own pod does not show.

    Where none is lost, nobody need ask how long the pelvis thinks a contact is.
    """
    contact = contact[np.isfinite(contact)]
    if not len(every.side) or not len(contact):
        return False
    if _silent(every, segments).any():
        return True
    turn = _Turn.of(every, contact)
    worn = np.isin(turn.side, [side for side in SIDES if shank_of(side) in segments])
    return bool((turn.lost & (worn | ~turn.near)).any())


def with_those_of_pelvis(
    every: Found, steps: Found, segments: Mapping[Placement, Segment]
) -> Found:
    """Return `every` stance of the shanks, and what they lost and the pelvis has, marked as such.

    A stance whose contact lies in a gap of its pod gives way to that of the pelvis.
    """
    silent = _silent(every, segments)
    lost = _seen_by_pelvis(pick(every, ~silent), steps, segments)
    if not len(lost.side):
        return every
    at = nearest(lost.initial_contact, every.initial_contact)
    apart = np.abs(lost.initial_contact[at] - every.initial_contact) / (every.stride / 2)
    return joined([pick(every, ~(silent & (apart < SAME_STEP))), lost])


def _silent(found: Found, segments: Mapping[Placement, Segment]) -> BoolArray:
    """Return True (k,) where contact is unsure and the leg's own pod not received all around."""
    out = np.zeros(len(found.side), dtype=bool)
    for side in SIDES:
        pod = segments.get(shank_of(side))
        if pod is not None:
            own = found.side == side
            at = found.initial_contact[own]
            reach = AROUND * found.stride[own]
            out[own] = ~throughout(pod.valid, at - reach, at + reach)
    return out & ~found.contact_sure


def _seen_by_pelvis(every: Found, steps: Found, segments: Mapping[Placement, Segment]) -> Found:
    """Return the stances that a leg's own pod lost and the pelvis has.

    `every` are the stances of the shanks, `steps` all steps of the pelvis, in order. Near a stance
    of a shank the side follows from the turn of the legs; further away, in a gap of the leg's pod,
    it is what the pelvis tells. Events are moved by as much as the pelvis usually shows them later
    than the shanks. A leg without a pod of its own gets none.
    """
    if not len(every.side) or not len(steps.side):
        return pick(steps, np.zeros(len(steps.side), dtype=bool))
    turn = _Turn.of(every, steps.initial_contact)
    side = np.where(turn.near, turn.side, steps.side)
    lost = turn.lost & _of_a_worn_leg(replace(steps, side=side), every, segments, turn.near)
    reference, both = turn.reference, np.abs(turn.count) < SAME_STEP
    later = [_usual((at(steps) - at(every)[reference])[both]) for at in (_contact, _toe_off)]
    taken = replace(
        steps,
        side=side,
        initial_contact=steps.initial_contact - later[0],
        toe_off=steps.toe_off - later[1],
        side_pct=np.where(turn.near, np.nan, steps.side_pct),
        by_pelvis=np.ones(len(steps.side), dtype=bool),
    )
    return pick(taken, lost)


def _contact(found: Found) -> FloatArray:
    return found.initial_contact


def _toe_off(found: Found) -> FloatArray:
    return np.where(found.toe_off_sure, found.toe_off, np.nan)


def _usual(later: FloatArray) -> float:
    """Return by how many samples the pelvis usually shows an event later than the shank."""
    known = later[np.isfinite(later)]
    return float(np.median(known)) if len(known) else 0.0


def _of_a_worn_leg(
    steps: Found, every: Found, segments: Mapping[Placement, Segment], near: BoolArray
) -> BoolArray:
    """Return True (k,) for legs with a pod: near stances, or in a gap of a pod that had some."""
    out = np.zeros(len(steps.side), dtype=bool)
    for side in SIDES:
        pod = segments.get(shank_of(side))
        if pod is None:
            continue
        own = steps.side == side
        silent = ~throughout(pod.valid, steps.initial_contact, steps.toe_off)
        out |= own & (near | silent & bool((every.side == side).any()))
    return out
