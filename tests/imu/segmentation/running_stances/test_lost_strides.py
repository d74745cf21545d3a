"""Strides that a shank pod does not show are those of the pelvis, and none is made up."""

import numpy as np
import pytest

import imu
from imu.quality.stance_reasons import REASONS
from imu.simulation import Stand, realistic, simulate, skip_rope, someone

RATE_HZ = 200.0
SILENT_S = (40.0, 45.0)
SHANK_ONLY = (
    "shank_internal_rotation_deg",
    "shank_swing_rate_radps",
    "shank_lean_deg",
    "hip_adduction_estimate_deg",
    "peak_tibial_axial_mps2",
)


def arrays(recording, *places):
    return {
        place: (pod.acc_mps2.copy(), pod.gyr_radps.copy())
        for place, pod in recording.sensors.items()
        if not places or place in places
    }


def analysed(pods):
    return imu.analyse(imu.Recording.from_arrays(rate_hz=RATE_HZ, **pods)).stances.to_frame()


def silenced(pods, place, span_s=SILENT_S):
    first, last = (round(at_s * RATE_HZ) for at_s in span_s)
    for x in pods[place]:
        x[first:last] = np.nan
    return pods


def lying(n):
    rng = np.random.default_rng(0)
    acc = rng.normal(0, 0.2, (n, 3)) + np.array([0.0, 0.0, 9.81])
    return acc, rng.normal(0, 0.01, (n, 3))


def nearest_truth(frame, truth):
    return np.abs(frame.initial_contact_s.to_numpy()[:, None] - truth.initial_contact_s).argmin(1)


def within(frame, span_s):
    return frame[frame.initial_contact_s.between(*span_s)]


def test_the_pelvis_keeps_the_stances_of_a_shank_that_falls_silent(easy_recording, easy_simulation):
    frame, truth = analysed(silenced(arrays(easy_recording), "shank_left")), easy_simulation.truth
    at = nearest_truth(frame, truth)
    assert sorted(at) == list(range(len(truth.side)))
    assert (frame.side.to_numpy() == truth.side[at]).all()
    by_pelvis = frame.seen_by_pelvis.to_numpy()
    contact_s = truth.initial_contact_s
    hidden = (truth.side == "left") & (contact_s > SILENT_S[0]) & (contact_s < SILENT_S[1])
    np.testing.assert_array_equal(by_pelvis, hidden[at])
    assert hidden.sum() >= 6
    away_s = frame.initial_contact_s.to_numpy() - contact_s[at]
    assert np.abs(away_s[by_pelvis]).max() < 0.025


def test_a_stance_of_the_pelvis_says_so_and_measures_nothing_on_the_shank(easy_recording):
    frame = analysed(silenced(arrays(easy_recording), "shank_left"))
    told = frame.quality.str.contains(REASONS["seen_by_pelvis"])
    assert (told == frame.seen_by_pelvis).all()
    lost, shown = frame[told], frame[~told]
    assert lost[[*SHANK_ONLY, "agreement_s", "pelvis_agreement_s"]].isna().all(axis=None)
    assert (
        lost[["pelvic_drop_deg", "active_peak_force_bw", "contact_time_s"]].notna().all(axis=None)
    )
    assert shown[list(SHANK_ONLY)].notna().mean().min() > 0.8


def test_without_a_pelvis_a_silent_shank_has_no_stances_and_its_neighbours_stay(
    easy_recording, easy_simulation
):
    pods = arrays(easy_recording, "shank_left", "shank_right")
    frame, truth = analysed(silenced(pods, "shank_left")), easy_simulation.truth
    assert not frame.seen_by_pelvis.any()
    whole = np.isfinite(frame.toe_off_s) & (frame.side == "left")
    lost = within(frame[whole], (SILENT_S[0] + 0.05, SILENT_S[1] - 0.05))
    assert not len(lost)
    at = nearest_truth(frame, truth)
    left = truth.side == "left"
    for near_s in ((SILENT_S[0] - 1.6, SILENT_S[0] - 0.3), (SILENT_S[1], SILENT_S[1] + 1.0)):
        inside = (truth.initial_contact_s > near_s[0]) & (truth.initial_contact_s < near_s[1])
        assert (left & inside).any()
        assert np.isin(np.flatnonzero(left & inside), at).all()
    assert np.isin(np.flatnonzero(~left), at).all()


@pytest.mark.parametrize("falls_silent", [False, True])
def test_a_leg_without_a_pod_gets_no_stances(easy_recording, falls_silent):
    pods = arrays(easy_recording, "pelvis", "shank_left")
    frame = analysed(silenced(pods, "shank_left") if falls_silent else pods)
    assert set(frame.side) == {"left"}
    assert frame.seen_by_pelvis.any() == falls_silent
    assert len(within(frame, SILENT_S)) >= 6


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("silent_s", [None, (15.0, 20.0)])
def test_skipping_a_rope_gives_no_stance_of_any_pod(seed, silent_s):
    script = (Stand(6.0), skip_rope(25.0), Stand(6.0))
    run = simulate(someone(seed), script, seed=seed, pods=realistic(seed), rate_hz=RATE_HZ)
    pods = arrays(run.recording())
    assert not len(analysed(silenced(pods, "shank_left", silent_s) if silent_s else pods))


def test_a_shank_pod_that_lies_still_loses_no_stance(easy_recording, easy_simulation):
    pods = arrays(easy_recording)
    pods["shank_right"] = lying(len(easy_recording))
    frame, truth = analysed(pods), easy_simulation.truth
    right = frame.side == "right"
    assert (frame.seen_by_pelvis == right).all()
    assert frame[right][list(SHANK_ONLY)].isna().all(axis=None)
    at = nearest_truth(frame, truth)
    assert len(set(at)) == len(at) >= len(truth.side) - 2
    assert (frame.side.to_numpy() == truth.side[at]).all()


def test_a_pelvis_pod_that_lies_still_takes_no_stance_away(easy_recording):
    pods = arrays(easy_recording)
    pods["pelvis"] = lying(len(easy_recording))
    frame = analysed(pods)
    alone = analysed(arrays(easy_recording, "shank_left", "shank_right"))
    assert len(alone) > 200
    np.testing.assert_array_equal(frame.initial_contact_s, alone.initial_contact_s)
    assert not frame.seen_by_pelvis.any()
    assert frame.contact_time_s.notna().mean() > 0.98
