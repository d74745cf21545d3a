"""Laps in turn: the block is the unit, and a run that creeps is not taken for the condition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu.baseline.same_run import Blocks, paired
from imu.simulation.noise import fractional_noise

STRIDE_S = 0.7


def laps(count=6, length_s=120.0):
    start = np.arange(count) * length_s
    return Blocks(start, start + length_s, np.arange(count) % 2 == 1)


def run(by=0.0, *, seed=0, creep=0.0, sd=1.0, alpha=0.8, count=6):
    rng = np.random.default_rng(seed)
    n = int(count * 120 / STRIDE_S)
    time = np.arange(n) * STRIDE_S
    on = (time // 120).astype(int) % 2 == 1
    columns = [
        sd * fractional_noise(n, alpha, rng) + by * on + creep * time / time[-1] for _ in "lr"
    ]
    side = np.tile(["left", "right"], n)
    return side, np.repeat(time, 2), {"pelvic_tilt_deg": np.stack(columns, axis=1).ravel()}


def test_change_is_found_with_its_interval():
    found = paired(*run(2.0), laps())
    assert (found.low < 2.0).all()
    assert (found.high > 2.0).all()
    assert (found.p_value < 0.01).all()


def test_interval_holds_in_19_of_20_though_strides_hang_together():
    held = [
        (of.low <= 0) & (of.high >= 0)
        for of in (paired(*run(seed=s, alpha=0.8), laps()) for s in range(150))
    ]
    assert 0.92 <= np.mean(held) <= 0.995


def test_strides_taken_for_independent_would_not():
    """What the block saves us from: a t test over all strides, on the same runs."""
    from scipy import stats

    called = []
    for seed in range(60):
        side, time, values = run(seed=seed, alpha=0.9)
        v, t = values["pelvic_tilt_deg"][side == "left"], time[side == "left"]
        on = (t // 120).astype(int) % 2 == 1
        called.append(stats.ttest_ind(v[on], v[~on]).pvalue < 0.05)
    assert np.mean(called) > 0.3


def test_creep_over_the_run_is_not_the_condition():
    found = paired(*run(creep=20.0, sd=0.5), laps())
    assert (np.abs(found.difference) < 0.7).all()  # from lap to lap the run creeps by 3.3
    assert (found.low < 0).all()
    assert (found.high > 0).all()


def test_first_seconds_of_a_lap_do_not_count():
    side, time, values = run(sd=0.2)
    late = time % 120 < 10
    values["pelvic_tilt_deg"] = values["pelvic_tilt_deg"] + 50.0 * late
    plain = paired(side, time, values, laps())
    assert (np.abs(plain.difference) < 1).all()


def test_too_few_stances_in_a_lap_are_not_known():
    side, time, values = run()
    few = (time >= 120) | (time < 20)
    found = paired(side[few], time[few], {n: v[few] for n, v in values.items()}, laps())
    assert np.isnan(found.difference).all()
    assert np.isnan(found.p_value).all()


def test_metric_that_is_nan_is_not_known():
    side, time, values = run()
    values["other_deg"] = np.full(len(time), np.nan)
    found = paired(side, time, values, laps())
    assert np.isfinite(found.difference[0]).all()
    assert np.isnan(found.difference[1]).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-50, 50), st.floats(0.1, 10))
def test_offset_changes_nothing_and_scale_scales(seed, offset, factor):
    side, time, values = run(1.0, seed=seed, count=4)
    plain = paired(side, time, values, laps(4))
    moved = {n: factor * (v + offset) for n, v in values.items()}
    other = paired(side, time, moved, laps(4))
    np.testing.assert_allclose(other.difference, factor * plain.difference, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(other.p_value, plain.p_value, rtol=1e-3)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_conditions_exchanged_turn_the_sign(seed):
    side, time, values = run(1.0, seed=seed, count=4)
    one, other = laps(4), laps(4)
    turned = Blocks(other.start_s, other.end_s, ~other.second)
    np.testing.assert_allclose(
        paired(side, time, values, one).difference,
        -paired(side, time, values, turned).difference,
        rtol=1e-6,
        atol=1e-9,
    )


@pytest.mark.parametrize(
    ("start", "end", "second", "words"),
    [
        ([0, 120], [120, 240], [False, True], "needs 2 laps in turn"),
        ([0, 120, 240], [120, 240], [False, True, False], "the counts differ"),
        ([0, 120, 240, 360], [120, 100, 360, 480], [False, True] * 2, "ends before it starts"),
    ],
)
def test_bad_laps_are_refused(start, end, second, words):
    with pytest.raises(ValueError, match=words):
        Blocks(np.array(start, float), np.array(end, float), np.array(second))


def test_another_unit_is_another_number_and_the_same_verdict():
    side, time, values = run(2.0)
    plain = paired(side, time, values, laps())
    small = paired(side, time, {name: v / 1000 for name, v in values.items()}, laps())
    np.testing.assert_allclose(1000 * small.difference, plain.difference)
    np.testing.assert_allclose(1000 * small.error, plain.error)
    np.testing.assert_allclose(small.p_value, plain.p_value)
