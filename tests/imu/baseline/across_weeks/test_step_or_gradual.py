"""A step and a gradual change are told from each other where the sessions can tell."""

import numpy as np
import pytest

from imu.baseline.across_weeks.step_or_gradual import CLEARLY, step_or_gradual
from imu.baseline.conditions import Conditions
from imu.baseline.expected import cells_of, in_errors

CELLS = cells_of({"angle_deg": in_errors(1.0, "angle")})


def under(k):
    none = np.zeros(k, dtype=np.int64)
    return Conditions(3.5 * np.arange(k), np.full(k, 3.0), np.zeros(k), none, none)


def asked(change, *, noise=0.4, seed=0):
    """Return the course of a left leg that changes by `change` (k,), the right one does not."""
    rng = np.random.default_rng(seed)
    legs = noise * rng.normal(size=(len(change), 2)) + 5.0
    legs[:, 0] += change
    values = np.column_stack([legs, legs[:, 0] - legs[:, 1]])
    return step_or_gradual(values, under(len(change)), np.isfinite(values), CELLS)


def test_a_step_is_called_one_and_dated():
    found = asked(np.where(np.arange(40) >= 25, 4.0, 0.0))
    assert found.for_step[0] > CLEARLY
    assert found.step_at[0] == 25


def test_a_gradual_change_is_called_one_and_dated():
    found = asked(np.maximum(np.arange(40) - 20, 0) * 0.3)
    assert found.for_step[0] < -CLEARLY
    assert abs(found.slope_from[0] - 20) <= 3


def test_a_small_gradual_change_in_noise_cannot_be_told():
    ratio = [asked(np.linspace(0, 1, 20), noise=1.0, seed=s).for_step[0] for s in range(20)]
    assert np.mean(np.abs(ratio) < CLEARLY) >= 0.8


@pytest.mark.parametrize("k", [3, 7])
def test_too_few_sessions_are_not_known(k):
    found = asked(np.zeros(k))
    assert np.isnan([found.for_step, found.step_at, found.slope_from]).all()
