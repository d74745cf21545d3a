"""Tell packets that stand twice in a row, with nothing but a rate, from losses filled with them."""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.dsp.gaps import marked
from imu.frames import BoolArray, FloatArray, IntArray
from imu.recording.fills.alike_runs import count_sizes, spreads, step_bits
from imu.recording.fills.rows_again import rows_back
from imu.recording.fills.side_by_side import Columns

LARGEST: Final = 256
SURE_BITS: Final = 12.0
"""By how much all axes move into and out of repeated rows, so that they are no rest."""
SPREAD: Final = 0.8
"""Standard deviation of the logarithm of one step over its neighbours', in running."""
FEW: Final = 0.01
FEWEST: Final = 5


def sent_again(values: Columns) -> tuple[BoolArray, bool]:
    """Return which rows (n,) of `values` (n, axes), in order, are a packet sent a second time.

    And whether some fill losses instead.

    After such a packet the movement goes on where it was; after a loss that was filled with the
    last packet it goes on later: that is a gap. ValueError where neither
    is clear, or single rows repeat, as a sensor does that is read too often.
    """
    nothing = np.zeros(len(values), dtype=bool)
    start, stop, size, sure = _repeats(values)
    if not sure.any():
        return nothing, False
    rows = int((stop - start)[sure].sum())
    if np.median(size[sure]) == 1:
        if rows < FEW * len(values):
            return nothing, True
        raise ValueError(_asked(rows, len(values)))
    on = _goes_on(values, start[sure], stop[sure])
    near = np.log(1 + np.minimum(size[sure], 3)).mean() / 2
    clear = 2 * SPREAD / np.sqrt(len(on))
    if on.mean() < near - clear:
        # Where many packets came twice others did at rest, where little tells them from chance.
        alike = (size > 1) & np.isin(size, size[sure]) & (len(on) >= FEWEST)
        start, stop = start[sure | alike], stop[sure | alike]
        return marked(len(values), start, stop), False
    if on.mean() < near + clear and rows >= FEW * len(values):
        raise ValueError(_asked(rows, len(values)))
    return nothing, True


def _asked(rows: int, count: int) -> str:
    return (
        f"{rows} of {count} rows repeat those just before them, and rate_hz alone does not tell "
        "whether they were sent twice, fill a loss or were read before the next was measured; "
        "name a column of time, or a counter of samples or packets, or export each sample once"
    )


def _repeats(values: Columns) -> tuple[IntArray, IntArray, IntArray, BoolArray]:
    """Return first and end (r,) of rows that repeat the packet just before, its size, how sure."""
    back = rows_back(values, LARGEST)
    if not back.any():  # as in most files
        none = np.zeros(0, dtype=np.int64)
        return none, none, none, np.zeros(0, dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], back, [0]])))
    start, stop = edges[:-1], edges[1:]
    size = back[start]
    whole = (size > 0) & (size <= LARGEST) & ((stop - start) % np.maximum(size, 1) == 0)
    whole &= start >= size
    start, stop, size = start[whole], stop[whole], size[whole]
    counts = count_sizes(values)
    moved = np.minimum(step_bits(values, counts, start - size), step_bits(values, counts, stop))
    sure = (moved * np.minimum(size, 4) > SURE_BITS) & (stop < len(values) - 1) & (start > size)
    return start, stop, size, sure


def _goes_on(values: Columns, start: IntArray, stop: IntArray) -> FloatArray:
    """Return how much larger the step over each repeat (r,) is than those beside it, as a log."""
    scale = np.maximum(spreads(values), 1e-12)

    def step(one: IntArray, other: IntArray) -> FloatArray:
        moved = np.abs(values[other] - values[one]) / scale
        return np.asarray(np.maximum(moved.sum(axis=1), 1e-9))

    beside = np.sqrt(step(start - 2, start - 1) * step(stop, stop + 1))
    return np.asarray(np.log(step(start - 1, stop) / beside))
