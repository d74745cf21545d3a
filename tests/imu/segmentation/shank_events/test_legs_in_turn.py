"""Two shanks without gyroscopes: the feet land in turn, and one leg tells the other where."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import imu
from imu.alignment import worn_pods
from imu.segmentation.shank_events import candidates
from imu.segmentation.shank_events.legs_in_turn import APART, mended, off_the_middle
from imu.simulation import Run, Stand, anyone, clean, simulate, someone

RATE_HZ = 200.0
SHANKS = ("shank_left", "shank_right")


def run_of(runner, pods, speed_mps, seed):
    script = (Stand(5.0), Run(12.0, speed_mps=speed_mps))
    worn = {place: pods[place] for place in SHANKS}
    return simulate(runner, script, seed=seed, pods=worn, rate_hz=RATE_HZ)


def without_gyroscopes(recording, late_s=0.0):
    """Accelerations alone; the left pod stamps `late_s` late."""
    shift = round(late_s * RATE_HZ)
    acc = {place: pod.acc_mps2 for place, pod in recording.sensors.items()}
    acc["shank_left"] = np.roll(acc["shank_left"], shift, axis=0)
    return imu.Recording.from_arrays(
        rate_hz=RATE_HZ, **{place: (own, None) for place, own in acc.items()}
    )


def missed(found, truth):
    """Share of contacts of both legs that none of the same side is near, but for both ends."""
    away_s = np.abs(found.initial_contact_s[:, None] - truth.initial_contact_s)
    away_s[found.side[:, None] != truth.side] = np.inf
    return np.mean(away_s.min(axis=0)[4:-4] > 0.05)


def each_leg(recording):
    """What each shank shows by itself, and the segments."""
    worn = worn_pods.worn(recording)
    pods = {place.removeprefix("shank_"): segment for place, segment in worn.items()}
    return {side: candidates(pod, rate_hz=RATE_HZ) for side, pod in pods.items()}, pods


@pytest.mark.parametrize(("seed", "speed_mps"), [(9409, 2.1), (9426, 2.5), (9436, 5.4)])
def test_a_leg_whose_landing_was_misread_is_read_again_where_the_other_says(seed, speed_mps):
    """At a jog turning round is taken for landing, at speed the second hump of stance."""
    run = run_of(*anyone(seed), speed_mps, seed)
    recording = without_gyroscopes(run.recording())
    alone, pods = each_leg(recording)
    contacts = [alone[side].initial_contact for side in ("left", "right")]
    assert abs(off_the_middle(*contacts)) > APART
    together = mended(alone, pods, rate_hz=RATE_HZ)
    assert sum(together[side] is alone[side] for side in alone) == 1
    result = imu.analyse(recording)
    assert missed(result.stances.events, run.truth) < 0.1
    assert sum("told from the other leg" in reason for reason in result.quality.reasons) == 1


@pytest.fixture(scope="module")
def sure():
    """A run whose landings are plain."""
    return run_of(someone(5), clean(), 3.0, seed=5)


def test_what_is_in_turn_is_left_as_it_is(sure):
    alone, pods = each_leg(without_gyroscopes(sure.recording()))
    assert mended(alone, pods, rate_hz=RATE_HZ) is alone
    assert missed(imu.analyse(without_gyroscopes(sure.recording())).stances.events, sure.truth) == 0


def test_the_turns_of_a_shank_are_believed():
    """Even where contacts are those that one leg misread without them."""
    recording = run_of(*anyone(9409), 2.1, seed=9409).recording()
    misread, _ = each_leg(without_gyroscopes(recording))
    _, pods = each_leg(recording)
    assert mended(misread, pods, rate_hz=RATE_HZ) is misread


@pytest.mark.parametrize("late_s", [-0.12, 0.12])
def test_a_pod_whose_clock_is_off_is_not_read_where_nothing_lands_and_is_said(sure, late_s):
    recording = without_gyroscopes(sure.recording(), late_s)
    alone, pods = each_leg(recording)
    assert mended(alone, pods, rate_hz=RATE_HZ) is alone
    reasons = imu.analyse(recording).quality.reasons
    assert any("the two shank pods do not agree by" in reason for reason in reasons)


@given(
    off=st.floats(-0.3, 0.3),
    stride_s=st.floats(0.5, 1.0),
    lost=st.integers(3, 25),
    seed=st.integers(0, 99),
)
def test_how_far_from_the_middle_survives_lost_contacts_and_a_break(off, stride_s, lost, seed):
    rng = np.random.default_rng(seed)
    number = np.arange(40.0)
    left = number * stride_s + 30.0 * (number > 20) + rng.normal(0, 0.002, 40)
    right = left + (0.5 + off) * stride_s
    left, right[5] = np.delete(left, lost), np.nan
    assert off_the_middle(left, right) == pytest.approx(off, abs=0.02)
    assert off_the_middle(right, left) == pytest.approx(-off, abs=0.02)


def test_strides_in_which_a_contact_was_missed_do_not_count():
    left, right = np.arange(40.0), np.arange(40.0) + 0.7
    left, right = np.delete(left, slice(11, 30, 2)), np.delete(right, slice(10, 30, 2))
    assert off_the_middle(left, right) == pytest.approx(0.2, abs=1e-9)


def test_of_too_few_contacts_nothing_is_said():
    assert np.isnan(off_the_middle(np.arange(5.0), np.arange(5.0) + 0.5))
    assert np.isnan(off_the_middle(np.arange(9.0), np.arange(9.0) + 20.0))
