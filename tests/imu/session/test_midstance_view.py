"""The mid-stance question: readings that follow from the parts, and runners of known answer."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu import simulation
from imu.metrics import METRICS
from imu.session.midstance_view import QUESTIONS, readings
from imu.simulation import Run, Runner, Stand, both

NAME = "pelvic_rotation_over_leg_deg"


def one_reading(values, side="left"):
    (found,) = readings(np.full(len(values), side), {NAME: np.asarray(values, dtype=float)})
    return found


def test_every_question_is_answered_left_and_right(easy_analysis):
    found = easy_analysis.midstance
    assert [one.metric.name for one in found] == [n for names in QUESTIONS.values() for n in names]
    assert {one.question for one in found} == set(QUESTIONS)
    for one in found:
        assert one.measured
        assert ((one.low < one.median) & (one.median < one.high)).all()
        values = easy_analysis.stances.metrics[one.metric.name]
        left = values[easy_analysis.stances.events.side == "left"]
        assert one.median[0] == pytest.approx(np.nanmedian(left))


def test_no_interval_is_narrower_than_what_another_session_would_move():
    found = one_reading(np.full(400, 3.0))
    half = 1.96 * METRICS[NAME].typical_error
    assert found.low[0] == pytest.approx(3.0 - half)
    assert found.high[0] == pytest.approx(3.0 + half)
    assert np.isnan(found.median[1])


def test_stances_that_hang_together_widen_it_more_than_as_many_that_do_not():
    rng = np.random.default_rng(1)
    alone = rng.normal(0, 3, 1000)
    together = np.repeat(rng.normal(0, 3, 10), 100)
    widths = [np.ptp([x.low[0], x.high[0]]) for x in (one_reading(alone), one_reading(together))]
    assert widths[1] > 1.2 * widths[0]


def test_with_few_stances_nothing_is_said():
    found = one_reading(np.full(19, 3.0))
    assert not found.measured
    assert np.isnan([found.median, found.low, found.high]).all()
    assert one_reading(np.full(20, 3.0)).measured


def test_what_was_not_measured_has_no_reading():
    assert readings(np.array(["left"]), {}) == ()


def medians(runner):
    run = simulation.simulate(
        runner, (Stand(10), Run(30)), seed=4, pods=simulation.clean(), rate_hz=100.0
    )
    return {one.metric.name: one.median for one in imu.analyse(run.recording()).midstance}


def test_a_runner_who_turns_less_over_one_leg_reads_less_there():
    usual = Runner()
    less = replace(usual, left=replace(usual.left, pelvic_rotation_deg=-1.8))
    before, after = medians(usual)[NAME], medians(less)[NAME]
    assert after[0] < before[0] - 1.5
    assert after[1] == pytest.approx(before[1], abs=0.7)


def test_who_tips_forward_after_midstance_reads_so_on_both_legs():
    usual = Runner()
    tips = replace(usual, curves=replace(usual.curves, tilt_rise_deg=8.0))
    name = "pelvic_tilt_after_midstance_deg"
    more = medians(tips)[name] - medians(usual)[name]
    assert (more > 2.0).all()


def test_who_leans_out_over_the_foot_reads_a_lean():
    name = "shank_lean_deg"
    more = medians(both(Runner(), shank_varus_deg=10.0))[name] - medians(Runner())[name]
    np.testing.assert_allclose(more, 0.4 * 6.0, atol=0.4)
