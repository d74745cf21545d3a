"""What is shown of the last minute, and the stances it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from imu.frames import SIDES, FloatArray
from imu.last_seconds import LastStances
from imu.session.censored import median
from pipelines.capture.live.told import PERIOD_S

SHOWN: Final = (
    "cadence_spm",
    "contact_time_s",
    "peak_tibial_resultant_mps2",
    "pelvic_drop_deg",
    "pelvic_rotation_over_leg_deg",
)
DRAWN: Final = (
    "pelvic_rotation_over_leg_deg",
    "pelvic_obliquity_over_leg_deg",
    "shank_lean_deg",
)
"""What pelvis and shank are drawn by at mid-stance."""
MINUTE_S: Final = 60.0
LAST_STRIDES_S: Final = 10.0
FEWEST_STANCES: Final = 5
"""Of a side, for a median to be shown."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A sentence for the runner, and whether the terminal's bell goes with it."""

    words: str
    bell: bool = False


@dataclass(frozen=True)
class View:
    """The medians of the last minute by metric, left and right; NaN where not known (yet).

    `drawn` are those of the last strides of what is drawn.

    `stances` are how many there are of each side. `toe_off_s` is the newest toe-off in it, on the
    clock of the recorder, NaN where there is none; `cues` are those that begin now. `again_in_s` is
    when there will be more to see.
    """

    medians: Mapping[str, tuple[float, float]] = field(
        default_factory=lambda: dict.fromkeys(SHOWN, (np.nan, np.nan))
    )
    stances: tuple[int, int] = (0, 0)
    toe_off_s: float = np.nan
    cues: tuple[Cue, ...] = ()
    again_in_s: float = PERIOD_S
    drawn: Mapping[str, tuple[float, float]] = field(
        default_factory=lambda: dict.fromkeys(DRAWN, (np.nan, np.nan))
    )


def medians(
    stances: LastStances, names: Iterable[str], *, since_s: float
) -> dict[str, tuple[float, float]]:
    """Return the median of each metric since a time, left and right; NaN for too few stances."""
    return {name: _both(stances, stances.metrics[name], since_s) for name in names}


def _both(stances: LastStances, values: FloatArray, since_s: float) -> tuple[float, float]:
    recent = stances.initial_contact_s >= since_s
    left, right = (_median(values[recent & (stances.side == side)]) for side in SIDES)
    return left, right


def _median(values: FloatArray) -> float:
    """Return the median of what is known, NaN if that is too little or clipping hides it."""
    middle = median(values) if np.sum(~np.isnan(values)) >= FEWEST_STANCES else np.nan
    return middle if np.isfinite(middle) else np.nan


def next_toe_off_s(stances: LastStances, now_s: float) -> float:
    """Return when the next toe-off of either foot is due, a stride after its last; NaN: unknown.

    It may be overdue, by a quarter of a stride at most.
    """
    stride_s = float(np.nanmedian((stances.next_contact_s - stances.initial_contact_s)[-6:-2]))
    due_s = [
        float(last_s[-1]) + stride_s
        for side in SIDES
        if len(last_s := stances.toe_off_s[stances.side == side])
    ]
    coming_s = [at_s for at_s in due_s if at_s > now_s - stride_s / 4]
    return min(coming_s, default=float("nan"))


def continued(known: LastStances, new: LastStances, *, from_s: float) -> LastStances:
    """Return `known` stances with what a later look says of the time since `from_s`.

    What is older than a minute before the last of them is left out.
    """
    if len(new):
        from_s = min(from_s, float(new.initial_contact_s[0]))
    before = known.initial_contact_s < from_s
    contact_s = np.concatenate([known.initial_contact_s[before], new.initial_contact_s])
    keep = contact_s >= contact_s[-1] - MINUTE_S - 1 if len(contact_s) else np.zeros(0, dtype=bool)

    def joined(one: FloatArray, other: FloatArray) -> FloatArray:
        return np.asarray(np.concatenate([one[before], other])[keep])

    return LastStances(
        side=np.concatenate([known.side[before], new.side])[keep],
        initial_contact_s=contact_s[keep],
        toe_off_s=joined(known.toe_off_s, new.toe_off_s),
        next_contact_s=joined(known.next_contact_s, new.next_contact_s),
        metrics={name: joined(known.metrics[name], values) for name, values in new.metrics.items()},
    )
