"""Test whether angular rate turns the way, and as far, as gravity turns in the same pod.

Turned back by its own rotation, specific force averages to gravity over a stride or two, as no
runner gets faster for long. Turned by a rate that counts the other way round, as on mirrored axes
or by the left hand, it averages to less. (Negated acceleration passes: with an unchanged rate it
is that of the runner in a mirror.)
"""

from typing import Final

import numpy as np

from imu.frames import GRAVITY_MPS2, FloatArray
from imu.quality.conventions.over_strides import (
    Overview,
    furthest,
    spread,
    steps_at,
    turned_back,
    until_each,
    whole,
)

WINDOW_S: Final = 1.5
"""Two strides: a velocity gained over them is small against gravity."""
OVERLAP: Final = 3
MOST_WINDOWS: Final = 30
TELLING_MPS2: Final = 0.5
"""Windows in which both senses of rotation fit gravity to so much say nothing."""
FEWEST: Final = 5
CLEARLY: Final = 0.5
POOR_MPS2: Final = 0.8
"""Of 35 shanks of made-up people that were used to set it, right rates all fit better."""
TURNING_RADPS: Final = 1.0
AS_IS: Final = (0.9, 1.0, 1.1)
"""What the scale of a gyroscope, or a slow sampling of its swings, can be off by."""
FACTORS: Final = (0.1, 0.16, 0.25, 0.35, 0.5, 0.6, 0.7, 0.8, 1.2, 1.3, 1.4, 1.6, 2.0, 2.8, 4.0, 6.3)


def turns_with_gravity(
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    *,
    rate_hz: float,
    overview: Overview | None = None,
) -> bool | None:
    """Return whether rotation fits the acceleration: False where it does the other way round.

    `acc_mps2`, `gyr_radps` (n, 3), of one pod in its own axes; `overview` is theirs, if it is
    known. None where too little turns, as on a pelvis, or neither way fits.
    """
    force, turn_rad = _windows(acc_mps2, gyr_radps, rate_hz, overview)
    if len(force) < FEWEST:
        return None
    as_is, reversed_ = (_off_mps2(force, sign * turn_rad) for sign in (1.0, -1.0))
    telling = np.abs(as_is - reversed_) > TELLING_MPS2
    if np.count_nonzero(telling) < FEWEST:
        return None
    one, other = float(np.median(as_is[telling])), float(np.median(reversed_[telling]))
    if one < CLEARLY * other:
        return True
    return False if other < min(CLEARLY * one, POOR_MPS2) else None


def turn_factor(
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    *,
    rate_hz: float,
    overview: Overview | None = None,
) -> float | None:
    """Return by how much angular rate would have to be multiplied to turn as far as gravity does.

    Arguments as above. The same would be done by dividing `rate_hz`: turns are rates times the
    time between samples. None where it fits as it is, to about a quarter, where no factor fits or
    the other sign does as well, and where too little turns.
    """
    force, turn_rad = _windows(acc_mps2, gyr_radps, rate_hz, overview)
    swing = turn_rad.std(axis=1).max(axis=1, initial=0) * rate_hz
    turning = swing > TURNING_RADPS
    if np.count_nonzero(turning) < FEWEST:
        turning = swing > TURNING_RADPS / FACTORS[-1]
    if np.count_nonzero(turning) < FEWEST:
        return None
    force, turn_rad = force[turning], turn_rad[turning]

    def off(factor: float) -> float:
        return float(np.median(_off_mps2(force, factor * turn_rad)))

    as_is = min(map(off, AS_IS))
    if as_is < POOR_MPS2 or off(-1.0) < POOR_MPS2:  # may count the other way round as well
        return None
    fits = [off(factor) for factor in FACTORS]
    best = int(np.argmin(fits))
    return FACTORS[best] if fits[best] < min(CLEARLY * as_is, POOR_MPS2) else None


def _windows(
    acc_mps2: FloatArray,
    gyr_radps: FloatArray,
    rate_hz: float,
    overview: Overview | None,
) -> tuple[FloatArray, FloatArray]:
    """Return force and turns (k, n, 3) in windows all over a recording; none of a short one.

    Across lost samples the rate is taken to stay; windows with long losses are left out, and those
    in which a sensor clips.
    """
    if overview is None:
        overview = Overview.of(acc_mps2, gyr_radps, rate_hz=rate_hz)
    length = round(WINDOW_S * rate_hz)
    count = max((len(acc_mps2) - length) * OVERLAP // length + 1, 0)
    rows = (spread(count, MOST_WINDOWS) * length // OVERLAP)[:, None] + np.arange(length)
    steps, rates = steps_at(overview.index, rows), gyr_radps[rows]
    force = acc_mps2[rows]  # of which only that it clips exactly is asked: to see more takes long
    of_gyr = overview.ranges[1]
    use = whole(steps, (force, furthest(acc_mps2), None), (rates, furthest(gyr_radps), of_gyr))
    return force[use], until_each(rates[use]) * steps[use][..., None] / rate_hz


def _off_mps2(force: FloatArray, turn_rad: FloatArray) -> FloatArray:
    """Return by how much the mean of `force` (k, n, 3), turned back, is not gravity (k,)."""
    mean = turned_back(force, turn_rad).mean(axis=1)
    return np.asarray(np.abs(np.linalg.norm(mean, axis=1) - GRAVITY_MPS2))
