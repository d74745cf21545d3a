"""Movella DOT, samples: how they look, and what their values mean.

A pod measures at 800 Hz and sends the mean of each interval as float32, in m/s² and °/s, calibrated
and so in no whole steps of its sensor. Samples are kept as counts of a step that is far below its
noise; the largest values are kept to their last bit. The full scales do not stand in the maker's
document: ±16 g and ±2000 °/s are what is said of these pods elsewhere, and cannot be asked for.
"""

from enum import IntFlag
from math import pi
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from imu.frames import GRAVITY_MPS2, BoolArray, IntArray
from imu.recording.samples import Scale

ACC_RANGE_G: Final = 16
GYR_RANGE_DPS: Final = 2000
ACC_STEP_MPS2: Final = 2.0**-20
GYR_STEP_DPS: Final = 2.0**-19
SCALE: Final = Scale(
    acc_mps2=ACC_STEP_MPS2,
    acc_range_mps2=ACC_RANGE_G * GRAVITY_MPS2,
    gyr_radps=GYR_STEP_DPS * pi / 180,
    gyr_range_radps=GYR_RANGE_DPS * pi / 180,
)
LIVE: Final = np.dtype([("time", "<u4"), ("acc", "<f4", 3), ("gyr", "<f4", 3)])
"""Rate quantities. Whatever the payload, a notification is filled up to the length of its kind."""
CLOCK: Final = np.dtype([("time", "<u4"), ("free", "<f4", 3)])
"""Free acceleration, of which only the time is used."""
MEDIUM_BYTES, SHORT_BYTES = 40, 20
_MOST: Final = 2.0
"""Calibration may put a sample somewhat beyond full scale; what is beyond twice that is none."""

Values = npt.NDArray[Any]


class Status(IntFlag):
    """What the status of a sample says; the sensors' axes are in order x, y, z."""

    ACC_CLIPPED = 0x0007
    GYR_CLIPPED = 0x0038
    MAG_IS_NEW = 0x0200


def possible(acc_mps2: Values, gyr_dps: Values) -> BoolArray:
    """Return for each sample (n,) whether a pod can have measured it: (n, 3) each."""
    with np.errstate(invalid="ignore"):  # some bytes are a NaN that warns when it is compared
        within = (np.abs(acc_mps2) <= _MOST * ACC_RANGE_G * GRAVITY_MPS2) & (
            np.abs(gyr_dps) <= _MOST * GYR_RANGE_DPS
        )
    return np.asarray(within.all(axis=1))  # False for NaN


def acc_counts(acc_mps2: Values) -> IntArray:
    """Return accelerations (n, 3) as counts."""
    return np.rint(acc_mps2.astype(np.float64) / ACC_STEP_MPS2).astype(np.int64)


def gyr_counts(gyr_dps: Values) -> IntArray:
    """Return angular rates (n, 3), °/s, as counts."""
    return np.rint(gyr_dps.astype(np.float64) / GYR_STEP_DPS).astype(np.int64)


def clipped(status: Values) -> BoolArray:
    """Return from the status of samples (n,) whether acceleration and angular rate clipped."""
    of_each = [status & Status.ACC_CLIPPED, status & Status.GYR_CLIPPED]
    return np.asarray(np.column_stack(of_each) != 0)
