"""Tell packets that stand in each other's place, where nothing but a rate times their rows.

At each end of such packets the movement jumps; with both exchanged it goes on at all three. Packets
follow one another, so such places are whole packets apart: strides, which are alike, are not.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.frames import FloatArray, IntArray
from imu.recording.fills.alike_runs import spreads
from imu.recording.fills.side_by_side import Columns

LARGEST: Final = 64
JUMP: Final = 1.3
"""Of the steps on both sides of it."""
LARGE: Final = 0.8
"""Of what the movement usually does in a sample or more: at rest noise jumps as well."""
GOES_ON: Final = 0.4
"""Of three jumps, what exchanged packets leave."""
FEWEST: Final = 3
FEWEST_SHORT: Final = 4
SHORT: Final = 6
"""Places are whole packets of fewer rows apart by chance."""
MOSTLY: Final = 0.5
"""Of the places found: of 525 right pods three had 5 to 23 places a stride apart, at most 3 on one
grid."""
MOST_TRIED: Final = 4000
SAID: Final = (
    "packets of {} rows stand in each other's place at {} places at least, and rate_hz alone does "
    "not put them in order; name a column of time, or a counter of samples or packets, or export "
    "them in the order in which they were measured"
)


def check_order(values: Columns) -> None:
    """Raise ValueError where neighbouring packets of `values` (n, axes) were exchanged."""
    size, count = exchanged(values)
    if count:
        raise ValueError(SAID.format(size, count))


def exchanged(values: Columns) -> tuple[int, int]:
    """Return of how many rows the packets are that were exchanged most often, and how often.

    0 and 0 where none surely were.
    """
    scale = np.maximum(spreads(values), 1e-12)
    steps = sum(
        np.abs(np.diff(axis)) / one for axis, one in zip(values.T, scale.tolist(), strict=True)
    )
    steps = np.asarray(steps, dtype=np.float64)
    if len(steps) < 2 * LARGEST:
        return 0, 0
    beside = np.maximum(steps[:-2], steps[2:])
    usual = float(np.percentile(steps, 75))
    first = np.flatnonzero(steps[1:-1] > np.maximum(JUMP * beside, LARGE * usual)) + 2
    first = first[np.argsort(-steps[first - 1])][:MOST_TRIED]

    def apart(one: IntArray, other: IntArray) -> FloatArray:
        return np.asarray((np.abs(values[other] - values[one]) / scale).sum(axis=1))

    best = (0, 0)
    for size in range(2, LARGEST + 1):
        at = first[first + 2 * size < len(steps)]
        middle, end = at + size, at + 2 * size
        now = steps[at - 1] + steps[middle - 1] + steps[end - 1]
        jumps = steps[middle - 1] + steps[end - 1] > steps[at - 1]
        at, middle, end, now = at[jumps], middle[jumps], end[jumps], now[jumps]
        then = apart(at - 1, middle) + apart(end - 1, at) + apart(middle - 1, end)
        found = at[then < GOES_ON * now]
        on_grid = int(np.bincount(found % size).max(initial=0))
        enough = on_grid >= (FEWEST_SHORT if size < SHORT else FEWEST)
        if enough and on_grid >= MOSTLY * len(found):
            best = max(best, (size, on_grid), key=lambda x: x[1])
    return best
