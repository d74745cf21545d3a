"""Records of running stances (side, contact, mid-stance, toe-off) and of bouts of one gait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from imu.frames import FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd

MIDSTANCE_SHARE: Final = 0.4
"""Share of stance that is called mid-stance.

The same in every stance: the instant of the highest force, found in each, differs between the legs
of a runner by 5 to 8 % of stance for no reason of hers, and all that is read there with it.
"""


def midstance(contact: FloatArray, toe_off: FloatArray) -> FloatArray:
    """Return the instants (k,) of mid-stance between `contact` and `toe_off` (k,)."""
    return contact + MIDSTANCE_SHARE * (toe_off - contact)


@dataclass(frozen=True)
class Stances:
    """Equal-length arrays, one entry per running stance, in order of initial contact.

    `side` is "left" or "right"; `bout` counts running bouts from 0. Times are on the session
    clock in seconds; `toe_off_s`, and with it `midstance_s`, is NaN where the pod that shows it was
    not received or its estimates disagree. `agreement_s` is the departure of a second,
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
