"""What the signs of exported numbers mean, in words that go into every export."""

from __future__ import annotations

from typing import Final

LEGS: Final = (
    "each leg has values of its own; + is the same movement on both legs (pelvis turned or dropped "
    "over the leg that stands, shank turned inward), so nothing is mirrored between left and right"
)
BALANCE: Final = (
    "stance time balance is the left leg's share of both contact times in %: above 50 the left "
    "foot stays longer on the ground"
)
CADENCE: Final = (
    "cadence counts strides of one leg per minute; steps of both feet are twice cadence and its "
    "fraction"
)
AXES: Final = (
    "samples are in the axes printed on each pod (any mounting, none mirrored between left and "
    "right); a pod at rest reads +9.81 m/s² upward, and rates turn by the right hand"
)
ORIENTATION: Final = (
    "orientations turn x forward, y left, z up of each body part, the same axes on the left and on "
    "the right leg, into a world whose z is up; nothing is mirrored"
)
FORCE: Final = "vertical force is + upward, from the ground onto the foot, on both legs"
