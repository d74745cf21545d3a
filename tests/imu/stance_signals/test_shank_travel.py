"""The speed of a session, from shanks that carry their pods at any height, on any slope."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import imu
from imu import simulation
from imu.frames import SIDES
from imu.simulation.people import anyone
from imu.simulation.pods.hardware import shank_place
from imu.stance_signals.shank_travel import FEWEST_PAIRS, alike

SETTLED_S = 12.0
"""From then on the virtual people run at the speed that they are told."""
PEOPLE = 12


def worn(seed):
    """Return a person of the population, or one of no family, with shank pods at any height."""
    if seed % 2:
        runner, pods = anyone(seed)
    else:
        runner, pods = simulation.someone(seed), simulation.realistic(seed)
        rng = np.random.default_rng(seed)
        for place in ("shank_left", "shank_right"):
            lever = shank_place(
                place,
                height_pct=float(rng.uniform(10, 70)),
                around_deg=float(rng.uniform(-60, 120)),
            )
            pods[place] = replace(pods[place], lever_m=lever)
    return runner, {place: pod for place, pod in pods.items() if place != "pelvis"}


def strides(recording, **wearer):
    """Return the stances of the settled running."""
    table = imu.analyse(recording, wearer=imu.Wearer(**wearer)).stances.to_frame()
    return table[table["initial_contact_s"] > SETTLED_S]


def session_mps(recording, **wearer):
    return strides(recording, **wearer)["speed_mps"].median()


def recorded(seed, speed_mps=3.0, *, grade_pct=0.0, turn_deg=0.0, rate_hz=200.0, day=0):
    runner, pods = worn(seed)
    script = (simulation.Stand(8.0), simulation.Run(20.0, speed_mps, grade_pct, turn_deg))
    return simulation.simulate(
        runner, script, seed=seed + 1000 * day, pods=pods, rate_hz=rate_hz
    ).recording()


def true_heights(seed):
    return {place: pod.lever_m[2] for place, pod in worn(seed)[1].items()}


@dataclass(frozen=True)
class Person:
    """A person's run at any speed and slope, and one at 3 m/s; heights wrong by up to 5 cm."""

    seed: int

    @property
    def speed_mps(self):
        return 2.0 + 3.0 * ((7 * self.seed) % PEOPLE) / (PEOPLE - 1)

    @property
    def taped_m(self):
        off = np.random.default_rng([self.seed, 5]).uniform(-0.05, 0.05, 2)
        return {
            place: float(np.clip(height + error, 0.0, 0.5))
            for (place, height), error in zip(true_heights(self.seed).items(), off, strict=True)
        }

    def strides(self, **wearer):
        grade_pct = (-6.0, 0.0, 6.0)[self.seed % 3]
        run = recorded(self.seed, self.speed_mps, grade_pct=grade_pct)
        return strides(run, pod_height_m=self.taped_m, **wearer)

    def scale(self):
        return 3.0 / session_mps(recorded(self.seed, day=1), pod_height_m=self.taped_m)


@pytest.fixture(scope="module")
def people():
    """(person, its strides), on whom nothing was chosen."""
    return [(person, person.strides()) for person in map(Person, range(9300, 9300 + PEOPLE))]


def rms(errors):
    return np.sqrt(np.mean(np.square(errors)))


def test_the_speed_of_a_session_is_found_within_five_percent(people):
    errors = [table["speed_mps"].median() / person.speed_mps - 1 for person, table in people]
    assert rms(errors) <= 0.05
    assert np.abs(errors).max() <= 0.12


def test_after_a_run_of_known_speed_it_is_found_within_two_percent(people):
    errors = [
        person.scale() * table["speed_mps"].median() / person.speed_mps - 1
        for person, table in people
    ]
    assert rms(errors) <= 0.02


def test_from_stride_to_stride_the_speed_of_even_running_hardly_varies(people):
    for _, table in people:
        for side in SIDES:
            speeds = table.loc[table["side"] == side, "speed_mps"]
            assert speeds.std() <= 0.1
            assert speeds.notna().mean() > 0.9


def test_both_legs_go_equally_far(people):
    for _, table in people:
        medians = table.groupby("side")["speed_mps"].median()
        assert medians["left"] == pytest.approx(medians["right"], rel=0.01)


def test_a_step_is_as_long_as_the_speed_times_its_time(people):
    for person, table in people:
        length, expected = table["step_length_m"], table["speed_mps"] * table["step_time_s"]
        np.testing.assert_allclose(length, expected, rtol=1e-5)
        whole = length.groupby(table["side"]).median().sum()
        assert whole == pytest.approx(person.speed_mps * table["stride_time_s"].median(), rel=0.12)


# ------------------------------------------------------------------ what does not matter


@pytest.mark.parametrize("rate_hz", [100.0, 500.0])
def test_the_speed_does_not_depend_on_the_sampling_rate(rate_hz):
    expected = session_mps(recorded(9300), pod_height_m=true_heights(9300))
    found = session_mps(recorded(9300, rate_hz=rate_hz), pod_height_m=true_heights(9300))
    assert found == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("turn_deg", [180.0, -360.0])
def test_a_bend_does_not_change_the_speed(turn_deg):
    expected = session_mps(recorded(9300), pod_height_m=true_heights(9300))
    found = session_mps(recorded(9300, turn_deg=turn_deg), pod_height_m=true_heights(9300))
    assert found == pytest.approx(expected, rel=0.02)


def changed(recording, change):
    arrays = {
        place: change(place, pod.acc_mps2, pod.gyr_radps)
        for place, pod in recording.sensors.items()
    }
    return imu.Recording.from_arrays(rate_hz=recording.rate_hz, **arrays)


def test_the_mounting_does_not_matter():
    recording = recorded(9300)
    turns = dict(zip(recording.sensors, Rotation.random(2, random_state=3), strict=True))
    turned = changed(
        recording, lambda place, acc, gyr: (turns[place].apply(acc), turns[place].apply(gyr))
    )
    expected = strides(recording)["speed_mps"]
    np.testing.assert_allclose(strides(turned)["speed_mps"], expected, rtol=1e-3)


def test_a_gyroscope_bias_that_standing_shows_does_not_matter():
    recording = recorded(9300)
    bias = np.radians([2.0, -3.0, 1.0])
    biased = changed(recording, lambda place, acc, gyr: (acc, gyr + bias))
    expected = session_mps(changed(recording, lambda place, acc, gyr: (acc, gyr)))
    assert session_mps(biased) == pytest.approx(expected, rel=0.002)


def test_a_mirrored_runner_goes_as_fast():
    recording = recorded(9300)
    acc_sign, gyr_sign = np.array([1.0, -1.0, 1.0]), np.array([-1.0, 1.0, -1.0])
    swapped = {"shank_left": "shank_right", "shank_right": "shank_left"}
    mirrored = {
        swapped[place]: (pod.acc_mps2 * acc_sign, pod.gyr_radps * gyr_sign)
        for place, pod in recording.sensors.items()
    }
    found = session_mps(imu.Recording.from_arrays(rate_hz=200.0, **mirrored))
    assert found == pytest.approx(session_mps(recording), rel=0.005)


def test_impacts_beyond_twelve_g_hardly_change_the_speed():
    recording = recorded(9306)
    cut = changed(recording, lambda place, acc, gyr: (np.clip(acc, -117.7, 117.7), gyr))
    assert any(np.abs(pod.acc_mps2).max() > 117.7 for pod in recording.sensors.values())
    assert session_mps(cut) == pytest.approx(session_mps(recording), rel=0.01)


# ------------------------------------------------------------------ what does


def test_a_change_of_speed_within_a_run_is_followed():
    script = (simulation.Stand(10.0), *(simulation.Run(15.0, mps) for mps in (2.5, 4.0)))
    run = simulation.simulate(
        simulation.Runner(), script, seed=4, pods=simulation.realistic(4), rate_hz=200.0
    )
    table = imu.analyse(run.recording()).stances.to_frame()
    at_s = table["initial_contact_s"]
    slow, fast = (
        table.loc[(at_s > begin_s) & (at_s < begin_s + 8.0), "speed_mps"].median()
        for begin_s in (15.0, 29.0)
    )
    assert fast / slow == pytest.approx(4.0 / 2.5, rel=0.05)


def test_a_scale_multiplies_and_a_higher_pod_is_faster():
    recording = recorded(9300)
    plain = session_mps(recording)
    assert session_mps(recording, speed_scale=1.1) == pytest.approx(1.1 * plain)
    low, high = (
        session_mps(recording, pod_height_m=dict.fromkeys(("shank_left", "shank_right"), height_m))
        for height_m in (0.15, 0.25)
    )
    assert 1.03 < high / low < 1.2


def test_a_gap_before_the_next_rest_leaves_the_speed_out_and_says_so():
    recording = recorded(9300)
    table = strides(recording)
    k = int(np.flatnonzero(table["side"] == "left")[8])
    row = table.iloc[k]
    next_contact_s = row["initial_contact_s"] + row["stride_time_s"]

    def with_hole(place, acc, gyr):
        hole = slice(round((next_contact_s + 0.06) * 200), round((next_contact_s + 0.08) * 200))
        acc, gyr = acc.copy(), gyr.copy()
        if place == "shank_left":
            acc[hole] = gyr[hole] = np.nan
        return acc, gyr

    holed = strides(changed(recording, with_hole)).set_index("initial_contact_s")
    at = np.argmin(np.abs(holed.index - row["initial_contact_s"]))
    assert np.isnan(holed["speed_mps"].iloc[at])
    assert np.isfinite(holed["contact_time_s"].iloc[at])
    words = "the shank pod does not show how this foot rests next"
    assert words in holed["quality"].iloc[at]
    assert holed["quality"].str.contains(words).sum() == 1


def test_legs_are_made_alike_only_where_enough_steps_tell():
    left = np.arange(2 * FEWEST_PAIRS) % 2 == 0
    speeds = np.where(left, 3.3, 3.0)
    found = alike(speeds, left)
    np.testing.assert_allclose(found, np.sqrt(3.3 * 3.0))
    few = slice(0, FEWEST_PAIRS)
    np.testing.assert_array_equal(alike(speeds[few], left[few]), speeds[few])
    np.testing.assert_array_equal(alike(speeds, np.ones_like(left)), speeds)
    assert np.isnan(alike(np.where(left, 3.3, np.nan), left)[1::2]).all()


@pytest.mark.parametrize(
    ("wearer", "words"),
    [
        ({"speed_scale": 3.0}, "speed_scale is 3; give a number from 0.8 to 1.25"),
        ({"height_m": 172}, "height_m is 172; give a number from 0.8 to 2.6"),
        ({"pod_height_m": {"shank_left": 20}}, "pod_height_m of shank_left is 20; give a number"),
        ({"pod_height_m": {"pelvis": 0.2}}, "pod_height_m is that of shank_left and shank_right"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(wearer, words):
    with pytest.raises(ValueError, match=words):
        imu.Wearer(**wearer)
