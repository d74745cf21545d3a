"""VQF in pieces at once finds what VQF finds one sample after the other, and so do all metrics."""

import numpy as np
import pytest

import imu
from imu import compiled, simulation
from imu.alignment.worn_pods import worn
from imu.orientation.filter_across_gaps import orient
from imu.recording.timebase import align, track_of

pytest.importorskip("numba", reason="the extra `fast` is not installed")

MOST_DEG = 0.05
SCRIPTS = {
    "rests": (
        simulation.Stand(8.0),
        simulation.Run(45.0),
        simulation.Stand(15.0),
        simulation.Run(45.0, 4.0),
    ),
    "turns": (
        simulation.Stand(8.0),
        simulation.Run(40.0, turn_deg=360.0),
        simulation.turn(180.0),
        simulation.Walk(20.0, turn_deg=-90.0),
        simulation.Run(45.0, 2.5),
    ),
    "runs from the first sample": (simulation.Run(110.0),),
}


def recorded(script, pods, seed, rate_hz):
    run = simulation.simulate(
        simulation.someone(seed), script, seed=seed, pods=pods, rate_hz=rate_hz
    )
    tracks = [
        track_of(place, stream.true_time_s, stream.samples, stream.scale)
        for place, stream in run.streams.items()
    ]
    return align(tracks)


def both_ways(segment, rate_hz):
    found = []
    for use in (False, True):
        with compiled.forced(use=use):
            found.append(orient(segment, rate_hz=rate_hz))
    return found


def apart_deg(one, other):
    """Return the RMS angle between the verticals of quaternions (n, 4)."""
    cosine = []
    for w, x, y, z in (one.T, other.T):
        cosine.append((2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)))
    half = np.linalg.norm(np.subtract(*cosine), axis=0) / 2
    return np.degrees(np.sqrt(np.mean((2 * np.arcsin(half)) ** 2)))


@pytest.mark.parametrize("pods", [simulation.realistic, simulation.all_faults])
@pytest.mark.parametrize("name", SCRIPTS)
def test_the_vertical_is_that_of_vqf(name, pods, subtests):
    seed, rate_hz = (4, 100.0) if pods is simulation.all_faults else (5, 200.0)
    recording = recorded(SCRIPTS[name], pods(seed), seed, rate_hz)
    for place, segment in worn(recording, movement=None).items():
        with subtests.test(place):
            plain, fast = both_ways(segment, rate_hz)
            np.testing.assert_allclose(np.linalg.norm(fast, axis=1), 1, rtol=1e-9)
            assert apart_deg(plain, fast) < MOST_DEG


def test_the_vertical_is_that_of_vqf_on_a_real_run(reference):
    trial = reference.dorschky()
    recording = imu.Recording.from_arrays(
        rate_hz=trial.rate_hz, acc_range_mps2=trial.acc_range_mps2, **trial.sensors
    )
    for segment in worn(recording, movement=None).values():
        assert apart_deg(*both_ways(segment, trial.rate_hz)) < MOST_DEG


def test_every_metric_is_the_same_far_below_its_rounding():
    recording = recorded(SCRIPTS["rests"], simulation.realistic(3), 3, 200.0)
    tables = []
    for use in (False, True):
        with compiled.forced(use=use):
            tables.append(imu.analyse(recording).stances)
    plain, fast = tables
    assert len(plain) == len(fast) > 200
    np.testing.assert_allclose(
        fast.events.initial_contact_s, plain.events.initial_contact_s, atol=1e-6
    )
    for name, values in plain.metrics.items():
        spread = np.nanstd(values)
        np.testing.assert_allclose(
            fast.metrics[name], values, rtol=0, atol=0.02 * spread + 1e-9, err_msg=name
        )
