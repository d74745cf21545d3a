"""Pods that are right are taken, also where a weaker test of their turning does not say so."""

from pathlib import Path

import numpy as np
import pytest

from imu.quality.conventions.handedness import turns_with_gravity
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


@pytest.mark.parametrize(
    ("place", "seed", "rate_hz"), [("pelvis", 5041, 100.0), ("shank_left", 7022, 100.0)]
)
def test_a_right_pod_of_an_odd_runner_is_taken(place, seed, rate_hz):
    runner, pods = anyone(seed)
    script = (Stand(8.0), Run(60.0, speed_mps=2.4 + seed % 5 * 0.5))
    pod = simulate(runner, script, seed=seed, pods=pods, rate_hz=rate_hz).recording().sensors[place]
    acc_mps2, gyr_radps = pod.acc_mps2[pod.valid], pod.gyr_radps[pod.valid]
    assert not turns_with_gravity(acc_mps2, gyr_radps, rate_hz=rate_hz)
    (mapping,) = mapping_of_text(MAPPING.format(rate_hz, place), Path("m.toml")).pods
    said = check_conventions(
        mapping, acc_mps2, gyr_radps, rate_hz=rate_hz, index=np.arange(len(acc_mps2))
    )
    assert said == ("axes are taken as right-handed, which its movement does not show",)
