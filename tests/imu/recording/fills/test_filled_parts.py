"""Fills of one sensor or axis, and readings written oftener than measured, are told from clean."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline, PchipInterpolator

from imu.frames import GRAVITY_MPS2
from imu.recording.fills.filled_parts import filled_parts
from imu.recording.fills.own_step import own_step
from imu.simulation import Run, Stand, simulate
from imu.simulation.people import anyone

RATE_HZ = 100.0
COUNTS = {
    "three digits": (0.001, 0.0001),
    "16 bits": (16 * GRAVITY_MPS2 / 32768, np.deg2rad(2000) / 32768),
}
COARSE = {
    "two digits of g": (0.01 * GRAVITY_MPS2, 0.01),
    "12 bits": (GRAVITY_MPS2 / 128, np.deg2rad(1.0)),
}
SIZE = 20
AT = np.arange(700, 1500, 80)


@pytest.fixture(scope="module", params=[1, 2, 3])
def pod(request):
    """Acceleration and rotation (n, 3) of a shank that stands, runs, stands and runs."""
    runner, pods = anyone(request.param)
    script = (Stand(3.0), Run(13.0), Stand(2.0))
    recording = simulate(runner, script, seed=request.param, pods=pods, rate_hz=RATE_HZ)
    sensor = recording.recording().sensors["shank_left"]
    return sensor.acc_mps2[sensor.valid], sensor.gyr_radps[sensor.valid]


def counted(pod, sizes):
    both = zip(("acc", "gyr"), pod, sizes, strict=True)
    return {name: np.round(values / size) for name, values, size in both}


def fill(values, how, axes=slice(None)):
    """Fill `SIZE` samples of some axes at each of `AT`; return where."""
    filled = np.zeros(len(values), dtype=bool)
    for at in AT:
        filled[at : at + SIZE] = True
        values[at : at + SIZE, axes] = np.round(filling(how, values[:, axes], at))
    return filled


def filling(how, known, at):
    inside = np.arange(at, at + SIZE)
    if how in ("spline", "pchip"):
        around = np.concatenate([np.arange(at - 4, at), np.arange(at + SIZE, at + SIZE + 4)])
        curve = CubicSpline if how == "spline" else PchipInterpolator
        return curve(around, known[around])(inside)
    if how == "line":
        return np.linspace(known[at - 1], known[at + SIZE], SIZE + 2)[1:-1]
    if how == "repeated":
        return known[at - SIZE : at]
    return {"held": known[at - 1], "zero": 0.0, "one value": -7.0}[how]


def found_in(sensors, of):
    fills = filled_parts(sensors, rate_hz=RATE_HZ)
    assert {one.of for one in fills} == {of}
    return np.any([one.where for one in fills], axis=0)


@pytest.mark.parametrize("counts", [*COUNTS, *COARSE])
def test_nothing_is_found_in_a_pod_that_was_not_filled(pod, counts):
    sensors = counted(pod, {**COUNTS, **COARSE}[counts])
    assert filled_parts(sensors, rate_hz=RATE_HZ) == []
    index = np.arange(len(sensors["acc"]))
    assert [own_step(one, index).measured for one in sensors.values()] == [None, None]


@pytest.mark.parametrize("counts", [*COUNTS, *COARSE])
def test_clipped_axes_are_not_filled(pod, counts):
    sizes = {**COUNTS, **COARSE}[counts]
    clipped = np.clip(pod[0], -30.0, 30.0), np.clip(pod[1], -4.0, 4.0)
    assert filled_parts(counted(clipped, sizes), rate_hz=RATE_HZ) == []


@pytest.mark.parametrize("how", ["held", "zero", "one value", "line", "repeated"])
@pytest.mark.parametrize("sensor", ["acc", "gyr"])
def test_one_sensor_is_found_filled_while_the_other_goes_on(pod, sensor, how):
    sensors = counted(pod, COUNTS["three digits"])
    filled = fill(sensors[sensor], how)
    found = found_in(sensors, sensor)
    assert found[filled].mean() > 0.9
    assert np.count_nonzero(found & ~filled) <= len(AT)


@pytest.mark.parametrize("noise", [0.001, 0.03])
@pytest.mark.parametrize("of", ["", "acc", "gyr"])
def test_values_held_with_noise_on_top_are_found(pod, of, noise):
    sensors = counted(pod, COUNTS["three digits"])
    rng = np.random.default_rng(5)
    for name in [of] if of else ["acc", "gyr"]:
        filled = fill(sensors[name], "held")
        size = noise / 0.001  # in counts; those of the gyroscope are a tenth of its unit
        sensors[name][filled] += np.round(size * rng.standard_normal((filled.sum(), 3)))
    found = found_in(sensors, of)
    assert found[filled].mean() > 0.75
    assert np.count_nonzero(found & ~filled) <= 3 * len(AT)


def test_one_sample_at_which_a_movement_turns_slowly_is_no_fill(pod):
    """A few samples alike before a landing, as real shanks have them once in a while."""
    sensors = counted(pod, COUNTS["three digits"])
    sensors["acc"][900:904] = sensors["acc"][899] + [[1], [-2], [2], [0]]
    assert filled_parts({"acc": sensors["acc"]}, rate_hz=RATE_HZ) == []


@pytest.mark.parametrize("how", ["held", "zero", "line"])
@pytest.mark.parametrize(("sensor", "axis"), [("acc", 2), ("gyr", 1)])
def test_one_axis_is_found_filled_while_the_others_go_on(pod, sensor, axis, how):
    sensors = counted(pod, COUNTS["three digits"])
    filled = fill(sensors[sensor], how, slice(axis, axis + 1))
    found = found_in(sensors, f"{sensor} {'xyz'[axis]}")
    assert found[filled].mean() > 0.75
    assert np.count_nonzero(found & ~filled) <= len(AT)


@pytest.mark.parametrize("how", ["spline", "pchip"])
@pytest.mark.parametrize("sensor", ["acc", "gyr"])
def test_curves_are_found_where_a_sensor_has_noise_of_several_counts(pod, sensor, how):
    sensors = counted(pod, COUNTS["three digits"])
    filled = fill(sensors[sensor], how)
    found = found_in(sensors, sensor)
    assert found[filled].mean() > 0.75
    assert np.count_nonzero(found & ~filled) <= 2 * len(AT)


@pytest.mark.parametrize("counts", [*COUNTS, *COARSE])
@pytest.mark.parametrize("step", [2, 3, 4])
@pytest.mark.parametrize("held", [True, False])
def test_readings_written_oftener_than_measured_are_told_by_their_step(pod, counts, step, held):
    for values in counted(pod, {**COUNTS, **COARSE}[counts]).values():
        kept = values[::step]
        at = np.arange((len(kept) - 1) * step)
        share = 0.0 if held else (at % step / step)[:, None]
        oftener = kept[at // step] * (1 - share) + kept[at // step + 1] * share
        received = np.random.default_rng(step).random(len(at)) > 0.03
        own = own_step(np.round(oftener[received]), at[received] + 5)
        assert own.step == step
        np.testing.assert_array_equal(own.measured, at[received] % step == 0)


def test_readings_polled_at_no_regular_step_are_told(pod):
    for values in counted(pod, COUNTS["16 bits"]).values():
        polled = np.floor(np.arange(1000) * 0.78).astype(int)
        own = own_step(values[400:][polled], np.arange(1000))
        assert own.step == 0
        new = np.diff(polled, prepend=-1) > 0
        assert np.mean(own.measured == new) > 0.95


def test_values_of_a_second_sensor_in_coarser_counts_are_no_axis_held(pod):
    sensors = counted(pod, COUNTS["three digits"])
    wide = np.abs(sensors["acc"]) > 15_000
    sensors["acc"][wide] = np.round(sensors["acc"][wide] / 8000) * 8000
    fill(sensors["acc"], "held", slice(2, 3))
    found = filled_parts(sensors, rate_hz=RATE_HZ, coarse={"acc": wide})
    assert not any((one.where & wide[:, 2]).any() for one in found)
    assert any(one.of == "acc z" for one in found)


def test_a_sensor_of_coarse_counts_says_the_same_at_rest_and_that_is_no_fill():
    rng = np.random.default_rng(4)
    rest = slice(1000, 1500)
    acc, gyr = rng.normal(scale=2000.0, size=(2500, 3)), rng.normal(scale=150.0, size=(2500, 3))
    acc[rest] = rng.normal(scale=1.0, size=(500, 3)) + np.array([0.0, 0.0, 2000.0])
    gyr[rest] = 0.0
    assert filled_parts({"acc": np.round(acc), "gyr": np.round(gyr)}, rate_hz=100.0) == []


def test_counts_less_an_offset_that_creeps_are_still_as_coarse():
    """As of a gyroscope whose zero is estimated on the way: no two levels are a count apart."""
    rng = np.random.default_rng(8)
    n, count = 12_000, 0.0617
    raw = np.rint(rng.normal(0, 1.2, (n, 3)) + 60 * np.sin(np.arange(n) / 300)[:, None] ** 9)
    creep = np.repeat(np.cumsum(rng.normal(0, 2e-5, (n // 50, 3)), axis=0), 50, axis=0)
    gyr = np.deg2rad(count * raw - creep)
    acc = np.array([0, 0, 9.81]) + rng.normal(0, 0.02, (n, 3))
    assert not filled_parts({"acc": acc, "gyr": gyr}, rate_hz=400.0)
