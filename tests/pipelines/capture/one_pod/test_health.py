import numpy as np
import pytest

from firmware_protocols.protocol import Decoded
from imu.frames import GRAVITY_MPS2
from imu.recording.samples import SAMPLE, Scale
from pipelines.capture.one_pod.health import PodHealth, Tally, cadence_spm, clipped_pct, measured

SCALE = Scale(16 * GRAVITY_MPS2 / 32768, 16 * GRAVITY_MPS2, np.radians(2000) / 32768, 34.9)
WAITING = PodHealth("pelvis", "ORP-PEL", "recording")


def samples_of(acc_g, rate_hz=200.0):
    samples = np.zeros(len(acc_g), SAMPLE)
    samples["index"] = np.arange(len(acc_g))
    samples["device_us"] = np.arange(len(acc_g)) * 1e6 / rate_hz
    samples["acc_lsb"][:, 2] = np.round(np.clip(acc_g, -16, 16) * 2048)
    return samples


def running(steps_per_min, seconds=6.0, rate_hz=200.0, strides=False, seed=0):
    """Impacts at every step; with `strides` every other one is weak, as measured by one shank."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(int(seconds * rate_hz)) / rate_hz
    phase = time_s * steps_per_min / 60
    ring = np.exp(-(phase % 1) * 12) * np.where(strides & (phase // 1 % 2 == 1), 0.8, 4.0)
    return samples_of(1 + ring + 0.1 * rng.standard_normal(len(time_s)), rate_hz)


@pytest.mark.parametrize("steps", [100, 150, 165, 180, 200, 230])
@pytest.mark.parametrize("rate_hz", [60.0, 200.0, 500.0])
def test_cadence_is_steps_of_both_feet_on_every_placement(steps, rate_hz):
    pelvis = running(steps, rate_hz=rate_hz)
    shank = running(steps, rate_hz=rate_hz, strides=True)
    off = {"rel": 0.02 if rate_hz >= 200 else 0.06}
    assert cadence_spm(pelvis, SCALE, "pelvis", rate_hz=rate_hz) == pytest.approx(steps, **off)
    assert cadence_spm(shank, SCALE, "shank_left", rate_hz=rate_hz) == pytest.approx(steps, **off)


def test_cadence_survives_a_gap_in_the_samples():
    samples = running(170)
    samples = np.delete(samples, slice(400, 480))
    assert cadence_spm(samples, SCALE, "pelvis", rate_hz=200) == pytest.approx(170, rel=0.03)


def test_standing_and_shaking_have_no_cadence():
    rng = np.random.default_rng(1)
    standing = samples_of(1 + 0.02 * rng.standard_normal(1200))
    shaking = samples_of(1 + 2 * rng.standard_normal(1200))
    assert cadence_spm(standing, SCALE, "pelvis", rate_hz=200) is None
    assert cadence_spm(shaking, SCALE, "pelvis", rate_hz=200) is None
    assert cadence_spm(running(170, seconds=1), SCALE, "pelvis", rate_hz=200) is None


def test_clipped_is_the_share_of_samples_at_full_scale():
    acc_g = np.ones(1000)
    acc_g[100:120] = 20
    assert clipped_pct(samples_of(acc_g), SCALE) == pytest.approx(2.0)
    samples = samples_of(np.ones(1000))
    samples["gyr_lsb"][:5, 1] = -32768
    assert clipped_pct(samples, SCALE) == pytest.approx(0.5)
    assert clipped_pct(samples, Scale(SCALE.acc_mps2, None, None, None)) is None


def decoded(samples):
    return Decoded(
        samples=samples,
        arrival=np.zeros((0, 2)),
        scale=SCALE,
        rate_hz=200.0,
        device={"serial": "s1"},
        battery_pct=81,
        lost=0,
    )


def test_health_says_what_arrived_in_the_window():
    keep = np.arange(2400) % 10 != 0
    said = decoded(running(180, seconds=12)[keep])
    tally = Tally(2160, 240, 12)
    got = measured(WAITING, said, tally=tally, age_s=0.1, window_s=6.0)
    assert got.rate_hz == pytest.approx(180, rel=0.01)
    assert (got.received, got.lost, got.fetched) == (2160, 240, 12)
    assert (got.battery_pct, got.serial) == (81, "s1")
    assert got.clipped_pct == 0
    assert got.cadence_spm == pytest.approx(180, rel=0.03)


def test_a_silent_pod_shows_no_stale_rate():
    said = decoded(running(180))
    got = measured(WAITING, said, tally=Tally(1200, 0), age_s=8.0, window_s=6.0)
    assert (got.rate_hz, got.cadence_spm, got.age_s, got.battery_pct) == (None, None, 8.0, 81)
    nothing = measured(WAITING, None, tally=Tally(), age_s=None, window_s=6.0)
    assert nothing == WAITING
