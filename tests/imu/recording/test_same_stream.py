"""One pod under two placements is refused by name; two pods of one runner never are."""

from itertools import combinations

import numpy as np
import pytest

import imu
from imu import simulation
from imu.frames import PLACEMENTS

RATE_HZ = 200.0


def arrays(recording):
    return {place: (pod.acc_mps2, pod.gyr_radps) for place, pod in recording.sensors.items()}


def turned(pod, seed):
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    acc, gyr = (x @ turn.T for x in pod)
    return acc + rng.normal(0, 0.05, acc.shape), gyr


def later(pod, samples):
    return tuple(np.roll(x, samples, axis=0) for x in pod)


def with_holes(pod, seed):
    acc, gyr = (x.copy() for x in pod)
    hole = np.random.default_rng(seed).random(len(acc)) < 0.1
    acc[hole] = np.nan
    return acc, gyr


@pytest.mark.parametrize("pair", list(combinations(PLACEMENTS, 2)))
@pytest.mark.parametrize(
    "changed",
    [
        lambda pod: pod,
        lambda pod: (1.01 * pod[0], pod[1]),
        lambda pod: turned(pod, 3),
        lambda pod: later(pod, 4),
        lambda pod: with_holes(pod, 3),
        lambda pod: (np.round(pod[0], 1), None),
    ],
    ids=["same", "scaled", "turned, noisy", "20 ms later", "with holes", "rounded, no gyroscope"],
)
def test_one_stream_on_two_placements_is_refused_by_name(easy_recording, pair, changed):
    pods = arrays(easy_recording)
    pods[pair[1]] = changed(pods[pair[0]])
    with pytest.raises(ValueError, match=f"^{pair[0]} and {pair[1]} hold the samples of one") as e:
        imu.analyse(imu.Recording.from_arrays(rate_hz=RATE_HZ, **pods))
    assert "\n" not in str(e.value)


@pytest.mark.parametrize("seed", range(6))
def test_two_legs_and_a_pelvis_never_are_one_pod(seed):
    script = (simulation.Stand(6.0), simulation.Hop(count=6), simulation.Run(20.0, 2 + 0.7 * seed))
    run = simulation.simulate(
        simulation.someone(seed), script, seed=seed, pods=simulation.clean(), rate_hz=RATE_HZ
    )
    assert len(imu.analyse(run.recording()).stances) > 30


def test_pods_that_lie_still_together_are_not_one():
    rng = np.random.default_rng(0)
    still = {p: (rng.normal([0, 0, 9.81], 0.02, (4000, 3)), None) for p in PLACEMENTS}
    assert imu.analyse(imu.Recording.from_arrays(rate_hz=RATE_HZ, **still)).quality.grade == "D"


@pytest.fixture(scope="module")
def one_pod_on_both_legs(easy_recording):
    """The left pod's samples, read between two of its own: no longer the same, still one leg."""
    pods = arrays(easy_recording)
    at = np.arange(len(easy_recording))
    pods["shank_right"] = tuple(
        np.column_stack([np.interp(at + 2.5, at, axis) for axis in x.T]) for x in pods["shank_left"]
    )
    return pods


def test_sides_that_do_not_alternate_are_said_and_cost_the_grade(one_pod_on_both_legs):
    quality = imu.analyse(
        imu.Recording.from_arrays(rate_hz=RATE_HZ, **one_pod_on_both_legs)
    ).quality
    assert quality.grade == "D"
    assert quality.reasons[0].startswith("left and right do not alternate in 100 % of the steps")


def test_sides_of_a_run_alternate_whatever_was_lost(easy_recording, easy_analysis):
    rng = np.random.default_rng(5)
    pods = arrays(easy_recording)
    for place, (acc, gyr) in pods.items():
        lost = (rng.integers(3000, len(acc) - 60, 40)[:, None] + np.arange(60)).ravel()
        pods[place] = acc.copy(), gyr
        pods[place][0][lost] = np.nan
    lossy = imu.analyse(imu.Recording.from_arrays(rate_hz=RATE_HZ, **pods))
    for found in (easy_analysis, lossy):
        assert not [r for r in found.quality.reasons if "alternate" in r]
