"""Find where a gyroscope rests, as VQF does (Laidig & Seel 2023), and what it reads there."""

from typing import Final

import numpy as np
import scipy

from imu.dsp.filters import blocks
from imu.dsp.gaps import stretches
from imu.frames import BoolArray, FloatArray

REST_S, REST_TAU_S, REST_DPS, REST_MPS2 = 1.5, 0.5, 2.0, 0.5
"""VQF's defaults: what counts as rest."""
CLIP_DPS: Final = 2.0
"""VQF's default: no bias is greater."""
RUN_IN: Final = 8
"""Time constants before a rest, from which on its low-pass is followed."""


def rests(
    rates: FloatArray,
    acc: FloatArray,
    parts: list[tuple[int, int]],
    lowpass: FloatArray,
    block: int,
    rate_hz: float,
) -> tuple[BoolArray, FloatArray]:
    """Return which `block` of samples ends at rest (b,), and the slow rates then (b, 3).

    `rates`, `acc` (3, n) lie in `parts`, each begin and end. At rest no rate and no force is far
    from its slow course, that of `lowpass` (`lowpass_of`), for `REST_S`, and no slow rate large.
    """
    count = rates.shape[1] // block + 1
    resting, at_rest = np.zeros(count, dtype=bool), np.zeros((count, 3))
    least = REST_S * rate_hz
    quiet = _hardly_turning(rates, max(int(least), 1))
    for begin, end in parts:
        for since, until in zip(*stretches(quiet[begin:end]), strict=True):
            if until - since < least:
                continue
            first = max(begin + since - round(RUN_IN * lowpass[5]), begin)
            moved, state = begin + since - 1, None
            for piece in blocks(begin + until - first):
                at = first + np.arange(piece.start, min(piece.stop, begin + until - first))
                part = slice(at[0], at[-1] + 1)
                slow, state = _slow(np.vstack([rates[:, part], acc[:, part]]), lowpass, state)
                still = _still(rates[:, part], acc[:, part], slow)
                last_moved = np.maximum.accumulate(np.where(still, moved, np.maximum(at, moved)))
                ends = np.flatnonzero(((at + 1) % block == 0) & (at - last_moved >= least))
                resting[at[ends] // block] = True
                at_rest[at[ends] // block] = slow[:3, ends].T
                moved = last_moved[-1]
    return resting, at_rest


def _hardly_turning(rates: FloatArray, least: int) -> BoolArray:
    """Return where `rates` (3, n) are so small that it can be rest, for `least` samples on end.

    Such a stretch has one of every `least` samples in it, so only around these the others count.
    """
    quiet = np.zeros(rates.shape[1], dtype=bool)
    starts, stops = stretches(_small(rates[:, ::least]))
    for first, last in zip(np.maximum(starts - 1, 0) * least, stops * least, strict=True):
        for piece in blocks(min(last, len(quiet)) - first):
            part = slice(first + piece.start, min(first + piece.stop, last))
            quiet[part] = _small(rates[:, part])
    return quiet


def _small(rates: FloatArray) -> BoolArray:
    limit = np.radians(REST_DPS) + np.sqrt(3) * np.radians(CLIP_DPS)
    x, y, z = rates
    return np.asarray(x * x + y * y + z * z < limit**2)


def _still(rates: FloatArray, acc: FloatArray, slow: FloatArray) -> BoolArray:
    """Return where `rates` and `acc` (3, m) are close to their slow course (6, m)."""
    off_rate, off_force = (
        np.sum((x - course) ** 2, axis=0) for x, course in ((rates, slow[:3]), (acc, slow[3:]))
    )
    most = np.abs(slow[:3]).max(axis=0)
    near = (off_rate < np.radians(REST_DPS) ** 2) & (off_force < REST_MPS2**2)
    return np.asarray(near & (most <= np.radians(CLIP_DPS)))


def _slow(
    x: FloatArray, lowpass: FloatArray, state: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Return `x` (c, m) low-passed, and the state after it; without one it is the mean at first."""
    b0, b1, b2, a1, a2, begins = lowpass
    mean = x[:, : 0 if state is not None else int(np.ceil(begins))]
    slow = np.cumsum(mean, axis=1) / np.arange(1, mean.shape[1] + 1)
    if state is None:
        state = slow[:, -1:] * [1 - b0, b2 - a2]
    later, state = scipy.signal.lfilter(
        [b0, b1, b2], [1, a1, a2], x[:, mean.shape[1] :], axis=1, zi=state
    )
    return np.concatenate([slow, later], axis=1), state
