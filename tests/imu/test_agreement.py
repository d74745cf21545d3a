"""Independent estimates of contact and side: what is said when they disagree."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu import agreement
from imu.simulation import Run, Runner, Stand, realistic, simulate

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
    assert agreement.reasons(events) == []


def test_a_pelvis_pod_whose_clock_is_off_is_named(easy_recording):
    pods = arrays(easy_recording)
    late = round(0.07 * RATE_HZ)
    pods["pelvis"] = tuple(np.concatenate([x[:late], x[:-late]]) for x in pods["pelvis"])
    reasons = analysed(pods).quality.reasons
    assert [r for r in reasons if "later than the shank" in r and "clocks" in r]


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


def test_sides_told_by_the_pelvis_say_how_sure_they_are(easy_recording, easy_simulation):
    result = analysed({"pelvis": arrays(easy_recording)["pelvis"]})
    events = result.stances.events
    assert (events.side_agreement_pct > 90).all()
    assert np.isnan(events.pelvis_agreement_s).all()
    truth = easy_simulation.truth
    near = np.abs(events.initial_contact_s[:, None] - truth.initial_contact_s).argmin(axis=1)
    assert (events.side == truth.side[near]).all()


def test_a_pelvis_that_hardly_tells_the_sides_is_said():
    level = replace(Runner(), left=flat(), right=flat())
    run = simulate(level, (Stand(6.0), Run(40.0)), seed=3, pods={"pelvis": realistic(3)["pelvis"]})
    pods = arrays(run.recording())
    acc, gyr = pods["pelvis"]
    still = gyr * 0.02 + np.random.default_rng(0).normal(0, 0.8, gyr.shape)
    result = analysed({"pelvis": (acc, still)})
    assert result.stances.events.side_agreement_pct.max() < 90
    assert [r for r in result.quality.reasons if "they may be exchanged" in r]


def flat():
    return replace(Runner().left, pelvic_drop_deg=0.5)


@pytest.mark.parametrize("gyroscope", [True, False])
def test_evidence_for_a_side_counts_each_step_once(easy_recording, gyroscope):
    acc, gyr = arrays(easy_recording)["pelvis"]
    events = analysed({"pelvis": (acc, gyr if gyroscope else None)}).stances.events
    assert ((events.side_agreement_pct >= 50) & (events.side_agreement_pct <= 100)).all()
    assert (events.side[1:] != events.side[:-1]).all()
