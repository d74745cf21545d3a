"""An axis that lies along the hinge of a leg is told where its pod does not sit quite straight."""

import numpy as np
import pytest

from imu.quality.conventions.hinge import hinge_axis
from imu.quality.conventions.over_strides import Overview
from imu.simulation import Run, Stand, anyone, realistic, simulate, someone

SEEDS = (80004, 80011, 80018)


@pytest.fixture(scope="module")
def shanks():
    """Return shanks (acc, gyr) of several people, with their rate."""
    found = []
    for seed in SEEDS:
        runner, pods = anyone(seed) if seed % 2 else (someone(seed), realistic(seed))
        script = (Stand(4.0), Run(16.0))
        run = simulate(runner, script, seed=seed, pods=pods, rate_hz=100.0).recording()
        found += [
            (one.acc_mps2[one.valid], one.gyr_radps[one.valid])
            for place, one in run.sensors.items()
            if place != "pelvis"
        ]
    return found


def axis_of(acc, gyr):
    overview = Overview.of(acc, gyr, rate_hz=100.0)
    return hinge_axis(acc, gyr, overview, rate_hz=100.0)


def test_right_shanks_are_taken_and_their_mirror_images_told(shanks):
    turned = []
    for acc, gyr in shanks:
        right = axis_of(acc, gyr)
        assert not right.turned
        mirror = np.ones(3)
        mirror[right.axis] = -1.0
        other = axis_of(acc * mirror, gyr)
        assert not other.shown
        assert other.axis == right.axis
        turned.append(other.turned)
    assert sum(turned) >= len(turned) - 1


def test_without_a_hinge_nothing_is_said():
    rng = np.random.default_rng(0)
    acc = np.array([1.0, -2.0, 9.5]) + rng.normal(scale=5.0, size=(2000, 3))
    assert axis_of(acc, rng.normal(scale=3.0, size=(2000, 3))) is None
    assert axis_of(acc[:100], np.zeros((100, 3))) is None
