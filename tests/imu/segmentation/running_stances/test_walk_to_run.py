"""Shanks alone: no step of a walk begins a run, and at its end no more than the step that ends it.

Without a pelvis nobody sees the flight that walking has not.
"""

import numpy as np
import pytest

import imu
from imu.simulation import Run, Stand, Walk, realistic, simulate, someone

PEOPLE = (20, 21, 24, 27, 30, 33)
SPEEDS_MPS = ((2.2, 1.2), (2.6, 1.6), (3.2, 1.4), (4.2, 1.8))
"""Running and walking."""
TURNS_INTO = "running changes into another gait"
UNSURE = "toe-off is not known"


def found_and_truth(seed, script):
    pods = {place: pod for place, pod in realistic(seed).items() if place != "pelvis"}
    run = simulate(someone(seed), script, seed=seed, pods=pods, rate_hz=200.0)
    return imu.analyse(run.recording()).stances.to_frame(), run.truth


@pytest.mark.parametrize("seed", PEOPLE)
@pytest.mark.parametrize(("run_mps", "walk_mps"), SPEEDS_MPS)
def test_a_run_begins_with_its_own_first_stance(seed, run_mps, walk_mps):
    script = (Stand(6.0), Walk(10.0, speed_mps=walk_mps), Run(14.0, speed_mps=run_mps))
    found, truth = found_and_truth(seed, script)
    n = len(truth.side)
    away_s = found.initial_contact_s.to_numpy()[:n] - truth.initial_contact_s
    assert np.abs(away_s).max() < 0.03
    assert (found.side.to_numpy()[:n] == truth.side).all()


@pytest.mark.parametrize("seed", PEOPLE)
@pytest.mark.parametrize(("run_mps", "walk_mps"), SPEEDS_MPS)
def test_a_run_ends_with_its_own_last_stance_or_one_whose_toe_off_is_not_told(
    seed, run_mps, walk_mps
):
    script = (Stand(6.0), Run(14.0, speed_mps=run_mps), Walk(10.0, speed_mps=walk_mps), Stand(4.0))
    found, truth = found_and_truth(seed, script)
    n = len(truth.side)
    contact_s = found.initial_contact_s.to_numpy()
    assert np.abs(contact_s[:n] - truth.initial_contact_s).max() < 0.03
    after = found[n:]
    assert len(after) <= 1
    assert (after.initial_contact_s < truth.initial_contact_s[-1] + 0.5).all()
    assert (after.toe_off_s.isna() & after.quality.str.contains(f"{UNSURE}|{TURNS_INTO}")).all()
