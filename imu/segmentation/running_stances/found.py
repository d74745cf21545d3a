"""Running stances in samples of the grid, while they are being selected, joined and ordered."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from imu.frames import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Found:
    """Running stances, (k,) each, in samples. `side_pct`: see `Stances.side_agreement_pct`.

    `toe_off` is a number in every stance: where `toe_off_sure` is False it is only the usual one,
    for windows to cut by. `contact_sure` is False where contact is that of a single estimate,
    `by_pelvis` True where the leg's own pod did not show the stance. `flight_follows` is False
    where the pelvis shows no flight after the stance.
    """

    side: npt.NDArray[np.str_]
    initial_contact: FloatArray
    toe_off: FloatArray
    contact_difference_s: FloatArray
    stride: FloatArray
    pelvis_difference_s: FloatArray
    side_pct: FloatArray
    flight_follows: BoolArray
    contact_sure: BoolArray
    toe_off_sure: BoolArray
    by_pelvis: BoolArray


def found_on(
    side: str, start: FloatArray, stop: FloatArray, difference_s: FloatArray, stride: FloatArray
) -> Found:
    """Return stances (k,) of one side, with everything else unknown."""
    unknown, yes = np.full(len(start), np.nan), np.ones(len(start), dtype=bool)
    sides = np.full(len(start), side)
    return Found(sides, start, stop, difference_s, stride, unknown, unknown, yes, yes, yes, ~yes)


def pick(found: Found, index: IntArray | BoolArray) -> Found:
    """Return some of the stances."""
    return Found(*(getattr(found, field.name)[index] for field in fields(Found)))


def joined(parts: Sequence[Found]) -> Found:
    """Return the stances of all `parts`, in order of initial contact."""
    every = Found(
        *(np.concatenate([getattr(one, field.name) for one in parts]) for field in fields(Found))
    )
    return pick(every, np.argsort(every.initial_contact, kind="stable"))


def nearest(among: FloatArray, points: FloatArray) -> IntArray:
    """Return the position of the nearest of `among` (m,), in order and not empty, of each point."""
    after = np.clip(np.searchsorted(among, points), 1, max(len(among) - 1, 1))
    then = np.minimum(after, len(among) - 1)
    earlier = np.abs(among[after - 1] - points) < np.abs(among[then] - points)
    return np.asarray(np.where(earlier, after - 1, then))
