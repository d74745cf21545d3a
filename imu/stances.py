"""When the foot is down: one record for the stances of a run."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray, IntArray


@dataclass(frozen=True)
class Stances:
    """Equal-length arrays, one entry per running stance, in order of initial contact.

    `side` is "left" or "right"; `bout` counts running bouts from 0. Times are on the session
    clock in seconds; `midstance_s` is NaN without a pelvis pod. `agreement_s` is the departure of
    a second, independent estimate of initial contact from the first, NaN where there is none.
    """

    side: npt.NDArray[np.str_]
    bout: IntArray
    initial_contact_s: FloatArray
    midstance_s: FloatArray
    toe_off_s: FloatArray
    agreement_s: FloatArray

    def __len__(self) -> int:
        return len(self.side)
