"""Without gyroscopes: which burst of a stride is the impact is asked once a record."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.alignment import worn_pods
from imu.dsp.filters import highpass
from imu.dsp.rows import norm
from imu.segmentation.shank_events.impacts import impacts
from imu.simulation import Cycle, Run, Stand, Walk, anyone, realistic, simulate, someone

RATE_HZ = 200.0
SHANKS = ("shank_left", "shank_right")
WORN = {"both shanks": SHANKS, "all three": ("pelvis", *SHANKS), "one shank": SHANKS[:1]}
AROUND_S = 0.04


def without_gyroscopes(pods):
    return imu.Recording.from_arrays(
        rate_hz=RATE_HZ, **{place: (acc, None) for place, acc in pods.items()}
    )


def accelerations(simulation):
    return {place: pod.acc_mps2.copy() for place, pod in simulation.recording().sensors.items()}


def shaken_at_toe_off(simulation, share, size_mps2=90.0):
    """Shake each shank when it leaves the ground, in some strides, any way; arrays and strides."""
    pods, truth, rng = accelerations(simulation), simulation.truth, np.random.default_rng(3)
    shaken = (rng.random(len(truth.side)) < share) & np.isfinite(truth.toe_off_s)
    for place in SHANKS:
        at_s = np.arange(len(pods[place])) / RATE_HZ
        for toe_off_s in truth.toe_off_s[shaken & (truth.side == place.removeprefix("shank_"))]:
            after_s = at_s - toe_off_s
            ring = np.exp(-((after_s / 0.012) ** 2)) * np.cos(2 * np.pi * 30 * after_s)
            way = rng.normal(size=3)
            pods[place] += size_mps2 * ring[:, None] * way / np.linalg.norm(way)
    return pods, shaken


def shock(acc, at_s):
    """The strongest shock of one pod around each time."""
    strength = norm(highpass(acc, cutoff_hz=15.0, rate_hz=RATE_HZ))
    reach = round(AROUND_S * RATE_HZ)
    at = np.round(at_s * RATE_HZ).astype(int)
    return np.array([strength[max(k - reach, 0) : k + reach].max() for k in at])


def run_of(seed):
    pods = {place: realistic(seed)[place] for place in SHANKS}
    script = (Stand(8.0), Run(40.0))
    return simulate(someone(seed), script, seed=seed, pods=pods, rate_hz=RATE_HZ)


@pytest.fixture(scope="module", params=[2, 3, 5])
def run(request):
    return run_of(request.param)


def check_stances(pods, truth):
    """Every stance is found on its side, and no other; how a run begins and ends is not asked."""
    found, true_s = imu.analyse(without_gyroscopes(pods)).stances.events, truth.initial_contact_s
    away_s = np.abs(found.initial_contact_s[:, None] - true_s)
    assert away_s.min(axis=0)[2:-1].max() < 0.05
    inside = (found.initial_contact_s > true_s[2]) & (found.initial_contact_s < true_s[-1])
    assert away_s.min(axis=1)[inside].max() < 0.05
    assert (found.side == truth.side[away_s.argmin(axis=1)])[inside].all()


@pytest.mark.parametrize("seed", [2, 3, 5, 9, 11])
def test_a_run_is_found_whole(seed):
    run = run_of(seed)
    check_stances(accelerations(run), run.truth)


@pytest.mark.parametrize(
    ("seed", "speed_mps"),
    [(3029, 2.0), (3043, 2.7), (3048, 2.1), (7125, 2.4), (7138, 4.6), (3034, 5.5), (7122, 5.7)],
)
def test_a_landing_is_told_from_turning_round_before_it_and_from_leaving_the_ground(
    seed, speed_mps
):
    runner, pods = anyone(seed)
    script = (Stand(6.0), Run(10.0, speed_mps))
    made = simulate(runner, script, seed=seed, pods={place: pods[place] for place in SHANKS})
    check_stances(accelerations(made), made.truth)


@pytest.mark.parametrize("seed", [1, 6])
def test_quick_strides_are_not_taken_two_by_two(seed):
    quick = replace(someone(seed), cadence_spm=205.0, cadence_spm_per_mps=0.0)
    pods = {place: realistic(seed)[place] for place in SHANKS}
    made = simulate(quick, (Stand(6.0), Run(12.0)), seed=seed, pods=pods, rate_hz=RATE_HZ)
    check_stances(accelerations(made), made.truth)


def test_no_contact_time_is_made_up_where_a_run_at_speed_shows_no_toe_off():
    runner, pods = anyone(7148)
    script = (Stand(6.0), Run(10.0, 4.0))
    made = simulate(runner, script, seed=7148, pods={place: pods[place] for place in SHANKS})
    found = imu.analyse(without_gyroscopes(accelerations(made))).stances
    contact_s = found.metrics["contact_time_s"]
    assert len(found) >= len(made.truth.side) - 4
    assert not (contact_s > np.nanmax(made.truth.metrics["contact_time_s"]) + 0.1).any()


@pytest.mark.parametrize("share", [0.1, 0.3, 0.4])
def test_a_run_that_leaves_the_ground_harder_than_it_lands_in_some_strides_loses_none(run, share):
    pods, shaken = shaken_at_toe_off(run, share)
    truth, harder = run.truth, np.zeros(len(shaken), dtype=bool)
    for place in SHANKS:
        own = truth.side == place.removeprefix("shank_")
        landing, leaving = (
            shock(pods[place], at_s[own]) for at_s in (truth.initial_contact_s, truth.toe_off_s)
        )
        harder[own] = leaving > landing
    assert harder[shaken].mean() > 0.6
    check_stances(pods, truth)


def test_each_impact_is_where_in_the_stride_it_usually_is(run):
    pods, _ = shaken_at_toe_off(run, 0.3)
    segment = worn_pods.worn(without_gyroscopes(pods))["shank_left"]
    at, _ = impacts(segment, rate_hz=RATE_HZ)
    contact_s = run.truth.initial_contact_s[run.truth.side == "left"]
    after_s = at / RATE_HZ - contact_s[np.abs(at[:, None] / RATE_HZ - contact_s).argmin(axis=1)]
    inner = (at / RATE_HZ > contact_s[1]) & (at / RATE_HZ < contact_s[-1])
    assert inner.sum() >= len(contact_s) - 2
    assert ((after_s[inner] > 0) & (after_s[inner] < 0.1)).all()


@pytest.mark.parametrize("worn", WORN)
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    "movement", [Cycle(30.0), Walk(30.0, 1.0), Walk(30.0), Walk(30.0, 2.0)], ids=str
)
def test_cycling_and_walking_give_no_stance(movement, seed, worn):
    pods = {place: realistic(seed)[place] for place in WORN[worn]}
    script = (Stand(6.0), movement)
    made = simulate(someone(seed), script, seed=seed, pods=pods, rate_hz=RATE_HZ)
    assert not len(imu.analyse(without_gyroscopes(accelerations(made))).stances)


@pytest.mark.parametrize("seed", [3, 6])
def test_a_long_swing_is_walking_unless_the_shank_shakes_as_in_no_walk(seed):
    walker, pods = anyone(seed)
    script, worn = (Stand(6.0), Walk(20.0, 2.1)), {"shank_left": pods["shank_left"]}
    made = simulate(walker, script, seed=seed, pods=worn)
    assert not len(imu.analyse(without_gyroscopes(accelerations(made))).stances)


@pytest.mark.parametrize("seconds", [0.3, 2.0, 9.0])
def test_a_single_knock_is_no_run_and_no_fault(seconds):
    rng = np.random.default_rng(0)
    acc = np.array([0.0, 0.0, 9.81]) + rng.normal(0.0, 0.1, (round(seconds * RATE_HZ), 3))
    acc[len(acc) // 2 :][:4] += 30.0
    result = imu.analyse(without_gyroscopes({"shank_left": acc}))
    assert len(result.stances) == 0


@pytest.mark.parametrize("still_s", [5.0, 60.0])
def test_a_short_run_between_long_standing_is_found(still_s):
    run = simulate(
        someone(4), (Stand(still_s), Run(12.0), Stand(still_s)), seed=4, pods=realistic(4)
    )
    pods = {place: acc for place, acc in accelerations(run).items() if place in SHANKS}
    found = imu.analyse(without_gyroscopes(pods)).stances.events
    apart_s = np.abs(found.initial_contact_s[:, None] - run.truth.initial_contact_s)
    assert (apart_s.min(axis=0) < 0.05).mean() > 0.9
