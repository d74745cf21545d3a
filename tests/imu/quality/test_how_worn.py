"""How pods seem to be worn in a check before a run, against how the virtual runner wears them."""

from dataclasses import replace

import numpy as np
import pytest

from imu.frames import PLACEMENTS
from imu.quality.how_worn import HowWorn, how_worn, ringing
from imu.quality.worn_right import faults, seen
from imu.recording.recording import Recording
from imu.simulation import Bend, Run, Stand, Walk, realistic, simulate, someone
from imu.simulation.pods.hardware import clean

RATE_HZ = 200.0
SCRIPT = (
    Stand(8.0),
    Bend(3),
    Stand(3.5),
    Walk(8.0),
    Run(5.0, speed_mps=2.8),
    Walk(6.0),
    Stand(8.0),
)
BOW_S = (7.0, 16.0)
RUNS_S = (27.0, 32.0)
LOOSE = {"tissue_hz": 10.0, "tissue_zeta": 0.1, "tissue_deg": 6.0}
SLIPPED = {"slip_s": 29.0, "slip_deg": 25.0}
RIGHT = {place: [] for place in PLACEMENTS}
SEEDS = (1001, 1002, 1003)


def recorded(seed, pods=None):
    pods = realistic(seed) if pods is None else pods
    return simulate(someone(seed), SCRIPT, seed=seed, pods=pods, rate_hz=RATE_HZ).recording()


def a_sensor(acc, gyr=None):
    return Recording.from_arrays(rate_hz=RATE_HZ, pelvis=(acc, gyr)).sensors["pelvis"]


def exchanged(recording, one, other):
    turned = {one: other, other: one}
    sensors = {turned.get(place, place): pod for place, pod in recording.sensors.items()}
    return replace(recording, sensors=sensors)


def found(recording):
    """Return the faults of each pod."""
    return {place: faults(place, one) for place, one in worn(recording).items()}


def worn(recording):
    return how_worn(recording, bow_s=BOW_S)


def on_a_thigh(recording, place, *, seed):
    """A pod on the thigh, which swings by 40° in walking and by 48° in running; else it stands."""
    at = np.arange(len(recording)) / RATE_HZ
    rng = np.random.default_rng(seed)
    runs = (at > RUNS_S[0]) & (at < RUNS_S[1])
    walks = (at > 19.5) & (at < 38.0) & ~runs
    lean = np.zeros_like(at)
    for where, stride_hz, range_deg in ((walks, 0.95, 40.0), (runs, 1.38, 48.0)):
        lean += where * np.radians(range_deg / 2) * np.sin(2 * np.pi * stride_hz * (at - 19.5))
    rate = np.gradient(lean) * RATE_HZ
    rate[np.abs(rate) > 6] = 0  # where one gait follows another
    shock = np.where(runs | walks, 1.0, 0.0) * np.where(runs, 40, 12)
    shock = shock * np.exp(-((((at * np.where(runs, 1.38, 0.95)) % 1 - 0.1) / 0.02) ** 2))
    zero = np.zeros_like(at)
    acc = np.stack([-9.81 * np.sin(lean), zero, 9.81 * np.cos(lean) + shock], axis=1)
    gyr = np.stack([zero, rate, zero], axis=1)
    sensor = a_sensor(acc + rng.normal(0, 0.05, acc.shape), gyr + rng.normal(0, 0.005, gyr.shape))
    return replace(recording, sensors={**recording.sensors, place: sensor})


@pytest.mark.parametrize("seed", SEEDS)
def test_pods_that_are_worn_right_have_no_fault_and_are_seen_where_they_are(seed):
    recording = recorded(seed)
    assert found(recording) == RIGHT
    how = worn(recording)
    assert [one.part for one in how.values()] == ["pelvis", "shank", "shank"]
    assert [one.side for one in how.values()] == ["", "left", "right"]
    for place in PLACEMENTS[1:]:
        assert how[place].height_m == pytest.approx(0.22, abs=0.1)
        assert how[place].no_bow == ""
    for one in how.values():
        assert one.stood_s == pytest.approx(7.6, abs=0.3)
        assert one.turned_deg < 1.0


@pytest.mark.parametrize("seed", SEEDS)
def test_pods_on_each_others_legs_are_both_named_with_the_leg_they_sit_on(seed):
    said = found(exchanged(recorded(seed), "shank_left", "shank_right"))
    assert said["pelvis"] == []
    for side, other in (("left", "right"), ("right", "left")):
        (words,) = said[f"shank_{side}"]
        assert words.startswith(f"it sits on the {other} leg: move it to the {side} leg")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_pelvis_pod_on_a_shank_is_named_with_the_leg_and_the_other_pod_is_right(seed):
    said = found(exchanged(recorded(seed), "pelvis", "shank_left"))
    assert "as on the left shank: move it to the pelvis" in said["pelvis"][0]
    assert "as on the pelvis: move it to the left shank" in said["shank_left"][0]
    assert said["shank_right"] == []


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_a_pod_upside_down_is_worn_right(seed):
    pods = clean()
    turned = {
        place: replace(pod, mounting_rad=(0.0, float(np.pi), 0.0)) for place, pod in pods.items()
    }
    assert found(recorded(seed, turned)) == RIGHT


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("place", PLACEMENTS)
def test_a_loose_pod_is_named_and_no_other(seed, place):
    pods = realistic(seed)
    said = found(recorded(seed, {**pods, place: replace(pods[place], **LOOSE)}))
    expected = ["it goes on shaking after each landing: tighten the strap"]
    assert said == {**RIGHT, place: expected}


def test_a_pod_that_slips_is_named_by_how_far_and_nothing_is_said_of_its_leg():
    pods = realistic(1)
    said = found(recorded(1, {**pods, "shank_left": replace(pods["shank_left"], **SLIPPED)}))
    (words,) = said.pop("shank_left")
    assert words.startswith("it has turned by ")
    assert said == {"pelvis": [], "shank_right": []}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pod_on_a_thigh_is_named_and_the_others_are_right(seed):
    recording = on_a_thigh(recorded(seed), "shank_right", seed=seed)
    said = found(recording)
    assert "as on a thigh: move it to the right shank" in said["shank_right"][0]
    assert said["pelvis"] == said["shank_left"] == []


def test_one_shank_pod_alone_tells_its_leg():
    recording = recorded(1)
    left = recording.sensors["shank_left"]
    for place in PLACEMENTS[1:]:
        (how,) = worn(replace(recording, sensors={place: left})).values()
        assert (how.part, how.side) == ("shank", "left")


def test_without_movement_or_a_gyroscope_nothing_is_guessed():
    still = np.tile([0.0, 0.0, 9.81], (4000, 1)) + np.random.default_rng(0).normal(
        0, 0.01, (4000, 3)
    )
    recording = Recording.from_arrays(rate_hz=RATE_HZ, shank_left=(still, None))
    (how,) = how_worn(recording).values()
    assert (how.part, how.side) == ("", "")
    assert np.isnan([how.turn_deg, how.height_m, how.ringing, how.turned_deg]).all()
    (words,) = faults("shank_left", how)
    assert words.startswith("it has hardly moved, or has no gyroscope")


def test_short_standing_and_full_scale_are_said():
    how = HowWorn("shank", "left", 80.0, 0.2, 0.3, stood_s=1.2, turned_deg=0.0, clipped_pct=4.0)
    said = faults("shank_left", how)
    assert said[0].startswith("quiet standing of 1.2 s before you moved, too short for a zero")
    assert said[1] == "4 % of the samples at full scale: set a larger range"


def test_what_is_seen_is_said_and_what_is_not_is_not():
    how = HowWorn("shank", "left", 80.0, 0.21, 0.3, stood_s=7.4)
    assert seen(how) == ["on the left leg", "about 21 cm above the ankle", "firm", "stood 7 s"]
    unknown = HowWorn("shank", stood_s=7.4)
    assert seen(unknown) == ["on which leg was not seen", "stood 7 s"]


@pytest.mark.parametrize("shake_hz", [10.0, 15.0])
def test_ringing_is_the_share_that_is_left_of_a_shock(shake_hz):
    """A shock followed by a swing of known size."""
    at = np.arange(2000) / RATE_HZ
    since = at % 0.7 - 0.1
    swing = np.where(since > 0, np.sin(2 * np.pi * shake_hz * since), 0) * (since < 0.3)
    acc = np.zeros((2000, 3))
    contact = np.flatnonzero(np.abs(since) < 1e-9).astype(float)
    assert len(contact) > 10
    for share, low, high in ((0.0, 0.0, 0.2), (0.5, 0.35, 0.9)):
        acc[:, 2] = 9.81 + 100 * np.exp(-((since / 0.008) ** 2)) + 100 * share * swing
        assert low <= ringing(a_sensor(acc), contact, rate_hz=RATE_HZ) < high
    assert np.isnan(ringing(a_sensor(acc), contact, rate_hz=50.0))
    assert np.isnan(ringing(a_sensor(acc), np.empty(0), rate_hz=RATE_HZ))
