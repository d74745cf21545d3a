"""What is said of a shank pod: why its strides are not counted, and that it sits on a thigh."""

import re

import numpy as np
import pytest

import imu
from imu.alignment import worn_pods
from imu.quality import leg_pods
from imu.segmentation.running_stances import of_all_pods
from imu.segmentation.running_stances.of_one_shank import REFUSALS, LegSearch
from imu.segmentation.shank_events.candidate_stances import Seat
from imu.simulation import Run, Runner, Stand, Walk, realistic, simulate

RATE_HZ = 200.0
SHANKS = ("shank_left", "shank_right")
NOTHING = dict.fromkeys(REFUSALS, 0)


def arrays(simulation):
    return {p: (s.acc_mps2, s.gyr_radps) for p, s in simulation.recording().sensors.items()}


@pytest.fixture(scope="module")
def gaits():
    """Pods of a run and of a walk of one length."""
    scripts = {"run": (Stand(8.0), Run(40.0)), "walk": (Stand(8.0), Walk(40.0, speed_mps=1.6))}
    return {
        gait: arrays(simulate(Runner(), script, seed=1, pods=realistic(1), rate_hz=RATE_HZ))
        for gait, script in scripts.items()
    }


def recording(pods):
    return imu.Recording.from_arrays(rate_hz=RATE_HZ, **pods)


def searched(pods):
    return of_all_pods.find(worn_pods.worn(recording(pods)), rate_hz=RATE_HZ)[1]


def a_pelvis_that_walks_at_first(gaits, share):
    """A pelvis pod that shows walking for a share of the record, beside shanks that run."""
    until = round(share * len(gaits["run"]["pelvis"][0]))
    pelvis = (
        np.concatenate([walked[:until], ran[until:]])
        for walked, ran in zip(gaits["walk"]["pelvis"], gaits["run"]["pelvis"], strict=True)
    )
    return {**gaits["run"], "pelvis": tuple(pelvis)}


@pytest.mark.parametrize("worn", [("pelvis", *SHANKS), SHANKS])
@pytest.mark.parametrize("gait", ["run", "walk"])
def test_of_a_sound_run_and_of_a_walk_nothing_is_said(gait, worn, gaits):
    pods = {place: gaits[gait][place] for place in worn}
    assert leg_pods.sentences(searched(pods)) == []
    reasons = imu.analyse(recording(pods)).quality.reasons
    assert not [reason for reason in reasons if "move like running" in reason or "thigh" in reason]


@pytest.mark.parametrize("share", [0.75, 0.9, 1.0])
def test_strides_without_flight_at_the_pelvis_are_counted_and_said(share, gaits):
    pods = a_pelvis_that_walks_at_first(gaits, share)
    searches = searched(pods)
    said = leg_pods.sentences(searches)
    assert len(said) == 2
    for (place, one), words in zip(searches.items(), said, strict=True):
        not_counted = one.like_running - one.counted
        assert sum(one.refused.values()) == not_counted > 0.6 * one.like_running
        assert (one.counted > 0) == (share < 1)
        assert words.startswith(
            f"{place.replace('_', ' ')}: {one.like_running} strides move like running, "
            f"and {not_counted} of them are not counted, "
        )
        told = [int(number) for number in re.findall(r"(\d+) because", words)]
        assert sum(told) == not_counted
        assert f"{one.refused['no_flight']} because the pelvis shows no flight" in words
    reasons = imu.analyse(recording(pods)).quality.reasons
    assert [one for one in reasons if one in said] == said


def test_every_reason_for_which_a_stride_is_refused_has_its_words():
    assert tuple(leg_pods.WHY) == REFUSALS
    refused = {name: 10 + k for k, name in enumerate(REFUSALS)}
    search = LegSearch(sum(refused.values()) + 4, 4, refused)
    (words,) = leg_pods.sentences({"shank_left": search})
    assert words.count("because") == len(REFUSALS)
    for name, number in refused.items():
        assert f"{number} because {leg_pods.WHY[name]}" in words


@pytest.mark.parametrize(
    ("like", "counted", "said"), [(19, 0, 0), (20, 0, 1), (40, 20, 1), (40, 21, 0), (0, 0, 0)]
)
def test_a_few_strides_that_are_not_counted_are_not_worth_a_sentence(like, counted, said):
    search = LegSearch(like, counted, {**NOTHING, "walks": like - counted})
    assert len(leg_pods.sentences({"shank_left": search})) == said


# --- a pod on the thigh ---------------------------------------------------------------------------


def on_a_thigh(range_deg, *, above_knee_m=0.2, stride_hz=1.4, seconds=60.0, seed=0):
    """A pod on a thigh that swings with the hip, over a knee that bounces and is shaken; arrays."""
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * stride_hz * at
    lean = np.sin(phase) + 0.18 * np.sin(2 * phase + 0.6)  # about left, + = top forward
    lean *= np.radians(range_deg) / np.ptp(lean)
    rate = np.gradient(lean) * RATE_HZ
    shock = 60 * np.exp(-((((at * stride_hz) % 1 - 0.1) / 0.02) ** 2))
    forward = 3 * np.sin(phase + 2) - 0.4 * shock
    up = 9.81 + 6 * np.cos(2 * phase + 1) + shock
    cos, sin = np.cos(lean), np.sin(lean)
    along = forward * sin + up * cos - above_knee_m * rate**2
    across = forward * cos - up * sin + above_knee_m * np.gradient(rate) * RATE_HZ
    zero, stood = np.zeros_like(at), np.zeros((round(8 * RATE_HZ), 3))
    acc = np.concatenate([stood + np.array([0, 0, 9.81]), np.stack([across, zero, along], axis=1)])
    gyr = np.concatenate([stood, np.stack([zero, rate, zero], axis=1)])
    rng = np.random.default_rng(seed)
    return acc + rng.normal(0, 0.05, acc.shape), gyr + rng.normal(0, 0.005, gyr.shape)


@pytest.mark.parametrize("range_deg", [45.0, 50.0, 54.0])
@pytest.mark.parametrize("above_knee_m", [0.1, 0.2])
def test_a_pod_on_the_thigh_is_named_with_how_far_it_turns(range_deg, above_knee_m):
    pods = {"shank_right": on_a_thigh(range_deg, above_knee_m=above_knee_m)}
    said = [one for one in imu.analyse(recording(pods)).quality.reasons if "thigh" in one]
    assert said == [
        f"shank right: turns by only {range_deg:.0f}° in a stride, as a thigh does: "
        "check that the pod sits between knee and ankle"
    ]


def test_a_pod_on_the_thigh_of_one_leg_is_named_beside_a_shank(gaits):
    pods = {"shank_left": gaits["run"]["shank_left"], "shank_right": on_a_thigh(50.0, seconds=40.0)}
    said = [one for one in leg_pods.sentences(searched(pods)) if "thigh" in one]
    assert len(said) == 1
    assert said[0].startswith("shank right:")


@pytest.mark.parametrize(("turn_deg", "said"), [(54.0, 1), (63.0, 0), (np.nan, 0)])
def test_a_shank_turns_further_and_an_unknown_turn_is_no_thigh(turn_deg, said):
    search = LegSearch(60, 60, {}, Seat(0.2, turn_deg))
    assert len(leg_pods.sentences({"shank_left": search})) == said
