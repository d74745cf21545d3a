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
FEWEST_FALLS: Final = 3
MOSTLY: Final = 0.8
NEAR_THE_TOP: Final = 15 / 16
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


def unrolled(column: str, counts: FloatArray) -> tuple[IntArray, tuple[str, ...], int | None]:
    """Return the counts (n,) as if the counter never began anew, notes, and a turn that is short.

    That turn is None where the counter did not begin anew or takes long: of a short one a loss may
    well take several, of which nothing shows.

    Its turn is the one between the counts from and to which it always falls, else that of the
    least width that holds all counts. A small step back is a row that came late; a fall from far
    below the top is left as it is: the pod began anew there.
    """
    if not np.all(counts == np.rint(counts)):
        raise ValueError(f"counter {shown(column)} holds more than whole numbers; name another")
    whole = counts.astype(np.int64)
    steps = np.diff(whole)
    turn = None if (steps >= 0).all() else _turn(whole, steps)
    if turn is None:
        return whole, (), None
    forward = steps % turn
    late = forward > turn - min(turn // 8, MOST_BACK)
    result = whole[0] + np.concatenate([[0], np.cumsum(np.where(late, forward - turn, forward))])
    count = int((steps < 0).sum() - (late & (steps < 0)).sum())
    if count <= 0:
        return result, (), None
    size = f"{turn.bit_length() - 1} bits" if turn & (turn - 1) == 0 else f"{turn} counts"
    notes = f"its counter of {size} began anew {count} time{'s' * (count > 1)}"
    return result, (notes,), turn if turn <= SHORT_TURN else None


def _turn(whole: IntArray, steps: IntArray) -> int | None:
    """Return after how many counts a counter that falls begins anew; None where it does not."""
    low, high = int(whole.min()), int(whole.max())
    falls = np.flatnonzero(steps < 0)
    from_to = (whole[falls] == high) & (whole[falls + 1] == low)
    usual = int(np.median(steps[steps > 0])) if (steps > 0).any() else 1
    if np.count_nonzero(from_to) >= FEWEST_FALLS and from_to.mean() > MOSTLY:
        return high - low + usual
    signed = low < 0
    for bits in WIDTHS:
        turn = 2**bits
        bottom = -turn // 2 if signed else 0
        if bottom <= low and high < bottom + turn:
            return turn if high >= bottom + NEAR_THE_TOP * turn else None
    return None


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
