"""Every pod agrees with the motion of the point where it sits, at any height and on any side."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from imu.simulation import Run, Runner, anyone, clean, simulate
from imu.simulation.pods.hardware import LEVER_M, SHANK_M, shank_place

HEIGHTS_PCT = (5.0, 20.0, 40.0, 60.0, 80.0)


def run_with(lever_m, *, runner=None, place="shank_left"):
    pods = {place: replace(clean()[place], lever_m=lever_m)}
    return simulate(runner or Runner(), (Run(12),), seed=4, pods=pods)


@pytest.mark.parametrize("around_deg", [0.0, 90.0, 180.0, 270.0])
@pytest.mark.parametrize("height_pct", HEIGHTS_PCT)
def test_two_places_on_one_shank_differ_as_points_of_a_rigid_body(height_pct, around_deg):
    lever_m = shank_place("shank_left", height_pct=height_pct, around_deg=around_deg)
    here, there = run_with(lever_m), run_with(LEVER_M["shank_left"])
    fine = here.fine_s(1000, 1600)
    acc, gyr = here.true_signals("shank_left", fine)
    other, same = there.true_signals("shank_left", fine)
    np.testing.assert_array_equal(gyr, same)
    spin = CubicSpline(fine, gyr)(fine, 1)
    arm = np.array(lever_m) - np.array(LEVER_M["shank_left"])
    expected = other + np.cross(spin, arm) + np.cross(gyr, np.cross(gyr, arm))
    inner = slice(10, -10)
    np.testing.assert_allclose(acc[inner], expected[inner], atol=0.6)  # spin: 0.4 % of 150 m/s²


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_pod_on_anybody_moves_as_its_gyroscope_says(seed):
    # the attitude differentiated twice, against the rate: people of no family too
    runner, pods = anyone(seed)
    run = simulate(runner, (Run(12),), seed=seed, pods=pods)
    fine = run.fine_s(1000, 1400)
    for place in pods:
        true = run.attitude(place, fine).rotation()
        turned = (true[:-1].inv() * true[1:]).as_rotvec() * run.fine_hz
        rate = run.true_signals(place, fine)[1]
        np.testing.assert_allclose(turned, (rate[1:] + rate[:-1]) / 2, atol=0.02)


def test_an_impact_reads_otherwise_at_every_height():
    # the shank pitches as it lands: the forward axis differs by 17 m/s² from peak to peak
    def forward(height_pct):
        sim = run_with(shank_place("shank_left", height_pct=height_pct))
        fine = sim.fine_s(800, 1600)
        at = sim.contacts.initial_contact_s[sim.contacts.sign > 0]
        at = at[(at > fine[0] + 0.2) & (at < fine[-1] - 0.3)]
        acc = sim.true_signals("shank_left", fine)[0][:, 0]
        return np.mean([np.ptp(acc[(fine > t) & (fine < t + 0.06)]) for t in at])

    size = [forward(height_pct) for height_pct in HEIGHTS_PCT]
    assert np.ptp(size) > 12


def test_medial_is_towards_the_other_leg():
    left, right = (
        shank_place(place, height_pct=50, around_deg=90) for place in ("shank_left", "shank_right")
    )
    assert left[1] < 0 < right[1]
    assert left[2] == pytest.approx(SHANK_M / 2)
    assert LEVER_M["shank_left"][1] < 0 < LEVER_M["shank_right"][1]
