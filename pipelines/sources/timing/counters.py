"""Turn a counter of samples or packets, of 8 to 32 bits, into positions in the sampling."""

from __future__ import annotations

from typing import Final

import numpy as np

from imu.frames import FloatArray, IntArray
from pipelines.sources.quoting import shown

WIDTHS: Final = (8, 12, 16, 24, 32)
MOST_BACK: Final = 64
SHORT_TURN: Final = 4096
OFTEN: Final = 0.02
LIKE_A_COUNTER: Final = (
    "count",
    "packet",
    "index",
    "seq",
    "number",
    "sample",
    "frame",
    "row",
    "id",
)


def sounds_like_one(column: str) -> bool:
    """Whether the name of a column says that it counts."""
    words = column.lower()
    return any(word in words for word in LIKE_A_COUNTER) and "time" not in words


def unrolled(column: str, counts: FloatArray) -> tuple[IntArray, tuple[str, ...]]:
    """Return the counts (n,) as if the counter never began anew, and notes.

    Its width is the least that holds all counts. A small step back is a row that came late.
    """
    if not (np.all(counts == np.rint(counts)) and counts.min(initial=0) >= 0):
        raise ValueError(f"counter {shown(column)} holds more than whole numbers; name another")
    whole = counts.astype(np.int64)
    steps = np.diff(whole)
    bits = next((b for b in WIDTHS if whole.max(initial=0) < 2**b), None)
    if bits is None or (steps >= 0).all():
        return whole, ()
    turn = 2**bits
    forward = steps % turn
    late = forward > turn - min(turn // 8, MOST_BACK)
    result = whole[0] + np.concatenate([[0], np.cumsum(np.where(late, forward - turn, forward))])
    count = int((steps < 0).sum() - late.sum())
    if count <= 0:
        return result, ()
    notes = f"its counter of {bits} bits began anew {count} time{'s' * (count > 1)}"
    short = turn <= SHORT_TURN
    return result, (f"{notes}; a loss of {turn} or more would not show" if short else notes,)


def position(column: str, counts: IntArray) -> IntArray:
    """Return the position (n,) in the sampling of rows with these counts (n,), in order.

    Several rows with one count are the samples of one packet.
    """
    starts = np.flatnonzero(np.concatenate([[True], np.diff(counts) != 0]))
    size = np.diff(np.append(starts, len(counts)))
    steps = np.diff(counts[starts])
    if not len(steps):
        raise ValueError(f"counter {shown(column)} never changes; name another column")
    step, usual = int(np.median(steps)), int(np.bincount(size).argmax())
    if np.mean(steps % step != 0) > OFTEN or size.max() > usual:
        raise ValueError(
            f"counter {shown(column)} does not count rows or packets (it goes up by "
            f"{int(steps.min())} to {int(steps.max())}); name another column, or leave it out"
        )
    packet = np.concatenate([[0], np.cumsum(np.maximum(np.rint(steps / step), 1))])
    place = np.arange(len(counts)) - np.repeat(starts, size)
    index: IntArray = np.repeat(packet.astype(np.int64) * usual, size) + place
    return index
