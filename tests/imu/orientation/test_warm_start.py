"""Orientation holds from the first sample on: of a run that is joined late, and after holes."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import imu
from imu.alignment.worn_pods import worn
from imu.frames import PLACEMENTS
from imu.orientation.filter_across_gaps import settings_off
from imu.orientation.warm_start import (
    SWAY_DPS,
    Bias,
    FilterInput,
    estimated_bias,
    seen_from_ahead,
    warm_started,
    with_heading_of,
)

BEGINS_S = 14.37  # running for four seconds, somewhere in a stride
MOST_DEG = {"pelvis": 0.6, "shank_left": 1.6, "shank_right": 1.6}


def cut(recording, *, start_s):
    """Return the recording without its beginning."""
    first = round(start_s * recording.rate_hz)
    sensors = {
        place: replace(
            pod,
            acc_mps2=pod.acc_mps2[first:],
            gyr_radps=pod.gyr_radps[first:],
            valid=pod.valid[first:],
        )
        for place, pod in recording.sensors.items()
    }
    return replace(recording, sensors=sensors, start_s=first / recording.rate_hz)


def silent(recording, *spans_s):
    """Return the recording of pods that were not heard in some spans of its own clock."""
    time_s = recording.start_s + np.arange(len(recording)) / recording.rate_hz
    valid = ~np.any([(time_s >= a) & (time_s < b) for a, b in spans_s], axis=0)
    sensors = {}
    for place, pod in recording.sensors.items():
        acc, gyr = (np.where(valid[:, None], x, np.nan) for x in (pod.acc_mps2, pod.gyr_radps))
        sensors[place] = replace(pod, acc_mps2=acc, gyr_radps=gyr, valid=valid)
    return replace(recording, sensors=sensors)


def off_deg(run, recording, place, *, within_s, known_s):
    """Return the RMS angle between found and true vertical within a span, degrees.

    How the pod sits on its segment is taken from the span `known_s`.
    """
    found = imu.analyse(recording).orientation[place]
    time_s = recording.start_s + np.arange(len(recording)) / recording.rate_hz
    true = run.attitude(place, time_s).rotation()
    up, true_up = (rotation.inv().apply([0.0, 0.0, 1.0]) for rotation in (found, true))
    known, within = ((time_s > a) & (time_s < b) for a, b in (known_s, within_s))
    turn, _ = Rotation.align_vectors(up[known], true_up[known])
    cosine = np.sum(up[within] * turn.apply(true_up[within]), axis=1)
    return np.degrees(np.sqrt(np.mean(np.arccos(np.clip(cosine, -1, 1)) ** 2)))


@pytest.mark.parametrize("place", PLACEMENTS)
def test_a_record_that_begins_in_running_holds_from_its_first_sample(
    easy_simulation, easy_recording, place
):
    """Pelvis 6 and shank 17 degrees in the first five seconds where VQF starts from nothing."""
    begun = cut(easy_recording, start_s=BEGINS_S)
    early = off_deg(easy_simulation, begun, place, within_s=(0, BEGINS_S + 5), known_s=(50, 85))
    assert early < MOST_DEG[place]


@pytest.mark.parametrize("metric", ["pelvic_tilt_range_deg", "pelvic_drop_deg"])
def test_its_first_stances_are_measured_as_the_later_ones(easy_simulation, easy_recording, metric):
    found = imu.analyse(cut(easy_recording, start_s=BEGINS_S)).stances
    true = easy_simulation.truth
    contact_s = found.events.initial_contact_s
    nearest = np.argmin(np.abs(true.initial_contact_s - contact_s[:, None]), axis=1)
    error = found.metrics[metric] - true.metrics[metric][nearest]
    first = contact_s < BEGINS_S + 3
    assert np.sum(np.isfinite(error[first])) >= 5
    assert np.sqrt(np.nanmean(error[first] ** 2)) < np.sqrt(np.nanmean(error[~first] ** 2)) + 0.1


@pytest.mark.parametrize("hole_s", [0.3, 2.0, 6.0])
@pytest.mark.parametrize("place", ["pelvis", "shank_left"])
def test_after_a_long_hole_it_holds_again(easy_simulation, easy_recording, hole_s, place):
    """Up to 60 degrees where the filter goes on across the hole as if nothing had happened."""
    holes = [(start_s, start_s + hole_s) for start_s in (25.2, 46.0)]
    broken = silent(easy_recording, *holes)
    for _, end_s in holes:
        early = off_deg(
            easy_simulation, broken, place, within_s=(end_s + 0.02, end_s + 4), known_s=(70, 85)
        )
        assert early < MOST_DEG[place]


def test_a_pod_that_is_heard_late_begins_then(easy_simulation, easy_recording):
    late = silent(easy_recording, (0.0, 20.0))
    early = off_deg(easy_simulation, late, "pelvis", within_s=(20.02, 25), known_s=(60, 85))
    assert early < MOST_DEG["pelvis"]
    before = imu.analyse(late).orientation["pelvis"][:4000]
    assert (before * before[0].inv()).magnitude().max() == 0


def test_heading_goes_on_across_a_hole(easy_recording):
    """As it does without the hole: in half a stride a pelvis turns by ten degrees."""
    whole = imu.analyse(easy_recording).orientation["pelvis"]
    broken = imu.analyse(silent(easy_recording, (40.0, 40.4))).orientation["pelvis"]
    for at in (8085, 8300, 9000):
        (yaw,) = (whole[at] * broken[at].inv()).as_euler("ZXY", degrees=True)[None, 0]
        before = (whole[7990] * broken[7990].inv()).as_euler("ZXY", degrees=True)[0]
        assert abs(yaw - before) < 1.5


def test_a_hole_is_no_change_of_pace(easy_recording):
    broken = worn(silent(easy_recording, (40.0, 43.0)))["pelvis"]
    pace = broken.motion.changes
    assert pace[:2600].any()  # setting off is one
    assert not pace[4000:].any()


# ---------------------------------------------------------------------------------------------
# Parts


@pytest.fixture(scope="module")
def felt(easy_recording):
    pelvis = worn(easy_recording)["pelvis"]
    return FilterInput(
        pelvis.gyr_radps, pelvis.acc_mps2, np.zeros(len(pelvis.valid), dtype=bool), 200.0, 3.0
    )


NO_BIAS = Bias(np.zeros(3), 0.001)


def test_from_rest_it_is_plain_vqf(felt):
    from vqf import VQF

    plain = VQF(1 / 200, tauAcc=3.0, biasSigmaRest=SWAY_DPS)
    plain.setBiasEstimate(np.zeros(3), 0.001)
    gyr, acc = (np.ascontiguousarray(x) for x in (felt.gyr, felt.acc))
    found, _ = warm_started(felt, NO_BIAS, at_rest=True)
    np.testing.assert_array_equal(found, plain.updateBatch(gyr, acc)["quat6D"])


def test_backward_in_time_undoes_every_turn(felt):
    """By rates alone there and back again: the filter stands where it stood."""
    part = felt.part(4000, 5000)
    filter_ = part.filter(NO_BIAS)
    filter_.setMotionBiasEstEnabled(False)
    filter_.setRestBiasEstEnabled(False)
    filter_.setBiasEstimate(np.zeros(3), 0.001)
    there = part.dead_reckoned(filter_)
    back = part.backward().dead_reckoned(filter_)[::-1]
    np.testing.assert_allclose(back, there, atol=1e-9)


def test_a_hole_does_not_unlearn_the_bias(felt):
    """In it no rate is heard, which is not the same as rest."""
    bias_radps = np.radians([0.8, -0.8, 0.8])
    part = felt.part(4000, 8000)
    part = replace(part, gyr=part.gyr + bias_radps)
    _, filter_ = warm_started(part, Bias(bias_radps, 0.001), at_rest=False)
    before = Bias.of(filter_).radps
    np.testing.assert_allclose(before, bias_radps, atol=np.radians(0.1))
    level = np.broadcast_to(np.mean(part.acc, axis=0), (2000, 3))
    hole = replace(part, gyr=np.zeros((2000, 3)), acc=level, pace=np.zeros(2000, dtype=bool))
    hole.dead_reckoned(filter_)
    np.testing.assert_allclose(Bias.of(filter_).radps, before, atol=np.radians(0.01))


def test_a_bias_is_found_in_running(felt):
    bias_radps = np.radians([0.8, -0.8, 0.8])
    part = felt.part(4000, 18000)
    found = estimated_bias(replace(part, gyr=part.gyr + bias_radps))
    np.testing.assert_allclose(found.radps[:2], bias_radps[:2], atol=np.radians(0.2))


@pytest.mark.parametrize("seconds", [0.005, 0.01, 0.05, 1.0, 5.0])
def test_however_short_a_stretch_is_it_has_unit_quaternions(felt, seconds):
    part = felt.part(4000, 4000 + round(seconds * 200))
    found, _ = warm_started(part, estimated_bias(part), at_rest=False)
    assert found.shape == (round(seconds * 200), 4)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, rtol=1e-9)


def test_heading_is_all_that_is_changed():
    rng = np.random.default_rng(0)
    one, others = Rotation.random(rng=rng), Rotation.random(20, rng=rng)
    found = Rotation.from_quat(
        with_heading_of(one.as_quat(scalar_first=True), others.as_quat(scalar_first=True), at=7),
        scalar_first=True,
    )
    turn = (found * others.inv()).as_rotvec()
    np.testing.assert_allclose(turn, np.broadcast_to([0, 0, turn[0, 2]], turn.shape), atol=1e-12)
    (rest,) = (found[7] * one.inv()).as_quat(scalar_first=True)[None, 3]
    assert abs(rest) < 1e-12  # no turn about up is left between them


# ---------------------------------------------------------------------------------------------
# Setting off


@pytest.mark.parametrize("place", ["shank_left", "shank_right"])
def test_setting_off_tips_a_shank_no_more_than_later_running(
    easy_simulation, easy_recording, place
):
    """2.8 degrees in the first seconds where the filter goes forward only, 0.3 later."""
    early, late = (
        off_deg(easy_simulation, easy_recording, place, within_s=within, known_s=(50, 85))
        for within in ((12, 17), (50, 85))
    )
    assert early < late + 1.0


@pytest.mark.parametrize("place", PLACEMENTS)
def test_setting_off_is_seen_once_and_where_it_is(easy_recording, place):
    pod = worn(easy_recording)[place]
    (at,) = settings_off(pod, rate_hz=200.0)
    assert 8.5 < at / 200.0 < 11.0


def test_standing_is_untouched_by_what_comes_after(felt):
    forward, _ = warm_started(felt, NO_BIAS, at_rest=True)
    joined = forward.copy()
    seen_from_ahead(joined, felt, 2000, NO_BIAS)
    np.testing.assert_allclose(joined[:2001], forward[:2001], atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(joined, axis=1), 1.0, rtol=1e-9)
    assert np.abs(joined - forward).max() > 0
