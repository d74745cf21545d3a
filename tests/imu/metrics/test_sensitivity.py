"""A true change on one leg shows there, with its size, and moves nothing else."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import imu
from imu import simulation
from imu.frames import GRAVITY_MPS2, SIDES
from imu.metrics import METRICS
from imu.simulation import Run, Runner, Stand

CHANGES = {  # of the runner: by how much, which metric shows it
    "anterior_tilt_deg": (2.0, "pelvic_tilt_midstance_deg"),
    "pelvic_drop_deg": (2.0, "pelvic_drop_deg"),
    "pelvic_rotation_deg": (2.0, "pelvic_rotation_over_leg_deg"),
    "shank_rotation_deg": (3.0, "shank_internal_rotation_deg"),
    "impact_mps2": (GRAVITY_MPS2, "peak_tibial_axial_mps2"),
}
DETECTABLE = 2.44  # typical errors, with a baseline of six sessions
WATCHED = {m.name for m in METRICS.values() if m.primary} | {name for _, name in CHANGES.values()}


@cache
def medians(side=None, name=None):
    """Return metric -> (2, 2), found and true medians of the usual runner or a changed one."""
    runner = Runner()
    if side is not None:
        loading = runner.loading(side)
        changed = replace(loading, **{name: getattr(loading, name) + CHANGES[name][0]})
        runner = replace(runner, **{side: changed})
    run = simulation.simulate(runner, (Stand(10), Run(50)), seed=5, pods=simulation.realistic(5))
    table, truth = imu.analyse(run.recording()).stances, run.truth
    return {
        metric: np.array(
            [
                [np.nanmedian(values[table.events.side == s]) for s in SIDES],
                [np.nanmedian(truth.metrics[metric][truth.side == s]) for s in SIDES],
            ]
        )
        for metric, values in table.metrics.items()
    }


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", CHANGES)
class TestChange:
    def test_is_recovered_on_its_side_within_a_quarter(self, name, side):
        by, metric = CHANGES[name]
        found, true = medians(side, name)[metric] - medians()[metric]
        own = SIDES.index(side)
        assert abs(true[own]) > 0.6 * by
        assert found[own] == pytest.approx(true[own], rel=0.25)
        assert abs(found[1 - own] - true[1 - own]) < 0.1 * by

    def test_moves_no_other_by_a_third_of_what_could_be_detected(self, name, side):
        """Beyond what is true of it: the mean of a stride is shared by both legs."""
        for metric in WATCHED - {CHANGES[name][1]}:
            found, true = medians(side, name)[metric] - medians()[metric]
            limit = DETECTABLE * METRICS[metric].typical_error / 3
            assert np.abs(found - true).max() < limit, (metric, found, true)
