from dataclasses import fields, replace

import numpy as np
import pytest

from imu.simulation import Loading, Run, Runner, Spread, Stand, another_day, clean, simulate

STEADY = Spread(*[0.0] * len(fields(Spread)))
EXACT = Runner(spread=STEADY, stride_cv=0.0)
SCRIPT = (Stand(5), Run(40))

# loading changed -> metric it moves, by how much
MOVES = {
    "contact_time_s": (0.02, "contact_time_s", 0.02),
    "impact_mps2": (15.0, "peak_tibial_axial_mps2", 15.0),
    "anterior_tilt_deg": (3.0, "pelvic_tilt_midstance_deg", 3.0),
    "pelvic_drop_deg": (3.0, "pelvic_drop_deg", 3.0),
    "shank_rotation_deg": (4.0, "shank_internal_rotation_deg", 4.0),
}
# what a changed loading may move besides, on its own side, by physics or by definition
TURN = {
    "pelvic_rotation_amplitude_deg", "pelvic_rotation_reversal_pct",
    "pelvic_rotation_over_leg_deg", "pelvic_rotation_after_midstance_deg", "pelvis_toward_leg_m",
    "pelvis_side_sway_m",
}  # fmt: skip
ROCKING = {
    "pelvic_obliquity_amplitude_deg", "pelvic_obliquity_reversal_pct",
    "pelvic_obliquity_over_leg_deg", "hip_adduction_estimate_deg", "pelvic_drop_standing_deg",
    "pelvic_drop_rate_radps", "pelvis_toward_leg_m", "pelvis_side_sway_m",
}  # fmt: skip
TILT = {"pelvic_tilt_contact_deg", "pelvic_tilt_mean_deg", "pelvic_tilt_range_deg"}
SHOCK = {
    "peak_tibial_axial_mps2", "peak_tibial_resultant_mps2", "tibial_high_band_mps2",
    "tibial_low_band_mps2", "pelvis_impact_mps2", "shank_inclination_contact_deg",
}  # fmt: skip
ALSO = {
    "contact_time_s": {
        "flight_time_s", "duty_factor_pct", "active_peak_force_bw", "vertical_oscillation_m",
        "shank_internal_rotation_rate_radps", "shank_swing_rate_radps",
        "pelvic_tilt_after_midstance_deg", *TURN, *ROCKING, *TILT, *SHOCK,
    },
    "impact_mps2": {*SHOCK, *TILT},
    "anterior_tilt_deg": {*TILT, "pelvis_toward_leg_m"},
    "pelvic_drop_deg": ROCKING,
    "shank_rotation_deg": {
        "shank_internal_rotation_rate_radps", "shank_lean_deg", "hip_adduction_estimate_deg",
        *SHOCK,
    },
}  # fmt: skip
FROM_STANDING = {"shank_lean_deg", "hip_adduction_estimate_deg", "shank_inclination_contact_deg"}
ACROSS = TURN | ROCKING
"""What is read about the mean of a stride, which both legs share."""
# a share of the baseline's size under which a metric counts as unmoved
STILL = 0.02


def medians(runner, side):
    truth = simulate(runner, SCRIPT, seed=0, pods=clean()).truth
    own = (truth.side == side) & (truth.initial_contact_s > 10) & (truth.initial_contact_s < 40)
    return {name: np.nanmedian(values[own]) for name, values in truth.metrics.items()}


@pytest.fixture(scope="module")
def usual():
    return {side: medians(EXACT, side) for side in ("left", "right")}


@pytest.mark.parametrize("name", MOVES)
def test_a_loading_moves_the_metric_it_names(usual, name):
    change, metric, by = MOVES[name]
    left = replace(EXACT.left, **{name: getattr(EXACT.left, name) + change})
    moved = medians(replace(EXACT, left=left), "left")
    assert moved[metric] - usual["left"][metric] == pytest.approx(by, rel=0.06)


@pytest.mark.parametrize("name", MOVES)
def test_a_loading_leaves_the_other_metrics_and_the_other_side_alone(usual, name):
    change, metric, _ = MOVES[name]
    left = replace(EXACT.left, **{name: getattr(EXACT.left, name) + change})
    runner = replace(EXACT, left=left)
    allowed = {metric} | ALSO[name]
    moved = {
        other
        for other, value in medians(runner, "left").items()
        if abs(value - usual["left"][other]) > STILL * abs(usual["left"][other])
    }
    assert moved <= allowed
    crossed = {
        other
        for other, value in medians(runner, "right").items()
        if abs(value - usual["right"][other]) > STILL * abs(usual["right"][other])
    }
    # the flight after a longer left stance is shorter: the right leg lands from a lower one
    physics = {"active_peak_force_bw", "vertical_oscillation_m", *TILT, *SHOCK}
    assert crossed - ACROSS <= (physics if name == "contact_time_s" else set())


def test_every_loading_is_what_the_truth_reads():
    runner = Runner(spread=STEADY, stride_cv=0.0, left=Loading(contact_time_s=0.24))
    for side, loading in (("left", runner.left), ("right", runner.right)):
        found = medians(runner, side)
        for name, (_, metric, by) in MOVES.items():
            assert found[metric] == pytest.approx(getattr(loading, name), abs=0.08 * abs(by)), name


def test_left_and_right_are_mirror_images():
    strange = Loading(
        contact_time_s=0.23, impact_mps2=75.0, anterior_tilt_deg=7.0, pelvic_drop_deg=8.0,
        pelvic_rotation_deg=1.0, shank_rotation_deg=14.0,
    )  # fmt: skip
    one = replace(EXACT, left=strange)
    other = replace(EXACT, right=strange)
    for side, opposite in (("left", "right"), ("right", "left")):
        here, there = medians(one, side), medians(other, opposite)
        for name, value in here.items():
            close = 0.1 if name.endswith("_pct") else 1e-3
            close = 0.5 if name in FROM_STANDING else close  # people sway, and not in mirror image
            assert value == pytest.approx(there[name], rel=0.01, abs=close), name


def test_a_change_of_one_side_leaves_the_stances_of_the_other_as_they_were():
    # with all spread on: the random streams of one side never touch the other
    runner = Runner()
    changed = replace(runner, left=replace(runner.left, pelvic_drop_deg=9.0, impact_mps2=80.0))
    before, after = (simulate(r, (Run(40),), seed=5, pods=clean()).truth for r in (runner, changed))
    right = before.side == "right"
    np.testing.assert_array_equal(before.initial_contact_s, after.initial_contact_s)
    for name in ("pelvic_drop_deg", "peak_tibial_axial_mps2", "pelvic_tilt_midstance_deg"):
        np.testing.assert_allclose(
            before.metrics[name][right], after.metrics[name][right], rtol=2e-3
        )
        if name != "pelvic_tilt_midstance_deg":
            assert (after.metrics[name] - before.metrics[name])[~right].min() > 1.0


def test_stances_differ_as_the_spread_says():
    truth = simulate(Runner(), (Run(600),), seed=2, pods=clean()).truth
    left = truth.side == "left"
    for name, sd in (("pelvic_drop_deg", 0.6), ("pelvic_tilt_midstance_deg", 0.5)):
        assert np.std(truth.metrics[name][left]) == pytest.approx(sd, rel=0.2)
    peak = truth.metrics["peak_tibial_axial_mps2"][left]
    assert np.std(np.log(peak)) == pytest.approx(0.12, rel=0.25)
    stride = truth.metrics["stride_time_s"][left]
    assert np.nanstd(stride) / np.nanmean(stride) == pytest.approx(0.015, rel=0.25)


def test_tilt_drifts_as_it_was_told():
    left = Loading(tilt_drift_deg_per_min=0.5)
    truth = simulate(replace(EXACT, left=left), (Run(240),), seed=2, pods=clean()).truth
    for side, slope in (("left", 0.5), ("right", 0.0)):
        own = truth.side == side
        minutes = truth.initial_contact_s[own] / 60
        found = np.polyfit(minutes, truth.metrics["pelvic_tilt_midstance_deg"][own], 1)[0]
        assert found == pytest.approx(slope, abs=0.02)


def test_another_day_moves_an_unchanged_runner_a_little():
    drops = np.array([another_day(Runner(), seed=s).left.pelvic_drop_deg for s in range(300)])
    assert drops.mean() == pytest.approx(Runner().left.pelvic_drop_deg, abs=0.1)
    assert drops.std() == pytest.approx(0.5, rel=0.15)
    assert another_day(Runner(), seed=1) == another_day(Runner(), seed=1)
    assert another_day(Runner(), seed=1, scale=0.0) == Runner()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stride_alpha": 1.0}, "stride_alpha"),
        ({"cadence_spm": 80.0}, "cadence_spm"),
        ({"left": Loading(contact_time_s=250)}, "contact_time_s"),
    ],
)
def test_a_runner_that_cannot_be_says_what_to_give(change, words):
    with pytest.raises(ValueError, match=words):
        Runner(**change)
