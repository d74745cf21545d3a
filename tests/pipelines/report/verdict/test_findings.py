from dataclasses import replace

import numpy as np
import pytest

from imu.metrics import METRICS
from pipelines.report.compared import compare
from pipelines.report.verdict.findings import also, detail, findings, headline, pattern_leg
from pipelines.report.verdict.gathered import SAID
from pipelines.report.verdict.limits import not_compared
from pipelines.report.verdict.next_step import next_step
from pipelines.report.words.limits import LIMITS

DROP, TILT, ROTATION = (
    "pelvic_drop_deg",
    "pelvic_tilt_midstance_deg",
    "pelvic_rotation_over_leg_deg",
)
AFTER, LEAN = "pelvic_tilt_after_midstance_deg", "shank_lean_deg"
SHANK, PEAK = "shank_internal_rotation_deg", "peak_tibial_resultant_mps2"

NEXT_RUNS = {0: "Record 5 more runs", 1: "Record 4 more runs", 4: "Record 1 more run at"}


def look(data):
    of = compare(data)
    return of, findings(of)


def test_compensating_left_leg_is_named_with_its_signs_and_nothing_else(compensating):
    of, found = look(compensating)
    assert {(f.metric, f.side, f.direction) for f in found} == {
        (AFTER, "left", "higher"),
        (ROTATION, "left", "lower"),
        (SHANK, "left", "higher"),
    }
    assert pattern_leg(of) == "left"


def test_one_sentence_gathers_them_and_says_what_to_do(compensating, report_data):
    of, _ = look(compensating)
    together = (
        "Left leg: the pelvis turns less over the leg and tips forward more after mid-stance, and "
        "the shin turns in more"
    )
    assert headline(of) == f"{together}: firm, at your usual pace."
    assert "hypothesis" in detail(of)[0]
    milder = {
        ROTATION: (-2.7, 0.0),
        AFTER: (1.9, 0.0),
        SHANK: (2.9, 0.0),
    }
    of, found = look(report_data(shift=milder))
    assert {f.level for f in found} == {"seen once"}
    assert headline(of) == f"{together}: firm when taken together, at your usual pace."


def test_what_both_legs_do_is_said_of_both(report_data):
    of, found = look(report_data(shift={"shank_lean_deg": (-9.0, -9.0)}))
    assert [f.metric for f in found] == ["shank_lean_deg"]
    assert headline(of).startswith("Both legs: the shin leans out less: ")
    assert pattern_leg(of) == ""


def test_each_leg_has_its_own_part_of_the_sentence(report_data):
    of, _ = look(report_data(shift={PEAK: (0.0, 50.0), "shank_lean_deg": (-9.0, 0.0)}))
    said = headline(of)
    assert "Left leg: the shin leans out less" in said
    assert "right leg: the shin is hit harder" in said


def test_a_pattern_of_which_nothing_stands_out_alone_is_said_to_be_that(report_data):
    """Each part changes by about what a single run hides; all four together do not hide."""
    part = {
        ROTATION: (-1.4, 0.0),
        "pelvic_tilt_after_midstance_deg": (0.9, 0.0),
        DROP: (1.1, 0.0),
        SHANK: (1.6, 0.0),
    }
    of, found = look(report_data(shift=part))
    assert pattern_leg(of) == "left"
    assert found == ()
    assert headline(of).startswith("Left leg: the pelvis ")
    assert ": seen once, taken together, as none of it stands out alone, at your" in headline(of)


def test_another_pace_is_said_to_be_allowed_for(report_data):
    data = report_data(shift={SHANK: (9.0, 0.0)}, speed_mps=3.3)
    data.history.conditions.speed_mps[:-1] = np.linspace(2.6, 3.4, 6)
    of, _ = look(data)
    assert "today's pace (3.3 m/s) allowed for" in headline(of)
    data.history.conditions.speed_mps[:] = np.nan
    assert "pace not known" in headline(compare(data))


def test_finding_says_how_much_against_what_and_how_sure(compensating):
    _, found = look(compensating)
    rotation = next(f for f in found if f.metric == ROTATION)
    for words in ("usual at today's pace: ", "95 % interval"):
        assert words in rotation.text
    assert rotation.text.endswith(
        {
            "seen once": "Seen once: the same in the next run would make it firm.",
            "firm": "Firm: seen in two runs in a row, or so far out that one run is enough.",
        }[rotation.level]
    )
    assert rotation.difference_low < rotation.difference < rotation.difference_high < 0
    assert rotation.measured.tag == "proven elsewhere"
    assert rotation.matters.tag == "no study known"
    assert "hypothesis" in rotation.not_known


def test_an_angle_and_its_rate_are_one_finding_angle_first(compensating):
    _, found = look(compensating)
    shank = next(f for f in found if f.metric == SHANK)
    assert shank.related[0].startswith("Shank internal rotation rate, left: ")
    assert also(found[3:]) == ""
    assert "Shank internal rotation rate" in also(found)


def test_change_seen_again_is_firm_and_comes_first(report_data):
    data = report_data(past=8, shift={DROP: (2.4, 0), SHANK: (4.4, 0)})
    once = {f.metric: f.level for f in look(data)[1]}
    assert once == {DROP: "seen once", SHANK: "seen once"}
    data.history.medians[DROP][-2, 0] += 4.0
    _, found = look(data)
    assert [(f.metric, f.level) for f in found] == [(DROP, "firm"), (SHANK, "seen once")]


def test_no_change_is_said_with_what_could_not_be_seen(report_data):
    of, found = look(report_data(seed=3))
    assert found == ()
    assert headline(of) == "Nothing stands out in 18 comparisons with your past runs."
    assert detail(of)[-1].startswith("In one run alone, an angle by less than ")


def test_single_departure_that_chance_would_give_is_distinguished(report_data):
    data = report_data(seed=3)
    of, _ = look(data)
    drop = of.usual[DROP, "left"]
    data.history.medians[DROP][-1, 0] += 1.05 * (drop.high - drop.usual) - drop.difference
    of, found = look(data)
    assert found == ()
    assert "no more than chance gives" in detail(of)[0]


@pytest.mark.parametrize("past", [0, 1, 4])
def test_short_past_is_a_baseline_in_the_making_and_no_verdict(report_data, past):
    of, found = look(report_data(past=past, shift={TILT: (30, 0)}))
    assert found == ()
    assert headline(of) == f"Building your baseline ({past}/5)."
    assert "Today's run is added to it. After 5 runs that count" in detail(of)[0]
    assert NEXT_RUNS[past] in next_step(of)


def test_an_excluded_run_is_no_part_of_a_baseline_in_the_making(report_data):
    data = report_data(past=3)
    data.history.usable[-1] = False
    of = compare(data)
    assert headline(of) == "Building your baseline (3/5)."
    assert "Today's run is excluded, so it is not added to it." in detail(of)[0]
    assert next_step(of).startswith("This run is excluded; midstance include lets it count.")
    assert "Record 3 more runs" in next_step(of)


def test_a_recording_without_running_is_said_to_be_one(report_data):
    of, found = look(report_data(grade="D", reasons=("no running was found",)))
    assert found == ()
    assert headline(of) == "Nothing is compared: no running was found in this recording."
    assert next_step(of) == "Check where the pods sat, and record a run."


def test_what_is_firm_is_said_before_what_was_seen_once(report_data):
    """Also where the leg that was seen once is the surer to have moved in one measure."""
    shift = {ROTATION: (-2.7, 0.0), AFTER: (1.9, 0.0), SHANK: (2.9, 0.0), LEAN: (0.0, 3.2)}
    of, found = look(report_data(shift=shift))
    assert (found[0].side, found[0].level) == ("right", "seen once")
    said = headline(of)
    assert said.startswith("Left leg: the pelvis turns less over the leg")
    assert ": firm when taken together; right leg: the shin leans out more: seen once, at" in said


def test_slips_of_the_past_are_named(report_data):
    data = report_data()
    reasons = list(data.history.reasons)
    reasons[2] = ("the pelvis pod slipped: what is read from its directions is left out",)
    data = replace(data, history=replace(data.history, reasons=tuple(reasons)))
    third = data.history.sessions[2]
    said = next(one for one in not_compared(compare(data)) if one.startswith("Of 1"))
    assert said.startswith(f"Of 1 of 6 past runs a part does not count: {third} (the pelvis")


def test_a_run_excluded_by_its_runner_is_compared_all_the_same(report_data):
    data = report_data(shift={SHANK: (9.0, 0.0)})
    data.history.usable[-1] = False
    of, found = look(data)
    assert [f.metric for f in found] == [SHANK]
    assert headline(of).startswith("Left leg: the shin turns in more")


def test_what_was_not_measured_is_listed_with_its_sides(report_data):
    def change(values, side):
        values[DROP][:] = np.nan
        values[TILT][side == "right"] = np.nan
        values["shank_lean_deg"][np.flatnonzero(side == "left")[24:]] = np.nan

    said = not_compared(
        compare(report_data(notes=("The run 2026-10-01-x was left out: damaged.",), change=change))
    )
    assert said[0] == (
        "Not measured today: anterior pelvic tilt at mid-stance (right) and "
        "contralateral pelvic drop (left and right)."
    )
    assert said[1] == (
        "Not enough stances (24 of 25): outward lean of the shank at mid-stance (left)."
    )
    notes = said.index("The run 2026-10-01-x was left out: damaged.")
    assert 1 < notes < len(said) - 1


def test_the_pace_is_said_or_what_hints_at_another(report_data):
    data = report_data()
    assert any(
        "those at today's pace, 3.00 m/s (5:33 min/km)" in s for s in not_compared(compare(data))
    )
    data.history.conditions.speed_mps[:] = np.nan
    said = next(s for s in not_compared(compare(data)) if "another pace" in s)
    assert "cadence 17" in said
    assert "usually 17" in said


def test_every_primary_metric_has_words():
    assert {*SAID} == {name for name, metric in METRICS.items() if metric.primary}


def test_limits_claim_no_more_than_is_known():
    text = " ".join(LIMITS).lower()
    assert "hip" in text
    assert "illustration, not a test" in text


def test_a_measure_with_too_few_past_runs_is_named_with_its_leg_and_no_other_is(report_data):
    of = compare(report_data())
    begun = [
        replace(c, state="building baseline") if (c.metric, c.side) == (DROP, "left") else c
        for c in of.today.comparisons
    ]
    of = replace(of, today=replace(of.today, comparisons=tuple(begun)))
    (said,) = [one for one in not_compared(of) if one.startswith("Too few past runs")]
    assert said.endswith("measure: contralateral pelvic drop (left).")
