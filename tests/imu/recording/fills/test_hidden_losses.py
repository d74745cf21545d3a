"""Samples that no sensor read are found in movement, and none where nothing was filled in."""

import numpy as np
import pytest

from imu.frames import GRAVITY_MPS2
from imu.recording.fills.hidden_losses import KINDS, hidden_losses
from imu.simulation import Run, Stand, Walk, simulate
from imu.simulation.people import anyone

COUNTS = {
    "as computed": (1e-9, 1e-9),
    "three digits": (0.001 * GRAVITY_MPS2, np.deg2rad(0.1)),
    "two digits": (0.01, 0.01),
    "16 bits": (16 * GRAVITY_MPS2 / 32768, np.deg2rad(2000) / 32768),
}
COARSE = {
    "one digit": (0.1, 0.01),
    "12 bits of 32 g": (GRAVITY_MPS2 / 64, np.deg2rad(1.0)),
}
SEEDS = range(6)


@pytest.fixture(scope="module", params=SEEDS)
def shank(request):
    """One pod of anyone, standing, walking, running and standing: values (n, 6) and the rate."""
    seed = request.param
    rng = np.random.default_rng(seed)
    runner, pods = anyone(seed)
    rate_hz = float(rng.choice([60, 100, 208, 400]))
    script = (Stand(4.0), Walk(4.0), Run(9.0, speed_mps=rng.uniform(2.2, 4.5)), Stand(2.0))
    recording = simulate(runner, script, seed=seed, pods=pods, rate_hz=rate_hz).recording()
    sensor = recording.sensors[rng.choice(list(recording.sensors))]
    values = np.hstack([sensor.acc_mps2, sensor.gyr_radps])[sensor.valid]
    return values, rate_hz, rng


def counted(values, counts):
    return np.round(values / np.repeat(counts, 3))


def filled(values, kind, at, size, sentinel=0.0):
    values = values.copy()
    share = (np.arange(1, size + 1) / (size + 1))[:, None]
    ends = values[at - 1], values[at + size]
    values[at : at + size] = {
        "held": values[at - 1],
        "straight": np.round(ends[0] * (1 - share) + ends[1] * share),
        "repeated": values[at - size : at],
        "sentinel": np.full(6, sentinel),
    }[kind]
    return values


def test_single_samples_of_one_value_on_all_axes_are_no_readings(shank):
    values, rate_hz, _ = shank
    at = np.arange(int(5 * rate_hz), len(values) - 5, 37)
    for sentinel in (0.0, -9999.0):
        with_words = counted(values, COUNTS["16 bits"])
        with_words[at] = sentinel
        found = hidden_losses(with_words, rate_hz=rate_hz)
        assert np.array_equal(np.flatnonzero(found["sentinel"]), at)


@pytest.mark.parametrize("axes", [3, 6])
@pytest.mark.parametrize("counts", [*COUNTS, *COARSE])
def test_nothing_is_found_where_nothing_was_filled_in(shank, counts, axes):
    values, rate_hz, _ = shank
    found = hidden_losses(counted(values, {**COUNTS, **COARSE}[counts])[:, :axes], rate_hz=rate_hz)
    assert {kind: int(where.sum()) for kind, where in found.items()} == dict.fromkeys(KINDS, 0)


@pytest.mark.parametrize("kind", ["sentinel", "held", "straight", "repeated"])
@pytest.mark.parametrize("counts", COUNTS)
def test_what_was_filled_in_while_running_is_found(shank, counts, kind):
    values, rate_hz, rng = shank
    size = int(rng.integers(5, 30))
    at = int(rng.integers(10 * rate_hz, 15 * rate_hz))
    for sentinel in (0.0, -999.0) if kind == "sentinel" else (0.0,):
        given = filled(counted(values, COUNTS[counts]), kind, at, size, sentinel)
        found = np.any(list(hidden_losses(given, rate_hz=rate_hz).values()), axis=0)
        assert found[at : at + size].mean() > 0.75
        assert found.sum() - found[at : at + size].sum() <= 3


@pytest.mark.parametrize("counts", COARSE)
def test_lines_are_found_where_counts_are_so_coarse_that_a_sensor_draws_some_by_itself(
    shank, counts
):
    values, rate_hz, rng = shank
    size = int(rng.integers(13, 30))
    at = int(rng.integers(10 * rate_hz, 15 * rate_hz))
    given = filled(counted(values, COARSE[counts]), "straight", at, size)
    found = hidden_losses(given, rate_hz=rate_hz)["straight"]
    assert found[at : at + size].mean() > 0.75
    assert found.sum() - found[at : at + size].sum() <= 3


def test_quiet_standing_in_coarse_counts_is_no_loss():
    rng = np.random.default_rng(2)
    still = np.repeat([[0.0, 0.0, 10.0, 0, 0, 0]], 3000, axis=0)
    still += np.cumsum(rng.normal(scale=0.01, size=still.shape), axis=0)
    found = hidden_losses(np.round(still + rng.normal(scale=0.1, size=still.shape)), rate_hz=200.0)
    assert not any(where.any() for where in found.values())


def test_a_few_samples_are_no_recording():
    assert not hidden_losses(np.zeros((3, 3)), rate_hz=100.0)["sentinel"].any()


def test_real_recordings_hold_no_losses_but_the_zeros_at_the_end_of_two(reference):
    found = {}
    for trial in (1, 2, 3, 4, 10, 15):
        acc_g = reference.bach(trial).sensors["shank_left"][0] / GRAVITY_MPS2
        losses = hidden_losses(acc_g, rate_hz=142.857)
        found[trial] = {kind: int(where.sum()) for kind, where in losses.items() if where.any()}
    assert found == {1: {}, 2: {}, 3: {"sentinel": 4}, 4: {"sentinel": 4}, 10: {}, 15: {}}
    shoe = reference.wearable_my_foot()
    both = np.hstack([shoe.acc_mps2, shoe.gyr_radps])
    assert not any(where.any() for where in hidden_losses(both, rate_hz=100.0).values())
