"""What cannot be known is NaN, for every metric, and nothing else: pods, gaps, clipping, clocks."""

from dataclasses import replace

import numpy as np
import pytest

import imu
from imu.metrics import METRICS
from imu.quality.stance_reasons import REASONS
from imu.simulation import JointCurves, Run, Runner, Stand, both, clean, simulate

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
