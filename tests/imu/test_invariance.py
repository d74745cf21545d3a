"""What must not matter does not: mounting, rate, side, bias; what is lost is not invented."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

import imu

QUICK = settings(
    max_examples=6,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
ANGLES = [
    "pelvic_tilt_midstance_deg",
    "pelvic_drop_deg",
    "pelvic_rotation_over_leg_deg",
    "shank_internal_rotation_deg",
]


def arrays(recording, change=lambda place, acc, gyr: (acc, gyr)):
    return {
        place: change(place, sensor.acc_mps2, sensor.gyr_radps)
        for place, sensor in recording.sensors.items()
    }


def again(recording, change):
    return imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, **arrays(recording, change)))


@QUICK
@given(seed=st.integers(0, 2**31 - 1))
def test_mounting_leaves_results_unchanged(seed, easy_recording, easy_analysis):
    turns = dict(zip(easy_recording.sensors, Rotation.random(3, random_state=seed), strict=True))
    turned = again(
        easy_recording, lambda place, acc, gyr: (turns[place].apply(acc), turns[place].apply(gyr))
    )
    before, after = easy_analysis.stances.to_frame(), turned.stances.to_frame()
    np.testing.assert_allclose(after["initial_contact_s"], before["initial_contact_s"], atol=1e-6)
    np.testing.assert_allclose(after["toe_off_s"], before["toe_off_s"], atol=1e-6)
    for name in ANGLES:
        np.testing.assert_allclose(after[name], before[name], atol=1e-3)


@QUICK
@given(bias_dps=st.tuples(*[st.floats(-2, 2)] * 3))
def test_gyroscope_bias_leaves_excursions_unchanged(bias_dps, easy_recording, easy_analysis):
    bias = np.radians(bias_dps)
    biased = again(easy_recording, lambda place, acc, gyr: (acc, gyr + bias))
    for name in ("pelvic_drop_deg", "pelvic_rotation_over_leg_deg", "shank_internal_rotation_deg"):
        before = easy_analysis.stances.metrics[name]
        after = biased.stances.metrics[name]
        assert np.nanmedian(np.abs(after - before)) < 0.1


def test_a_mirrored_runner_swaps_the_sides(easy_recording, easy_analysis):
    """Mirror in the sagittal plane of each segment: left axis of acc, forward and up of gyr."""
    acc_sign, gyr_sign = np.array([1.0, -1.0, 1.0]), np.array([-1.0, 1.0, -1.0])
    swapped = {"pelvis": "pelvis", "shank_left": "shank_right", "shank_right": "shank_left"}
    mirrored = {}
    for place, sensor in easy_recording.sensors.items():
        turn = easy_analysis.alignment[place].segment_from_sensor.T
        mirrored[swapped[place]] = (
            (sensor.acc_mps2 @ turn) * acc_sign,
            (sensor.gyr_radps @ turn) * gyr_sign,
        )
    result = imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, **mirrored))
    before, after = easy_analysis.stances, result.stances
    assert (np.where(after.events.side == "left", "right", "left") == before.events.side).all()
    np.testing.assert_allclose(
        after.events.initial_contact_s, before.events.initial_contact_s, atol=1e-6
    )
    for name in ANGLES:
        difference = np.abs(after.metrics[name] - before.metrics[name])
        assert np.nanmedian(difference) < 0.05


@pytest.mark.parametrize("delay_s", [0.034, 0.058])
def test_a_rate_of_100_or_500_hz_moves_events_by_less_than_two_milliseconds(delay_s):
    from imu import simulation

    runner = simulation.both(simulation.Runner(), impact_delay_s=delay_s)
    script = (simulation.Stand(8), simulation.Run(40))
    slow, fast = (
        imu.analyse(
            simulation.simulate(
                runner, script, seed=3, pods=simulation.realistic(3), rate_hz=rate_hz
            ).recording()
        ).stances.events
        for rate_hz in (100.0, 500.0)
    )
    assert abs(len(slow) - len(fast)) <= 2
    apart_s = slow.initial_contact_s[:, None] - fast.initial_contact_s
    near = np.abs(apart_s).argmin(axis=1)
    for event in ("initial_contact_s", "toe_off_s"):
        moved_s = np.abs(getattr(slow, event) - getattr(fast, event)[near])
        assert np.percentile(moved_s, 95) < 0.002


def test_a_gap_is_unknown_and_says_so(easy_recording, easy_analysis):
    usual = easy_analysis.stances.events
    k = np.flatnonzero((usual.side == "left") & (usual.initial_contact_s > 30))[0]
    stop = round(usual.toe_off_s[k] * 200) + 4
    hole = slice(stop - 12, stop)

    def lose(place, acc, gyr):
        acc, gyr = acc.copy(), gyr.copy()
        if place == "shank_left":
            acc[hole] = np.nan
            gyr[hole] = np.nan
        return acc, gyr

    table = again(easy_recording, lose).stances.to_frame()
    near_s = (table["initial_contact_s"] - usual.initial_contact_s[k]).abs()
    hit = table.loc[(table["side"] == "left") & (near_s < 0.05)].iloc[0]
    assert np.isnan(hit["toe_off_s"])
    assert np.isnan(hit["contact_time_s"])
    assert np.isnan(hit["pelvic_drop_deg"])
    assert np.isfinite(hit["stride_time_s"])
    assert np.isnan(hit["shank_internal_rotation_deg"])
    assert hit["coverage_pct"] < 100
    assert "gap in the data of the shank pod" in hit["quality"]
    assert np.isnan(hit["midstance_s"])
    elsewhere = near_s > 2
    assert table.loc[elsewhere, "toe_off_s"].notna().all()
    assert table.loc[elsewhere, "shank_internal_rotation_deg"].notna().all()


def test_mid_stance_is_known_from_the_shanks_while_the_pelvis_pod_is_silent(easy_recording):
    def lose(place, acc, gyr):
        acc, gyr = acc.copy(), gyr.copy()
        if place == "pelvis":
            acc[8000:9000] = np.nan
            gyr[8000:9000] = np.nan
        return acc, gyr

    events = again(easy_recording, lose).stances.events
    silent = (events.initial_contact_s > 40) & (events.toe_off_s < 45)
    assert silent.sum() > 8
    share = (events.midstance_s - events.initial_contact_s) / (
        events.toe_off_s - events.initial_contact_s
    )
    np.testing.assert_allclose(share[silent], 0.4)


def test_a_clipped_peak_is_flagged_and_never_lower(easy_recording):
    limit = 4 * 9.80665

    def clip(place, acc, gyr):
        return np.clip(acc, -limit, limit), gyr

    result = imu.analyse(
        imu.Recording.from_arrays(
            rate_hz=200.0, acc_range_mps2=limit, **arrays(easy_recording, clip)
        )
    )
    table = result.stances.to_frame()
    assert table["clipped"].mean() > 0.9
    assert table.loc[table["clipped"], "peak_tibial_resultant_mps2"].isna().all()


def test_exchanged_shank_pods_are_noticed(easy_recording, easy_analysis):
    pods = arrays(easy_recording)
    pods["shank_left"], pods["shank_right"] = pods["shank_right"], pods["shank_left"]
    result = imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, **pods))
    assert "on each other's leg" in result.quality.blocking_problem
    assert result.quality.grade == "D"
    assert easy_analysis.quality.blocking_problem == ""
    pelvis = pods.pop("pelvis")
    assert imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, **pods)).quality.blocking_problem
    upside_down = np.array([1.0, -1.0, -1.0])
    pods["shank_left"], pods["shank_right"] = pods["shank_right"], pods["shank_left"]
    pods = {place: (acc * upside_down, gyr * upside_down) for place, (acc, gyr) in pods.items()}
    pods["pelvis"] = pelvis
    result = imu.analyse(imu.Recording.from_arrays(rate_hz=200.0, **pods))
    assert result.quality.blocking_problem == ""
    assert len(result.stances) == len(easy_analysis.stances)


def test_a_slip_is_found_in_time_and_what_comes_after_is_flagged():
    from dataclasses import replace

    from imu import simulation

    pods = simulation.realistic(1)
    pods["shank_left"] = replace(pods["shank_left"], slip_s=110.0, slip_deg=15.0)
    run = simulation.simulate(
        simulation.Runner(), (simulation.Stand(10), simulation.Run(200)), seed=1, pods=pods
    )
    result = imu.analyse(run.recording())
    said = [reason for reason in result.quality.reasons if "pod slipped" in reason]
    assert len(said) == 1
    assert said[0].startswith("shank left")
    table = result.stances.to_frame()
    flagged = table["quality"].str.contains("after the left shank pod slipped")
    assert set(table.loc[flagged, "side"]) == {"left"}
    assert 95 < table.loc[flagged, "initial_contact_s"].min() < 125
    left = table[table["side"] == "left"]
    assert flagged[left.index[left["initial_contact_s"] > 125]].all()


@pytest.mark.parametrize(("before_mps", "after_mps"), [(2.0, 6.0), (5.0, 2.5), (2.2, 4.5)])
def test_another_pace_that_leans_both_shanks_is_no_slip(before_mps, after_mps):
    from imu import simulation

    paces = (simulation.Run(70, speed_mps=mps) for mps in (before_mps, after_mps))
    run = simulation.simulate(simulation.someone(6409), (simulation.Stand(8), *paces), seed=6409)
    result = imu.analyse(run.recording())
    assert not [reason for reason in result.quality.reasons if "pod slipped" in reason]
    assert not result.stances.to_frame()["quality"].str.contains("slipped").any()


def test_hills_and_pace_are_no_slip():
    from imu import simulation

    script = (
        simulation.Stand(10),
        simulation.Run(60, grade_pct=8),
        simulation.Run(60, grade_pct=-8),
        simulation.Run(60, speed_mps=4.5),
    )
    run = simulation.simulate(simulation.Runner(), script, seed=2, pods=simulation.realistic(2))
    assert not [r for r in imu.analyse(run.recording()).quality.reasons if "pod slipped" in r]


def test_a_gyroscope_at_its_limit_is_said(easy_recording):
    limit = np.radians(500)
    result = imu.analyse(
        imu.Recording.from_arrays(
            rate_hz=200.0,
            gyr_range_radps=limit,
            **arrays(easy_recording, lambda place, acc, gyr: (acc, np.clip(gyr, -limit, limit))),
        )
    )
    said = [reason for reason in result.quality.reasons if "gyroscope clipped in" in reason]
    assert {reason.partition(":")[0] for reason in said} == {"shank left", "shank right"}
    assert all(reason.endswith("; set a larger range") for reason in said)
    assert len(result.stances) > 150
