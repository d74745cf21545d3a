"""Polar PMD, number the samples of a stream by its time stamps, and join two streams of one pod.

Nothing is counted by the pod: a frame says when its last sample was taken, and how many samples it
holds follows from its size. What was lost shows as more time between two frames than the samples
of the later one take.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from imu.frames import BoolArray, FloatArray, IntArray

RATES_HZ: Final = (5.0, 2000.0)
"""Between these lies any rate of these pods; a stamp that says another is damaged."""
FEWEST: Final = 0.25
NEAR: Final = 9  # frames over which the clocks of two streams are compared


@dataclass(frozen=True)
class Stream:
    """Frames of one stream, in order: (k,) samples in each, time of the last, and its arrival.

    `counts` (n, 3) are the samples of all, `place` (k,) is that of a frame among all packets.
    """

    counts: IntArray
    per_frame: IntArray
    last_ns: IntArray
    host_s: FloatArray
    place: IntArray

    def part(self, frames: BoolArray) -> "Stream":
        """Return some of the frames."""
        return Stream(
            self.counts[np.repeat(frames, self.per_frame)],
            self.per_frame[frames],
            self.last_ns[frames],
            self.host_s[frames],
            self.place[frames],
        )


@dataclass(frozen=True)
class Numbered:
    """Index of the last sample of each frame (k,), index and time of each sample (n,)."""

    last: IntArray
    index: IntArray
    time_ns: IntArray
    period_ns: float


def period_ns(stream: Stream, otherwise_ns: float) -> float:
    """Return the time from one sample to the next, from the frames between which nothing is lost.

    A quarter of the frames at least must follow one another; a single one takes `otherwise_ns`.
    """
    step_ns, taken = np.diff(stream.last_ns), stream.per_frame[1:]
    if not len(step_ns):
        return otherwise_ns
    shortest_ns, longest_ns = 1e9 / RATES_HZ[1], 1e9 / RATES_HZ[0]
    usual_ns = float(np.clip(np.quantile(step_ns / taken, FEWEST), shortest_ns, longest_ns))
    follows = np.abs(step_ns - taken * usual_ns) < usual_ns / 2
    if not follows.any():
        return usual_ns
    exact_ns = float(step_ns[follows].sum() / taken[follows].sum())
    return float(np.clip(exact_ns, shortest_ns, longest_ns))


def numbered(stream: Stream, sample_ns: float, nominal_ns: float) -> Numbered:
    """Return the samples of a stream with numbers; they are `sample_ns` apart.

    The first is numbered by its time at the nominal rate, so that the same sample has nearly the
    same number in any part of a recording; the others are counted from it.
    """
    taken, last_ns = stream.per_frame, stream.last_ns
    step_ns = np.diff(last_ns)
    lost = np.abs(step_ns - taken[1:] * sample_ns) >= sample_ns / 2
    passed = np.rint(step_ns / sample_ns).astype(np.int64)
    steps = np.where(lost, np.maximum(taken[1:], passed), taken[1:])
    first = round((int(last_ns[0]) - (int(taken[0]) - 1) * sample_ns) / nominal_ns)
    last = first + int(taken[0]) - 1 + np.concatenate([[0], np.cumsum(steps)])
    # Within a frame samples are as far apart as usual, or as the frame before it leaves room for.
    apart_ns = np.concatenate([[sample_ns], np.minimum(step_ns / taken[1:], sample_ns)])
    to_last = np.repeat(np.cumsum(taken), taken) - 1 - np.arange(len(stream.counts))
    back_ns = np.rint(to_last * np.repeat(apart_ns, taken)).astype(np.int64)
    return Numbered(
        last=last,
        index=np.repeat(last, taken) - to_last,
        time_ns=np.repeat(last_ns, taken) - back_ns,
        period_ns=sample_ns,
    )


def renumbered(other: Numbered, taken: IntArray, last_ns: IntArray, grid: Numbered) -> Numbered:
    """Return `other` with the numbers that its samples have by the clock of `grid`.

    `taken` and `last_ns` (k,) are those of the frames of `other`. A sample gets the number of the
    one of `grid` nearest to it in time. Which that is follows from frames around it, for a stamp
    may jitter: where two streams run at their own pace, a sample is skipped or unpaired now and
    then, none is moved or made up.
    """
    ahead = _position(last_ns, grid) - other.last
    usual = float(np.median(ahead))
    shift = np.rint(_smoothed(ahead - usual)) + np.rint(usual)
    shift = shift.astype(np.int64)
    index = other.index + np.repeat(shift, taken)
    return Numbered(other.last + shift, index, other.time_ns, other.period_ns)


def _position(time_ns: IntArray, grid: Numbered) -> FloatArray:
    """Return where times (k,) lie among the samples of `grid`, a whole number at each of them."""
    since_ns = (time_ns - grid.time_ns[0]).astype(np.float64)
    at_ns = (grid.time_ns - grid.time_ns[0]).astype(np.float64)
    before = np.minimum(since_ns, 0) / grid.period_ns
    after = np.maximum(since_ns - at_ns[-1], 0) / grid.period_ns
    return np.asarray(np.interp(since_ns, at_ns, grid.index) + before + after, dtype=np.float64)


def _smoothed(values: FloatArray) -> FloatArray:
    """Return the median of each value (k,) and those around it."""
    half = min(NEAR, len(values)) // 2
    around = np.pad(values, half, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(around, 2 * half + 1)
    return np.asarray(np.median(windows, axis=1), dtype=np.float64)
