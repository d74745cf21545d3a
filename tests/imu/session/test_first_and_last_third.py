"""What changes over a run, from its first to its last third."""

import numpy as np
import pytest

import imu
from imu import simulation
from imu.metrics import METRICS
from imu.session.batches import median_and_error
from imu.simulation import Run, Runner, Stand, realistic


def test_a_runner_who_tires_changes_by_what_was_put_in_and_in_nothing_else():
    tires = Run(180.0, fatigue_per_min={"anterior_tilt_deg": 0.9})
    run = simulation.simulate(Runner(), (Stand(10), tires), seed=7, pods=realistic(7))
    found = imu.analyse(run.recording()).thirds
    assert set(found) == set(METRICS)
    tilt = found["pelvic_tilt_midstance_deg"]
    np.testing.assert_allclose(tilt.change, 0.9 * 2, atol=0.4)  # two minutes from middle to middle
    assert (tilt.low > 0).all()
    for name in ("pelvic_rotation_over_leg_deg", "shank_internal_rotation_deg"):
        assert (np.abs(found[name].change) < METRICS[name].typical_error).all()


def test_a_short_run_has_no_thirds(easy_recording):
    first = {
        place: (pod.acc_mps2[:6000], pod.gyr_radps[:6000])
        for place, pod in easy_recording.sensors.items()
    }
    short = imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, **first)).thirds
    assert np.isnan(short["contact_time_s"].change).all()


def test_the_interval_of_a_change_holds_it_nineteen_times_of_twenty():
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
