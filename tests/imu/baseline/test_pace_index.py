"""The index of pace: on the virtual runner, and what it must never do."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import imu
from imu.baseline.conditions import UNKNOWN_PACE_MPS
from imu.baseline.pace_index import CUES, indexed
from imu.session.medians import session_medians
from imu.simulation import Run, Runner, Stand, realistic, simulate

SPEEDS = (2.6, 2.8, 3.0, 3.2, 3.6)


@cache
def medians(speed_mps, pods):
    """Medians of what the index needs, of a run whose speed is not measured."""
    run = simulate(
        Runner(), (Stand(6.0), Run(50.0, speed_mps=speed_mps)), seed=4, pods=realistic(4)
    )
    sensors = run.recording().sensors
    worn = {place: (sensors[place].acc_mps2, sensors[place].gyr_radps) for place in pods}
    worn |= {place: (acc, None) for place, (acc, _) in worn.items() if place != "pelvis"}
    found = imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, **worn))
    frame = found.stances.to_frame()
    of = session_medians(frame["side"].to_numpy(), frame)
    return {
        name: float(of[name][np.isfinite(of[name])].mean())
        if np.isfinite(of[name]).any()
        else np.nan
        for name in ("speed_mps", *CUES)
    }


@pytest.mark.parametrize("pods", [("pelvis",), ("pelvis", "shank_left", "shank_right")])
def test_it_tells_faster_from_slower_within_its_error_where_no_speed_is_measured(pods):
    of_runs = [medians(speed, pods) for speed in SPEEDS]
    assert np.isnan([of["speed_mps"] for of in of_runs]).all()
    cues = {name: np.array([of.get(name, np.nan) for of in of_runs]) for name in CUES}
    known = np.where(np.array(SPEEDS) == 3.0, 3.0, np.nan)
    found = indexed(known, cues)
    off = found.speed_mps - SPEEDS
    assert (np.diff(found.speed_mps) > 0).all()
    assert found.error_mps[2] == 0
    assert (np.abs(off) <= 2 * found.error_mps).all()
    assert (found.error_mps[[0, 1, 3, 4]] > 0.1).all()


CUE = st.floats(0.05, 20.0)


@given(st.lists(st.tuples(CUE, CUE, CUE, st.booleans()), min_size=1, max_size=8))
def test_a_speed_that_is_known_stays_and_an_index_always_has_an_error(rows):
    cues = dict(zip(CUES, np.array([row[:3] for row in rows]).T, strict=True))
    speed = np.where([row[3] for row in rows], 3.1, np.nan)
    found = indexed(speed, cues)
    known = np.isfinite(speed)
    np.testing.assert_array_equal(found.speed_mps[known], speed[known])
    assert (found.error_mps[known] == 0).all()
    assert np.isfinite(found.speed_mps).all()
    assert (found.error_mps[~known] > 0.03 * found.speed_mps[~known]).all()


def test_without_contact_time_nothing_is_known():
    nothing = np.full(3, np.nan)
    cues = {"step_time_s": np.array([0.35, 0.36, 0.34]), "contact_time_s": nothing}
    found = indexed(nothing, cues)
    assert np.isnan(found.speed_mps).all()
    assert (found.error_mps == 0).all()
    assert np.isnan(indexed(nothing, {}).speed_mps).all()


def test_a_steady_runner_is_known_better_than_one_of_whom_nothing_is():
    steady = {name: np.full(4, value) for name, value in zip(CUES, (0.25, 0.36, 8.0), strict=True)}
    found = indexed(np.full(4, np.nan), steady)
    np.testing.assert_allclose(found.speed_mps, 3.0)
    assert (found.error_mps < UNKNOWN_PACE_MPS).all()
