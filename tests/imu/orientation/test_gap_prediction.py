"""What is assumed inside a hole is near what happened; what was measured is never touched."""

from dataclasses import replace

import numpy as np
import pytest

from imu.alignment.worn_pods import worn
from imu.dsp.gaps import LONG_S, interpolated, long_gaps, stretches
from imu.orientation import gap_prediction
from imu.orientation.filter_across_gaps import orient
from imu.orientation.gap_prediction import LINE_S, PREDICTED_S, predicted


def strides(rate_hz, *, seconds=30.0, stride_s=0.7, drift=0.1):
    """A leg that swings nearly the same way every time: rates and accelerations, (n, 3) each."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    phase = 2 * np.pi * (time_s / stride_s + 0.01 * np.sin(time_s))
    rng = np.random.default_rng(3)
    both = np.zeros((len(time_s), 6))
    for k in range(1, 6):
        both += (
            np.cos(k * phase[:, None] + rng.uniform(0, 6, 6)) * rng.uniform(0.5, 1, 6) * 5 / k**1.5
        )
    both *= 1 + drift * np.sin(0.5 * time_s)[:, None]
    return both[:, :3], both[:, 3:]


def holes(n, rate_hz, hole_s, *, every_s=2.3):
    """Return valid (n,) with holes of one length all over the record."""
    start = np.arange(round(1.5 * rate_hz), n - round(2.0 * rate_hz), round(every_s * rate_hz))
    valid = np.ones(n, dtype=bool)
    valid[start[:, None] + np.arange(round(hole_s * rate_hz))] = False
    return valid


def lines(x, valid):
    return interpolated(np.where(valid[:, None], x, np.nan), valid)


def missed(found, true, valid, rate_hz):
    """Return by what angle (h,) the sum of the rates over each hole is wrong, degrees."""
    start, stop = stretches(~valid)
    sums = np.cumsum(np.vstack([np.zeros(3), found - true]), axis=0)
    return np.degrees(np.linalg.norm(sums[stop] - sums[start], axis=1) / rate_hz)


def rms(x):
    return float(np.sqrt(np.mean(np.square(x))))


@pytest.mark.parametrize("rate_hz", [100.0, 143.0, 200.0, 500.0])
@pytest.mark.parametrize("hole_s", [0.05, 0.2, 0.6])
def test_a_hole_is_recalled_from_other_strides(rate_hz, hole_s):
    gyr, acc = strides(rate_hz)
    valid = holes(len(gyr), rate_hz, hole_s)
    straight = lines(gyr, valid)
    found, felt = predicted(straight, lines(acc, valid), valid, rate_hz=rate_hz)
    off = rms(missed(found, gyr, valid, rate_hz))
    assert off < 0.15 * rms(missed(straight, gyr, valid, rate_hz))
    assert rms((felt - acc)[~valid]) < 0.2 * rms((lines(acc, valid) - acc)[~valid])


def test_what_was_measured_stays_and_what_is_given_is_not_touched():
    gyr, acc = strides(200.0)
    valid = holes(len(gyr), 200.0, 0.1)
    given = lines(gyr, valid), lines(acc, valid)
    kept = [x.copy() for x in given]
    for after, before, copy in zip(
        predicted(*given, valid, rate_hz=200.0), given, kept, strict=True
    ):
        np.testing.assert_array_equal(before, copy)
        np.testing.assert_array_equal(after[valid], before[valid])
        assert not np.array_equal(after[~valid], before[~valid])


def test_in_place_the_orientation_is_the_same_and_the_samples_are_put_back(easy_recording):
    sensor = easy_recording.sensors["shank_left"]
    valid = holes(len(sensor.valid), 200.0, 0.1)
    felt = [np.where(valid[:, None], x, np.nan) for x in (sensor.acc_mps2, sensor.gyr_radps)]
    holed = replace(sensor, acc_mps2=felt[0], gyr_radps=felt[1], valid=valid)
    pod = worn(replace(easy_recording, sensors={"shank_left": holed}))["shank_left"]
    before = pod.acc_mps2.copy()
    asked = orient(pod, rate_hz=200.0)
    np.testing.assert_array_equal(orient(pod, rate_hz=200.0, in_place=True), asked)
    np.testing.assert_array_equal(pod.acc_mps2, before)


def test_many_holes_are_recalled_as_few_are(monkeypatch):
    gyr, acc = strides(200.0)
    valid = holes(len(gyr), 200.0, 0.05)
    felt = lines(gyr, valid), lines(acc, valid), valid
    at_once = predicted(*felt, rate_hz=200.0)
    monkeypatch.setattr(gap_prediction, "AT_ONCE", 3)
    np.testing.assert_array_equal(predicted(*felt, rate_hz=200.0), at_once)


def test_without_holes_nothing_is_copied():
    gyr, acc = strides(200.0, seconds=5.0)
    same = predicted(gyr, acc, np.ones(len(gyr), bool), rate_hz=200.0)
    assert same[0] is gyr
    assert same[1] is acc


def test_where_nothing_is_alike_the_line_stays():
    rng = np.random.default_rng(0)
    gyr, acc = rng.normal(size=(2, 4000, 3))
    valid = holes(4000, 200.0, 0.1)
    straight = lines(gyr, valid)
    found, _ = predicted(straight, lines(acc, valid), valid, rate_hz=200.0)
    np.testing.assert_array_equal(found, straight)


def test_nothing_is_recalled_from_another_hole():
    gyr, acc = strides(200.0, drift=0.0)
    valid = np.ones(len(gyr), bool)
    valid[2000:2020] = valid[2140:2160] = False  # one stride apart
    given = lines(gyr, valid), lines(acc, valid)
    given[0][2140:2160] = 1000.0
    found, _ = predicted(*given, valid, rate_hz=200.0)
    assert np.abs(found[2000:2020] - gyr[2000:2020]).max() < 2.0


@pytest.mark.parametrize("place", ["first", "last"])
def test_a_hole_with_one_edge_is_left_level(place):
    gyr, acc = strides(200.0)
    valid = np.ones(len(gyr), bool)
    valid[slice(0, 30) if place == "first" else slice(-30, None)] = False
    straight = lines(gyr, valid)
    found, _ = predicted(straight, lines(acc, valid), valid, rate_hz=200.0)
    np.testing.assert_array_equal(found, straight)


def test_in_a_longer_hole_the_pod_keeps_its_direction():
    gyr, acc = strides(200.0)
    valid = np.ones(len(gyr), bool)
    valid[2000 : 2000 + round((PREDICTED_S + 0.5) * 200)] = False
    found, _ = predicted(lines(gyr, valid), lines(acc, valid), valid, rate_hz=200.0)
    np.testing.assert_array_equal(found[~valid], 0.0)


def test_a_single_sample_is_a_straight_line():
    gyr, acc = strides(100.0)
    valid = holes(len(gyr), 100.0, 0.01)
    straight = lines(gyr, valid)
    found, _ = predicted(straight, lines(acc, valid), valid, rate_hz=100.0)
    assert LINE_S > 0.01
    np.testing.assert_array_equal(found, straight)


def test_long_holes_are_told_from_short_ones():
    valid = np.ones(2000, bool)
    valid[:100] = valid[500:520] = valid[1000:1100] = valid[1990:] = False
    start, stop = long_gaps(valid, rate_hz=200.0)
    assert 20 / 200 < LONG_S < 100 / 200
    assert (start.tolist(), stop.tolist()) == ([0, 1000], [100, 1100])


@pytest.mark.parametrize(("hole_s", "share"), [(0.05, 0.6), (0.1, 0.45), (0.2, 0.35)])
def test_so_are_real_ones_on_a_real_shoe(reference, hole_s, share):
    """A run with a gyroscope on one shoe, of which single samples are missing; more are taken."""
    stream = reference.wearable_my_foot()
    number = np.round(stream.time_s * 100).astype(int)
    known = np.zeros(number[-1] + 1, bool)
    known[number] = True
    both = np.full((len(known), 6), np.nan)
    both[number] = np.hstack([stream.gyr_radps, stream.acc_mps2])
    true = lines(both, known)[800:-800]  # the middle: running, and the turn
    off = {"line": [], "recalled": []}
    for every_s in (2.3, 2.77, 3.1):
        valid = holes(len(true), 100.0, hole_s, every_s=every_s)
        straight = lines(true, valid)
        found, _ = predicted(straight[:, :3], straight[:, 3:], valid, rate_hz=100.0)
        off["line"].append(missed(straight[:, :3], true[:, :3], valid, 100.0))
        off["recalled"].append(missed(found, true[:, :3], valid, 100.0))
    of = {name: rms(np.concatenate(each)) for name, each in off.items()}
    assert of["recalled"] < share * of["line"]
