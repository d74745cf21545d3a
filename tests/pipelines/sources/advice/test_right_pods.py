"""Pods that are right are taken, also where a weaker test of their turning does not say so."""

from pathlib import Path

import numpy as np
import pytest

from imu.quality.conventions.handedness import turn_factor, turns_with_gravity
from imu.simulation import Run, Stand, anyone, simulate
from pipelines.sources.conventions.pod_checks import check_conventions
from pipelines.sources.mapping import mapping_of_text

MAPPING = """
rate_hz = {}
acc_sign = "+"
[pods.{}]
acc = ["ax", "ay", "az"]
acc_unit = "m/s2"
gyr = ["gx", "gy", "gz"]
gyr_unit = "rad/s"
"""


def samples(place, seed, rate_hz, *, speed_mps):
    """Return what one pod of an odd runner measures, standing and running: acc and gyr (n, 3)."""
    runner, pods = anyone(seed)
    script = (Stand(8.0), Run(60.0, speed_mps=speed_mps))
    pod = simulate(runner, script, seed=seed, pods=pods, rate_hz=rate_hz).recording().sensors[place]
    return pod.acc_mps2[pod.valid], pod.gyr_radps[pod.valid]


@pytest.mark.parametrize(
    ("place", "seed", "fits", "axis"),
    [
        ("pelvis", 5041, False, "pelvis: each axis of acc and gyr is taken to count as it stands"),
        ("shank_left", 7022, None, "shank left: the axis 'ax' of acc, about which the leg swings"),
    ],
)
def test_a_right_pod_of_an_odd_runner_is_taken(place, seed, fits, axis):
    rate_hz = 100.0
    acc_mps2, gyr_radps = samples(place, seed, rate_hz, speed_mps=2.4 + seed % 5 * 0.5)
    assert turns_with_gravity(acc_mps2, gyr_radps, rate_hz=rate_hz) is fits
    (mapping,) = mapping_of_text(MAPPING.format(rate_hz, place), Path("m.toml")).pods
    said = check_conventions(
        mapping, acc_mps2, gyr_radps, rate_hz=rate_hz, index=np.arange(len(acc_mps2))
    )
    assert said[0].words.startswith(axis)
    assert said[0].doubt is None
    assert said[1:] == (("axes are taken as right-handed, which its movement does not show", None),)


def test_rates_that_fit_within_their_scale_are_not_asked_for_a_factor():
    acc_mps2, gyr_radps = samples("shank_left", 50128, 100.0, speed_mps=4.4)
    assert turn_factor(acc_mps2, gyr_radps, rate_hz=100.0) is None
    assert turn_factor(acc_mps2, 0.5 * gyr_radps, rate_hz=100.0) is not None
