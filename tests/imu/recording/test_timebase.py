from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from imu.quality.grade import slow
from imu.recording.recording import check
from imu.recording.timebase import Track, align, gap_ledger


def track(place="pelvis", *, rate_hz=200.0, seconds=5.0, start_s=0.0, keep=None, of=None, gyr=True):
    """A pod whose six channels show the function `of` of time (default: 9.81 plus a slow wave)."""
    of = of or (lambda t: 9.81 + np.sin(2 * np.pi * 2 * t))
    time_s = start_s + np.arange(round(seconds * rate_hz)) / rate_hz
    if keep is not None:
        time_s = time_s[keep]
    values = np.column_stack([of(time_s)] * 3)
    return Track(place, time_s, values, values / 10 if gyr else None, 156.9, 34.9)


def grid_s(recording):
    return recording.start_s + np.arange(len(recording)) / recording.rate_hz


def without(count, *spans):
    keep = np.ones(count, bool)
    for first, stop in spans:
        keep[first:stop] = False
    return keep


def test_samples_already_on_the_grid_come_back_bit_for_bit():
    given_track = track(start_s=12.0, keep=without(1000, (400, 480)))
    recording = align([given_track])
    sensor = recording.sensors["pelvis"]
    np.testing.assert_array_equal(sensor.acc_mps2[sensor.valid], given_track.acc_mps2)
    np.testing.assert_array_equal(sensor.gyr_radps[sensor.valid], given_track.gyr_radps)
    assert (recording.rate_hz, recording.start_s, len(recording)) == (200.0, 12.0, 1000)
    assert (sensor.acc_range_mps2, sensor.gyr_range_radps) == (156.9, 34.9)
    check(recording)


@pytest.mark.parametrize(
    ("wave_hz", "error", "error_at_edges"),
    [(10, 5e-6, 2e-5), (20, 3.2e-4, 1.5e-3), (30, 3.3e-3, 1.2e-2), (40, 1.6e-2, 6e-2)],
)
def test_what_running_holds_survives_the_grid(wave_hz, error, error_at_edges):
    def wave(t):
        return np.sin(2 * np.pi * wave_hz * t)

    pods = [
        track("pelvis", rate_hz=199.3, start_s=0.0013, seconds=20, of=wave),
        track("shank_left", rate_hz=202.1, seconds=20, keep=without(4042, (800, 900)), of=wave),
    ]
    recording = align(pods, rate_hz=203)
    for sensor in recording.sensors.values():
        wrong = np.abs(sensor.acc_mps2[:, 0] - wave(grid_s(recording)))[sensor.valid]
        assert np.quantile(wrong, 0.995) < error
        assert wrong.max() < error_at_edges


@pytest.mark.parametrize(("ring_hz", "decay_s", "off"), [(15, 0.020, 0.005), (25, 0.010, 0.015)])
def test_an_impact_keeps_its_peak(ring_hz, decay_s, off):
    def impact(t):
        since = np.maximum(np.mod(t, 0.7013) - 0.2, 0)
        return 150 * np.exp(-since / decay_s) * np.sin(2 * np.pi * ring_hz * since)

    recording = align([track(rate_hz=199.3, seconds=60, of=impact)])
    number = (grid_s(recording) // 0.7013).astype(int)
    peaks, true = np.zeros((2, number[-1] + 1))
    np.maximum.at(peaks, number, recording.sensors["pelvis"].acc_mps2[:, 0])
    np.maximum.at(true, number, impact(grid_s(recording)))
    assert abs(np.mean(peaks[:-1] / true[:-1]) - 1) < off
    assert np.std(peaks[:-1] / true[:-1]) < 2 * off


def test_a_gap_stays_a_gap():
    recording = align([track(rate_hz=199.3, keep=without(996, (300, 500)))])
    sensor = recording.sensors["pelvis"]
    inside = (grid_s(recording) > 299 / 199.3) & (grid_s(recording) < 500 / 199.3)
    np.testing.assert_array_equal(sensor.valid, ~inside)
    np.testing.assert_array_equal(np.isnan(sensor.acc_mps2).any(axis=1), ~sensor.valid)
    np.testing.assert_array_equal(np.isnan(sensor.gyr_radps).any(axis=1), ~sensor.valid)


@pytest.mark.parametrize(("lost", "filled"), [(1, True), (2, True), (3, False)])
def test_samples_up_to_15_ms_apart_are_joined_and_no_more(lost, filled):
    pod = track(keep=without(1000, (500, 500 + lost)))
    valid = align([pod], rate_hz=200).sensors["pelvis"].valid
    assert valid.all() == filled
    assert gap_ledger(pod)["lost"].tolist() == [lost]


@pytest.mark.parametrize("rate_hz", [60.0, 100.0])
def test_a_slow_pod_may_not_miss_a_sample(rate_hz):
    pod = track(rate_hz=rate_hz, seconds=300 / rate_hz, keep=without(300, (100, 101)))
    recording = align([pod])
    assert recording.rate_hz == rate_hz
    assert not recording.sensors["pelvis"].valid.all()
    assert align([track(rate_hz=rate_hz)]).sensors["pelvis"].valid.all()


@settings(max_examples=60)
@given(st.lists(st.booleans(), min_size=8, max_size=120), st.floats(0, 0.01))
def test_any_loss_is_said_and_nothing_is_invented(kept, start_s):
    keep = np.array([True, *kept, True])
    pod = track(rate_hz=200, seconds=len(keep) / 200, start_s=start_s, keep=keep)
    # Where most neighbours are lost, times alone no longer tell the rate.
    assume((np.diff(pod.time_s) < 0.006).mean() > 0.5)
    recording = align([pod], rate_hz=233)
    at_s, valid = grid_s(recording), recording.sensors["pelvis"].valid
    before = pod.time_s[np.searchsorted(pod.time_s, at_s + 1e-9, side="right") - 1]
    after = pod.time_s[np.minimum(np.searchsorted(pod.time_s, at_s - 1e-9), len(pod.time_s) - 1)]
    np.testing.assert_array_equal(valid, after - before < 0.0151)
    wrong = recording.sensors["pelvis"].acc_mps2[:, 0] - (9.81 + np.sin(2 * np.pi * 2 * at_s))
    assert np.abs(wrong[valid]).max() < 0.02
    assert gap_ledger(pod)["lost"].sum() == (~keep).sum()


def test_the_ledger_names_the_samples_around_each_hole():
    gaps = gap_ledger(track(keep=without(1000, (100, 140), (700, 702))))
    assert gaps["lost"].tolist() == [40, 2]
    np.testing.assert_allclose(gaps["start_s"], [99 / 200, 699 / 200])
    np.testing.assert_allclose(gaps["stop_s"], [140 / 200, 702 / 200])


def test_missing_values_are_missing_samples():
    pod = track()
    pod.acc_mps2[200:300, 1] = np.nan
    pod.gyr_radps[600:620, 0] = np.inf
    sensor = align([pod]).sensors["pelvis"]
    np.testing.assert_array_equal(
        np.flatnonzero(~sensor.valid), [*range(200, 300), *range(600, 620)]
    )
    assert gap_ledger(pod)["lost"].tolist() == [100, 20]


def test_a_pod_that_starts_late_or_dies_early_costs_the_others_nothing():
    pods = [
        track("pelvis", seconds=60),
        track("shank_left", start_s=2.0, seconds=10),
        track("shank_right", start_s=1.0, seconds=60, gyr=False),
    ]
    recording = align(pods)
    assert recording.start_s == 0
    assert recording.duration_s == pytest.approx(61, abs=0.01)
    seconds = {place: sensor.valid.sum() / 200 for place, sensor in recording.sensors.items()}
    assert seconds == pytest.approx({"pelvis": 60, "shank_left": 10, "shank_right": 60}, abs=0.01)
    assert recording.sensors["shank_right"].gyr_radps is None


def test_the_uncertainty_of_each_clock_goes_along():
    pods = [replace(track("pelvis"), sync_s=0.002), track("shank_left")]
    assert align(pods).sync_s == {"pelvis": 0.002}


@pytest.mark.parametrize(
    ("source_hz", "grid_hz"),
    [(199.3, 200), (200.9, 200), (203.0, 203), (208.33, 209), (104.2, 105), (59.8, 60), (52.1, 53)],
)
def test_the_grid_is_round_and_no_slower_than_the_pod(source_hz, grid_hz):
    pod = track(rate_hz=source_hz, seconds=20)
    assert pod.rate_hz == pytest.approx(source_hz, rel=1e-6)
    assert align([pod]).rate_hz == grid_hz


def test_the_rate_is_told_through_heavy_loss():
    keep = np.random.default_rng(3).random(4000) > 0.3
    assert track(rate_hz=202.5, seconds=4000 / 202.5, keep=keep).rate_hz == pytest.approx(
        202.5, rel=1e-6
    )


def test_the_fastest_pod_sets_the_grid():
    assert align([track("pelvis", rate_hz=100), track("shank_left", rate_hz=400)]).rate_hz == 400


def test_a_pod_slower_than_the_grid_is_named_as_a_slow_recording_is():
    of_two = align([track(rate_hz=200.0), track("shank_left", rate_hz=60.0)])
    assert of_two.own_hz == pytest.approx({"pelvis": 200.0, "shank_left": 60.0})
    words = "recorded at 60 Hz: peaks read low, times are coarse; use 200 Hz"
    assert slow(of_two) == [f"shank left: {words}"]
    assert slow(align([track(rate_hz=60.0)])) == [words]
    assert slow(align([track(rate_hz=100.0)])) == []


def backward(pod):
    pod.time_s[100] = pod.time_s[98]
    return pod


@pytest.mark.parametrize(
    ("pods", "words"),
    [
        (lambda: [], "no pod sent any samples"),
        (lambda: [track(seconds=0.005)], "pelvis: too few samples"),
        (lambda: [backward(track())], "pelvis: its time runs backward or stands still"),
        (lambda: [track(), track()], "pelvis: worn by two pods"),
        (
            lambda: [track(), track("shank_left", start_s=60), track("shank_right")],
            "shank_left: recorded at another time",
        ),
        (
            lambda: [track(seconds=1e6, rate_hz=0.5), track("shank_left", start_s=9e5)],
            "recorded at another time",
        ),
    ],
)
def test_tracks_that_cannot_share_a_grid_are_refused_by_name(pods, words):
    with pytest.raises(ValueError, match=words):
        align(pods())


def test_a_grid_below_the_fastest_pod_is_refused():
    with pytest.raises(ValueError, match="100 Hz is below the 200 Hz of the fastest pod"):
        align([track()], rate_hz=100)
