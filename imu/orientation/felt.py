"""What the orientation filter is given of one pod, and what is known of its movement meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imu.alignment.segment import Segment
from imu.frames import BoolArray, IntArray
from imu.orientation.warm_start import FilterInput


@dataclass(frozen=True)
class Felt:
    """Input of the filter at n instants, with masks (n,), and the instants at which things happen.

    `still` and `active` are as in `Motion`, `changes` marks changes of pace; `setting_off` (k,) are
    the instants at which somebody does, `received` (2, m) the starts and stops between long gaps.
    `stood` says that the rest bias has been removed.
    """

    filter_input: FilterInput
    valid: BoolArray
    still: BoolArray
    active: BoolArray
    changes: BoolArray
    setting_off: IntArray
    received: IntArray
    stood: bool

    @classmethod
    def of(
        cls,
        segment: Segment,
        filter_input: FilterInput,
        changes: BoolArray,
        setting_off: IntArray,
        received: IntArray,
    ) -> Felt:
        """Return what is felt at each sample of `segment`."""
        motion, stood = segment.motion, bool(segment.standing.any())
        return cls(
            filter_input,
            segment.valid,
            motion.still,
            motion.active,
            changes,
            setting_off,
            received,
            stood,
        )

    def seen_at(self, instants: IntArray, filter_input: FilterInput) -> Felt:
        """Return what is felt at some of the instants (m,), ascending; valid if all between are."""
        return Felt(
            filter_input,
            np.logical_and.reduceat(self.valid, instants),
            self.still[instants],
            self.active[instants],
            self.changes[instants],
            np.minimum(np.searchsorted(instants, self.setting_off), len(instants) - 1),
            np.searchsorted(instants, self.received),
            self.stood,
        )
