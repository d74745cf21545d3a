"""Records of running stances (side, contact, mid-stance, toe-off) and of bouts of one gait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Stances:
    """Equal-length arrays, one entry per running stance, in order of initial contact.

    `side` is "left" or "right"; `bout` counts running bouts from 0. Times are on the session
    clock in seconds; `midstance_s` is NaN without a pelvis pod, and both it and `toe_off_s` are NaN
    where the pod that shows them was not received. `agreement_s` is the departure of a second,
    independent estimate of initial contact from the first, `pelvis_agreement_s` that of the pelvis
    from a shank's, NaN where there is none. `side_agreement_pct` says how many of the steps around
    this one agree about the side where the pelvis alone tells it (50 is a guess), NaN where a pod
    on the leg does.
    """

    side: npt.NDArray[np.str_]
    bout: IntArray
    initial_contact_s: FloatArray
    midstance_s: FloatArray
    toe_off_s: FloatArray
    agreement_s: FloatArray
    pelvis_agreement_s: FloatArray
    side_agreement_pct: FloatArray

    def __len__(self) -> int:
        return len(self.side)

    def spans_s(self) -> tuple[FloatArray, FloatArray]:
        """Return first contact and last known event (b,) of each bout."""
        if not len(self):
            return np.empty(0), np.empty(0)
        first = np.flatnonzero(np.diff(self.bout, prepend=-1))
        known = np.fmax(self.initial_contact_s, self.toe_off_s)
        return self.initial_contact_s[first], np.maximum.reduceat(known, first)


@dataclass(frozen=True)
class Bouts:
    """Stretches of one gait, in order: ``running``, ``walking`` or ``standing``; session clock."""

    start_s: FloatArray
    stop_s: FloatArray
    gait: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.gait)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per bout."""
        import pandas as pd  # here, because it takes longer to load than all else

        return pd.DataFrame(vars(self))
