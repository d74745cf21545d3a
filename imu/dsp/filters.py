"""Zero-lag filters and sub-sample timing: the numerical grammar of every event and metric.

Filters run forward and backward over finite arrays. A second-order pass there and back has its
-3 dB point at 0.80 of the design frequency; `corrected=True` moves the design so that -3 dB is at
the stated frequency (Alcantara 2022). Event features are stated uncorrected, peaks corrected.
"""

from collections.abc import Iterator
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt, sosfilt_zi

from imu.frames import BoolArray, FloatArray, IntArray

BLOCK: Final = 131_072
CACHED: Final = 16_384
FORGOTTEN: Final = 1e-17
ComplexArray = npt.NDArray[np.complex128]


def lowpass(
    x: FloatArray, *, cutoff_hz: float, rate_hz: float, corrected: bool = False
) -> FloatArray:
    """Low-pass `x` (n, ...) along its first axis: 2nd-order Butterworth, both ways."""
    if corrected and cutoff_hz < 0.45 * rate_hz:
        warped = np.tan(np.pi * cutoff_hz / rate_hz) / (np.sqrt(2) - 1) ** 0.25
        cutoff_hz = min(float(np.arctan(warped)) * rate_hz / np.pi, 0.449 * rate_hz)
    return _filtered(x, cutoff_hz, rate_hz, "lowpass")


def highpass(x: FloatArray, *, cutoff_hz: float, rate_hz: float) -> FloatArray:
    """High-pass `x` (n, ...) along its first axis: 2nd-order Butterworth, both ways."""
    return _filtered(x, cutoff_hz, rate_hz, "highpass")


def _filtered(
    x: FloatArray, cutoff_hz: float, rate_hz: float, kind: Literal["lowpass", "highpass"], /
) -> FloatArray:
    x = np.asarray(x, dtype=np.float64)
    if cutoff_hz >= 0.45 * rate_hz:
        return x
    sos = butter(2, cutoff_hz, kind, fs=rate_hz, output="sos")
    pad = max(min(len(x) - 1, int(rate_hz)), 0)
    rows = np.empty((x[:1].size, len(x) + 2 * pad))
    for row, channel in zip(rows, x.reshape(len(x), -1).T, strict=True):
        _extend(row, channel, pad)
    alone = min((rows.shape[1] + 1) // 2 + _memory_samples(sos), rows.shape[1])
    work = np.empty(rows.shape[1] if len(rows) > 1 else alone, dtype=np.complex128)
    # Each step of the filter waits for the one before, so a complex signal costs hardly more than
    # a real one: two channels, or two halves of one, ride as its real and imaginary part.
    for first in range(0, len(rows) - 1, 2):
        work.real, work.imag = rows[first : first + 2]
        _both_ways(sos, work)
        rows[first], rows[first + 1] = work.real, work.imag
    if len(rows) % 2:
        _in_halves(sos, rows[-1], work[:alone])
    return rows[:, pad : pad + len(x)].T.reshape(x.shape)


def _memory_samples(sos: FloatArray) -> int:
    """Return after how many samples a filter has forgotten where it began."""
    slowest = float(np.abs(np.roots(sos[0, 3:])).max())
    return int(np.ceil(np.log(FORGOTTEN) / np.log(slowest)))


def _in_halves(sos: FloatArray, x: FloatArray, work: ComplexArray) -> None:
    """Filter `x` (n,) in place as two halves, in `work`, which is longer than one of them.

    Each begins so much early that it has forgotten where it began.
    """
    half, length = (len(x) + 1) // 2, len(work)
    work.real, work.imag = x[:length], x[-length:]
    _both_ways(sos, work)
    x[:half], x[half:] = work.real[:half], work.imag[length - len(x) + half :]


def _extend(room: FloatArray, x: FloatArray, pad: int) -> None:
    """Put `x` (n,) into `room` (n + 2 pad,), turned about its first and last sample beyond them."""
    room[:pad] = 2 * x[0] - x[pad:0:-1]
    room[pad : pad + len(x)] = x
    room[pad + len(x) :] = 2 * x[-1] - x[-2 : -pad - 2 : -1]


def _both_ways(sos: FloatArray, x: FloatArray | ComplexArray) -> None:
    """Filter `x` (n,) in place, forward and backward, as `scipy.signal.sosfiltfilt` does."""
    for way in (x, x[::-1]):
        state = sosfilt_zi(sos) * way[0]
        for first in range(0, len(way), BLOCK):  # in blocks that stay in the processor's cache
            block = way[first : first + BLOCK]
            block[:], state = sosfilt(sos, block, zi=state)


def blocks(n: int) -> Iterator[slice]:
    """Cut `n` samples into pieces: what is made of one of them on the way stays in the cache."""
    return (slice(first, first + CACHED) for first in range(0, n, CACHED))


def stretches(mask: BoolArray) -> tuple[IntArray, IntArray]:
    """Return where each run of True in `mask` (n,) begins, and where it has ended, (k,) each."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.view(np.int8), [0]])))
    return edges[::2], edges[1::2]


def bridges(x: FloatArray, valid: BoolArray) -> tuple[IntArray, FloatArray]:
    """Return the invalid samples (h,) of `x` (n, k), and straight lines across them (h, k).

    Level before the first and after the last valid sample.
    """
    hole = np.flatnonzero(~valid)
    begins, ends = np.diff(hole, prepend=-2) > 1, np.diff(hole, append=len(x) + 1) > 1
    number = np.cumsum(begins) - 1
    before, after = (hole[begins] - 1)[number], (hole[ends] + 1)[number]
    before, after = np.where(before < 0, after, before), np.where(after == len(x), before, after)
    share = (hole - before) / np.maximum(after - before, 1)
    return hole, x[before] + share[:, None] * (x[after] - x[before])


def bridged(x: FloatArray, valid: BoolArray, *, turn: FloatArray | None = None) -> FloatArray:
    """Return `x` (n, k) with straight lines across invalid samples, in axes of its own if `turn`.

    For filters only, which need finite numbers; whatever is computed there is masked afterwards.
    `turn` (k, k) is the rotation into the other axes. Every axis is contiguous: they are read one
    at a time.
    """
    hole, rows = bridges(x, valid)
    if turn is None and not len(hole):
        return x
    result = np.array(x.T, order="C") if turn is None else turn @ x.T
    result[:, hole] = rows.T if turn is None else turn @ rows.T
    return result.T


def moving_sum(x: FloatArray | BoolArray, *, reach_samples: int) -> FloatArray | IntArray:
    """Return the sum of `x` (n,) over all samples within reach of each; cut at the ends."""
    n, reach = len(x), reach_samples
    sums = np.zeros(n + 2 * reach + 1, dtype=np.int64 if x.dtype == bool else np.float64)
    np.cumsum(x, out=sums[reach + 1 : reach + 1 + n])
    sums[reach + 1 + n :] = sums[reach + n]
    return np.asarray(sums[2 * reach + 1 :] - sums[: -(2 * reach + 1)])


def near(mask: BoolArray, *, reach_samples: int) -> BoolArray:
    """Return True (n,) within `reach_samples` of a sample that is True."""
    if not mask.any():
        return np.zeros(len(mask), dtype=bool)
    return np.asarray(moving_sum(mask, reach_samples=reach_samples) > 0)


def throughout(
    good: BoolArray, start: FloatArray | IntArray, stop: FloatArray | IntArray
) -> BoolArray:
    """Return True (k,) where `good` (n,) holds in all of ``[start, stop]``; False if NaN."""
    known = np.isfinite(start) & np.isfinite(stop)
    if good.all():
        return known
    bad = np.concatenate([[0], np.cumsum(~good)])
    low = np.clip(np.floor(np.where(known, start, 0)), 0, len(good)).astype(np.int64)
    high = np.clip(np.ceil(np.where(known, stop, 0)) + 1, low, len(good)).astype(np.int64)
    return np.asarray(known & (bad[high] == bad[low]))


def size(vectors: FloatArray) -> FloatArray:
    """Return the lengths (n,) of `vectors` (n, 3)."""
    x, y, z = vectors.T
    return np.asarray(np.sqrt(x * x + y * y + z * z))


def windows(x: FloatArray, start: IntArray, length: int) -> FloatArray:
    """Return ``x[start[i]:start[i] + length]`` as rows (k, length); the ends repeat."""
    index = np.clip(start[:, None] + np.arange(length), 0, len(x) - 1)
    return np.asarray(x[index])


LEAST_PART, LARGEST_PART = 4_096, 1_048_576


def windows_in_parts(length: IntArray) -> Iterator[tuple[IntArray | slice, int, int]]:
    """Cut windows of unequal `length` (k,) into parts that can be laid out as a matrix each.

    Yields which windows go on, from which of their samples, and over how many. Windows of about
    one length are one part. A single long one (from the last step before a pause to the first one
    after it) makes no matrix wide: what it has more is looked at in parts no larger than the first.
    """
    longest, offset = int(np.max(length, initial=1)), 0
    going_on: IntArray | slice = slice(None)
    most = LARGEST_PART
    while offset < longest:
        left = length[going_on] - offset
        middle = max((len(left) - 1) // 2, 0)
        usual = max(int(np.partition(left, middle)[middle]), 1) if len(left) else 1
        width = longest - offset if longest - offset <= 2 * usual else usual
        width = max(min(width, most // max(len(left), 1)), 1)
        yield going_on, offset, width
        most = max(min(most, len(left) * width), LEAST_PART)
        offset += width
        going_on = np.flatnonzero(length > offset)


def argmax_in(x: FloatArray, start: IntArray, stop: IntArray) -> IntArray:
    """Return the position in `x` (n,), finite, of the highest sample of each ``[start, stop)``.

    Shape (k,); of equal ones the first. Intervals are cut to the array; an empty one gives its
    start.
    """
    start = np.clip(start, 0, len(x) - 1)
    length = np.clip(stop, start + 1, len(x)) - start
    at, most = start.copy(), np.full(len(start), -np.inf)
    for some, offset, width in windows_in_parts(length):
        inside = np.arange(width) < (length[some] - offset)[:, None]
        rows = np.where(inside, windows(x, start[some] + offset, width), -np.inf)
        column = np.argmax(rows, axis=1)
        found = np.take_along_axis(rows, column[:, None], axis=1)[:, 0]
        at[some] = np.where(found > most[some], start[some] + offset + column, at[some])
        most[some] = np.maximum(found, most[some])
    return at


def refine_peak(x: FloatArray, at: IntArray) -> FloatArray:
    """Return fractional positions (k,) of the extrema of `x` near `at`: parabola of three."""
    inner = np.clip(at, 1, len(x) - 2)
    before, middle, after = x[inner - 1], x[inner], x[inner + 1]
    bend = before - 2 * middle + after
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = 0.5 * (before - after) / bend
    shift = np.where(np.isfinite(shift) & (np.abs(shift) <= 1), shift, 0.0)
    return np.asarray(np.where(inner == at, at + shift, at))


def last_crossing(x: FloatArray, level: FloatArray, start: IntArray, stop: IntArray) -> FloatArray:
    """Return where `x` last rises through `level` (k,) in each ``[start, stop]``; NaN if never.

    Fractional positions (k,), linear between samples.
    """
    last = np.full(len(start), -1)
    for some, offset, width in windows_in_parts(stop - start):
        rows = windows(x, start[some] + offset, width + 1)
        inside = np.arange(width) < (stop - start)[some][:, None] - offset
        rises = (rows[:, :-1] < level[some][:, None]) & (rows[:, 1:] >= level[some][:, None])
        rises &= inside
        column = width - 1 - np.argmax(rises[:, ::-1], axis=1)
        last[some] = np.where(rises.any(axis=1), offset + column, last[some])
    known = last >= 0
    step = start + np.maximum(last, 0)
    low, high = (x[np.clip(step + ahead, 0, len(x) - 1)] for ahead in (0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        at = step + (level - low) / (high - low)
    return np.asarray(np.where(known, at, np.nan))
