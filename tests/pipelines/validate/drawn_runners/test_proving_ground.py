"""Random runners and their worst cell, activities, sources left out, people beside the stride."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from imu.simulation import Runner, anyone, someone
from pipelines.validate import drawing, left_out
from pipelines.validate.drawn_runners import random_runners, worst_cell
from pipelines.validate.drawn_runners.random_runners import Leg, Scored
from pipelines.validate.matching import Errors, pooled, rms
from pipelines.validate.results import PASS, SHORT
from pipelines.validate.virtual_runs import activities, realism
from pipelines.validate.virtual_runs.grid import FULL, SMALL
from pipelines.validate.virtual_runs.score import Outcome, run


def errors_of(asked, error_s, given=None):
    """Made-up errors of stances, contact and toe-off alike."""
    error_s = np.asarray(error_s, dtype=float)
    return replace(
        pooled([]),
        asked=asked,
        given=len(error_s) if given is None else given,
        contact_s=error_s,
        toe_off_s=error_s,
        length_s=0 * error_s,
        right_side=np.ones(len(error_s), dtype=bool),
    )


def scored(seed, speed_mps, heights_pct, found, bias_s=0.0, asked=10):
    legs = tuple(
        Leg(height, asked, np.full(found, bias_s), np.full(found, bias_s)) for height in heights_pct
    )
    errors = errors_of(2 * asked, np.full(2 * found, bias_s))
    return Scored(seed, speed_mps, errors, legs, "A")


# --- random runners -------------------------------------------------------------------------------


def test_runners_are_drawn_by_seed_mostly_at_usual_speeds():
    every = random_runners.drawn(3, 400)
    assert every == random_runners.drawn(3, 400)
    assert len({seed for seed, _ in every}) == 400
    speeds = np.array([speed for _, speed in every])
    assert speeds.min() >= 1.6
    assert speeds.max() <= 8.0
    assert 0.75 < np.mean((speeds > 2) & (speeds < 5)) < 0.95
    assert speeds.max() > 7
    heights = [100 * anyone(seed)[1]["shank_left"].lever_m[2] / 0.4 for seed, _ in every[:60]]
    assert min(heights) < 20
    assert max(heights) > 60


def test_a_runner_is_scored_by_the_leg():
    one = random_runners.score((1004, 3.0))
    assert sum(leg.asked for leg in one.legs) == one.errors.asked
    found = sum(len(leg.contact_s) for leg in one.legs)
    assert found == np.count_nonzero(one.errors.right_side)
    _, pods = anyone(1004)
    assert [leg.height_pct / 100 * 0.4 for leg in one.legs] == pytest.approx(
        [pods[place].lever_m[2] for place in ("shank_left", "shank_right")]
    )
    assert one.name.startswith("anyone(1004) at 3 m/s, pods at ")


def test_every_leg_is_in_one_cell():
    edges = [(5.0, 20.0), (19.99, 40.0), (60.0, 80.0)]
    runners = [
        scored(k, speed, heights, 9)
        for k, (speed, heights) in enumerate(zip((1.6, 5.0, 8.0), edges, strict=True))
    ]
    cells = worst_cell.cells(runners)
    assert len(cells) == 16
    assert sum(len(cell.legs) for cell in cells) == 6
    filled = {(cell.height, cell.speed) for cell in cells if cell.legs}
    assert filled == {
        ("5-20 %", "1.6-2.5 m/s"),
        ("20-40 %", "1.6-2.5 m/s"),
        ("5-20 %", "5-8 m/s"),
        ("40-60 %", "5-8 m/s"),
        ("60-80 %", "5-8 m/s"),
    }


@pytest.fixture
def one_bad_cell():
    good = [scored(k, 3.0, (10.0, 30.0), 10, 0.002) for k in range(99)]
    return [*good, scored(500, 6.0, (70.0, 70.0), 2, -0.03)]


def test_the_mean_does_not_hide_the_worst_cell(one_bad_cell):
    part = worst_cell.part(one_bad_cell)
    by_name = {figure.name: figure for figure in part.figures}
    verdicts = [figure.verdict for figure in part.figures]
    assert verdicts == [PASS, PASS, PASS, SHORT, SHORT]
    recall = by_name["recall, worst cell (pod at 60-80 %, 5-8 m/s)"]
    assert recall.value == pytest.approx(0.2)
    bias = by_name["initial contact bias, worst cell (pod at 60-80 %, 5-8 m/s)"]
    assert bias.value == pytest.approx(30.0)
    assert by_name["runners with F1 < 0.9"].value == pytest.approx(1.0)


def test_the_worst_runner_can_be_made_again(one_bad_cell):
    worst = worst_cell.part(one_bad_cell).tables[-1].rows[0]
    assert worst[0] == "anyone(500) at 6 m/s, pods at 70, 70 %"


def test_a_runner_of_whom_nothing_is_found_is_counted():
    part = worst_cell.part([scored(1, 3.0, (10.0, 30.0), 0), scored(2, 3.0, (10.0, 30.0), 10)])
    assert "No running at all was found of 1;" in part.tables[0].about
    shown = {row[0]: row for row in part.tables[0].rows}
    assert shown["IC bias"][-1] == "1"
    assert shown["F1"][-1] == "2"


def test_a_refused_recording_is_one_in_which_nothing_was_found(monkeypatch):
    def refuse(recording):
        raise ValueError("shank_left: acceleration is typically 60 m/s²")

    monkeypatch.setattr("imu.recording.recording.check", refuse)
    one = random_runners.score((1004, 3.0))
    assert one.grade == "refused"
    assert one.errors.f1 == 0
    assert sum(leg.asked for leg in one.legs) == one.errors.asked > 40
    assert "the recording of 1 of them was refused" in worst_cell.part([one]).tables[0].about
    outcome = run(random_runners.case(1004, 3.0))
    assert (outcome.grade, outcome.errors.recall) == ("refused", 0)
    assert left_out.score((left_out.PEOPLE, 3, 3.0))[1]["shanks"].asked > 40


# --- activities -----------------------------------------------------------------------------------


def test_activities_are_laid_out_once_per_person():
    every = list(activities.cases(FULL, seed=1))
    keys = {(case.group, case.name, case.seed) for case in every}
    assert len(keys) == len(every) == 11 * FULL.activity_people


@pytest.mark.parametrize("name", ["stairs up", "stairs down", "rope skipping", "cycling"])
def test_what_is_no_running_is_not_called_so(name):
    case = next(one for one in activities.cases(SMALL, seed=1) if one.name == name)
    outcome = run(case)
    assert outcome.errors.asked == 0
    assert outcome.errors.given == 0


def test_a_limp_spares_the_left_and_a_stroller_stills_the_pelvis():
    limping, usual = activities.limping(Runner()), Runner()
    assert limping.left.contact_time_s < usual.left.contact_time_s < limping.right.contact_time_s
    assert limping.left.impact_mps2 < usual.left.impact_mps2
    assert limping.left_step_share < 0.5
    pushing = activities.pushing(someone(2))
    assert pushing.curves.rotation_net_deg == someone(2).curves.rotation_net_deg / 2
    assert pushing.right.anterior_tilt_deg == someone(2).right.anterior_tilt_deg + 4


def test_one_stance_on_stairs_falls_short():
    outcomes = [
        Outcome(activities.STILL, "stairs up", errors_of(0, [], given=1), "D"),
        Outcome(activities.STILL, "cycling", errors_of(0, []), "D"),
        Outcome(activities.ODD, "limp", errors_of(10, np.zeros(10)), "A"),
        Outcome(activities.ODD, "limp", errors_of(10, np.zeros(5)), "A"),
    ]
    part = activities.part(outcomes)
    verdicts = {figure.name: figure.verdict for figure in part.figures}
    assert verdicts == {
        "running stances, stairs up": SHORT,
        "running stances, cycling": PASS,
        "F1, limp, lowest": SHORT,
    }
    assert [row[0] for row in part.tables[0].rows] == ["limp"]


# --- sources left out -----------------------------------------------------------------------------


def virtual(shanks, pelvis):
    errors = {"shanks": shanks, "pelvis": pelvis}
    return [(kind, errors) for kind in left_out.KINDS]


def test_the_constant_comes_from_the_others_alone():
    rng = np.random.default_rng(2)
    sources = [
        left_out.Source(str(k), 50, shift + rng.normal(0, 0.002, 50), np.zeros(50))
        for k, shift in enumerate((0.0, 0.0, 0.012))
    ]
    assert left_out.others_bias_s(sources, "contact_s", 2) == pytest.approx(0, abs=1e-3)
    assert left_out.others_bias_s(sources, "contact_s", 0) == pytest.approx(0.006, abs=1e-3)
    # the odd one out is as wrong as it was, and worsens the rest
    assert rms(sources[0].contact_s - left_out.others_bias_s(sources, "contact_s", 0)) > 0.005


def test_a_source_without_any_event_is_said_so():
    none, some = errors_of(7, []), errors_of(7, np.full(7, 0.004))
    part = left_out.part(None, (), virtual(some, some), {"both shanks": none, "pelvis alone": some})
    shanks, pelvis = part.tables
    assert [row[0] for row in shanks.rows] == [*left_out.KINDS, left_out.SECOND]
    assert shanks.rows[-1][1] == "no event of 7 stances"
    assert shanks.rows[0][2:7] == ("+4.0", "0.0", "4.0", "+4.0", "0.0")
    assert pelvis.rows[-1][1] == "7 of 7"
    for table in part.tables:
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_both_places_are_scored_alone():
    kind, errors = left_out.score((left_out.PEOPLE, 3, 3.0))
    assert kind == left_out.PEOPLE
    assert set(errors) == {"shanks", "pelvis"}
    assert all(isinstance(one, Errors) and one.recall > 0.9 for one in errors.values())


# --- people beside the averaged stride ------------------------------------------------------------


def test_people_drawn_in_groups_are_those_drawn_at_once(monkeypatch):
    assert realism.jobs(1, 45) == [(1, 20), (21, 20), (41, 5)]
    monkeypatch.setattr(realism, "GROUP", 2)
    groups = realism.joined(realism.drawn(job) for job in realism.jobs(1, 3))
    at_once = realism.drawn((1, 3))
    for name, curves in at_once.curves.items():
        np.testing.assert_array_equal(groups.curves[name], curves)
    np.testing.assert_array_equal(groups.swing_radps, at_once.swing_radps)
    np.testing.assert_array_equal(groups.ankle_mps, at_once.ankle_mps)


def test_the_drawing_shows_every_person_in_few_bytes():
    rng = np.random.default_rng(1)
    curves = {name: np.cumsum(rng.normal(size=(30, 101)), axis=1) for name in realism.QUANTITIES}
    people = realism.People(curves, np.zeros((3, 30)), np.zeros(30))
    stride = {name: one[0] for name, one in curves.items()}
    public = {(side, place): stride for side in ("left", "right") for place in realism.PLACES}
    svg = drawing.people(people, public)
    assert ET.fromstring(svg).tag.endswith("svg")
    lines = [path.count("M") for path in re.findall(r'd="(M[^"]*l[^"]*)"', svg)]
    assert lines.count(30) == len(realism.QUANTITIES)
    assert lines.count(1) == 4 * len(realism.QUANTITIES)
    assert len(svg) < 45_000
    assert "tibial peak" not in drawing.people(people, {})
