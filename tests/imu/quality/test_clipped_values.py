"""What a clipped sensor leaves out is NaN and said, and nothing else is."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.metrics import METRICS
from imu.sensors import SENSORS, column
from imu.stance_signals.saturation import any_within

G = 9.80665
BOTH_SHANKS = ("shank_left", "shank_right")
PELVIS_OVER_THE_STRIDE = ("pelvis_toward_leg_m", "pelvis_side_sway_m", "vertical_oscillation_m")


def saturated(recording, *, acc_mps2=1e4, gyr_radps=1e3, places=BOTH_SHANKS):
    """Analyse `recording` as pods of such a full scale on `places` would have said it."""
    sensors = {
        place: replace(
            pod,
            acc_mps2=np.clip(pod.acc_mps2, -acc_mps2, acc_mps2),
            gyr_radps=np.clip(pod.gyr_radps, -gyr_radps, gyr_radps),
            acc_range_mps2=acc_mps2,
            gyr_range_radps=gyr_radps,
        )
        if place in places
        else pod
        for place, pod in recording.sensors.items()
    }
    return imu.analyse(replace(recording, sensors=sensors))


@pytest.fixture(scope="module")
def at_full_scale(easy_recording):
    """Sensor -> an analysis in which it alone was saturated in some of the stances."""
    of_pelvis = {"places": ("pelvis",)}
    return {
        "shank accelerometer": saturated(easy_recording, acc_mps2=7 * G),
        "shank gyroscope": saturated(easy_recording, gyr_radps=8.0),
        # now and then: where it does more often, the directions of the pod are lost as well
        "swing gyroscope": saturated(easy_recording, gyr_radps=9.4),
        "pelvis accelerometer": saturated(easy_recording, acc_mps2=3.9 * G, **of_pelvis),
        "pelvis gyroscope": saturated(easy_recording, gyr_radps=1.9, **of_pelvis),
    }


WORDS = {
    "shank accelerometer": "shank accelerometer clipped",
    "shank gyroscope": "shank gyroscope clipped",
    "swing gyroscope": "shank gyroscope clipped in the swing",
    "pelvis accelerometer": "pelvis accelerometer clipped",
    "pelvis gyroscope": "pelvis gyroscope clipped",
}


@pytest.mark.parametrize("sensor", SENSORS)
def test_a_clipped_sensor_is_named_and_no_other(sensor, at_full_scale):
    quality = at_full_scale[sensor].stances.quality
    hit = quality[column(sensor)]
    assert 0.05 < hit.mean() < 0.95
    # A shank that saturates in stance also does in its swing.
    also = "swing gyroscope" if sensor == "shank gyroscope" else sensor
    np.testing.assert_array_equal(quality["clipped"], hit | quality[column(also)])
    for other in set(SENSORS) - {sensor, also}:
        assert not quality[column(other)].any()
    said = [WORDS[sensor] in words.split("; ") for words in quality["quality"]]
    np.testing.assert_array_equal(said, hit)


@pytest.mark.parametrize("sensor", SENSORS)
@pytest.mark.parametrize("name", METRICS)
def test_a_clipped_sensor_leaves_out_exactly_what_rests_on_it(name, sensor, at_full_scale):
    table = at_full_scale[sensor].stances
    hit, clipping = table.quality[column(sensor)], METRICS[name].clipping
    values = table.metrics[name]
    if sensor in clipping:
        assert np.isnan(values[hit]).all()
    elif sensor != "shank gyroscope" or "swing gyroscope" not in clipping:
        assert np.isfinite(values[hit]).mean() > 0.9
    other = hit | table.quality["clipped"]
    if other.mean() < 0.9 and not over_the_stride(name, sensor):
        assert np.isfinite(values[~other]).mean() > 0.9


def over_the_stride(name, sensor):
    """Tell whether the clipped stance of the other leg leaves the value out, too."""
    return sensor == "pelvis accelerometer" and name in PELVIS_OVER_THE_STRIDE


def test_a_peak_tibial_acceleration_survives_a_clipped_gyroscope(at_full_scale, easy_analysis):
    values = at_full_scale["shank gyroscope"].stances.metrics["peak_tibial_resultant_mps2"]
    assert np.isfinite(values).all()
    expected = easy_analysis.stances.metrics["peak_tibial_resultant_mps2"]
    np.testing.assert_allclose(values, expected, rtol=0.02)


def test_an_acceleration_clipped_in_the_swing_leaves_out_what_is_closed_over_the_stride(
    at_full_scale,
):
    table = at_full_scale["pelvis accelerometer"].stances
    text = "pelvis accelerometer clipped before the next contact of this foot"
    after = np.array([text in words.split("; ") for words in table.quality["quality"]])
    assert 0.05 < after.mean() < 1.0
    for name in PELVIS_OVER_THE_STRIDE:
        assert np.isnan(table.metrics[name][after]).all()
    only = after & ~table.quality[column("pelvis accelerometer")]
    assert only.any()
    assert np.isfinite(table.metrics["pelvis_impact_mps2"][only]).all()


@pytest.mark.parametrize("sensor", SENSORS)
def test_a_clipped_sensor_never_lowers_a_median_and_the_session_says_so(
    sensor, at_full_scale, easy_analysis
):
    """A peak of a saturated sensor counts as above the others; what is left out is in words."""
    found, whole = at_full_scale[sensor], easy_analysis.summary.values
    for name, metric in METRICS.items():
        if metric.clipping.get(sensor) == "too low":
            median = found.summary.values[name]
            known = np.isfinite(median)
            assert (median[known] > whole[name][known] - 0.02 * np.abs(whole[name][known])).all()
            assert known.all() or any(metric.label in words for words in found.summary.reasons)
    place = sensor.partition(" ")[0].replace("swing", "shank")
    text = "of the impacts clipped" if "accel" in sensor else "gyroscope clipped in"
    assert any(r.startswith(place) and text in r for r in found.quality.reasons)


def test_a_stance_reaches_from_the_sample_before_its_first_instant_to_the_one_after_its_last():
    for at, hit in ((7, False), (8, True), (10, True), (11, False)):
        found = any_within(np.arange(20) == at, np.array([8.3, np.nan]), np.array([9.2, 12.0]))
        assert found.tolist() == [hit, False]


def test_a_gyroscope_clipped_in_stance_alone_leaves_the_swing_known(easy_recording, easy_analysis):
    events, pod = easy_analysis.stances.events, easy_recording.sensors["shank_left"]
    k = np.flatnonzero(events.side == "left")[30]
    gyr = pod.gyr_radps.copy()
    gyr[round((events.initial_contact_s[k] + 0.1) * 200.0)] = pod.gyr_range_radps
    sensors = {**easy_recording.sensors, "shank_left": replace(pod, gyr_radps=gyr)}
    table = imu.analyse(replace(easy_recording, sensors=sensors)).stances
    np.testing.assert_array_equal(np.flatnonzero(table.quality[column("shank gyroscope")]), [k])
    assert not table.quality[column("swing gyroscope")].any()
    assert np.isfinite(table.metrics["shank_swing_rate_radps"][k])


def test_a_swing_beyond_the_range_of_the_gyroscope_is_left_out(easy_recording):
    result = saturated(easy_recording, gyr_radps=8.0)
    assert np.isnan(result.stances.metrics["shank_swing_rate_radps"]).all()
    assert any(
        "clipped in half of the stances or more" in words and "Shank swing rate" in words
        for words in result.summary.reasons
    )


def test_everything_that_reads_the_shock_says_what_clipping_does_to_it():
    reads = {name for name, m in METRICS.items() if m.theme == "shank impact"}
    assert reads == {name for name, m in METRICS.items() if "shank accelerometer" in m.clipping}


def test_everything_that_turns_rests_on_the_gyroscope_that_feels_it():
    for name, metric in METRICS.items():
        for body in ("pelvis", "shank"):
            feels = {f"{body} gyroscope", f"{body} gyroscope".replace("shank", "swing")}
            assert (f"{body} gyroscope" in metric.needs) == bool(feels & set(metric.clipping)), name
