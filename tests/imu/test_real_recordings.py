"""Floors on public recordings with force-plate truth: they may only rise."""

import numpy as np
import pytest

import imu


def scored(reference, trial):
    recording = imu.Recording.from_arrays(
        rate_hz=trial.rate_hz, acc_range_mps2=trial.acc_range_mps2, **trial.sensors
    )
    result = imu.analyse(recording)
    found = result.stances.to_frame()
    scores = reference.score(trial, found["initial_contact_s"], found["toe_off_s"])
    return result, scores


def test_every_running_stance_of_bach_is_found_and_timed(reference):
    scores = [scored(reference, reference.bach(n))[1] for n in reference.BACH_RUNNING]
    contact = reference.pool(one["initial_contact"] for one in scores)
    toe_off = reference.pool(one["toe_off"] for one in scores)
    assert contact.recall >= 0.99
    assert contact.precision >= 0.98
    assert contact.rmse_s <= 0.003
    assert toe_off.rmse_s <= 0.0065
    assert reference.pool(one["contact"] for one in scores).median_abs_s <= 0.006


def test_contact_constants_hold_for_the_runner_they_were_not_fitted_on(reference):
    """Leave one runner out: the constant of one woman, the error of the other."""
    errors = {
        runner: {
            event: np.concatenate(
                [scored(reference, reference.bach(n))[1][event].error_s for n in trials]
            )
            for event in ("initial_contact", "toe_off")
        }
        for runner, trials in {"first": (1, 2), "second": (15,)}.items()
    }
    for event, limit_s in (("initial_contact", 0.005), ("toe_off", 0.008)):
        first, second = errors["first"][event], errors["second"][event]
        left_out = np.concatenate([first - second.mean(), second - first.mean()])
        assert np.sqrt(np.mean(left_out**2)) <= limit_s


@pytest.mark.parametrize("number", [3, 4, 10])
def test_walking_gives_no_running_stance(reference, number):
    result, _ = scored(reference, reference.bach(number))
    assert len(result.stances) == 0
    assert set(result.bouts.gait) == {"walking"}
    assert result.quality.grade == "D"


@pytest.mark.parametrize("number", [1, 2, 15])
def test_clipped_impacts_are_unknown_not_low(reference, number):
    result, _ = scored(reference, reference.bach(number))
    table = result.stances.to_frame()
    assert table["clipped"].mean() > 0.5
    assert table.loc[table["clipped"], "peak_tibial_axial_mps2"].isna().all()
    assert table.loc[table["clipped"], "quality"].str.contains("shank accelerometer clipped").all()


@pytest.mark.parametrize("row", [1, 2, 3, 8, 11, 14, 18, 27])
def test_pelvis_alone_finds_the_steps_on_every_slope(reference, row):
    trial = reference.alcantara(row)
    result, scores = scored(reference, trial)
    assert scores["initial_contact"].recall == 1.0
    assert scores["initial_contact"].precision >= 0.92
    assert scores["initial_contact"].sd_s <= 0.007
    assert scores["toe_off"].sd_s <= 0.005
    sides = result.stances.to_frame()["side"].to_numpy()
    assert (sides[1:] != sides[:-1]).all()


def test_three_pods_name_the_right_foot(reference):
    trial = reference.dorschky()
    result, _ = scored(reference, trial)
    table = result.stances.to_frame()
    right = table[table["side"] == "right"]
    scores = reference.score(trial, right["initial_contact_s"], right["toe_off_s"])
    assert scores["initial_contact"].recall_between == 1.0
    assert scores["initial_contact"].precision == 1.0
    assert scores["contact"].median_abs_s <= 0.010


SHANKS = ("shank_left", "shank_right")


def speed_error(reference, worn, *, heights_known):
    """Return how far off the speed is that some pods of the averaged stride show."""
    trial, stride = reference.dorschky(), reference.dorschky_stride()
    knee_m = 0.246 * stride.height_m
    heights = {place: knee_m + stride.sensor_position_m[place][2] for place in worn}
    recording = imu.Recording.from_arrays(
        rate_hz=trial.rate_hz, **{place: trial.sensors[place] for place in worn}
    )
    wearer = imu.Wearer(pod_height_m=heights if heights_known else {})
    found = imu.analyse(recording, wearer=wearer).summary.together["speed_mps"]
    return found / trial.speed_mps - 1


def test_the_speed_of_a_man_whose_pods_are_measured_is_found_within_three_percent(reference):
    assert abs(speed_error(reference, SHANKS, heights_known=True)) <= 0.03


@pytest.mark.parametrize("heights_known", [True, False])
@pytest.mark.parametrize("place", SHANKS)
def test_each_leg_finds_his_speed_within_eight_percent(reference, place, heights_known):
    assert abs(speed_error(reference, (place,), heights_known=heights_known)) <= 0.08


def test_the_speed_of_a_man_is_found_within_three_percent(reference):
    assert abs(speed_error(reference, SHANKS, heights_known=False)) <= 0.03


def test_the_speed_of_a_man_is_found_within_six_percent(reference):
    assert abs(speed_error(reference, SHANKS, heights_known=False)) <= 0.06


def test_without_a_gyroscope_there_is_no_speed_and_it_says_so(reference):
    for trial in (reference.bach(1), reference.alcantara(2)):
        result, _ = scored(reference, trial)
        assert np.isnan(result.stances.metrics["speed_mps"]).all()
        assert np.isnan(result.summary.together["distance_m"])
        words = "no stride shows its speed, so no distance and no leg stiffness"
        assert words in result.summary.reasons


@pytest.mark.parametrize("faster", [1.25, 1.4])
def test_a_quicker_bach_is_found_whole(reference, faster):
    for number in reference.BACH_RUNNING:
        trial = reference.bach(number)
        recording = imu.Recording.from_arrays(
            rate_hz=trial.rate_hz * faster, acc_range_mps2=trial.acc_range_mps2, **trial.sensors
        )
        found = imu.analyse(recording).stances.events
        own = (found.initial_contact_s * faster, found.toe_off_s * faster)
        assert reference.score(trial, *own)["initial_contact"].recall == 1.0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_bach_does_not_depend_on_how_the_pod_is_turned(reference, seed):
    from scipy.spatial.transform import Rotation

    trial = reference.bach(1)
    acc, _ = trial.sensors["shank_left"]
    turned = acc @ Rotation.random(random_state=seed).as_matrix().T
    kwargs = {"rate_hz": trial.rate_hz}
    still = imu.analyse(imu.Recording.from_arrays(shank_left=(acc, None), **kwargs))
    other = imu.analyse(imu.Recording.from_arrays(shank_left=(turned, None), **kwargs))
    np.testing.assert_allclose(
        other.stances.events.initial_contact_s, still.stances.events.initial_contact_s, atol=1e-6
    )
