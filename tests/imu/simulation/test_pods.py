from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import welch
from scipy.spatial.transform import Rotation

from imu.frames import GRAVITY_MPS2, PLACEMENTS
from imu.recording.recording import check
from imu.recording.samples import SAMPLE, acceleration, angular_rate
from imu.simulation import (
    Hop,
    Pod,
    Run,
    Runner,
    Stand,
    Walk,
    all_faults,
    clean,
    realistic,
    simulate,
)
from imu.simulation.pods.hardware import LEVER_M, lagging

SCRIPT = (Stand(6), Run(30))


def only(pod, *, script=SCRIPT, place="shank_left", seed=1, rate_hz=200.0):
    return simulate(Runner(), script, seed=seed, pods={place: pod}, rate_hz=rate_hz)


@pytest.fixture(scope="module")
def true():
    return simulate(Runner(), SCRIPT, seed=1, pods=clean()).recording().sensors


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    one, same, other = (simulate(Runner(), SCRIPT, seed=s, pods=all_faults(1)) for s in (4, 4, 5))
    for place in PLACEMENTS:
        assert one.streams[place].samples.tobytes() == same.streams[place].samples.tobytes()
        assert one.streams[place].samples.tobytes() != other.streams[place].samples.tobytes()
    np.testing.assert_array_equal(
        one.recording().sensors["pelvis"].acc_mps2, same.recording().sensors["pelvis"].acc_mps2
    )


def test_a_recording_holds_what_the_contract_says():
    sim = simulate(Runner(), SCRIPT, seed=1)
    recording = sim.recording()
    check(recording)
    assert set(recording.sensors) == set(PLACEMENTS)
    assert recording.rate_hz == 200.0
    assert len(recording) == 36 * 200


def test_any_subset_of_pods_can_be_worn(true):
    sim = simulate(Runner(), SCRIPT, seed=1, pods={"pelvis": clean()["pelvis"]})
    assert set(sim.recording().sensors) == set(sim.streams) == {"pelvis"}
    # the truth of what no pod saw is still the truth
    assert np.isfinite(sim.truth.metrics["shank_internal_rotation_deg"][:-3]).all()


def test_mounting_turns_both_sensors_and_nothing_else(true):
    turn = Rotation.from_rotvec([0.3, -1.2, 2.0])
    pod = Pod(lever_m=LEVER_M["shank_left"], mounting_rad=tuple(turn.as_rotvec()))
    worn = only(pod).recording().sensors["shank_left"]
    np.testing.assert_allclose(worn.acc_mps2, turn.apply(true["shank_left"].acc_mps2), atol=1e-9)
    np.testing.assert_allclose(worn.gyr_radps, turn.apply(true["shank_left"].gyr_radps), atol=1e-9)


def test_a_slip_turns_the_pod_from_then_on(true):
    worn = only(replace(clean()["shank_left"], slip_s=20.0, slip_deg=15.0))
    acc = worn.recording().sensors["shank_left"].acc_mps2
    before, after = slice(0, 3980), slice(4080, None)
    np.testing.assert_allclose(acc[before], true["shank_left"].acc_mps2[before], atol=1e-9)
    turn, distance = Rotation.align_vectors(acc[after], true["shank_left"].acc_mps2[after])
    assert np.degrees(turn.magnitude()) == pytest.approx(15.0, abs=0.01)
    assert distance < 1e-3


def test_noise_and_bias_are_as_dense_and_as_large_as_stated():
    pod = Pod(acc_noise_mps2_per_rthz=0.002, gyr_bias_radps=(0.01, -0.02, 0.005))
    standing = only(pod, script=(Stand(120),)).recording().sensors["shank_left"]
    frequency, density = welch(standing.acc_mps2[:, 1], fs=200, nperseg=1024)
    flat = density[(frequency > 10) & (frequency < 90)]
    assert np.sqrt(flat.mean()) == pytest.approx(0.002, rel=0.05)
    np.testing.assert_allclose(standing.gyr_radps.mean(axis=0), pod.gyr_bias_radps, atol=1e-4)


def test_peaks_beyond_full_scale_are_cut_and_the_scale_says_so():
    pod = replace(clean()["shank_left"], acc_range_mps2=4 * GRAVITY_MPS2)
    sim = only(pod)
    sensor, stream = sim.recording().sensors["shank_left"], sim.streams["shank_left"]
    assert np.abs(sensor.acc_mps2).max() == sensor.acc_range_mps2 == 4 * GRAVITY_MPS2
    assert (sensor.acc_mps2[:, 2] == 4 * GRAVITY_MPS2).sum() > 30
    assert stream.samples["acc_lsb"].max() == 32767
    assert stream.scale.acc_range_mps2 == 4 * GRAVITY_MPS2


def test_counts_are_sixteen_bit_and_mean_what_the_sensor_felt(true):
    stream = only(clean()["shank_left"]).streams["shank_left"]
    assert stream.samples.dtype == SAMPLE
    for name in ("acc_lsb", "gyr_lsb"):
        assert stream.samples[name].min() >= -32768
        assert stream.samples[name].max() <= 32767
    acc = acceleration(stream.samples, stream.scale)
    gyr = angular_rate(stream.samples, stream.scale)
    half_acc, half_gyr = stream.scale.acc_mps2 / 2, stream.scale.gyr_radps / 2
    np.testing.assert_allclose(acc, true["shank_left"].acc_mps2, atol=half_acc * 1.001)
    np.testing.assert_allclose(gyr, true["shank_left"].gyr_radps, atol=half_gyr * 1.001)


@pytest.mark.parametrize("start_s", [0.0123, -0.3077, 1.5])
def test_a_pod_samples_at_its_own_instants(true, start_s):
    stream = only(replace(clean()["shank_left"], start_s=start_s)).streams["shank_left"]
    assert stream.true_time_s[0] == start_s
    acc = acceleration(stream.samples, stream.scale)
    grid = np.arange(len(true["shank_left"].acc_mps2)) / 200
    inside = (stream.true_time_s > 7) & (stream.true_time_s < 34)
    from scipy.interpolate import CubicSpline

    between = CubicSpline(grid, true["shank_left"].acc_mps2)(stream.true_time_s[inside])
    assert np.sqrt(np.mean((acc[inside] - between) ** 2)) < 0.15


def test_clock_rate_and_offset_are_in_the_time_stamps():
    pod = replace(clean()["pelvis"], ppm=80.0, clock_offset_s=500.0, start_s=-0.2)
    stream = only(pod, place="pelvis").streams["pelvis"]
    device_s = stream.samples["device_us"] / 1e6
    slope, offset = np.polyfit(stream.true_time_s, device_s, 1)
    assert (slope - 1) * 1e6 == pytest.approx(80.0, abs=0.1)
    assert device_s[0] == 500.0
    assert offset == pytest.approx(500.0 + 0.2 * slope, abs=1e-5)


def test_a_wrong_sampling_rate_shows_in_the_number_of_samples():
    stream = only(replace(clean()["pelvis"], rate_error_pct=1.5), place="pelvis").streams["pelvis"]
    assert len(stream.samples) == 36 * 203
    assert np.diff(stream.true_time_s).mean() == pytest.approx(1 / 203)


def test_losses_leave_holes_in_the_index_and_come_in_bursts():
    pod = replace(clean()["pelvis"], loss_pct=2.0, burst_s=0.05)
    stream = only(pod, place="pelvis", script=(Run(300),)).streams["pelvis"]
    step = np.diff(stream.samples["index"])
    assert (step >= 1).all()
    lost = (step - 1).sum() / (stream.samples["index"][-1] + 1)
    assert lost == pytest.approx(0.02, abs=0.008)
    assert (step[step > 1] - 1).mean() == pytest.approx(10, rel=0.35)
    expected = stream.samples["index"] * 5000
    np.testing.assert_array_equal(stream.samples["device_us"], expected)


def test_a_silent_pod_says_nothing_and_then_goes_on():
    pod = replace(clean()["pelvis"], silent_s=((10.0, 1.5), (20.0, 0.5)))
    stream = only(pod, place="pelvis").streams["pelvis"]
    holes = np.flatnonzero(np.diff(stream.samples["index"]) > 1)
    np.testing.assert_array_equal(np.diff(stream.samples["index"])[holes] - 1, [300, 100])


def around_18_hz(x):
    power = np.abs(np.fft.rfft(x - x.mean())) ** 2
    frequency = np.fft.rfftfreq(len(x), 1 / 200)
    return power[(frequency > 15) & (frequency < 21)].sum()


def test_soft_tissue_rings_and_lags_but_keeps_the_mean(true):
    pod = replace(clean()["shank_left"], tissue_hz=18.0, tissue_zeta=0.2, tissue_deg=2.0)
    worn = only(pod).recording().sensors["shank_left"]
    run = slice(2000, 7000)
    assert around_18_hz(worn.acc_mps2[run, 2]) > 2 * around_18_hz(
        true["shank_left"].acc_mps2[run, 2]
    )
    difference = worn.gyr_radps[run] - true["shank_left"].gyr_radps[run]
    assert 0.1 < np.sqrt(np.mean(difference**2)) < 2.0
    np.testing.assert_allclose(
        worn.acc_mps2[run].mean(axis=0), true["shank_left"].acc_mps2[run].mean(axis=0), atol=0.6
    )


def test_a_lagging_pod_follows_late_and_arrives():
    rate_hz, turn_s = 1000.0, 0.2
    gyr, acc = np.zeros((1000, 3)), np.tile([0.0, 0.0, 9.80665], (1000, 1))
    gyr[100 : 100 + int(turn_s * rate_hz), 1] = 4.0
    felt, rate = lagging(acc, gyr, rate_hz, rad_per_radps=0.005)
    behind = np.cumsum(gyr[:, 1] - rate[:, 1]) / rate_hz
    assert behind[100 + int(turn_s * rate_hz) - 10] == pytest.approx(4.0 * 0.005, rel=0.02)
    assert behind[-1] == pytest.approx(0.0, abs=1e-4)
    # the pod stays behind, turned backward: gravity tips the other way
    assert felt[290, 0] == pytest.approx(9.80665 * np.sin(0.02), rel=0.02)


@pytest.mark.parametrize("rate_hz", [100.0, 142.857, 208.0, 400.0])
def test_any_rate_sees_the_same_movement(rate_hz, true):
    sim = simulate(Runner(), SCRIPT, seed=1, pods=clean(), rate_hz=rate_hz)
    gyr = sim.recording().sensors["pelvis"].gyr_radps
    at = np.arange(len(gyr)) / rate_hz
    expected = np.interp(at, np.arange(7200) / 200, true["pelvis"].gyr_radps[:, 0])
    inside = (at > 1) & (at < 35)
    assert np.sqrt(np.mean((gyr[:, 0] - expected)[inside] ** 2)) < 0.06
    truth, usual = sim.truth, simulate(Runner(), SCRIPT, seed=1, pods=clean()).truth
    np.testing.assert_array_equal(truth.initial_contact_s, usual.initial_contact_s)
    np.testing.assert_allclose(truth.midstance_s, usual.midstance_s, atol=0.002)


def test_blocks_leave_no_seam():
    # two minutes are one block: a seam would be a step in the rate at 120 s
    sim = simulate(Runner(), (Run(140),), seed=3, pods=clean())
    for sensor in sim.recording().sensors.values():
        for x in (sensor.acc_mps2, sensor.gyr_radps):
            step = np.linalg.norm(np.diff(x, 2, axis=0), axis=1)
            around = step[24_000 - 6 : 24_000 + 4].max()
            assert around <= step[20_000:28_000].max()
    fine = sim.fine_s(23_900, 24_100)
    whole = sim.true_signals("shank_left", fine)[0]
    shifted = sim.true_signals("shank_left", sim.fine_s(23_850, 24_150))[0]
    offset = 50 * sim.oversampling
    np.testing.assert_allclose(whole[500:-500], shifted[offset + 500 : -offset - 500], atol=1e-6)


def test_presets_are_as_bad_as_their_names():
    honest, worn, bad = clean(), realistic(3), all_faults(3)
    assert all(pod.mounting_rad == (0.0, 0.0, 0.0) for pod in honest.values())
    for place in PLACEMENTS:
        assert abs(worn[place].ppm) <= 20
        assert abs(bad[place].ppm) in (50.0, 100.0)
        assert bad[place].loss_pct == 2.0
        turn = Rotation.from_rotvec(worn[place].mounting_rad).inv()
        askew = turn * Rotation.from_rotvec(bad[place].mounting_rad)
        assert np.degrees(askew.magnitude()) == pytest.approx(20.0)
    assert realistic(3) == worn
    assert realistic(4) != worn


def test_a_pod_that_starts_too_early_says_what_to_give():
    with pytest.raises(ValueError, match=r"start_s of -0\.5 or later"):
        only(replace(clean()["pelvis"], start_s=-2.0), place="pelvis")


def test_every_fault_at_once_on_every_gait_still_gives_a_recording():
    script = (Stand(8), Hop(3), Walk(8), Run(20), Stand(6))
    sim = simulate(Runner(), script, seed=9, pods=all_faults(9))
    check(sim.recording())
    for stream in sim.streams.values():
        assert (np.diff(stream.samples["device_us"]) > 0).all()
        assert len(stream.samples) == len(stream.true_time_s)
