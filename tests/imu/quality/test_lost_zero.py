"""A belt that slips on moving off: told where standing later or the side shows it, else not."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.metrics import METRICS
from imu.quality.faults import FAULTS, faults_in, moved_by
from imu.quality.lost_zero import LOST, leans_deg
from imu.simulation import Run, Runner, Stand, both, realistic, simulate

FORWARD, SIDEWAYS = (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)
STAND_S = 6.0


def run(*, slip_deg=0.0, about=FORWARD, stands=True, runner=None, grade_pct=0.0, seed=4):
    """Analyse a minute of running in which the belt turns on moving off."""
    pods = realistic(seed)
    slipped = {"slip_s": STAND_S, "slip_deg": slip_deg, "slip_about": about}
    pods["pelvis"] = replace(pods["pelvis"], **slipped if slip_deg else {})
    script = (Stand(STAND_S), Run(40, grade_pct=grade_pct), *([Stand(4.0)] if stands else []))
    return imu.analyse(simulate(runner or Runner(), script, seed=seed, pods=pods).recording())


def lost(result):
    return [reason for reason in result.quality.reasons if LOST in reason]


@pytest.mark.parametrize("about", [FORWARD, SIDEWAYS])
@pytest.mark.parametrize("slip_deg", [-8.0, -5.0, 5.0, 8.0])
def test_standing_again_shows_a_belt_that_slipped_on_moving_off(slip_deg, about):
    result = run(slip_deg=slip_deg, about=about)
    (said,) = lost(result)
    assert f"the pod sat {abs(slip_deg):.0f}° otherwise" in said
    assert result.quality.grade == "B"


def test_without_standing_again_a_slip_to_the_side_shows_and_a_tip_forward_does_not():
    (said,) = lost(run(slip_deg=6.0, about=SIDEWAYS, stands=False))
    assert "to one side" in said
    assert lost(run(slip_deg=5.0, stands=False)) == []


def test_a_lean_that_no_runner_has_is_told_without_standing_again():
    (said,) = lost(run(slip_deg=16.0, stands=False))
    assert "forward of standing" in said


@pytest.mark.parametrize("tilt_deg", [-2.0, 4.0, 10.0])
@pytest.mark.parametrize("grade_pct", [-6.0, 6.0])
def test_a_runner_who_leans_has_not_slipped(tilt_deg, grade_pct):
    leaning = both(Runner(), anterior_tilt_deg=tilt_deg)
    assert lost(run(runner=leaning, grade_pct=grade_pct)) == []
    assert lost(run(runner=leaning, grade_pct=grade_pct, stands=False)) == []


def test_a_slip_on_moving_off_moves_what_is_counted_from_standing_and_nothing_else():
    """So exactly that is taken out: the axes are found from the run itself."""
    before, after = run().summary.values, run(slip_deg=5.0).summary.values
    (fault,) = faults_in("; ".join(lost(run(slip_deg=5.0))))
    for name, metric in METRICS.items():
        shift = np.abs(after[name] - before[name]) / metric.typical_error
        if moved_by(metric, [fault]).all():
            continue
        assert (shift[np.isfinite(shift)] < 1.0).all(), (name, shift)
    tilt = after["pelvic_tilt_midstance_deg"] - before["pelvic_tilt_midstance_deg"]
    np.testing.assert_allclose(tilt, 5.0, atol=0.4)


def test_the_lean_of_a_force_is_forward_and_to_the_left():
    assert leans_deg(np.array([-1.0, 0.0, 1.0])) == pytest.approx((45.0, 0.0))
    assert leans_deg(np.array([0.0, -1.0, 1.0])) == pytest.approx((0.0, 45.0))


def test_every_fault_is_known_by_its_own_sentence():
    for fault in FAULTS:
        assert faults_in(f"a; {fault.sentence}; b") == (fault,)
    assert faults_in("no quiet standing found, so no tilt relative to it") == ()
    assert not moved_by(METRICS["contact_time_s"], FAULTS).any()
