"""What changes over a run, from its first to its last third, at one pace."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import imu
from imu import simulation
from imu.metrics import METRICS
from imu.session.batches import median_and_error
from imu.session.drift import drift, paced
from imu.simulation import Run, Runner, Stand, realistic
from imu.simulation.noise import fractional_noise

DROP, PEAK = "pelvic_drop_deg", "peak_tibial_resultant_mps2"


def run(by=0.0, *, seed=0, speed=None, slope=0.0, minutes=20):
    """Return side, columns: the left leg changes by `by` over the run, both by `slope` a m/s."""
    rng = np.random.default_rng(seed)
    n = int(minutes * 60 / 0.35) // 2 * 2
    along = np.linspace(0, 1, n)
    speed = np.full(n, 3.0) if speed is None else np.interp(along, [0, 1], speed)
    side = np.tile(["left", "right"], n // 2)
    value = rng.normal(size=n) + slope * (speed - 3.0) + by * (side == "left") * along
    return side, {DROP: value, "speed_mps": speed}


def of(found, name):
    return found.change[found.names.index(name)]


def test_drift_is_recovered_on_its_leg():
    found = drift(*run(6.0))
    left, right = of(found, DROP)
    assert left == pytest.approx(4.0, abs=0.3)  # between the middles of the thirds
    assert abs(right) < 0.4


def test_pace_is_taken_off():
    found = drift(*run(speed=(3.4, 2.6), slope=5.0))
    raw = of(found, DROP)
    assert (raw < -2).all()
    np.testing.assert_allclose(found.pace_mps, -0.8 * 2 / 3, atol=0.01)
    assert (np.abs(raw - paced(5.0, found.pace_mps)) < 0.4).all()


def test_without_more_knowledge_pace_is_that_of_runners():
    side, columns = run(speed=(3.4, 2.6))
    found = drift(side, {"pelvic_drop_rate_radps": columns[DROP], **columns})
    at = found.names.index("pelvic_drop_rate_radps")
    known = METRICS["pelvic_drop_rate_radps"]
    of_runners = known.comparing.per_mps[0] * known.typical_error
    expected = found.change[at] - of_runners * found.pace_mps
    np.testing.assert_allclose(found.at_one_pace[at], expected)


@pytest.mark.parametrize("speed", ["unknown", "absent"])
def test_unknown_pace_is_left_alone(speed):
    side, columns = run(6.0)
    bare = {DROP: columns[DROP]}
    if speed == "unknown":
        bare["speed_mps"] = np.full(len(side), np.nan)
    found = drift(side, bare)
    np.testing.assert_array_equal(of(found, DROP), of(drift(side, columns), DROP))
    np.testing.assert_array_equal(found.at_one_pace[0], found.change[0])
    assert np.isnan(found.pace_mps).all()


def test_the_speed_of_a_watch_stands_for_that_of_the_pods():
    side, columns = run(speed=(3.4, 2.6))
    found = drift(side, {DROP: columns[DROP]}, speed_mps=columns["speed_mps"])
    np.testing.assert_array_equal(found.pace_mps, drift(side, columns).pace_mps)


def test_short_run_has_no_drift():
    found = drift(*run(6.0, minutes=2))
    assert np.isnan(found.change).all()
    assert np.isnan(found.reach).all()


def test_what_clipping_hides_in_a_group_is_not_known():
    side, columns = run()
    clipped = np.zeros(len(side), dtype=bool)
    clipped[100:160] = True
    peaks = np.where(clipped, np.nan, columns[DROP])
    found = drift(side, {PEAK: peaks, "clipped": clipped})
    assert np.isnan(of(found, PEAK)).all()
    few = np.zeros(len(side), dtype=bool)
    few[100:110] = True
    found = drift(side, {PEAK: np.where(few, np.nan, columns[DROP]), "clipped": few})
    assert np.isfinite(of(found, PEAK)).all()


@settings(max_examples=25)
@given(st.floats(-50, 50), st.floats(0.01, 100), st.integers(0, 2**31 - 1))
def test_it_follows_shift_and_scale_and_forgets_what_is_unknown(shift, scale, seed):
    side, columns = run(2.0, seed=seed, minutes=8)
    gappy = np.where(np.random.default_rng(seed).random(len(side)) < 0.2, np.nan, columns[DROP])
    plain, moved = (drift(side, {DROP: v}) for v in (gappy, shift + scale * gappy))
    np.testing.assert_allclose(moved.change, scale * plain.change, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(moved.error, scale * plain.error, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("alpha", [0.7, 0.8, 0.9])
def test_the_interval_holds_where_strides_hang_together(alpha):
    rng, held = np.random.default_rng(int(100 * alpha)), []
    side = np.tile(["left", "right"], 1500)
    for _ in range(100):
        legs = np.stack([fractional_noise(1500, alpha, rng) for _ in range(2)], axis=1)
        found = drift(side, {DROP: legs.ravel()})
        held.append(np.abs(found.change) <= found.reach)
    assert np.mean(held) > 0.87


def test_a_runner_who_tires_changes_by_what_was_put_in_and_in_nothing_else():
    tires = Run(180.0, fatigue_per_min={"anterior_tilt_deg": 0.9})
    simulated = simulation.simulate(Runner(), (Stand(10), tires), seed=7, pods=realistic(7))
    found = imu.analyse(simulated.recording()).summary.drift
    assert set(found.names) == set(METRICS)
    tilt = found.names.index("pelvic_tilt_midstance_deg")
    np.testing.assert_allclose(found.change[tilt], 0.9 * 2, atol=0.4)  # from middle to middle
    assert (np.abs(found.change[tilt]) > found.reach[tilt]).all()
    for name in ("pelvic_rotation_over_leg_deg", "shank_internal_rotation_deg"):
        assert (np.abs(of(found, name)) < METRICS[name].typical_error).all()


def test_the_interval_of_a_median_holds_it_nineteen_times_of_twenty():
    """Over series that hang together, as strides do."""
    rng, covered = np.random.default_rng(3), 0
    for _ in range(400):
        memory = 0.9 ** np.arange(60)
        series = np.convolve(rng.normal(0, 1, 400), memory / np.linalg.norm(memory), "valid")
        middle, error = median_and_error(series[:300])
        covered += abs(middle) < 1.96 * error
    assert 0.88 < covered / 400 < 0.99


@pytest.mark.parametrize("count", [0, 19])
def test_of_few_nothing_is_known(count):
    assert np.isnan(median_and_error(np.ones(count))).all()
