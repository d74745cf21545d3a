"""Gravity, signs and handedness of made-up people: what is wrong is seen, what is right is not."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.frames import PLACEMENTS
from imu.quality.conventions.gravity import gravity_removed, off_by, quietest
from imu.quality.conventions.handedness import turn_factor, turns_with_gravity
from imu.quality.conventions.lag import lag_s
from imu.quality.conventions.over_strides import Overview
from imu.quality.swapped_pods import SWAPPED
from imu.simulation import Run, Stand, simulate
from imu.simulation.people import anyone

RATE_HZ = 200.0
SHANKS = ("shank_left", "shank_right")


@pytest.fixture(scope="module", params=[201, 202, 203])
def recording(request):
    runner, pods = anyone(request.param)
    script = (Stand(4.0), Run(20.0))
    return simulate(runner, script, seed=request.param, pods=pods, rate_hz=RATE_HZ).recording()


def samples(recording, place):
    sensor = recording.sensors[place]
    return sensor.acc_mps2[sensor.valid], sensor.gyr_radps[sensor.valid]


@pytest.mark.parametrize("place", PLACEMENTS)
def test_gravity_is_missed_in_standing_and_in_running_alone(recording, place):
    acc, _ = samples(recording, place)
    for part in (acc, acc[1000:]):
        assert not gravity_removed(part, quietest(part, rate_hz=RATE_HZ), rate_hz=RATE_HZ)
        without = part - (part[:600] if len(part) > 4000 else part).mean(axis=0)
        rest = quietest(without, rate_hz=RATE_HZ)
        assert gravity_removed(without, rest, rate_hz=RATE_HZ)
    rest = quietest(acc, rate_hz=RATE_HZ)
    assert rest.quiet
    assert off_by(rest) is None
    assert off_by(quietest(acc * 1.2, rate_hz=RATE_HZ)) == pytest.approx(1.2 * rest.size_mps2)


def test_rotation_the_wrong_way_round_is_told_from_the_right_one():
    told = []
    for seed in range(201, 207):
        runner, pods = anyone(seed)
        script = (Stand(3.0), Run(8.0))
        recording = simulate(runner, script, seed=seed, pods=pods, rate_hz=RATE_HZ).recording()
        for place in SHANKS:
            acc, gyr = samples(recording, place)
            mirror = np.array([1.0, -1.0, 1.0])
            right = turns_with_gravity(acc, gyr, rate_hz=RATE_HZ)
            assert right is not False
            told.append(right is True)
            # The runner in the mirror: nothing in one pod contradicts it.
            assert turns_with_gravity(-acc, gyr, rate_hz=RATE_HZ) is right
            for wrong in ((acc, -gyr), (acc * mirror, gyr * mirror)):
                assert turns_with_gravity(*wrong, rate_hz=RATE_HZ) is (False if right else None)
    assert sum(told) >= 11


def test_a_pod_that_hardly_turns_says_nothing_of_its_hand(recording):
    acc, gyr = samples(recording, "pelvis")
    assert turns_with_gravity(acc, gyr, rate_hz=RATE_HZ) is not False
    assert turns_with_gravity(acc[:100], gyr[:100], rate_hz=RATE_HZ) is None


def negated(recording, places):
    sensors = {
        place: replace(sensor, acc_mps2=-sensor.acc_mps2) if place in places else sensor
        for place, sensor in recording.sensors.items()
    }
    return replace(recording, sensors=sensors, signs_known=False)


@pytest.mark.parametrize(
    "places", [PLACEMENTS, SHANKS, ("shank_left",), ("pelvis",)], ids=lambda p: "+".join(p)
)
def test_negated_acceleration_is_named_beside_the_other_explanations(recording, places):
    quality = imu.analyse(negated(recording, places)).quality
    assert quality.grade == "D"
    assert "seen as in a mirror: acceleration has the opposite sign" in quality.blocking_problem
    assert "midstance swap" not in quality.blocking_problem


def test_signs_that_are_right_raise_no_question_whether_declared_or_not(recording):
    silent = negated(recording, ())
    for one in (silent, replace(silent, signs_known=True, signs_stated=True)):
        assert not imu.analyse(one).quality.blocking_problem


def test_with_signs_known_only_exchanged_pods_are_left(recording):
    left, right = (recording.sensors[place] for place in SHANKS)
    sensors = {**recording.sensors, "shank_left": right, "shank_right": left}
    exchanged = replace(recording, sensors=sensors)
    assert imu.analyse(exchanged).quality.blocking_problem == SWAPPED


@pytest.mark.parametrize("places", [("shank_left",), ("pelvis",)], ids="+".join)
def test_signs_that_somebody_states_wrongly_are_contradicted(easy_recording, places):
    """A pod alone is in no other's place, so its mapping does not say how it counts."""
    stated = replace(negated(easy_recording, places), signs_known=True, signs_stated=True)
    quality = imu.analyse(stated).quality
    assert quality.grade == "D"
    assert "seen as in a mirror, though its mapping says" in quality.blocking_problem


def test_all_signs_stated_wrongly_are_named_beside_exchanged_pods(easy_recording):
    stated = replace(negated(easy_recording, PLACEMENTS), signs_known=True, signs_stated=True)
    problem = imu.analyse(stated).quality.blocking_problem
    assert problem.startswith(SWAPPED)
    assert problem.endswith("or acc_sign or handed in the mapping is not how the pods count")


@pytest.mark.parametrize("place", SHANKS)
def test_acceleration_that_clips_tells_nothing_of_a_rate(recording, place):
    acc, gyr = samples(recording, place)
    most = 2 * 9.80665
    assert turn_factor(np.clip(acc, -most, most), gyr, rate_hz=RATE_HZ) is None


@pytest.mark.parametrize("place", SHANKS)
def test_losses_are_no_lag_of_a_gyroscope(recording, place):
    """Time that is closed up turns less than gravity does."""
    acc, gyr = samples(recording, place)
    at = np.arange(len(acc))
    index = np.flatnonzero((at % 400 >= 70) | (at < 900))
    overview = Overview.of(acc[index], gyr[index], rate_hz=RATE_HZ, index=index)
    assert lag_s(acc[index], gyr[index], rate_hz=RATE_HZ, overview=overview) is None
    assert lag_s(acc[:5], gyr[:5], rate_hz=RATE_HZ) is None


def test_a_rate_or_scale_that_does_not_fit_is_told_and_a_right_one_is_not(recording):
    found = []
    for place in PLACEMENTS:
        acc, gyr = samples(recording, place)
        assert turn_factor(acc, gyr, rate_hz=RATE_HZ) is None
        if place in SHANKS:
            for factor in (0.5, 2.0):
                told = turn_factor(acc, factor * gyr, rate_hz=RATE_HZ)
                found.append(told is not None and told * factor == pytest.approx(1, abs=0.4))
    assert sum(found) >= 3


def test_a_rate_that_comes_late_is_told_by_how_much_and_one_that_does_not_is_not(recording):
    for place in PLACEMENTS:
        acc, gyr = samples(recording, place)
        assert lag_s(acc, gyr, rate_hz=RATE_HZ) is None
    late = [lag_s(acc[30:], gyr[:-30], rate_hz=RATE_HZ) for acc, gyr in shanks(recording)]
    assert all(told is None or told == pytest.approx(-0.15, abs=0.05) for told in late)
    assert any(told is not None for told in late)


def shanks(recording):
    return [samples(recording, place) for place in SHANKS]
