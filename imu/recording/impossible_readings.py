"""Mark samples that no sensor can have read as missing, and count them per pod.

A flipped bit or a broken decoder leaves single samples of a hundred thousand m/s² in a record. A
filter spreads each over half a second, so they are removed before filtering.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from imu.frames import GRAVITY_MPS2, BoolArray, FloatArray, Placement
from imu.recording.recording import Recording, Sensor

HIGHEST_ACC_MPS2: Final = 400 * GRAVITY_MPS2
"""Of any accelerometer worn by people: high-g parts end at 200 or 400 g."""
HIGHEST_GYR_RADPS: Final = float(np.radians(8000.0))
"""Twice the widest range sold, 4000 degrees per second."""
BEYOND_RANGE: Final = 2.0
"""Of full scale: people declare a range one step too small (8 for 16 g), and calibration adds."""


def without_impossible_readings(recording: Recording) -> tuple[Recording, dict[Placement, int]]:
    """Return the recording with impossible samples missing (NaN), and how many per pod had any."""
    sensors, count = dict(recording.sensors), {}
    for placement, sensor in recording.sensors.items():
        acc_limit = _limit(sensor.acc_range_mps2, HIGHEST_ACC_MPS2)
        gyr_limit = _limit(sensor.gyr_range_radps, HIGHEST_GYR_RADPS)
        if sensor.largest_mps2 <= acc_limit and sensor.largest_radps <= gyr_limit:
            continue
        bad = _impossible(sensor.acc_mps2, acc_limit, HIGHEST_ACC_MPS2)
        if sensor.gyr_radps is not None:
            bad |= _impossible(sensor.gyr_radps, gyr_limit, HIGHEST_GYR_RADPS)
        if bad.any():
            count[placement] = int(bad.sum())
            sensors[placement] = _without(sensor, bad)
    return (replace(recording, sensors=sensors) if count else recording), count


def _limit(full_scale: float | None, highest: float) -> float:
    """Return the largest value that a sensor of this full scale can have read."""
    return highest if full_scale is None else min(highest, BEYOND_RANGE * full_scale)


def _impossible(x: FloatArray, limit: float, highest: float) -> BoolArray:
    """Return True (n,) where an axis of `x` (n, 3) lies beyond its range or that of any sensor.

    The stated range counts only while it holds for nearly all samples: else it is the wrong one.
    """
    bad = _beyond(x, limit)
    return bad if bad.mean() < RARE else _beyond(x, highest)


RARE: Final = 1e-3


def _beyond(x: FloatArray, limit: float) -> BoolArray:
    return np.asarray(np.logical_or.reduce([np.abs(axis) > limit for axis in x.T]))


def _without(sensor: Sensor, bad: BoolArray) -> Sensor:
    """Return the sensor with the samples `bad` (n,) missing."""
    gyr = None if sensor.gyr_radps is None else np.where(bad[:, None], np.nan, sensor.gyr_radps)
    acc = np.where(bad[:, None], np.nan, sensor.acc_mps2)
    return replace(sensor, acc_mps2=acc, gyr_radps=gyr, valid=sensor.valid & ~bad)


def named(count: Mapping[Placement, int]) -> list[str]:
    """Return one sentence per pod that had impossible readings."""
    return [
        f"{placement.replace('_', ' ')}: {_samples(n)} beyond what the sensor can read, taken as "
        "missing; check how the file was decoded"
        for placement, n in count.items()
    ]


def _samples(n: int) -> str:
    return "1 sample" if n == 1 else f"{n} samples"
