"""People drawn from the table of traits: spread, what goes together, and the hard ones."""

from dataclasses import replace

import numpy as np
import pytest

from imu.simulation import (
    Cycle,
    Run,
    Runner,
    StairsDown,
    StairsUp,
    Stand,
    anyone,
    clean,
    simulate,
    skip_rope,
    someone,
)
from imu.simulation.people import LOADING_TRAITS, STRIKES, TOGETHER, TRAITS, correlations
from imu.simulation.pods.hardware import SHANK_M
from imu.simulation.runner import JointCurves, Loading

SEEDS = range(400)


def value(runner, field):
    for part in (runner.curves, runner.left, runner):
        if hasattr(part, field):
            return getattr(part, field)
    raise AssertionError(field)


@pytest.fixture(scope="module")
def drawn():
    people = [someone(seed) for seed in SEEDS]
    return {t.field: np.array([value(p, t.field) for p in people]) for t in TRAITS}


@pytest.mark.parametrize("trait", TRAITS, ids=lambda trait: trait.field)
def test_people_are_spread_as_the_table_says(trait, drawn):
    x = drawn[trait.field]
    assert trait.low <= x.min() <= x.max() <= trait.high or trait.field == "impact_mps2"
    if trait.field != "impact_mps2":  # those that land on the forefoot have less of it
        assert np.mean(x) == pytest.approx(trait.mean, abs=0.25 * trait.sd)
        assert 0.75 * trait.sd < np.std(x) < 1.2 * trait.sd


@pytest.mark.parametrize("pair", TOGETHER, ids="-".join)
def test_what_goes_together_in_the_table_goes_together_in_people(pair, drawn):
    one, other = (drawn[field] for field in pair)
    assert np.corrcoef(one, other)[0, 1] == pytest.approx(TOGETHER[pair], abs=0.15)


def test_the_correlations_are_those_of_some_population():
    assert np.linalg.eigvalsh(correlations()).min() > 0.05


def test_the_defaults_of_a_runner_are_the_means_of_people():
    for trait in TRAITS:
        for part in (JointCurves(), Loading()):
            if hasattr(part, trait.field):
                assert getattr(part, trait.field) == trait.mean, trait.field


def test_strike_goes_with_impact():
    people = [someone(seed) for seed in SEEDS]
    late = np.array([p.left.impact_delay_s > 0.05 for p in people])
    impact = np.array([p.left.impact_mps2 for p in people])
    assert late.mean() == pytest.approx(STRIKES["forefoot"][0], abs=0.05)
    assert impact[late].mean() < 0.85 * impact[~late].mean()


def test_every_trait_names_the_source_of_its_shape_and_spread():
    assert all(t.shape and t.spread for t in TRAITS)
    assert len({t.field for t in TRAITS}) == len(TRAITS)
    assert {t.field for t in LOADING_TRAITS} <= set(Loading.__dataclass_fields__)


def test_the_hard_ones_wear_pods_anywhere_and_move_as_nobody():
    drawn = [anyone(seed) for seed in range(200)]
    height = np.array([pods["shank_left"].lever_m[2] / SHANK_M for _, pods in drawn])
    assert height.min() < 0.1
    assert height.max() > 0.75
    impact = np.array([runner.left.impact_mps2 for runner, _ in drawn])
    assert impact.min() < 10
    assert impact.max() > 100
    assert min(runner.curves.waveform_deg for runner, _ in drawn) >= 0.3
    assert anyone(3) == anyone(3)


def test_bends_of_no_family_move_every_joint_curve():
    (runner, _), time_s = anyone(5), np.linspace(3.0, 5.0, 400)
    bent = simulate(runner, (Run(8),), seed=5, pods=clean())
    plain = replace(runner, curves=replace(runner.curves, waveform_deg=0.0))
    smooth = simulate(plain, (Run(8),), seed=5, pods=clean())
    for place in ("pelvis", "shank_left"):
        one, other = (run.attitude(place, time_s) for run in (bent, smooth))
        for angle in ("frontal", "sagittal"):
            moved = np.degrees(getattr(one, angle)[0] - getattr(other, angle)[0])
            assert 0.1 < moved.std() < 6


@pytest.mark.parametrize("segment", [StairsUp(20), StairsDown(20), Cycle(20), skip_rope(20)])
def test_stairs_cycling_and_a_rope_are_no_running(segment):
    sim = simulate(Runner(), (Stand(4), segment, Stand(4)), seed=1, pods=clean())
    assert len(sim.truth) == 0
    for sensor in sim.recording().sensors.values():
        assert np.isfinite(sensor.acc_mps2).all()
        assert np.abs(sensor.acc_mps2).max() < 250


def test_on_a_bicycle_the_shanks_take_turns():
    sim = simulate(Runner(), (Cycle(20, cadence_rpm=90),), seed=1, pods=clean())
    left, right = (
        sim.recording().sensors[place].gyr_radps[1000:3000, 1]
        for place in ("shank_left", "shank_right")
    )
    assert np.corrcoef(left, right)[0, 1] < -0.95
    power = np.abs(np.fft.rfft(left))
    assert np.fft.rfftfreq(len(left), 1 / 200)[power.argmax()] == pytest.approx(1.5, abs=0.06)
