"""What the orientation filter is given of one pod, and what is known of its movement meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

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
