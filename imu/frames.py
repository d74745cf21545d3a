"""Frames, axes and signs.

- sensor: x, y, z as printed on the case
- segment: forward, left, up of the body part the pod is worn on, right-handed; the same axes on
  the left and on the right leg
- world: forward is arbitrary, up is against gravity

A rotation is named ``<to>_from_<from>``: ``v_segment = segment_from_sensor @ v_sensor``.
Accelerometers read specific force: standing still is +9.81 m/s² upward.

================================  =====================  ===================
movement                          reading                sign
================================  =====================  ===================
standing still                    acc, up                +9.81 m/s²
start forward                     acc, forward           +
pushed to the left                acc, left              +
front of the pelvis goes down     gyr, left              + (anterior tilt)
right hip drops                   gyr, forward           +
pelvis turns left                 gyr, up                +
foot swings forward               gyr of the shank, left  -
================================  =====================  ===================
"""

from typing import Final, Literal

import numpy as np
import numpy.typing as npt

FORWARD: Final = 0
LEFT: Final = 1
UP: Final = 2
GRAVITY_MPS2: Final = 9.80665
PER_G: Final = 1 / GRAVITY_MPS2

Placement = Literal["pelvis", "shank_left", "shank_right"]
Side = Literal["left", "right"]
PLACEMENTS: Final[tuple[Placement, ...]] = ("pelvis", "shank_left", "shank_right")
SIDES: Final[tuple[Side, ...]] = ("left", "right")

FloatArray = npt.NDArray[np.float64]
ComplexArray = npt.NDArray[np.complex128]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def shank_of(side: Side) -> Placement:
    """Return the placement of the pod on the shank of one leg."""
    return "shank_left" if side == "left" else "shank_right"


def seen_by(placement: Placement, side: npt.NDArray[np.str_]) -> BoolArray:
    """Return True, shape as `side`, for stances that this pod measures: of its leg, or of both."""
    return np.asarray((side == placement.removeprefix("shank_")) | (placement == "pelvis"))


def stance_sign(side: npt.NDArray[np.str_]) -> FloatArray:
    """Return +1 for left and -1 for right stances, shape as `side`.

    Multiplies a rotation about, or a displacement along, a segment's forward, left or up axis
    into its leg-signed form, in which + means the same on both sides.
    """
    return np.where(side == "left", 1.0, -1.0)
