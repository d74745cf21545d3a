import pytest

from imu.baseline.compare import compare
from pipelines.report.findings import also, cards, detail, findings, headline
from pipelines.report.limits import LIMITS, not_compared


def look(data):
    changes = compare(data.side, data.values, data.past_medians(), metrics=data.metrics)
    return changes, findings(changes, data.metrics)


def test_compensating_left_leg_is_named_with_its_signs_and_nothing_else(compensating):
    _, found = look(compensating)
    assert {(f.metric, f.side, f.direction) for f in found} == {
        ("pelvic_tilt_after_midstance_deg", "left", "higher"),
        ("pelvic_rotation_over_leg_deg", "left", "lower"),
        ("shank_internal_rotation_deg", "left", "higher"),
        ("shank_internal_rotation_rate_radps", "left", "higher"),
    }


def test_finding_says_how_much_against_what_and_how_sure(compensating):
    _, found = look(compensating)
    rotation = next(f for f in found if f.metric == "pelvic_rotation_over_leg_deg")
    for words in (
        "Outside your usual range of",
        "(n = 6 baseline runs)",
        "95 % interval",
        "Seen in this run only",
    ):
        assert words in rotation.text
    assert rotation.measured.tag == "proven elsewhere"
    assert rotation.matters.tag == "no study known"
    assert "hypothesis" in rotation.not_known


def test_an_angle_and_its_rate_are_one_card_angle_first(compensating):
    _, found = look(compensating)
    gathered = cards(found)
    assert [card.first.metric for card in gathered if card.with_it] == [
        "shank_internal_rotation_deg"
    ]
    assert len(gathered) == 3
    assert also(gathered[3:]) == ""
    assert "Shank internal rotation" in also(gathered)


def test_change_seen_again_comes_first_and_says_so(report_data):
    data = report_data(
        past=8, shift={"pelvic_drop_deg": (4, 0), "pelvic_tilt_midstance_deg": (9, 0)}
    )
    for run in data.past[-2:]:
        run.medians["pelvic_drop_deg"][0] += 4
    _, found = look(data)
    assert found[0].metric == "pelvic_drop_deg"
    assert found[0].text.endswith("Seen in 3 consecutive runs.")


def test_no_change_is_said_with_what_could_not_be_seen(report_data):
    changes, found = look(report_data(seed=3))
    assert found == ()
    assert headline(changes) == "Nothing stands out in 18 comparisons with your past runs."
    words = detail(changes, report_data().metrics)
    assert words.startswith("Changes smaller than these cannot be detected: anterior pelvic tilt")


def test_single_departure_that_chance_would_give_is_distinguished(report_data):
    data = report_data(seed=3)
    changes, _ = look(data)
    drop = next(c for c in changes if c.metric == "pelvic_drop_deg" and c.side == "left")
    data.values["pelvic_drop_deg"][data.side == "left"] += 1.05 * drop.detectable - drop.difference
    changes, found = look(data)
    assert found == ()
    assert "no further than chance can explain" in detail(changes, data.metrics)


@pytest.mark.parametrize("past", [0, 1, 4])
def test_short_past_is_a_baseline_in_the_making_and_no_verdict(report_data, compensating, past):
    data = report_data(past=past, shift={"pelvic_tilt_midstance_deg": (30, 0)})
    changes, found = look(data)
    assert found == ()
    assert headline(changes) == f"Building your baseline ({past}/5)."
    assert "After 5 such runs" in detail(changes, data.metrics)


def test_what_was_not_measured_is_listed_with_its_sides(report_data):
    data = report_data(notes=("The run 2026-10-01-x was left out: damaged.",))
    data.values["pelvic_drop_deg"][:] = float("nan")
    data.values["pelvic_tilt_midstance_deg"][data.side == "right"] = float("nan")
    changes, _ = look(data)
    said = not_compared(data, changes)
    assert said[0] == "The run 2026-10-01-x was left out: damaged."
    assert said[1] == (
        "Not measured today: anterior pelvic tilt at mid-stance (right) and "
        "contralateral pelvic drop (left and right)."
    )


def test_a_hint_of_another_pace_is_given(report_data):
    data = report_data()
    changes, _ = look(data)
    pace = next(s for s in not_compared(data, changes) if "adjusted" in s)
    assert "cadence 17" in pace
    assert "usually 17" in pace


def test_limits_claim_no_more_than_is_known():
    text = " ".join(LIMITS).lower()
    assert "hip" in text
    assert "illustration, not a test" in text
