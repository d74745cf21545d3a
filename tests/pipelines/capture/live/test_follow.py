"""Cues: when they come, once, and in which words."""

import numpy as np
import pytest

from imu.last_seconds import LastStances
from pipelines.capture.live.follow import OVER_S, Following, Rule
from pipelines.capture.live.view import continued, medians, next_toe_off_s

DROP = "pelvic_drop_deg"
RULE = Rule(DROP, "left", 5.0, above=True, hysteresis=0.5, least_s=2.0)


def stances(left_deg, *, right_deg=3.0, begin_s=0.0):
    """A stance of the left leg, and one of the right, every 0.7 s."""
    contact_s = begin_s + 0.35 * np.arange(2 * len(left_deg))
    side = np.array(["left", "right"] * len(left_deg))
    drop = np.where(side == "left", np.repeat(left_deg, 2), right_deg)
    return LastStances(side, contact_s, contact_s + 0.25, contact_s + 0.7, {DROP: drop})


def told(following, drops):
    """The cues given while the stances of each leg come one by one: when, and in which words."""
    known, said = stances([]), []
    for number, drop in enumerate(drops):
        known = continued(known, stances([drop], begin_s=0.7 * number), from_s=0.7 * number)
        if cue := following.cue(known, 0.7 * number + 0.6):
            said.append((number, cue))
    return said


def test_a_cue_comes_once_the_median_of_ten_seconds_has_been_beyond_for_long_enough():
    ((number, cue),) = told(Following(RULE), [4.0] * 20 + [6.2] * 30)
    half = OVER_S / 0.7 / 2
    assert 20 + half + 2.0 / 0.7 - 1 <= number <= 20 + half + 2.0 / 0.7 + 2
    assert cue.words == ("left contralateral pelvic drop above the line you set: 6.2° against 5.0°")
    assert not cue.bell


def test_it_comes_again_only_after_the_value_was_back():
    assert len(told(Following(RULE), [6.0] * 30 + [4.8] * 30 + [6.0] * 30)) == 1
    assert len(told(Following(RULE), [6.0] * 30 + [4.2] * 30 + [6.0] * 30)) == 2


def test_the_other_leg_and_too_few_stances_give_none():
    assert told(Following(RULE), [4.0] * 40) == []
    assert told(Following(Rule(DROP, "right", 5.0, True, 0.5, 2.0)), [6.0] * 40) == []
    assert told(Following(RULE), [6.0] * 4) == []


def test_below_a_line_that_was_set_against_what_is_usual():
    rule = Rule(DROP, "right", 3.5, False, 0.5, 0.0, bell=True, usual=4.5)
    ((_, cue),) = told(Following(rule), [6.0] * 20)
    assert cue.bell
    assert cue.words == (
        "right contralateral pelvic drop below the line you set (1.0° below your usual 4.5°): "
        "3.0° against 3.5°"
    )


def test_what_a_later_look_says_replaces_what_was_known_of_that_time():
    known = continued(stances([4.0] * 100), stances([6.0] * 5, begin_s=65.0), from_s=64.9)
    assert (np.diff(known.initial_contact_s) > 0).all()
    assert known.initial_contact_s[0] >= known.initial_contact_s[-1] - 61.0
    assert np.sum(known.metrics[DROP] == 6.0) == 5
    left, right = medians(known, (DROP,), since_s=65.0)[DROP]
    assert (left, right) == (6.0, 3.0)
    assert np.isnan(medians(known, (DROP,), since_s=66.0)[DROP]).all(), "too few"


def test_a_median_that_clipping_hides_is_not_known():
    hidden = stances([np.inf] * 6)
    assert np.isnan(medians(hidden, (DROP,), since_s=0.0)[DROP][0])


def test_the_next_toe_off_is_due_a_stride_after_the_last_of_that_foot():
    known = stances([4.0] * 10)  # toe-offs every 0.35 s, the last, of the right foot, at 6.9 s
    assert next_toe_off_s(known, 6.95) == pytest.approx(6.55 + 0.7)
    assert next_toe_off_s(known, 7.3) == pytest.approx(7.25), "it may be a little late"
    assert next_toe_off_s(known, 7.5) == pytest.approx(7.6)
    assert np.isnan(next_toe_off_s(known, 60.0))
