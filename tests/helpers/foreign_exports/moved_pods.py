"""Pods that move as their angular rate says, and files of them in the layout of a preset."""

from importlib.util import find_spec

import numpy as np
import pytest

from foreign_exports import NAMES, WRITERS, G


def moved(count=2100, seed=1):
    """Acceleration in m/s² that turns as the angular rate in rad/s says, each (n, 3), at 100 Hz."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(count) / 100
    phase = 2 * np.pi * 1.4 * time_s + seed
    tilt, rate = 0.4 * np.sin(phase), 0.4 * 2 * np.pi * 1.4 * np.cos(phase)
    acc = G * np.column_stack([-np.sin(tilt), np.zeros(count), np.cos(tilt)])
    acc += rng.normal(scale=1.0, size=acc.shape)
    gyr = np.column_stack([np.zeros(count), rate, np.zeros(count)])
    return acc, gyr + rng.normal(scale=0.05, size=gyr.shape)


def three():
    return {place: moved(seed=k) for k, place in enumerate(NAMES)}


def written(name, folder, pods=None, **how):
    if name == "actigraph" and find_spec("pygt3x") is None:
        pytest.skip("pygt3x, the reader of .gt3x, is not installed")
    WRITERS[name](folder, three() if pods is None else pods, 100.0, **how)
    return sorted(folder.iterdir())
