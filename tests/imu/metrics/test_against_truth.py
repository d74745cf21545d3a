"""Every metric against what was really so, by its own definition, on the virtual runner's body."""

import re
from dataclasses import replace

import numpy as np
import pytest

from imu import simulation
from imu.alignment.activity import observe
from imu.alignment.segment import Alignment, on_segment
from imu.frames import SIDES
from imu.metrics import METRICS
from imu.metrics.measure import measure
from imu.metrics.table import StanceTable
from imu.orientation import on_demand
from imu.segmentation.segment import find_stances
from imu.simulation import Loading, Run, Runner, Stand
from imu.simulation.true_metrics.shank import upright_in_standing
from imu.stance_signals.signals import cut

LEFT = Loading(
    contact_time_s=0.265,
    impact_mps2=75.0,
    anterior_tilt_deg=6.0,
    pelvic_drop_deg=6.0,
    pelvic_rotation_deg=6.5,
    shank_rotation_deg=12.0,
    shank_varus_deg=6.0,
)


def declared(name):
    bias, spread = re.fullmatch(r"bias (\S+), SD (\S+)", METRICS[name].measured_error).groups()
    return float(bias), float(spread)


def matched(found, run):
    """Return index into the events found and into the true ones, of the same contacts."""
    truth = run.truth
    apart_s = np.abs(found.initial_contact_s[:, None] - truth.initial_contact_s)
    apart_s[found.side[:, None] != truth.side] = np.inf
    near = apart_s.min(axis=1) < 0.05
    return np.flatnonzero(near), apart_s.argmin(axis=1)[near]


@pytest.mark.parametrize("name", METRICS)
def test_the_error_is_what_is_declared(name, easy_analysis, easy_simulation, easy_truth):
    here, there = matched(easy_analysis.stances.events, easy_simulation)
    assert len(here) > 0.98 * len(easy_simulation.truth)
    errors = easy_analysis.stances.metrics[name][here] - easy_truth[name][there]
    known = errors[np.isfinite(errors)]
    bias, spread = declared(name)
    assert len(known) > 0.9 * len(errors)
    assert abs(known.mean()) <= abs(bias) + 3 * spread
    assert known.std() <= 2 * spread


def axes(run, place):
    """Return the segment's axes, its long one where it is upright in standing."""
    if place == "pelvis":
        return np.eye(3)
    up = upright_in_standing(run, place)
    forward = np.cross([0.0, 1.0, 0.0], up)
    forward /= np.linalg.norm(forward)
    return np.stack([forward, np.cross(up, forward), up])


def measured_where_it_sits(run):
    """Measure pods whose axes are those of the segments: what is tested is not the alignment."""
    recording = run.recording()
    worn = {
        place: on_segment(
            place, pod, observe(pod, rate_hz=200.0), Alignment(axes(run, place), 1.0), rate_hz=200.0
        )
        for place, pod in recording.sensors.items()
    }
    turned = on_demand.oriented(worn, rate_hz=200.0)
    found = find_stances(worn, rate_hz=200.0, start_s=0.0)
    signals = cut(found, worn, turned, rate_hz=200.0, sync_s={})
    measured = measure(signals)
    return StanceTable(found.events, measured.metrics, measured.columns)


@pytest.fixture(scope="module")
def lopsided():
    """A runner whose sides load differently: medians (2,), left and right, found and true."""
    run = simulation.simulate(
        replace(Runner(), left=LEFT), (Stand(10), Run(40)), seed=6, pods=simulation.clean()
    )
    table = measured_where_it_sits(run)
    here, there = matched(table.events, run)
    true, side = run.truth.metrics, run.truth.side[there]

    def medians(values):
        return np.array([np.nanmedian(values[side == s]) for s in SIDES])

    return {
        name: (medians(values[here]), medians(true[name][there]))
        for name, values in table.metrics.items()
    }


@pytest.mark.parametrize("name", METRICS)
def test_a_difference_between_the_sides_is_found_with_its_size(name, lopsided):
    found, true = lopsided[name]
    assert found[0] - found[1] == pytest.approx(true[0] - true[1], rel=0.3, abs=declared(name)[1])


def test_most_metrics_tell_the_sides_of_that_runner_apart(lopsided):
    """Else the test before says nothing."""
    told = [n for n, (_, true) in lopsided.items() if np.ptp(true) > 2 * declared(n)[1]]
    assert len(told) >= 12


FAULTLESS = {
    "hip_adduction_estimate_deg": 0.25,
    "pelvic_obliquity_amplitude_deg": 0.1,
    "pelvic_obliquity_over_leg_deg": 0.2,
    "pelvic_obliquity_reversal_pct": 1.0,
    "pelvic_rotation_after_midstance_deg": 0.3,
    "pelvic_rotation_amplitude_deg": 0.1,
    "pelvic_rotation_over_leg_deg": 0.2,
    "pelvic_rotation_reversal_pct": 2.0,
    "pelvic_tilt_after_midstance_deg": 0.2,
    "pelvis_side_sway_m": 0.005,
    "pelvis_toward_leg_m": 0.0015,
    "shank_inclination_contact_deg": 1.0,
    "shank_lean_deg": 0.25,
    "shank_swing_rate_radps": 0.05,
    "tibial_high_band_mps2": 0.7,  # truth is along the bone, which leans in standing
    "tibial_low_band_mps2": 0.4,
    "vertical_oscillation_m": 0.001,
}


@pytest.mark.parametrize("name", FAULTLESS)
def test_pods_without_faults_measure_what_was_so(name, lopsided):
    found, true = lopsided[name]
    np.testing.assert_allclose(found, true, atol=FAULTLESS[name])
