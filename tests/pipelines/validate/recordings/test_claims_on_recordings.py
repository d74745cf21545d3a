"""The ankle pod, walking, limits of agreement and contact over speed, on real recordings."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from pipelines.validate.matching import Instants, pooled
from pipelines.validate.recordings import agreement, ankle, contact_over_speed, sacrum, walking
from pipelines.validate.recordings.ankle import Strides
from pipelines.validate.results import MISSING, PASS, SHORT
from pipelines.validate.virtual_runs import contact_slope
from pipelines.validate.virtual_runs.contact_slope import SPEEDS_MPS, USUAL_MPS, Person


@pytest.fixture(scope="module")
def strides(reference):
    return ankle.scored(reference)


def test_a_leg_is_not_lost_when_the_pod_sits_low(strides):
    """Floors: they may only rise."""
    alone = strides[ankle.ALONE]
    assert ankle.LEAST <= len(alone.inside) / ankle.STRIDES <= ankle.MOST
    assert len(alone.outside) == 0
    assert np.mean(alone.stride_s < ankle.SHORT_S) < 0.02


def test_a_still_pod_at_the_pelvis_is_scored_beside_it(strides):
    assert set(strides) == {ankle.ALONE, ankle.WITH_STILL}


def test_strides_between_the_runs_are_counted_apart():
    contact_s = np.array([1.0, 10.0, 10.7, 300.0, 320.0, 320.7, 409.0])
    one = Strides(contact_s, contact_s + 0.3, "B")
    np.testing.assert_array_equal(one.inside, [10.0, 10.7, 320.0, 320.7])
    np.testing.assert_array_equal(one.outside, [1.0, 300.0, 409.0])
    np.testing.assert_allclose(one.stride_s, [0.7, 0.7])


@pytest.mark.parametrize(("found", "verdict"), [(480, SHORT), (500, PASS), (530, SHORT)])
def test_too_many_strides_fall_short_as_too_few(found, verdict):
    contact_s = np.linspace(3.0, 290.0, found)
    figures = list(ankle._figures({"made up": Strides(contact_s, contact_s + 0.3, "A")}))
    assert [figure.verdict for figure in figures] == [verdict, PASS]


def test_without_the_file_nothing_is_said(tmp_path):
    nowhere = SimpleNamespace(FOLDER=tmp_path)
    assert ankle.part(nowhere).figures == ()
    assert walking.part(nowhere).figures == ()


def test_a_walking_shin_is_not_running(reference):
    part = walking.part(reference)
    assert [figure.verdict for figure in part.figures] == [PASS, PASS]
    assert len(part.tables[0].rows) == 2


def test_limits_of_agreement_are_bias_and_spread():
    rng = np.random.default_rng(4)
    errors_s = rng.normal(0.003, 0.005, 4000)
    low, high = agreement.limits_s(errors_s)
    assert (low + high) / 2 == pytest.approx(errors_s.mean())
    assert np.mean((errors_s > low) & (errors_s < high)) == pytest.approx(0.95, abs=0.01)


def test_agreement_with_the_plate_is_said_by_trial_and_speed(reference):
    part = agreement.part(reference)
    assert [figure.verdict for figure in part.figures] == [PASS] * 3
    table = part.tables[0]
    counts = [int(row[2]) for row in table.rows]
    trials = len(reference.BACH_RUNNING)
    assert counts[-1] == sum(counts[:trials]) == sum(counts[trials:-1])
    assert all(len(row) == len(table.columns) for row in table.rows)


# --- contact time over speed ----------------------------------------------------------------------


def person(slope, true_s=(0.33, 0.28, 0.23, 0.19, 0.17)):
    true_s = np.array(true_s)
    return Person(f"of {slope:g}", true_s, 0.25 + slope * (true_s - 0.25))


def test_the_slope_is_within_a_person():
    assert person(0.6).slope(USUAL_MPS) == pytest.approx(0.6)
    assert person(1.2).slope(SPEEDS_MPS) == pytest.approx(1.2)
    lost = person(1.0, (np.nan, 0.28, 0.23, 0.19, 0.17))
    assert np.isnan(lost.slope(SPEEDS_MPS))
    assert lost.slope(USUAL_MPS) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("off", "verdict"), [(0.8, PASS), (1.25, PASS), (0.6, SHORT), (1.4, SHORT)]
)
def test_the_worst_person_is_judged_and_named(off, verdict):
    part = contact_slope.part([person(1.0), person(off), person(1.05)])
    for figure in part.figures:
        assert figure.value == pytest.approx(off)
        assert figure.verdict == verdict
        assert f"worst (someone(of {off:g}), of 3 people" in figure.name


def test_nobody_known_is_not_measured():
    part = contact_slope.part([person(1.0, (np.nan,) * 5)])
    assert {figure.verdict for figure in part.figures} == {MISSING}


def test_one_recording_holds_every_speed():
    one = contact_slope.score(22_001)
    assert np.all(np.diff(one.true_s) < 0)
    assert np.isfinite(one.found_s).all()
    assert np.abs(one.found_s - one.true_s).max() < 0.1


def test_a_contact_time_that_is_withheld_is_in_neither_mean():
    contact_s = np.arange(8.0, 68.0, 0.35)
    length_s = np.where(np.arange(len(contact_s)) % 2, 0.2, 0.3)
    truth = Instants(np.repeat("left", len(contact_s)), contact_s, contact_s + length_s)
    everywhere = np.arange(len(contact_s))
    errors = replace(
        pooled([]),
        pairs=np.column_stack([everywhere, everywhere]),
        length_s=np.where(length_s > 0.25, np.nan, 0.01),
    )
    one = contact_slope.person("one", truth, errors)
    np.testing.assert_allclose(one.true_s, 0.2)
    np.testing.assert_allclose(one.found_s, 0.21)


def test_the_real_runner_is_judged_on_the_level_alone(reference):
    rows = sacrum.rows(reference)
    part = contact_over_speed.part(rows)
    level = [row for row in rows if row.trial.slope_deg == 0]
    found_s, true_s = contact_over_speed.lengths_s(level)
    assert len(true_s) == 2
    assert part.figures[0].value == pytest.approx(
        (found_s[1] - found_s[0]) / (true_s[1] - true_s[0])
    )
    assert len(part.tables[0].rows) == len(rows)
    assert contact_over_speed.part(()).figures == ()
