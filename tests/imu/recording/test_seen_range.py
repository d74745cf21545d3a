"""The range of a sensor is seen where its readings end at it, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

import imu
from imu.frames import GRAVITY_MPS2
from imu.quality.ranges import at_range
from imu.recording.seen_range import full_scale, seen_full_scale
from imu.simulation import Run, Runner, Stand, realistic, simulate

RATE_HZ = 100.0
DPS = np.pi / 180


@pytest.fixture(scope="module")
def wide():
    """A run whose pods never clip."""
    pods = {
        place: replace(pod, acc_range_mps2=1e3, gyr_range_radps=1e2)
        for place, pod in realistic(3).items()
    }
    script = (Stand(3.0), Run(25.0, speed_mps=3.5))
    made = simulate(Runner(), script, seed=3, pods=pods, rate_hz=RATE_HZ).recording()
    return {
        place: (pod.acc_mps2[pod.valid], pod.gyr_radps[pod.valid])
        for place, pod in made.sensors.items()
    }


def in_counts(values, full, bits=16):
    step = 2 * full / 2**bits
    return np.clip(np.round(values / step), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1), step


def as_read(values, full):
    counts, step = in_counts(values, full)
    return counts * step


def noisy(values, full):
    counts, step = in_counts(values, full, bits=12)
    return (counts + np.random.default_rng(1).integers(-1, 2, counts.shape)) * step


def scaled(values, full):
    return as_read(values, full) * [1.03, 1.0, 0.99] + 0.01 * full


def on_lines(values, full):
    at = np.arange(0, len(values) - 1, 0.73)
    rows = [np.interp(at, np.arange(len(values)), axis) for axis in as_read(values, full).T]
    return np.column_stack(rows)


def filtered(values, full):
    sos = butter(2, 20.0, fs=RATE_HZ, output="sos")
    return sosfiltfilt(sos, as_read(values, full), axis=0)


@pytest.mark.parametrize("as_written", [as_read, noisy, scaled, on_lines, filtered])
@pytest.mark.parametrize("full", [250 * DPS, 500 * DPS])
def test_the_range_of_a_gyroscope_that_clips_is_seen(as_written, full, wide):
    for place in ("shank_left", "shank_right"):
        seen = seen_full_scale(as_written(wide[place][1], full))
        assert seen == pytest.approx(full, rel=0.04)


@pytest.mark.parametrize("as_written", [as_read, noisy, scaled])
def test_the_range_of_an_accelerometer_that_clips_is_seen(as_written, wide):
    for place, full_g in (("pelvis", 2), ("shank_left", 2), ("shank_left", 4)):
        full = full_g * GRAVITY_MPS2
        assert seen_full_scale(as_written(wide[place][0], full)) == pytest.approx(full, rel=0.04)


@pytest.mark.parametrize("step", [0.0, 2**-12, 2**-8, 0.02])
def test_nothing_is_seen_of_sensors_that_do_not_clip(step, wide):
    for sensors in wide.values():
        for values in sensors:
            size = step * np.abs(values).max()
            assert seen_full_scale(np.round(values / size) * size if step else values) is None


def test_standing_missing_samples_and_a_stride_written_over_and_over_are_no_range(wide):
    acc, gyr = wide["shank_left"]
    standing = np.tile([0.0, 0.0, GRAVITY_MPS2], (900, 1))
    assert seen_full_scale(standing) is None
    assert seen_full_scale(np.concatenate([standing, 0.12 * acc])) is None
    assert seen_full_scale(np.full((900, 3), np.nan)) is None
    assert seen_full_scale(np.empty((0, 3))) is None
    assert seen_full_scale(np.tile(gyr[1000:1073], (20, 1))) is None


def test_a_few_flipped_bits_hide_no_range(wide):
    gyr = as_read(wide["shank_left"][1], 250 * DPS)
    gyr[[500, 900], 1] = 500.0
    gyr[1500:1520] = np.nan
    assert seen_full_scale(gyr) == pytest.approx(250 * DPS, rel=0.01)


def test_a_stated_range_holds_until_readings_end_before_it(wide):
    gyr = wide["shank_left"][1]
    assert full_scale(gyr, 35.0) == 35.0
    assert full_scale(gyr, None) is None
    assert full_scale(None, None) is None
    ends = as_read(gyr, 250 * DPS)
    assert full_scale(ends, 250 * DPS) == 250 * DPS
    assert full_scale(ends, 35.0) == pytest.approx(250 * DPS, rel=0.01)


def recorded(sensors, **written):
    return imu.Recording.from_arrays(rate_hz=RATE_HZ, **{**sensors, **written})


def test_what_needs_a_sensor_that_clips_is_missing_with_the_pod_and_its_range_in_words(wide):
    acc, gyr = wide["shank_left"]
    found = imu.analyse(recorded(wide, shank_left=(acc, as_read(gyr, 250 * DPS))))
    said = [words for words in found.quality.reasons if words.startswith("shank left")]
    assert said == [
        "shank left: gyroscope clipped in 100 % of the strides, at ±250 °/s; set a larger range"
    ]
    assert found.quality.grade == "B"
    left = found.stances.events.side == "left"
    metrics, words = found.stances.metrics, found.stances.quality["quality"]
    for name in ("shank_lean_deg", "speed_mps", "shank_internal_rotation_deg", "contact_time_s"):
        assert np.isnan(metrics[name][left]).all(), name
        assert np.isfinite(metrics[name][~left]).mean() > 0.8, name
    for reason in ("directions", "times"):
        clips = f"the shank pod clips so often that its {reason} are not known"
        assert (np.char.find(words, clips) >= 0).tolist() == left.tolist()
    assert np.isfinite(metrics["pelvic_drop_deg"]).all()


def test_an_accelerometer_that_clips_takes_the_directions_of_its_pod_along(wide):
    acc, gyr = wide["pelvis"]
    found = imu.analyse(recorded(wide, pelvis=(as_read(acc, 2 * GRAVITY_MPS2), gyr)))
    assert any(
        words.startswith("pelvis: ") and words.endswith("clipped, at ±2 g; set a larger range")
        for words in found.quality.reasons
    )
    metrics = found.stances.metrics
    assert np.isnan(metrics["pelvic_tilt_midstance_deg"]).all()
    assert np.isnan(metrics["vertical_oscillation_m"]).all()
    assert np.isfinite(metrics["contact_time_s"]).mean() > 0.9


def test_a_range_that_nobody_sells_is_named_as_it_was_read(wide):
    acc, gyr = wide["shank_left"]
    one = recorded(wide, shank_left=(as_read(acc, 33.0), as_read(gyr, 4.2)))
    motion = imu.alignment.activity.observe(one.sensors["shank_left"], rate_hz=RATE_HZ)
    assert at_range(motion, acc=True, gyr=True) in {
        ", at ±3.36 g and ±241 °/s",
        ", at ±3.37 g and ±241 °/s",
    }
    assert at_range(motion) == ""
