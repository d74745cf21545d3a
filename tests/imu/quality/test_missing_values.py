"""What cannot be known is NaN, for every metric, and nothing else: pods, gaps, clipping, clocks."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.metrics import METRICS
from imu.quality.stance_reasons import REASONS
from imu.sensors import SENSORS, column
from imu.simulation import JointCurves, Run, Runner, Stand, both, clean, simulate
from imu.stance_signals.saturation import any_within

SYNCED = [name for name, m in METRICS.items() if np.isfinite(m.sync_s)]


def only(recording, places, *, gyroscope=True):
    pods = {
        place: (pod.acc_mps2, pod.gyr_radps if gyroscope else None)
        for place, pod in recording.sensors.items()
        if place in places
    }
    return imu.Recording.from_arrays(rate_hz=recording.rate_hz, **pods)


WORN = {
    "pelvis": ("pelvis",),
    "left shank": ("shank_left",),
    "both shanks": ("shank_left", "shank_right"),
    "all": ("pelvis", "shank_left", "shank_right"),
}
NEXT_STEP = (
    "flight_time_s",
    "step_time_s",
    "sine_force_bw",
    "vertical_stiffness_bwpm",
    "step_length_m",
)


@pytest.fixture(scope="module")
def subsets(easy_recording):
    return {
        (worn, gyroscope): imu.analyse(only(easy_recording, places, gyroscope=gyroscope)).stances
        for worn, places in WORN.items()
        for gyroscope in (True, False)
    }


def can_be_known(metric, worn, gyroscope):
    parts = {"pelvis"} if "pelvis" in WORN[worn] else set()
    parts |= {"shank"} if len(WORN[worn]) > len(parts) else set()
    given = parts | ({f"{part} gyroscope" for part in parts} if gyroscope else set())
    given |= {"shank or pelvis"} | {f"{part} standing" for part in parts}
    follows = metric.name not in NEXT_STEP or worn != "left shank"
    return set(metric.needs) <= given and follows


@pytest.mark.parametrize("worn", WORN)
@pytest.mark.parametrize("gyroscope", [True, False])
def test_a_metric_is_known_exactly_when_the_pods_it_needs_are_worn(worn, gyroscope, subsets):
    table = subsets[worn, gyroscope]
    for name, metric in METRICS.items():
        known = np.isfinite(table.metrics[name])
        if can_be_known(metric, worn, gyroscope):
            assert known.mean() > 0.9, name
        else:
            assert not known.any(), name
            assert (table.quality["quality"] != "").all()


@pytest.fixture(scope="module")
def out_of_sync(easy_recording):
    return {
        off_s: imu.analyse(replace(easy_recording, sync_s={"pelvis": off_s})).stances
        for off_s in (0.003, 0.007, 0.015, np.nan)
    }


@pytest.mark.parametrize("name", METRICS)
def test_clocks_too_far_apart_leave_out_what_needs_both(name, out_of_sync, easy_analysis):
    together = easy_analysis.stances.metrics[name]
    for off_s, table in out_of_sync.items():
        if name not in SYNCED or off_s <= METRICS[name].sync_s:
            np.testing.assert_array_equal(table.metrics[name], together)
        else:
            assert np.isnan(table.metrics[name]).all()


def test_clocks_too_far_apart_are_named(out_of_sync):
    text = "clocks of pelvis and shank may differ by over 10 ms"
    for off_s, table in out_of_sync.items():
        said = np.char.count(table.quality["quality"], text) == 1
        assert said.all() if not off_s <= 0.010 else not said.any()


def test_values_at_an_instant_bear_ten_milliseconds():
    for name in (
        "pelvic_tilt_midstance_deg",
        "pelvic_drop_deg",
        "pelvic_rotation_over_leg_deg",
        "hip_adduction_estimate_deg",
        "pelvis_toward_leg_m",
    ):
        assert METRICS[name].sync_s == 0.010
    assert not {name for name, m in METRICS.items() if "pelvis" not in m.needs} & set(SYNCED)


def test_a_pelvis_pod_alone_is_in_time_with_itself(easy_recording):
    alone = replace(only(easy_recording, ("pelvis",)), sync_s={"pelvis": 0.05})
    metrics = imu.analyse(alone).stances.metrics
    assert np.isfinite(metrics["pelvic_drop_deg"]).all()
    assert np.isfinite(metrics["pelvis_toward_leg_m"]).mean() > 0.9


def with_hole(recording, place, begin_s, end_s):
    def arrays(p, pod):
        acc, gyr = pod.acc_mps2.copy(), pod.gyr_radps.copy()
        if p == place:
            hole = slice(round(begin_s * 200), round(end_s * 200))
            acc[hole] = gyr[hole] = np.nan
        return acc, gyr

    pods = {p: arrays(p, pod) for p, pod in recording.sensors.items()}
    return imu.Recording.from_arrays(rate_hz=200.0, **pods)


OVER_THE_STRIDE = {
    "pelvis": ("pelvis_toward_leg_m", "pelvis_side_sway_m", "vertical_oscillation_m"),
    "shank_left": ("shank_swing_rate_radps", "speed_mps", "step_length_m"),
}


@pytest.mark.parametrize("place", OVER_THE_STRIDE)
def test_a_gap_in_the_swing_leaves_out_what_is_measured_over_the_stride(
    place, easy_recording, easy_analysis
):
    events = easy_analysis.stances.events
    k = np.flatnonzero(events.side == "left")[30]
    middle_s = events.toe_off_s[k] + 0.06
    result = imu.analyse(with_hole(easy_recording, place, middle_s - 0.02, middle_s + 0.02))
    at = np.argmin(np.abs(result.stances.events.initial_contact_s - events.initial_contact_s[k]))
    for name in OVER_THE_STRIDE[place]:
        values = result.stances.metrics[name]
        assert np.isnan(values[at]), name
        assert np.isfinite(values[at - 4]), name
        assert np.isfinite(values[at + 4]), name
    assert np.isfinite(result.stances.metrics["pelvic_drop_deg"][at])
    said = result.stances.quality["quality"]
    assert said[at] == "gap in the data before the next contact of this foot"
    assert said[at - 4] == said[at + 4] == ""


G = 9.80665
BOTH_SHANKS = ("shank_left", "shank_right")


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
    return sensor == "pelvis accelerometer" and name in OVER_THE_STRIDE["pelvis"]


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
    for name in OVER_THE_STRIDE["pelvis"]:
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


LITTLE = {
    "pelvic_rotation_reversal_pct": REASONS["little_turn"],
    "pelvic_obliquity_reversal_pct": REASONS["little_rocking"],
}


def test_the_reversal_of_a_small_movement_is_left_out_and_said():
    calm = {"pelvic_rotation_deg": 0.3, "pelvic_drop_deg": 0.2}
    curves = JointCurves(
        rotation_contact_deg=0.5,
        rotation_early_deg=0.0,
        rotation_net_deg=-1.0,
        obliquity_contact_deg=-0.2,
        obliquity_toe_off_deg=0.4,
    )
    runner = replace(both(Runner(), **calm), curves=curves)
    run = simulate(runner, (Stand(6), Run(20)), seed=3, pods=clean())
    table = imu.analyse(run.recording()).stances
    words = table.quality["quality"]
    inner = (words == "") | np.isin(words, [*LITTLE.values(), "; ".join(LITTLE.values())])
    assert inner.mean() > 0.9
    for name, text in LITTLE.items():
        unknown = np.isnan(table.metrics[name][inner])
        assert unknown.mean() > 0.5, name
        np.testing.assert_array_equal(unknown, np.char.find(words[inner], text) >= 0)
