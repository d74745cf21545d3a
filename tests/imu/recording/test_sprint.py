"""A sprint is no wrong unit: a shank swings through several g; a standing one never reads 9.8 g."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.dsp.rows import norm
from imu.frames import GRAVITY_MPS2
from imu.recording.recording import HIGH_G, TYPICAL_HIGH_G
from imu.simulation import Run, Stand, realistic, simulate, someone
from imu.simulation.pods.hardware import shank_place


def sprint(seed, height_pct):
    """Eight metres a second with the legs swung high, pods low on both shanks."""
    runner = someone(seed)
    runner = replace(runner, curves=replace(runner.curves, swing_back_deg=105.0))
    pods = {
        place: replace(realistic(seed)[place], lever_m=shank_place(place, height_pct=height_pct))
        for place in ("shank_left", "shank_right")
    }
    return simulate(runner, (Stand(3.0), Run(20.0, speed_mps=8.0)), seed=seed, pods=pods)


@pytest.mark.parametrize("seed", [4, 5])
@pytest.mark.parametrize("height_pct", [5.0, 50.0])
def test_a_sprint_is_taken_and_every_stance_of_it_found(seed, height_pct):
    run = sprint(seed, height_pct)
    recording = run.recording()
    typical_g = [np.median(norm(s.acc_mps2)) / GRAVITY_MPS2 for s in recording.sensors.values()]
    assert min(typical_g) > HIGH_G
    pods = {place: (s.acc_mps2, s.gyr_radps) for place, s in recording.sensors.items()}
    result = imu.analyse(imu.Recording.from_arrays(rate_hz=recording.rate_hz, **pods))
    true_s, found = run.truth.initial_contact_s, result.stances.events
    inside = found.initial_contact_s < true_s[-1] + 0.05
    away_s = np.abs(found.initial_contact_s[inside][:, None] - true_s)
    assert len(true_s) > 55
    assert away_s.argmin(axis=1).tolist() == list(range(len(true_s)))
    assert away_s.min(axis=1).max() < 0.05
    assert (found.side[inside] == run.truth.side).all()


@pytest.mark.parametrize("place", ["pelvis", "shank_left", "shank_right"])
def test_standing_whose_mps2_were_taken_for_g_is_refused_on_every_pod(place):
    rng = np.random.default_rng(0)
    acc = rng.normal(0, 0.2, (2000, 3)) + np.array([0.0, 0.0, GRAVITY_MPS2])
    gyr = rng.normal(0, 0.01, (2000, 3))
    imu.Recording.from_arrays(rate_hz=200.0, **{place: (acc, gyr)})
    with pytest.raises(ValueError, match=f"{place}: acceleration is typically 96"):
        imu.Recording.from_arrays(rate_hz=200.0, **{place: (acc * GRAVITY_MPS2, gyr)})


def test_a_shank_may_read_more_than_a_pelvis_and_less_than_a_wrong_unit():
    assert set(TYPICAL_HIGH_G) == {"shank_left", "shank_right"}
    assert all(7.0 < high_g < 9.8 for high_g in TYPICAL_HIGH_G.values())
