"""Independent estimates of contact and side: what is said when they disagree."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.alignment import worn_pods
from imu.quality import event_agreement
from imu.segmentation.pelvis_events import steps as pelvis
from imu.simulation import Run, Runner, Stand, both, realistic, simulate

RATE_HZ = 200.0


def arrays(recording):
    return {place: (pod.acc_mps2, pod.gyr_radps) for place, pod in recording.sensors.items()}


def analysed(pods):
    return imu.analyse(imu.Recording.from_arrays(rate_hz=RATE_HZ, **pods))


def test_the_pelvis_confirms_the_contacts_of_the_shanks(easy_analysis):
    events = easy_analysis.stances.events
    assert np.isfinite(events.pelvis_agreement_s).mean() > 0.98
    assert np.nanmedian(np.abs(events.pelvis_agreement_s)) < 0.02
    assert np.isnan(events.side_agreement_pct).all()
    assert event_agreement.reasons(events) == []


def test_two_estimates_disagree_when_they_scatter_and_not_when_one_is_always_later(easy_analysis):
    events = easy_analysis.stances.events
    later_s = np.full(len(events), 0.04)
    assert event_agreement.reasons(replace(events, agreement_s=later_s)) == []
    later_s[::10] = 0.0
    assert "disagree in 10 %" in event_agreement.reasons(replace(events, agreement_s=later_s))[0]


def later_with_an_impact_later_by_10_ms(*, gyroscope):
    """By how much the second estimate of contact moves against the first, s."""

    def usual_s(delay_s):
        runner = both(Runner(), impact_delay_s=delay_s)
        run = simulate(runner, (Stand(6.0), Run(20.0)), seed=3, pods=realistic(3), rate_hz=RATE_HZ)
        pods = arrays(run.recording())
        worn = {place: (acc, gyr if gyroscope else None) for place, (acc, gyr) in pods.items()}
        return np.median(analysed(worn).stances.events.agreement_s)

    return usual_s(0.040) - usual_s(0.030)


def test_the_axial_rise_comes_later_than_the_turn_of_the_shank_with_a_later_impact():
    """It is the accelerometer's estimate less the gyroscope's: a quarter of the delay shows."""
    assert 0.001 < later_with_an_impact_later_by_10_ms(gyroscope=True) < 0.010


def test_without_gyroscopes_the_burst_comes_later_than_the_rise_with_a_later_impact():
    """It is the onset of the burst less the axial rise: the burst moves with the impact."""
    assert 0.003 < later_with_an_impact_later_by_10_ms(gyroscope=False) < 0.017


def test_the_shanks_go_on_while_the_pelvis_pod_is_silent(easy_recording, easy_analysis):
    pods = arrays(easy_recording)
    silent = slice(9000, 12000)
    acc, gyr = (x.copy() for x in pods["pelvis"])
    acc[silent] = gyr[silent] = np.nan
    pods["pelvis"] = acc, gyr
    events = analysed(pods).stances.events
    contact_s = easy_analysis.stances.events.initial_contact_s
    assert abs(len(events) - len(contact_s)) <= 2
    inside = (events.initial_contact_s > 45.5) & (events.initial_contact_s < 59.5)
    assert inside.sum() > 30
    assert np.isnan(events.pelvis_agreement_s[inside]).all()


def test_a_pod_that_falls_silent_says_from_when_on(easy_recording):
    pods = arrays(easy_recording)
    acc, gyr = (x.copy() for x in pods["shank_left"])
    acc[12_000:] = gyr[12_000:] = np.nan
    pods["shank_left"] = acc, gyr
    said = "shank left: 33 % of the samples missing, and nothing received after minute 1.0"
    assert said in analysed(pods).quality.reasons


def test_sides_told_by_the_pelvis_say_how_sure_they_are(easy_recording, easy_simulation):
    result = analysed({"pelvis": arrays(easy_recording)["pelvis"]})
    events = result.stances.events
    assert len(events) > 200
    assert (events.side_agreement_pct > 90).all()
    assert np.isnan(events.pelvis_agreement_s).all()
    truth = easy_simulation.truth
    near = np.abs(events.initial_contact_s[:, None] - truth.initial_contact_s).argmin(axis=1)
    assert (events.side == truth.side[near]).all()


@pytest.mark.parametrize("pause_s", [4.0, 4.2, 4.4, 4.6])
def test_sides_are_told_anew_after_a_stop(pause_s):
    script = (Stand(6.0), Run(20.0), Stand(pause_s), Run(20.0))
    run = simulate(Runner(), script, seed=5, pods={"pelvis": realistic(5)["pelvis"]})
    events, truth = imu.analyse(run.recording()).stances.events, run.truth
    near = np.abs(events.initial_contact_s[:, None] - truth.initial_contact_s).argmin(axis=1)
    assert set(events.bout) == {0, 1}
    assert np.mean(events.side == truth.side[near]) > 0.95


@pytest.mark.parametrize("missed", [1, 2, 3])
def test_steps_that_were_missed_exchange_no_sides(missed, easy_recording):
    pod = imu.Recording.from_arrays(rate_hz=RATE_HZ, pelvis=arrays(easy_recording)["pelvis"])
    worn = worn_pods.worn(pod)["pelvis"]
    found = pelvis.candidates(worn, rate_hz=RATE_HZ)
    steps = found.initial_contact, found.toe_off, found.stride_s * RATE_HZ
    gone = np.arange(40, 40 + missed)
    side, _ = pelvis.sides(worn, *steps, rate_hz=RATE_HZ)
    fewer, _ = pelvis.sides(worn, *(np.delete(x, gone) for x in steps), rate_hz=RATE_HZ)
    np.testing.assert_array_equal(fewer, np.delete(side, gone))


def test_a_pelvis_that_hardly_tells_the_sides_is_said():
    level = replace(Runner(), left=flat(), right=flat())
    run = simulate(level, (Stand(6.0), Run(40.0)), seed=3, pods={"pelvis": realistic(3)["pelvis"]})
    pods = arrays(run.recording())
    acc, gyr = pods["pelvis"]
    still = gyr * 0.02 + np.random.default_rng(0).normal(0, 0.8, gyr.shape)
    result = analysed({"pelvis": (acc, still)})
    assert result.stances.events.side_agreement_pct.max() < 90
    assert [r for r in result.quality.reasons if "they may be swapped" in r]


def flat():
    return replace(Runner().left, pelvic_drop_deg=0.5)


@pytest.mark.parametrize("gyroscope", [True, False])
def test_evidence_for_a_side_counts_each_step_once(easy_recording, gyroscope):
    acc, gyr = arrays(easy_recording)["pelvis"]
    events = analysed({"pelvis": (acc, gyr if gyroscope else None)}).stances.events
    assert len(events) > 200
    assert ((events.side_agreement_pct >= 50) & (events.side_agreement_pct <= 100)).all()
    assert (events.side[1:] != events.side[:-1]).all()


def test_a_pelvis_pod_whose_contacts_are_those_of_no_step_is_named(easy_analysis):
    events = easy_analysis.stances.events
    assert event_agreement.unmatched(events) == []
    nowhere = np.full(len(events), np.nan)
    strange = replace(events, pelvis_agreement_s=nowhere)
    assert event_agreement.unmatched(strange) == [event_agreement.NO_MATCH]


def test_a_pelvis_pod_without_shanks_has_nothing_to_match(easy_recording):
    pelvis = {"pelvis": arrays(easy_recording)["pelvis"]}
    assert event_agreement.NO_MATCH not in analysed(pelvis).quality.reasons
