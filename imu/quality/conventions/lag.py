"""See whether the gyroscope of a pod shows a movement when its accelerometer does.

By when each of them begins to move, to some tenths of a second, whatever the movement; and by what
both make of gravity over strides, to a sample, but only within a step, as steps are alike.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from imu.dsp.filters import lowpass
from imu.dsp.rows import norm
from imu.frames import BoolArray, FloatArray, IntArray
from imu.quality.conventions.gravity import moments
from imu.quality.conventions.over_strides import (
    Overview,
    ranges_seen,
    strides,
    windows_of_movement,
)

WITHIN_S: Final = 0.44
STEP_S: Final = 0.02
SEARCHED: Final = 8
PART_S: Final = 0.1
MOVES: Final = 0.1
"""Of how much a sensor usually shakes in movement."""
ROUNDING: Final = 1e-12
"""Of a mean square: less of a spread may be what sums round, of a sensor that says one value."""
STRIDE_S: Final = 1.0
UNLIKE: Final = 0.4
"""Of the time in which one of both sensors moves: more must not be left of it."""
MOST_SHIFTED: Final = 0.5
"""Of a recording: what is left beside each other after more says little of how alike it is."""
ONSET_S: Final = 0.6
"""Right pods begin to move in both sensors within 0.4 s."""
ALIKE: Final = 1.5
LIKELY_S: Final = 0.4
LEAST_LAG_S: Final = 0.012
"""Less is a sample, or the scale of a gyroscope: a right shank at 120 Hz gave 8 ms."""
MOST_MINIMA: Final = 4
OFF_MPS2: Final = 0.4
WELL: Final = 0.6
SHOCK_HZ: Final = 12.0
SOME_S: Final = 120.0
LONGEST_SHOCK_S: Final = 0.18
"""Half a step: landings come with every step."""
SHOCKS_S: Final = (-0.05, 0.13)
USUAL_SHOCK_S: Final = 0.02
"""Right pelvis pods gave -5 to 80 ms on 56 made-up people, 20 in the median, a real one 0 to 7."""
ALIKE_SHOCKS: Final = 0.5
"""Correlation: 0.54 and more of the same, 0.93 of the real one."""


def lag_s(
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    *,
    rate_hz: float,
    pelvis: bool = False,
    own_clocks: bool = False,
    overview: Overview | None = None,
) -> float | None:
    """Return by how much later than it stands angular rate (n, 3) fits the acceleration (n, 3).

    None where it fits as it stands, where no lag does, and where too little turns. A `pelvis` turns
    so little that only a lag of some tenths of a second is seen, and roughly; one of a tenth by its
    shocks, which is asked where the sensors have `own_clocks`. `overview` is theirs, if known.
    """
    apart_s = _onsets_apart_s(acc_mps2, gyr_radps, rate_hz)
    if pelvis:
        if abs(apart_s) > ONSET_S:
            return apart_s
        some = slice(round(SOME_S * rate_hz))
        return _by_shocks_s(acc_mps2[some], gyr_radps[some], rate_hz) if own_clocks else None
    if overview is None:
        overview = Overview.of(acc_mps2, gyr_radps, rate_hz=rate_hz)
    seen = strides(acc_mps2, gyr_radps, overview, rate_hz=rate_hz)
    if abs(apart_s) < ONSET_S and not abs(seen.off_mps2()) > OFF_MPS2:
        return None
    found = best_lag(acc_mps2, gyr_radps, overview, rate_hz=rate_hz, around_s=apart_s)
    late = found is not None and abs(found[0]) > LEAST_LAG_S
    if found is not None and late and found[1] < WELL * seen.misfit_mps2():
        return found[0]
    return apart_s if abs(apart_s) > ONSET_S else None


def _by_shocks_s(acc_mps2: FloatArray, gyr_radps: FloatArray, rate_hz: float) -> float | None:
    """Return the same by the shocks of landing, which both sensors of a pod feel at once."""
    longest = round(LONGEST_SHOCK_S * rate_hz)
    if len(acc_mps2) < 10 * longest:
        return None
    one, other = (_shaking(x, rate_hz) for x in (acc_mps2, np.gradient(gyr_radps, axis=0)))
    inner = slice(longest, -longest)
    alike = np.array([one[inner] @ np.roll(other, k)[inner] for k in range(-longest, longest + 1)])
    alike /= max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-12)
    best = int(np.argmax(alike))
    later_s = (best - longest) / rate_hz
    inside = SHOCKS_S[0] < later_s < SHOCKS_S[1]
    return None if inside or alike[best] < ALIKE_SHOCKS else later_s - USUAL_SHOCK_S


def _shaking(x: FloatArray, rate_hz: float) -> FloatArray:
    """Return how strongly a sensor (n, 3) shakes above the movement of the body, about its mean."""
    quick = x - lowpass(x, cutoff_hz=SHOCK_HZ, rate_hz=rate_hz)
    size = np.sqrt(np.maximum(lowpass(norm(quick) ** 2, cutoff_hz=SHOCK_HZ, rate_hz=rate_hz), 0))
    return np.asarray(size - size.mean())


def _onsets_apart_s(acc_mps2: FloatArray, gyr_radps: FloatArray, rate_hz: float) -> float:
    """Return how much later the accelerometer begins to move, 0 where that is not seen.

    Both must then rest and move alike all through: a walk shakes one sensor more than the other.
    """
    acc, gyr = (_moves(x, rate_hz) for x in (acc_mps2, gyr_radps))
    first, other = _onset(acc), _onset(gyr)
    if first is None or other is None or first == other:
        return 0.0
    later = first - other
    if abs(later) > MOST_SHIFTED * len(acc):
        return 0.0
    moved = gyr[: len(gyr) - later] if later > 0 else gyr[-later:]
    beside = acc[later:] if later > 0 else acc[: len(acc) + later]
    if np.mean(moved != beside) > UNLIKE * np.mean(acc != gyr):
        return 0.0
    return later * max(round(PART_S * rate_hz), 3) / rate_hz


def _moves(x: FloatArray, rate_hz: float) -> BoolArray:
    """Return in which parts (k,) of a recording a sensor (n, 3) moves, or will within a stride."""
    part = max(round(PART_S * rate_hz), 3)
    count = len(x) // part
    if not count:
        return np.zeros(0, dtype=bool)
    mean, square = moments(x, part)
    spread = square - mean**2
    shake = np.sqrt(np.where(spread > ROUNDING * square, spread, 0)).sum(axis=1)
    moves = shake > MOVES * np.percentile(shake, 75)
    return np.asarray(np.convolve(moves, np.ones(round(STRIDE_S / PART_S)))[-count:] > 0)


def _onset(moves: BoolArray) -> int | None:
    """Return in which part a sensor first moves after a second of rest, None where it does not."""
    rest = round(1 / PART_S)
    if len(moves) <= rest:
        return None
    quiet = np.flatnonzero(np.convolve(moves, np.ones(rest), "valid") == 0)
    if not len(quiet):
        return None
    after = np.flatnonzero(moves[quiet[0] :])
    return int(quiet[0] + after[0]) if len(after) else None


def best_lag(
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    overview: Overview,
    *,
    rate_hz: float,
    around_s: float = 0.0,
) -> tuple[float, float] | None:
    """Return how much later rates fit best, s, and what that leaves (`Strides.misfit_mps2`).

    All lags are tried within half a stride of none and of `around_s`. A rate that is late makes too
    much of gravity and one that is early too little, but for whole strides: of lags that fit alike
    the smallest counts, or that nearest to `around_s` where that is large. None with too little
    movement.
    """
    fewer = replace(
        overview,
        rows=windows_of_movement(acc_mps2, rate_hz=rate_hz, most=SEARCHED),
        ranges=ranges_seen(acc_mps2, gyr_radps),
    )

    def tried(lags: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return what lags leave, and by how much gravity is off."""
        seen = [
            strides(acc_mps2, gyr_radps, fewer, rate_hz=rate_hz, later=lag) for lag in lags.tolist()
        ]
        left, off = ([one.misfit_mps2() for one in seen], [one.off_mps2() for one in seen])
        return np.array(left), np.array(off)

    step = max(round(STEP_S * rate_hz), 1)
    within, middle = round(WITHIN_S * rate_hz), round(around_s * rate_hz)
    near = np.arange(-within // step * step, within + 1, step)
    lags = np.unique(np.concatenate([near, middle + near]))
    left, off = tried(lags)
    if not np.isfinite(left).any():
        return None
    found: list[tuple[float, int]] = []
    for lag in lags[_lowest(left, off)]:
        close = lag + np.arange(1 - step, step)
        fits, _ = tried(close)
        found.append((float(np.nanmin(fits)), int(close[int(np.nanargmin(fits))])))
    if not found:
        return None
    likely = middle if abs(around_s) > LIKELY_S else 0
    alike = [one for one in found if one[0] <= ALIKE * min(found)[0]]
    fit, lag = min(alike, key=lambda one: abs(one[1] - likely))
    return lag / rate_hz, fit


def _lowest(left: FloatArray, off: FloatArray) -> IntArray:
    """Return where the lowest of the local minima are at which gravity grows with the lag."""
    padded = np.concatenate([[np.inf], np.nan_to_num(left, nan=np.inf), [np.inf]])
    lowest = (padded[1:-1] <= padded[:-2]) & (padded[1:-1] <= padded[2:])
    minima = np.flatnonzero(lowest & (np.gradient(off) > 0))
    return minima[np.argsort(left[minima])][:MOST_MINIMA]
