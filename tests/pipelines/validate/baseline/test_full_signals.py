"""The proof on full signals: what a day holds, what is counted, and the life of one athlete."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.validate.baseline import full_signals
from pipelines.validate.baseline.full_signals.cases import SINGLE, UNCHANGED, mixed, steady
from pipelines.validate.baseline.full_signals.days import Day, Slip, person, simulated
from pipelines.validate.baseline.full_signals.part import NOT_RUN, part, seeds


@pytest.fixture(scope="module")
def life():
    return full_signals.lived(4)


def test_a_day_is_the_same_when_it_is_made_again_and_another_day_is_not():
    one, again, other = (simulated(4, Day(n, "x")) for n in (3, 3, 4))
    assert one.runner == again.runner
    assert one.pods == again.pods
    assert one.runner.left != other.runner.left
    assert one.pods["pelvis"].mounting_rad != other.pods["pelvis"].mounting_rad
    assert abs(one.pods["shank_left"].lever_m[2] - person(4)[1]["shank_left"].lever_m[2]) <= 0.03


def test_what_happens_on_a_day_happens_to_that_runner_alone():
    plain = simulated(4, Day(3, "x")).runner
    changed = simulated(4, Day(3, "x", left={"pelvic_drop_deg": 2.0}, impact_share=0.25)).runner
    assert changed.left.pelvic_drop_deg == pytest.approx(plain.left.pelvic_drop_deg + 2.0)
    assert changed.right.pelvic_drop_deg == plain.right.pelvic_drop_deg
    assert changed.right.impact_mps2 == pytest.approx(1.25 * plain.right.impact_mps2)
    slipped = simulated(4, Day(3, "x", slip=Slip(5.0, 0.5))).pods
    assert slipped["pelvis"].slip_deg == 5.0
    assert slipped["shank_left"].slip_s is None


def test_every_run_of_a_life_has_a_name_and_a_day_of_its_own():
    days = [*steady(6 + UNCHANGED), *SINGLE.values()]
    assert len({day.session for day in days}) == len(days)
    runs = mixed(4, 8)
    assert all(2.4 <= day.speed_mps <= 4.0 for day in runs)
    assert all(abs(day.grades_pct[0]) <= 6.0 and sum(day.grades_pct) == 0 for day in runs)


def test_what_one_athlete_lives_through_is_told_as_it_must_be(life):
    said = {case: list(of) for case, of in life.said.items()}
    assert not any(one.any for case in ("3.2 m/s", "3.6 m/s") for one in said[case])
    assert {one.conditions for one in said["3.6 m/s"]} == {"faster than any past run"}
    assert all(one.judged == 0 for of in said.values() for one in of if one.grade == "D")
    for case in ("tip off, stands", "tip mid-run"):
        (one,) = said[case]
        assert one.faulty, case
        assert not one.tilt, case
    (full,) = said["full"]
    assert full.pattern == "left"
    assert any(one.pattern == "left" for one in said["half"])
    assert not any(one.faulty for one in said["unchanged"])
    assert all(one.judged == 18 for one in said["unchanged"])


def test_figures_are_shares_of_what_was_said(life):
    told = part([life, replace(life, seed=5)])
    names = [figure.name for figure in told.figures]
    assert len(names) == len(set(names))
    rows = {row[0]: row for row in told.tables[0].rows}
    assert {len(row) for row in rows.values()} == {len(told.tables[0].columns)}
    figure = {figure.name: figure for figure in told.figures}
    refused = figure["shank pods exchanged: grade D, nothing compared"].value
    assert refused == (100 if life.said["exchanged"][0].grade == "D" else 0)
    quiet = [replace(one, named=("impact",)) for one in life.said["hard shoe"]]
    loud = replace(life, said={**life.said, "hard shoe": quiet})
    name = "hard shoe (impact +25 %), not said: a change named"
    other = {figure.name: figure for figure in part([life, loud]).figures}[name]
    assert other.value == figure[name].value + (0 if life.said["hard shoe"][0].any else 50)


def test_without_full_signals_the_page_says_that_they_were_left_out():
    none = part([])
    assert none.remarks == (NOT_RUN,)
    assert not none.figures
    assert not none.tables


def test_seeds_of_two_proofs_are_apart():
    assert not set(seeds(1, 100)) & set(seeds(2, 100))
    assert np.all(np.diff(seeds(3, 40)) == 1)
