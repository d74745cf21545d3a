"""Detect a pod that turned on the body while running, and when.

While somebody runs steadily, the mean specific force and, on a shank, the hinge axis keep their
direction in the pod's own axes. When both the time before and the time after a moment are steady
and differ, the pod has turned on the body. Except when both shanks turn alike at once: their lean
changes with pace, by 7 degrees from 2.5 to 4.5 m/s and by 15 from 2 to 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final

import numpy as np

from imu.alignment.segment import Segment
from imu.frames import (
    LEFT,
    SIDES,
    BoolArray,
    FloatArray,
    IntArray,
    Placement,
    seen_by,
    shank_of,
)
from imu.segmentation.stances import Stances

BLOCK_S: Final = 15.0
LEAST_DEG: Final = 6.0
"""Hills and pace turn the mean force by a degree or two; a slip that matters is larger."""
STEADINESS: Final = 3.0
"""A slip must be this many times larger than the scatter of the directions around it."""
AT_ONCE_S: Final = 2 * BLOCK_S
SLIPPED: Final = "the pod slipped"
ALIKE: Final = 0.5
"""Share of a shank's turn that the other must have made, too, for it to be a change of pace."""


@dataclass(frozen=True)
class Slip:
    """When a pod slipped (session clock, to within a block of 15 s of running) and how far."""

    time_s: float
    angle_deg: float


def largest_turn(
    segment: Segment, events: Stances, *, rate_hz: float, start_s: float
) -> tuple[Slip, float] | None:
    """Return the largest lasting turn of a pod while running, and the threshold for a slip.

    None where there is too little running to tell.
    """
    running = running_samples(events, len(segment.valid), rate_hz, start_s)
    at, directions = _directions(segment, running & segment.valid, rate_hz)
    if len(at) < 6:
        return None
    before, after = _means_around(directions)
    turned = np.degrees(np.arccos(np.clip(np.sum(before * after, axis=-1), -1, 1))).max(axis=1)
    split = int(np.argmax(turned))
    cut = split + 2
    turn = Slip(float(start_s + (at[cut - 1] + at[cut]) / 2 / rate_hz), float(turned[split]))
    return turn, max(LEAST_DEG, STEADINESS * _scatter_deg(directions, cut))


def running_samples(events: Stances, n: int, rate_hz: float, start_s: float) -> BoolArray:
    """Return True (n,) from the first contact to the last toe-off of each bout."""
    begin_s, end_s = events.spans_s()
    edges_s, step = np.concatenate([begin_s, end_s]), np.repeat([1, -1], len(begin_s))
    edges = np.clip((edges_s - start_s) * rate_hz, 0, n).astype(np.int64)
    order = np.argsort(edges, kind="stable")
    runs = np.append(0, np.cumsum(step[order])) > 0
    return np.repeat(runs, np.diff(edges[order], prepend=0, append=n))


def _directions(
    segment: Segment, running: BoolArray, rate_hz: float
) -> tuple[FloatArray, FloatArray]:
    """Return middle samples (b,) and unit vectors (b, d, 3) of blocks of running.

    d is 2 with a gyroscope on a shank (force, hinge), else 1 (force).
    """
    index = np.flatnonzero(running)
    size = int(BLOCK_S * rate_hz)
    blocks = len(index) // size
    index = index[: blocks * size]
    force = np.stack([_blocks(axis, index, size).mean(axis=1) for axis in segment.acc_mps2.T]).T
    found = [force / np.linalg.norm(force, axis=1, keepdims=True)]
    if segment.gyr_radps is not None and segment.placement != "pelvis":
        axes = [_blocks(axis, index, size) for axis in segment.gyr_radps.T]
        products = np.empty((blocks, 3, 3))
        for one, other in combinations_with_replacement(range(3), 2):
            products[:, other, one] = np.einsum("bi,bi->b", axes[one], axes[other])
        _, vectors = np.linalg.eigh(products)  # it reads the lower triangle
        hinge = vectors[:, :, -1]
        found.append(hinge * np.where(hinge[:, LEFT] < 0, -1.0, 1.0)[:, None])
    middle = index.reshape(blocks, size)[:, size // 2].astype(np.float64)
    return middle, np.stack(found, axis=1)


def _blocks(x: FloatArray, index: IntArray, size: int) -> FloatArray:
    """Return the samples `index` of `x` (n,) in blocks, (b, size)."""
    if len(index) and len(index) == index[-1] - index[0] + 1:
        return x[index[0] : index[-1] + 1].reshape(-1, size)
    return x[index].reshape(-1, size)


def _means_around(directions: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return unit means of all blocks before and from each cut 2 .. b-2, (b - 3, d, 3) each."""
    sums = np.cumsum(directions, axis=0)
    before, after = sums[1:-2], sums[-1] - sums[1:-2]
    return (
        before / np.linalg.norm(before, axis=-1, keepdims=True),
        after / np.linalg.norm(after, axis=-1, keepdims=True),
    )


def _scatter_deg(directions: FloatArray, cut: int) -> float:
    """Return the median angle of the blocks from the mean of their own side of the cut."""
    parts = [directions[:cut], directions[cut:]]
    means = [part.mean(axis=0, keepdims=True) for part in parts]
    cosines = np.concatenate(
        [
            np.sum(part * mean, axis=-1) / np.linalg.norm(mean, axis=-1)
            for part, mean in zip(parts, means, strict=True)
        ]
    )
    return float(np.degrees(np.median(np.arccos(np.clip(cosines, -1, 1)))))


def find_slips(
    segments: Mapping[Placement, Segment], events: Stances, *, rate_hz: float, start_s: float
) -> dict[Placement, Slip]:
    """Return the slip of every pod that slipped."""
    found = {
        place: turn
        for place, segment in segments.items()
        if (turn := largest_turn(segment, events, rate_hz=rate_hz, start_s=start_s))
    }
    slips = {
        place: turn for place, (turn, least_deg) in found.items() if turn.angle_deg > least_deg
    }
    shanks = [shank_of(side) for side in SIDES]
    if set(shanks) <= set(found) and _alike(*(found[place][0] for place in shanks)):
        return {place: slip for place, slip in slips.items() if place not in shanks}
    return slips


def _alike(one: Slip, other: Slip) -> bool:
    """Return True when both shanks turned alike at the same time: a change of pace, not a slip."""
    smaller, larger = sorted((one.angle_deg, other.angle_deg))
    return abs(one.time_s - other.time_s) <= AT_ONCE_S and smaller > ALIKE * larger


def after_slip(events: Stances, slips: Mapping[Placement, Slip]) -> dict[str, BoolArray]:
    """Return the flags (k,) of the stances that a pod measured after its slip."""
    return {
        f"after_slip_of_{place}": seen_by(place, events.side)
        & (events.initial_contact_s > slip.time_s)
        for place, slip in slips.items()
    }


def sentences(slips: Mapping[Placement, Slip], *, start_s: float) -> list[str]:
    """Say in words when each pod slipped and how far."""
    return [
        f"{place.replace('_', ' ')}: {SLIPPED}, by about {slip.angle_deg:.0f}°, at minute "
        f"{(slip.time_s - start_s) / 60:.1f}; the stances after it are flagged"
        for place, slip in slips.items()
    ]
