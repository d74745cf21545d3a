"""Today's drift held against the drift that is usual for a runner."""

import numpy as np

from imu.baseline.expected import in_errors
from imu.baseline.within_run import against_usual_drift, as_long

ONE = {"pelvic_drop_deg": in_errors(0.6, "pelvic drop")}
BELT = {"pelvic_tilt_midstance_deg": in_errors(0.6, "pelvic tilt", belt=True)}


def test_runner_who_always_drifts_is_told_of_nothing():
    past = np.full((8, 1, 2), 2.0) + 0.2 * np.random.default_rng(1).normal(size=(8, 1, 2))
    usual = against_usual_drift(np.full((1, 2), 2.1), past, ONE)
    assert (usual.p_value > 0.05).all()
    assert not usual.named.any()
    none = against_usual_drift(np.zeros((1, 2)), past, ONE)
    assert (none.p_value < 0.01).all()
    assert (none.today < none.low).all()
    assert none.named.all()


def test_what_a_creeping_belt_does_is_never_named():
    past = 0.1 * np.random.default_rng(1).normal(size=(8, 1, 2))
    found = against_usual_drift(np.full((1, 2), 5.0), past, BELT)
    assert (found.today > found.high).all()
    assert not found.named.any()


def test_few_runs_are_not_judged():
    of = against_usual_drift(np.ones((1, 2)), np.zeros((4, 1, 2)), ONE)
    assert np.isnan(of.p_value).all()
    assert np.isnan(of.low).all()
    assert not of.named.any()
    assert (of.runs == 4).all()


def test_one_far_measure_is_named_without_its_neighbours():
    metrics = {f"m{i}": in_errors(0.6, f"family {i}") for i in range(8)}
    rng = np.random.default_rng(4)
    past, today = 0.3 * rng.normal(size=(10, 8, 2)), 0.3 * rng.normal(size=(8, 2))
    today[3, 1] += 3.0
    found = against_usual_drift(today, past, metrics)
    assert found.named[3, 1]
    assert found.named.any(axis=1).sum() == 1


def test_runs_of_about_the_same_length_are_held_against_each_other():
    past_s = [900.0, 1800.0, 3600.0, 3601.0, 899.0, np.nan]
    assert as_long(1800.0, past_s).tolist() == [True, True, True, False, False, False]
    assert not as_long(np.nan, past_s).any()
