"""Drift over a run: recovered at one pace, and held against the usual drift."""

import numpy as np
import pytest

from imu.baseline.within_run import against_usual_drift, drift


def run(by=0.0, *, seed=0, speed=None, slope=0.0, minutes=20):
    rng = np.random.default_rng(seed)
    n = int(minutes * 60 / 0.35)
    time = np.arange(n) * 0.35
    speed = np.full(n, 3.0) if speed is None else np.interp(time, [0, time[-1]], speed)
    side = np.tile(["left", "right"], n // 2 + 1)[:n]
    left = side == "left"
    value = rng.normal(size=n) + slope * (speed - 3.0) + by * left * time / time[-1]
    return side, time, speed, {"pelvic_drop_deg": value}


def test_drift_is_recovered_on_its_leg():
    found = drift(*run(6.0), per_mps={})
    assert found.last_less_first[0, 0] == pytest.approx(4.0, abs=0.3)  # between thirds' middles
    assert found.per_10_min[0, 0] == pytest.approx(3.0, abs=0.3)
    assert abs(found.last_less_first[0, 1]) < 0.4


def test_pace_is_taken_off():
    slowed = run(speed=(3.4, 2.6), slope=5.0)
    raw = drift(*slowed, per_mps={}).last_less_first
    paced = drift(*slowed, per_mps={"pelvic_drop_deg": 5.0}).last_less_first
    assert (raw < -2).all()
    assert (np.abs(paced) < 0.4).all()


def test_unknown_pace_is_left_alone():
    side, time, speed, values = run(6.0)
    known = drift(side, time, speed, values, per_mps={"pelvic_drop_deg": 5.0})
    unknown = drift(
        side, time, np.full(len(time), np.nan), values, per_mps={"pelvic_drop_deg": 5.0}
    )
    np.testing.assert_allclose(known.last_less_first, unknown.last_less_first)


def test_short_run_has_no_drift():
    found = drift(*run(6.0, minutes=2), per_mps={})
    assert np.isnan(found.last_less_first).all()
    assert np.isnan(found.per_10_min).all()


def test_runner_who_always_drifts_is_told_of_nothing():
    past = np.full((8, 1, 2), 2.0) + 0.2 * np.random.default_rng(1).normal(size=(8, 1, 2))
    error = np.full((1, 2), 0.3)
    usual = against_usual_drift(np.full((1, 2), 2.1), past, error)
    assert (usual.p_value > 0.05).all()
    none = against_usual_drift(np.zeros((1, 2)), past, error)
    assert (none.p_value < 0.01).all()
    assert (none.today < none.low).all()


def test_few_runs_are_not_judged():
    of = against_usual_drift(np.ones((1, 2)), np.zeros((4, 1, 2)), np.ones((1, 2)))
    assert np.isnan(of.p_value).all()
    assert np.isnan(of.low).all()
    assert (of.runs == 4).all()
