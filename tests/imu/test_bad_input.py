"""Input that cannot be meant gets one sentence that says what to do."""

import numpy as np
import pytest

import imu


def pod(n=2000, *, scale=9.80665):
    rng = np.random.default_rng(0)
    return rng.normal(0, 0.02, (n, 3)) * scale + [0.0, 0.0, scale], rng.normal(0, 0.01, (n, 3))


def with_one(value):
    acc, _ = pod()
    acc[7, 1] = value
    return acc


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
        ({"rate_hz": None, "pelvis": pod()}, "rate_hz is None; give a number"),
        ({"rate_hz": "fast", "pelvis": pod()}, "rate_hz is 'fast'; give a number"),
        ({"rate_hz": float("inf"), "pelvis": pod()}, "inf Hz is no sampling rate"),
        ({"rate_hz": 1e9, "pelvis": pod()}, "is no sampling rate"),
        ({"rate_hz": 200.0, "pelvis": pod(), "acc_range_mps2": -16}, "acc_range_mps2 is -16"),
        ({"rate_hz": 200.0, "pelvis": pod(), "gyr_range_radps": "x"}, "give a number"),
        ({"rate_hz": 200.0, "pelvis": pod(1)}, "a single sample"),
        ({"rate_hz": 200.0, "pelvis": pod()[0]}, "give a pair (acc_mps2, gyr_radps)"),
        ({"rate_hz": 200.0, "pelvis": (*pod(), 1)}, "give a pair (acc_mps2, gyr_radps)"),
        ({"rate_hz": 200.0, "pelvis": (pod()[0] + 1j, None)}, "give plain numbers"),
        ({"rate_hz": 200.0, "pelvis": (pod()[0].astype("M8[s]"), None)}, "give plain numbers"),
        ({"rate_hz": 200.0, "pelvis": (np.full((9, 3), {}), None)}, "give plain numbers"),
        ({"rate_hz": 200.0, "pelvis": (with_one(1e300), None)}, "put NaN where"),
        ({"rate_hz": 200.0, "pelvis": (pod()[0], with_one(-1e300))}, "put NaN where"),
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


def test_a_shank_pod_that_tells_of_no_running_is_named(easy_recording):
    """Its stances are those of the pelvis, and each says so."""
    worn = {p: (pod.acc_mps2, pod.gyr_radps) for p, pod in easy_recording.sensors.items()}
    worn["shank_right"] = pod(len(easy_recording))
    result = imu.analyse(imu.Recording.from_arrays(rate_hz=easy_recording.rate_hz, **worn))
    right = result.stances.events.side == "right"
    assert right.sum() > 100
    assert (result.stances.quality["seen_by_pelvis"] == right).all()
    told = np.char.find(result.stances.quality["quality"], "found by the pelvis alone") >= 0
    assert (told == right).all()
    assert result.quality.grade == "D"
    assert result.quality.reasons[0].startswith("shank right: no running")


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


def test_what_is_masked_is_missing():
    acc, gyr = pod()
    masked = np.ma.masked_array(acc, np.zeros(acc.shape, bool))
    masked[5:9, 0] = np.ma.masked
    recording = imu.Recording.from_arrays(rate_hz=200.0, pelvis=(masked, gyr))
    assert np.flatnonzero(~recording.sensors["pelvis"].valid).tolist() == [5, 6, 7, 8]
