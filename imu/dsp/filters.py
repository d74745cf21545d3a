"""Zero-lag low-pass and high-pass filters for finite arrays.

Filters run forward and backward over finite arrays. A second-order pass there and back has its
-3 dB point at 0.80 of the design frequency; `corrected=True` moves the design so that -3 dB is at
the stated frequency (Alcantara 2022). Event features are stated uncorrected, peaks corrected.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import scipy

from imu import compiled
from imu.frames import FloatArray

BLOCK: Final = 131_072
CACHED: Final = 16_384
NEGLIGIBLE: Final = 1e-17
ComplexArray = npt.NDArray[np.complex128]


def lowpass(
    x: FloatArray,
    *,
    cutoff_hz: float,
    rate_hz: float,
    corrected: bool = False,
    gain: float = 1.0,
) -> FloatArray:
    """Low-pass `x` (n, ...) along its first axis, times `gain`: 2nd-order Butterworth, both ways.

    Whoever needs the result turned round or in another unit has it so without another pass.
    """
    if corrected and cutoff_hz < 0.45 * rate_hz:
        warped = np.tan(np.pi * cutoff_hz / rate_hz) / (np.sqrt(2) - 1) ** 0.25
        cutoff_hz = min(float(np.arctan(warped)) * rate_hz / np.pi, 0.449 * rate_hz)
    return _filtered(x, cutoff_hz, rate_hz, "lowpass", gain)


def highpass(x: FloatArray, *, cutoff_hz: float, rate_hz: float) -> FloatArray:
    """High-pass `x` (n, ...) along its first axis: 2nd-order Butterworth, both ways."""
    return _filtered(x, cutoff_hz, rate_hz, "highpass", 1.0)


def _filtered(
    x: FloatArray,
    cutoff_hz: float,
    rate_hz: float,
    kind: Literal["lowpass", "highpass"],
    gain: float,
    /,
) -> FloatArray:
    x = np.asarray(x, dtype=np.float64)
    if cutoff_hz >= 0.45 * rate_hz:
        return x if gain == 1.0 else gain * x
    sos, start, memory = _design(cutoff_hz, rate_hz, kind)
    pad = max(min(len(x) - 1, int(rate_hz)), 0)
    rows = np.empty((x[:1].size, len(x) + 2 * pad))
    for row, channel in zip(rows, x.reshape(len(x), -1).T, strict=True):
        _extend(row, channel, pad, gain)
    if compiled.usable(len(x)) and rows.shape[1] >= compiled.PIECES * memory:
        from imu.compiled.biquads import both_ways  # it needs numba

        both_ways(rows, sos[0], start[0], memory)
    else:
        _in_pairs(sos, start, memory, rows)
    return rows[:, pad : pad + len(x)].T.reshape(x.shape)


def _in_pairs(sos: FloatArray, start: FloatArray, memory: int, rows: FloatArray) -> None:
    """Filter `rows` (c, n) in place.

    The recursion is serial, so a complex signal costs hardly more than a real one: two channels,
    or two halves of one, are filtered as its real and imaginary part.
    """
    alone = min((rows.shape[1] + 1) // 2 + memory, rows.shape[1])
    work = np.empty(rows.shape[1] if len(rows) > 1 else alone, dtype=np.complex128)
    for first in range(0, len(rows) - 1, 2):
        work.real, work.imag = rows[first : first + 2]
        _both_ways(sos, start, work)
        rows[first], rows[first + 1] = work.real, work.imag
    if len(rows) % 2:
        _in_halves(sos, start, rows[-1], work[:alone])


@lru_cache(maxsize=64)
def _design(
    cutoff_hz: float, rate_hz: float, kind: Literal["lowpass", "highpass"], /
) -> tuple[FloatArray, FloatArray, int]:
    """Return a filter, its state after a long time at 1, and how many samples it remembers."""
    sos = scipy.signal.butter(2, cutoff_hz, kind, fs=rate_hz, output="sos")
    return sos, scipy.signal.sosfilt_zi(sos), _memory_samples(sos)


def _memory_samples(sos: FloatArray) -> int:
    """Return the samples after which the initial state of a filter has decayed."""
    slowest = float(np.abs(np.roots(sos[0, 3:])).max())
    return int(np.ceil(np.log(NEGLIGIBLE) / np.log(slowest)))


def _in_halves(sos: FloatArray, start: FloatArray, x: FloatArray, work: ComplexArray) -> None:
    """Filter `x` (n,) in place as two halves, in `work`, which is longer than one of them.

    Each overlaps the other so far that the initial state has decayed.
    """
    half, length = (len(x) + 1) // 2, len(work)
    work.real, work.imag = x[:length], x[-length:]
    _both_ways(sos, start, work)
    x[:half], x[half:] = work.real[:half], work.imag[length - len(x) + half :]


def _extend(padded: FloatArray, x: FloatArray, pad: int, gain: float) -> None:
    """Write `gain` times `x` (n,) into `padded` (n + 2 pad,), with odd reflection at both ends."""
    x = np.multiply(x, gain, out=padded[pad : pad + len(x)])
    padded[:pad] = 2 * x[0] - x[pad:0:-1]
    padded[pad + len(x) :] = 2 * x[-1] - x[-2 : -pad - 2 : -1]


def _both_ways(sos: FloatArray, start: FloatArray, x: FloatArray | ComplexArray) -> None:
    """Filter `x` (n,) in place, forward and backward, as `scipy.signal.sosfiltfilt` does."""
    for way in (x, x[::-1]):
        state = start * way[0]
        for first in range(0, len(way), BLOCK):  # in blocks that stay in the processor's cache
            block = way[first : first + BLOCK]
            block[:], state = scipy.signal.sosfilt(sos, block, zi=state)


def blocks(n: int) -> Iterator[slice]:
    """Cut `n` samples into pieces so small that intermediate results stay in the cache."""
    return (slice(first, first + CACHED) for first in range(0, n, CACHED))
