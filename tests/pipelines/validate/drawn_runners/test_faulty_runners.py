"""Random runners with all faults: how they are drawn, the cell that hides nothing, the height."""

from dataclasses import replace

import numpy as np
import pytest

from imu.alignment import worn_pods
from imu.frames import LEFT
from imu.simulation import all_faults, anyone
from pipelines.validate import asked_of_events, detectors
from pipelines.validate.drawn_runners import axis_error, faulty_cells, faulty_runners, pod_heights
from pipelines.validate.drawn_runners.faulty_runners import FaultyLeg, FaultyRunner
from pipelines.validate.drawn_runners.pod_heights import LegAtHeights
from pipelines.validate.matching import pooled
from pipelines.validate.results import MISSING, PASS, SHORT
from pipelines.validate.virtual_runs.grid import SMALL
from pipelines.validate.virtual_runs.score import (
    SHANKS,
    analysed,
    events,
    happened,
    of_leg,
    recorded,
)

JOB = (20_001, (2.0, 6.0))


def leg(height_pct=20.0, found=10, *, given=None, contact_s=0.0, toe_off_s=0.0, found_m=0.1):
    """Made-up errors of ten stances of a leg, of which `found` were found."""
    contact, toe_off = np.full(found, contact_s), np.full(found, toe_off_s)
    given = found if given is None else given
    return FaultyLeg(height_pct, 10, contact, toe_off, given, toe_off - contact, found_m)


def runner(seed, legs, *, speed_mps=3.5, strike="heel"):
    found = sum(len(one.contact_s) for one in legs)
    errors = replace(
        pooled([]),
        asked=sum(one.asked for one in legs),
        given=sum(one.given for one in legs),
        contact_s=np.zeros(found),
    )
    return FaultyRunner(seed, speed_mps, errors, tuple(legs), "A", strike)


# --- how they are drawn ---------------------------------------------------------------------------


def test_runners_are_drawn_by_seed_with_every_fault():
    cases = [faulty_runners.case(job) for job in faulty_runners.drawn(1, 40)]
    assert [case.seed for case in cases] == list(range(20_001, 20_041))
    speeds = [faulty_runners.speed_mps(case) for case in cases]
    assert 2.0 < min(speeds) < 2.5
    assert 5.5 < max(speeds) < 6.0
    heights = [faulty_runners.height_pct(case.pods[p]) for case in cases for p in SHANKS]
    assert 10 < min(heights) < 16
    assert 64 < max(heights) < 70
    for case in cases[:5]:
        worn, faulty = anyone(case.seed)[1], all_faults(case.seed)
        for place, pod in case.pods.items():
            assert (pod.loss_pct, pod.ppm) == (2.0, faulty[place].ppm)
            assert pod.mounting_rad == faulty[place].mounting_rad
            assert pod.tissue_hz == worn[place].tissue_hz
        assert case.radio
    assert {faulty_runners.strike(case) for case in cases} == set(faulty_runners.STRIKES_S)
    fast = [faulty_runners.case(job) for job in faulty_runners.fast(1, 12)]
    assert all(6.0 <= faulty_runners.speed_mps(case) <= 8.0 for case in fast)


@pytest.fixture(scope="module")
def run():
    case = faulty_runners.case(JOB)
    return case, *recorded(case)


def test_what_happened_is_the_truth_without_its_metrics(run):
    case, simulation, recording = run
    result = analysed(recording)
    quick = events(result, simulation, case.worn)
    whole = events(result, simulation, case.worn, truth=simulation.truth)
    assert (quick.asked, quick.given) == (whole.asked, whole.given)
    np.testing.assert_array_equal(quick.contact_s, whole.contact_s)
    np.testing.assert_array_equal(quick.toe_off_s, whole.toe_off_s)


def test_a_runner_is_scored_by_the_leg(run):
    _, simulation, recording = run
    one = faulty_runners.score(JOB)
    assert sum(leg.asked for leg in one.legs) == one.errors.asked
    assert sum(leg.given for leg in one.legs) == one.errors.given
    assert min(leg.f1 for leg in one.legs) > 0.9
    assert f"{one.seed}: 5.0 m/s, heel, pods at 58, 11 %" == one.name
    assert len(happened(simulation).side) >= one.errors.asked
    assert of_leg(None, simulation, "left").f1 == 0.0
    result = analysed(recording)
    left, right = (of_leg(result, simulation, side) for side in ("left", "right"))
    assert left.asked + right.asked == one.errors.asked


def test_a_stance_given_to_the_other_leg_costs_both(run):
    _, simulation, recording = run
    result = analysed(recording)
    sides = np.where(result.stances.events.side == "left", "right", "left")
    crossed = replace(result.stances, events=replace(result.stances.events, side=sides))
    one = of_leg(replace(result, stances=crossed), simulation, "left")
    assert one.given > 20
    assert one.f1 == 0.0


# --- cells ----------------------------------------------------------------------------------------


def test_the_mean_does_not_hide_the_worst_cell():
    good = [runner(k, [leg(), leg(60.0)]) for k in range(60)]
    bad = [
        runner(100 + k, [leg(40.0, 4, contact_s=-0.005)], speed_mps=5.5, strike="forefoot")
        for k in range(3)
    ]
    part = faulty_cells.part([*good, *bad])
    by_name = {figure.name.split(" (")[0]: figure for figure in part.figures}
    worst = by_name["F1, worst cell"]
    assert worst.name == "F1, worst cell (forefoot, pod at 30-50 %, 5-6 m/s)"
    assert worst.value == pytest.approx(8 / 14)
    assert by_name["initial contact bias, worst cell"].value == pytest.approx(-5.0)
    assert by_name["contact time bias, worst cell"].value == pytest.approx(5.0)
    verdicts = {name: figure.verdict for name, figure in by_name.items()}
    assert verdicts == {
        "F1 of a runner, mean": SHORT,
        "F1, worst cell": SHORT,
        "initial contact RMSE": PASS,
        "toe-off RMSE": PASS,
        "initial contact bias, worst cell": SHORT,
        "contact time bias, worst cell": SHORT,
    }


def test_two_legs_are_no_cell_to_judge():
    few = [runner(k, [leg(40.0, 4)], speed_mps=5.5) for k in range(2)]
    part = faulty_cells.part(few)
    assert part.figures[1].verdict == MISSING
    assert len(part.tables[1].rows) == 1
    assert all(len(row) == len(table.columns) for table in part.tables for row in table.rows)


def test_what_is_invented_costs_a_cell_as_what_is_missed():
    legs = [leg(given=15) for _ in range(4)]
    (cell,) = faulty_cells.cells([runner(k, [one]) for k, one in enumerate(legs)])
    assert cell.recall == 1.0
    assert cell.f1 == pytest.approx(0.8)


def test_the_lowest_of_the_fast_is_named():
    part = faulty_cells.fast_part([runner(1, [leg()]), runner(2, [leg(15.0, 5)], speed_mps=7.2)])
    assert part.figures[0].value == pytest.approx((1 + 2 / 3) / 2)
    assert "lowest 0.667, 2: 7.2 m/s, heel, pods at 15 %" in part.figures[0].name
    assert part.figures[0].verdict == SHORT


# --- height of the pod ----------------------------------------------------------------------------


def test_only_the_height_of_the_pod_is_changed(run):
    pod = run[0].pods["shank_left"]
    moved = pod_heights.at_height(pod, 30.0)
    assert faulty_runners.height_pct(moved) == pytest.approx(30.0)
    assert replace(moved, lever_m=pod.lever_m) == pod


def test_a_shift_with_height_is_not_one_with_speed():
    speeds, heights = np.linspace(2, 6, 12), np.tile([15.0, 35.0, 60.0], 4)

    def made(per_height_ms, per_mps_ms):
        return [
            runner(
                k, [leg(h, toe_off_s=1e-3 * (per_height_ms * h / 10 + per_mps_ms * v))], speed_mps=v
            )
            for k, (v, h) in enumerate(zip(speeds, heights, strict=True))
        ]

    assert pod_heights.regressed_ms(made(0.8, 0.0)) == pytest.approx(0.8)
    assert pod_heights.regressed_ms(made(0.0, 3.0)) == pytest.approx(0.0, abs=1e-9)
    assert np.isnan(pod_heights.regressed_ms([]))


@pytest.mark.parametrize(("per_10_pct_s", "verdict"), [(0.0004, PASS), (0.0006, SHORT)])
def test_toe_off_must_not_move_with_the_pod(per_10_pct_s, verdict):
    toe_off_s = per_10_pct_s * np.array(pod_heights.HEIGHTS_PCT) / 10
    one = LegAtHeights("one", np.zeros(4), toe_off_s)
    part = pod_heights.part([runner(1, [leg()])], [[one]])
    figure = next(figure for figure in part.figures if "same runs" in figure.name)
    assert figure.value == pytest.approx(1e3 * per_10_pct_s)
    assert figure.verdict == verdict


def test_the_height_found_is_held_against_the_true_one():
    legs = [leg(25.0, found_m=0.16), leg(25.0, found_m=0.12), leg(60.0, found_m=np.nan)]
    part = pod_heights.part([runner(1, legs)], [])
    figure = part.figures[-1]
    assert figure.value == pytest.approx((15 + 5) / 2)
    rows = {row[0]: row[1:3] for row in part.tables[1].rows}
    assert rows["10-30 %"] == ("2", "2")
    assert rows["50-70 %"] == ("1", "0")


# --- tilted axes, other detectors -----------------------------------------------------------------


def test_a_segment_is_turned_about_its_own_axis(run):
    segment = worn_pods.worn(run[2])["shank_left"]
    turned = axis_error.turned(segment, ("left", 10.0))
    np.testing.assert_allclose(turned.acc_mps2[:, LEFT], segment.acc_mps2[:, LEFT])
    along = np.sum(turned.acc_mps2 * segment.acc_mps2, axis=1)[segment.standing]
    size = np.sum(segment.acc_mps2**2, axis=1)[segment.standing]
    assert np.degrees(np.arccos(np.mean(along / size))) == pytest.approx(10.0, abs=0.5)
    assert axis_error.turned(segment, None) is segment


def test_the_events_of_a_turned_shank_are_held_against_its_own():
    moves = axis_error.score(JOB)
    assert len(moves) == 2
    for by_turn in moves.values():
        assert set(by_turn) == set(axis_error.TURNS)
        assert all(one.recall > 0.9 for one in by_turn.values())
    part = axis_error.part([moves])
    assert len(part.figures) == 4
    assert any(figure.value > 0 for figure in part.figures)


def test_a_leg_that_moves_is_named():
    still = {
        key: replace(pooled([]), contact_s=np.zeros(3), toe_off_s=np.zeros(3))
        for key in axis_error.TURNS
    }
    off = {**still, ("forward", 10.0): replace(pooled([]), contact_s=np.full(3, -0.012))}
    figure = axis_error.part([{"steady": still, "moving": off}]).figures[1]
    assert "about forward" in figure.name
    assert "(most: -12.0 ms, moving, +10°)" in figure.name
    assert figure.value == pytest.approx(12 / 4)
    assert figure.verdict == SHORT


def test_every_part_is_begun_and_collected_without_recordings():
    small = replace(SMALL, faulty_runners=2, few_runners=1, fast_runners=1)
    part = asked_of_events.begin(map, small, 1)(None, ())
    on = {figure.on for figure in part.figures}
    assert {faulty_cells.ON, faulty_cells.FAST_ON, axis_error.ON} < on
    tables = [one for one in part.tables if one.title.startswith("Detectors beside each other")]
    assert [len(table.columns) for table in tables] == [8, 8]
    assert all(len(row) == 8 for table in tables for row in table.rows)


def test_detectors_are_compared_on_a_recording_that_is_refused(monkeypatch):
    monkeypatch.setattr("pipelines.validate.detectors.analysed", lambda *_, **__: None)
    scores = detectors.compare(faulty_runners.case(JOB))
    assert all(one.recall == 0.0 for one in scores.values())
