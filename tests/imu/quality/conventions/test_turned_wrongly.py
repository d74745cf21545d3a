"""What would make a gyroscope fit its accelerometer is named, and right pods are left alone."""

import numpy as np
import pytest

from imu.frames import PLACEMENTS
from imu.quality.conventions.lag import lag_s
from imu.quality.conventions.over_strides import Overview, turned_back
from imu.quality.conventions.turned_wrongly import MOST_MINUTES, turned_wrongly
from imu.simulation import Run, Runner, Stand, realistic, simulate
from imu.simulation.people import anyone

RATE_HZ = 100.0


def samples(runner, pods, seed):
    script = (Stand(3.0), Run(16.0))
    recording = simulate(runner, script, seed=seed, pods=pods, rate_hz=RATE_HZ).recording()
    return {place: (one.acc_mps2, one.gyr_radps) for place, one in recording.sensors.items()}


@pytest.fixture(scope="module")
def pods():
    return samples(Runner(), realistic(11), 11)


def wrong(acc, gyr, place):
    overview = Overview.of(acc, gyr, rate_hz=RATE_HZ)
    return turned_wrongly(acc, gyr, overview, pelvis=place == "pelvis", rate_hz=RATE_HZ)


def named(acc, gyr, place):
    found = wrong(acc, gyr, place)
    return None if found is None else found.explanations[0]


@pytest.mark.parametrize("seed", [11, 31])
def test_right_pods_of_anybody_raise_no_question(pods, seed):
    right = pods if seed == 11 else samples(*anyone(seed), seed)
    for place, (acc, gyr) in right.items():
        assert wrong(acc, gyr, place) is None
        assert lag_s(acc, gyr, rate_hz=RATE_HZ, pelvis=place == "pelvis") is None
        # The runner in the mirror, whom nothing in one pod contradicts.
        assert wrong(-acc, gyr, place) is None


@pytest.mark.parametrize("place", ["pelvis", "shank_right"])
def test_rates_that_count_the_other_way_round_are_told_on_every_pod(pods, place):
    acc, gyr = pods[place]
    mirror = np.array([-1.0, 1.0, 1.0])
    assert named(acc * mirror, gyr * mirror, place).kind == "reversed"
    if place == "pelvis":
        for one in (acc, -acc):
            assert named(one, -gyr, place).kind == "reversed"


@pytest.mark.parametrize("place", ["pelvis", "shank_left"])
def test_exchanged_columns_are_put_in_the_order_that_fits(pods, place):
    acc, gyr = pods[place]
    assert named(acc, gyr[:, [1, 2, 0]], place).value == 201
    if place == "pelvis":
        assert named(acc, gyr[:, [2, 0, 1]], place).value == 120
        assert named(acc, gyr[:, [1, 0, 2]], place).value == 102


def test_minutes_of_an_hour_tell_the_axes_of_a_pelvis_as_all_of_it_does(pods):
    acc, gyr = (np.vstack([x, *[x[300:]] * 60]) for x in pods["pelvis"])
    assert len(acc) > 2 * MOST_MINUTES * 60 * RATE_HZ
    assert wrong(acc, gyr, "pelvis") is None
    assert named(acc, gyr[:, [1, 2, 0]], "pelvis").value == 201
    assert named(acc, gyr[:, [1, 0, 2]], "pelvis").value == 102


def test_a_sensor_that_says_one_value_at_rest_begins_to_move_when_it_does(pods):
    acc, gyr = (np.round(x, 1) for x in pods["shank_left"])
    acc[:1500], gyr[:1500] = acc[100], gyr[100]  # most of it, with not even noise
    assert lag_s(acc, np.roll(gyr, 150, axis=0), rate_hz=RATE_HZ, pelvis=True) == pytest.approx(
        -1.5, abs=0.25
    )


def test_one_axis_the_other_way_round_is_named_on_a_shank(pods):
    acc, gyr = pods["shank_right"]
    for axis, flip in enumerate(1 - 2 * np.eye(3)):
        told = wrong(acc, gyr * flip, "shank_right").explanations
        assert ("gyr axis", axis) in [(one.kind, one.value) for one in told]


def test_one_axis_the_other_way_round_is_told_on_a_pelvis(pods):
    acc, gyr = pods["pelvis"]
    assert all(wrong(acc, gyr * flip, "pelvis") is not None for flip in 1 - 2 * np.eye(3))


@pytest.mark.parametrize("place", PLACEMENTS[1:])
def test_a_scale_that_is_off_by_a_seventh_is_told_to_a_few_per_cent(pods, place):
    acc, gyr = pods[place]
    factor = 1.14 if place == "shank_left" else 0.86
    found = named(acc, factor * gyr, place)
    assert found.kind == "factor"
    assert found.value == pytest.approx(1 / factor, rel=0.04)


@pytest.mark.parametrize("late", [3, 100])
def test_how_late_a_shank_gyroscope_is_is_told_to_a_sample(pods, late):
    acc, gyr = pods["shank_left"]
    acc, gyr = (acc[late:], gyr[:-late]) if late > 0 else (acc[:late], gyr[-late:])
    found = named(acc, gyr, "shank_left") if abs(late) < 30 else None
    told = lag_s(acc, gyr, rate_hz=RATE_HZ) if found is None else found.value
    assert told == pytest.approx(-late / RATE_HZ, abs=0.011)


def test_a_pelvis_gyroscope_that_is_late_by_more_than_a_step_is_told_roughly(pods):
    acc, gyr = pods["pelvis"]
    assert lag_s(acc[100:], gyr[:-100], rate_hz=RATE_HZ, pelvis=True) == pytest.approx(-1, abs=0.25)


@pytest.mark.parametrize("late", [-13, 0, 12])
def test_shocks_tell_of_a_pelvis_gyroscope_that_has_a_clock_of_its_own(pods, late):
    acc, gyr = pods["pelvis"]
    gyr = np.roll(gyr, late, axis=0)
    told = lag_s(acc, gyr, rate_hz=RATE_HZ, pelvis=True, own_clocks=True)
    assert told is None if not late else told == pytest.approx(-late / RATE_HZ, abs=0.05)
    assert lag_s(acc, gyr, rate_hz=RATE_HZ, pelvis=True) is None


def test_vectors_are_turned_back_by_all_turns_until_each_sample():
    force = np.tile([1.0, 0.0, 0.0], (1, 5, 1))
    turn = np.tile([0.0, 0.0, np.pi / 2], (1, 5, 1))
    expected = [[0, 1, 0], [-1, 0, 0], [0, -1, 0], [1, 0, 0], [0, 1, 0]]
    np.testing.assert_allclose(turned_back(force, turn)[0], expected, atol=1e-12)


def test_a_short_record_says_nothing(pods):
    for place, (acc, gyr) in pods.items():
        assert wrong(acc[:500], -gyr[:500], place) is None


def test_who_turns_about_the_vertical_before_setting_off_has_one_clock():
    """Only the gyroscope shows it; a quarter of the recording, moved over it, would fit alike."""
    rng, t = np.random.default_rng(5), np.arange(0, 24, 1 / RATE_HZ)
    acc, gyr = 0.01 * rng.standard_normal((len(t), 3)), 0.002 * rng.standard_normal((len(t), 3))
    acc[:, 2] += 9.81
    acc[t > 17] += 3 * rng.standard_normal((int(np.sum(t > 17)), 3))
    gyr[t > 3, 2] += np.sin(5 * t[t > 3])
    assert lag_s(acc, gyr, rate_hz=RATE_HZ, pelvis=True) is None
