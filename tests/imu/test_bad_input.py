"""Input that cannot be meant gets one sentence that says what to do."""

import numpy as np
import pytest

import imu


def pod(n=2000, *, scale=9.80665):
    rng = np.random.default_rng(0)
    return rng.normal(0, 0.02, (n, 3)) * scale + [0.0, 0.0, scale], rng.normal(0, 0.01, (n, 3))


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"rate_hz": 200.0}, "no sensor given"),
        ({"rate_hz": 40.0, "pelvis": pod()}, "record at 50 Hz or more"),
        ({"rate_hz": float("nan"), "pelvis": pod()}, "too slow"),
        ({"rate_hz": 200.0, "pelvis": pod(scale=1.0)}, "multiply by 9.80665"),
        ({"rate_hz": 200.0, "pelvis": (np.empty((0, 3)), None)}, "empty"),
        (
            {"rate_hz": 200.0, "pelvis": (np.full((500, 3), np.nan), None)},
            "every sample is missing",
        ),
        ({"rate_hz": 200.0, "pelvis": (np.tile([0, 0, 9.8], (500, 1)), None)}, "never changes"),
        ({"rate_hz": 200.0, "pelvis": (np.ones((500, 2)), None)}, "give (samples, 3)"),
        ({"rate_hz": 200.0, "pelvis": pod(100), "shank_left": pod(90)}, "differ in length"),
        ({"rate_hz": 200.0, "pelvis": (pod(100)[0], pod(90)[1])}, "give both on one clock"),
        ({"rate_hz": 200.0, "pelvis": (pod()[0], 500 * pod()[1] + 100)}, "degrees per second"),
    ],
)
def test_each_gets_one_sentence(kwargs, words):
    with pytest.raises(ValueError, match=words.replace("(", r"\(").replace(")", r"\)")) as caught:
        imu.Recording.from_arrays(**kwargs)
    assert "\n" not in str(caught.value)


def test_only_standing_has_no_stance_and_grade_d():
    result = imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, pelvis=pod(), shank_left=pod()))
    assert len(result.stances) == 0
    assert result.bouts.gait.tolist() == ["standing"]
    assert result.quality.grade == "D"


def test_one_hop_is_no_running():
    from imu import simulation

    run = simulation.simulate(
        simulation.Runner(), (simulation.Stand(6), simulation.Hop(3), simulation.Stand(6)), seed=3
    )
    assert len(imu.analyse(run.recording()).stances) == 0


def test_a_few_samples_are_no_crash():
    acc, gyr = pod(30)
    assert (
        len(imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, pelvis=(acc, gyr))).stances) == 0
    )
