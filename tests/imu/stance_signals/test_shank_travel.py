"""The speed of a session, from shanks that carry their pods at any height, on any slope."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu import simulation
from imu.frames import SIDES
from imu.simulation.pods.hardware import shank_place

HEIGHTS_PCT = (10.0, 30.0, 50.0, 70.0)
SETTLED_S = 14.0
"""From then on the virtual people run at the speed that they are told."""


def ran(seed, speed_mps, *, grade_pct=0.0, height_pct=50.0, rate_hz=200.0):
    """Return side -> the speeds found over the strides of one virtual person, from 14 s on."""
    pods = {
        place: pod
        if place == "pelvis"
        else replace(pod, lever_m=shank_place(place, height_pct=height_pct, around_deg=30.0))
        for place, pod in simulation.realistic(seed).items()
    }
    script = (simulation.Stand(10.0), simulation.Run(20.0, speed_mps, grade_pct))
    run = simulation.simulate(
        simulation.someone(seed), script, seed=seed, pods=pods, rate_hz=rate_hz
    )
    table = imu.analyse(run.recording()).stances.to_frame()
    table = table[table["initial_contact_s"] > SETTLED_S]
    return {side: table.loc[table["side"] == side, "speed_mps"].to_numpy() for side in SIDES}


def session_mps(strides):
    return np.mean([np.nanmedian(speeds) for speeds in strides.values()])


@pytest.fixture(scope="module")
def people():
    """(speed, its strides) of 20 people at 2 to 5 m/s, on -6 to +6 %, the pods at four heights."""
    found = []
    for k in range(20):
        speed_mps, grade_pct = 2.0 + k % 4, (-6.0, 0.0, 6.0)[k % 3]
        height_pct = HEIGHTS_PCT[(k + k // 4) % 4]
        strides = ran(9000 + k, speed_mps, grade_pct=grade_pct, height_pct=height_pct)
        found.append((speed_mps, strides))
    return found


def test_the_speed_of_a_session_is_found_within_five_percent(people):
    errors_pct = np.array([100 * (session_mps(s) / speed_mps - 1) for speed_mps, s in people])
    assert np.sqrt(np.mean(errors_pct**2)) <= 5.0
    assert np.abs(errors_pct).max() <= 12.0


def test_from_stride_to_stride_the_speed_of_even_running_hardly_varies(people):
    for _, strides in people:
        for speeds in strides.values():
            assert np.nanstd(speeds) <= 0.1
            assert np.isfinite(speeds).mean() > 0.9


@pytest.mark.parametrize("rate_hz", [100.0, 500.0])
def test_the_speed_does_not_depend_on_the_sampling_rate(rate_hz):
    assert session_mps(ran(3, 3.0, rate_hz=rate_hz)) == pytest.approx(
        session_mps(ran(3, 3.0)), rel=0.02
    )


def test_a_change_of_speed_within_a_run_is_followed():
    script = (simulation.Stand(10.0), *(simulation.Run(15.0, mps) for mps in (2.5, 4.0)))
    run = simulation.simulate(
        simulation.Runner(), script, seed=4, pods=simulation.realistic(4), rate_hz=200.0
    )
    table = imu.analyse(run.recording()).stances.to_frame()
    at_s = table["initial_contact_s"]
    slow, fast = (
        table.loc[(at_s > begin_s) & (at_s < begin_s + 8.0), "speed_mps"].median()
        for begin_s in (15.0, 29.0)
    )
    assert fast / slow == pytest.approx(4.0 / 2.5, rel=0.05)
