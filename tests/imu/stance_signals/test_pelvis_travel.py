"""The pelvis moves at the same instants at every sampling rate."""

import numpy as np
import pytest

from imu import simulation
from imu.alignment import worn_pods
from imu.dsp.cycle import closed
from imu.dsp.filters import highpass
from imu.frames import GRAVITY_MPS2, UP
from imu.orientation import on_demand
from imu.segmentation.segment import find_stances
from imu.stance_signals.signals import cut

RATES_HZ = (100.0, 200.0, 500.0, 1000.0)
MOST_LAG_S = 0.5e-3


@pytest.fixture(scope="module", params=RATES_HZ)
def travelled(request):
    """The run, and its signals in stance."""
    run = simulation.simulate(
        simulation.someone(3),
        (simulation.Stand(8.0), simulation.Run(20.0)),
        seed=3,
        pods=simulation.clean(),
        rate_hz=request.param,
    )
    recording = run.recording()
    pods = worn_pods.worn(recording)
    quaternions = on_demand.oriented(pods, rate_hz=run.rate_hz)
    found = find_stances(pods, rate_hz=run.rate_hz, start_s=0.0)
    return run, cut(found, pods, quaternions, rate_hz=run.rate_hz, sync_s={})


def true_travel(run):
    """Time, upward acceleration, velocity and position (n,) where the pod sits, free of drift."""
    fine_hz = run.fine_hz
    time_s = np.arange(round(run.duration_s * fine_hz)) / fine_hz
    felt, _ = run.true_signals("pelvis", time_s)
    curves = [run.attitude("pelvis", time_s).rotation().apply(felt)[:, UP] - GRAVITY_MPS2]
    for _ in range(2):
        steps = np.concatenate([[0.0], (curves[-1][1:] + curves[-1][:-1]) / 2])
        curves.append(highpass(np.cumsum(steps) / fine_hz, cutoff_hz=0.4, rate_hz=fine_hz))
    return time_s, *curves


def test_velocity_and_position_are_timed_as_the_movement(travelled):
    """They led by half a sample and by a whole one: 5 and 10 ms at 100 Hz."""
    run, s = travelled
    time_s, *true = true_travel(run)
    strides = closed(s.rows(s.upward_mps2, s.start, s.start + s.stride), rate_hz=run.rate_hz)
    known = np.isfinite(strides.velocity_mps).any(axis=1)
    for found, curve, slope in (
        (strides.velocity_mps, true[1], true[0]),
        (strides.position_m, true[2], true[1]),
    ):
        rows = found[known]
        at_s = (np.ceil(s.start[known])[:, None] + np.arange(rows.shape[1])) / run.rate_hz
        at_s[np.isnan(rows)] = np.nan
        now = (np.interp(at_s, time_s, x) for x in (curve, slope))
        x, y, dy = (each - np.nanmean(each, axis=1, keepdims=True) for each in (rows, *now))
        assert abs(np.nansum((x - y) * dy) / np.nansum(dy**2)) < MOST_LAG_S
