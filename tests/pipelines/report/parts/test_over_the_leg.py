"""Am I over my leg at mid-stance, and what do I do instead: said with numbers, and drawn."""

import re
from dataclasses import replace

import numpy as np
import pytest

from imu.session.midstance_view import QUESTIONS
from pipelines.report.charts.over_leg import LegAngles, leg_drawing
from pipelines.report.compared import compare
from pipelines.report.parts.over_the_leg import REVERSAL, WORDS, over_the_leg

ROTATION, LEAN = "pelvic_rotation_over_leg_deg", "shank_lean_deg"


def look(data):
    return over_the_leg(compare(data))


def rows(view):
    return {row.label: row for question in view.questions for row in question.rows}


def test_every_reading_has_words():
    assert {*WORDS} == {name for names in QUESTIONS.values() for name in names}


def test_each_leg_is_told_in_a_sentence_with_what_is_usual(report_data):
    left, right = look(report_data(shift={ROTATION: (-8.0, 0.0)})).legs
    assert re.match(
        r"the pelvis is turned 3\.\d° away from the leg \(usually 4\.\d° over the leg\), ",
        left.over,
    )
    assert re.match(r"the pelvis is turned 4\.\d° over the leg \(usually 4\.\d°\), ", right.over)
    assert "the shin leans out by 4." in left.over
    assert re.match(r"the pelvis tips forward by 5\.\d° \(usually ", left.after)


def test_what_cannot_be_told_from_zero_is_said_to_be_so(report_data):
    left = look(report_data(shift={ROTATION: (-4.1, 0.0)})).legs[0]
    assert left.over.startswith("the pelvis is square, as near as can be told")


def test_numbers_have_intervals_and_a_usual_range_once_there_is_a_past(report_data):
    row = rows(look(report_data()))["Pelvis turned over the stance leg"]
    assert [cell.legs for cell in row.cells] == ["Left", "Right"]
    for cell in row.cells:
        low, high = map(float, cell.interval.split(" to "))
        assert low < float(cell.today.removesuffix("°")) < high
        assert cell.usual.endswith("°")
    assert row.hypothesis
    assert (row.measured, row.matters) == ("proven elsewhere", "no study known")
    first = look(report_data(past=0))
    assert {c.usual for row in rows(first).values() for c in row.cells} == {"–"}
    assert "usually" not in first.legs[0].over + first.legs[0].after + first.reversal


@pytest.mark.parametrize(
    ("at_pct", "when"),
    [(-20, "before mid-stance"), (40, "as near as can be told"), (70, "after mid-stance")],
)
def test_the_reversal_is_one_for_both_legs_and_set_against_mid_stance(report_data, at_pct, when):
    data = report_data()
    data.values[REVERSAL][:] = at_pct
    view = look(data)
    assert when in view.reversal
    assert [cell.legs for cell in rows(view)["Reversal of the pelvis' turn"].cells] == ["Both legs"]


def test_without_standing_there_is_no_lean_and_no_drawing_but_the_rest(report_data):
    data = report_data()
    assert all(leg.drawing for leg in look(data).legs)
    data.values[LEAN][:] = np.nan
    left = look(data).legs[0]
    assert left.drawing == ""
    assert "shin leans" not in left.over
    assert "turned" in left.over


def test_nothing_measured_is_no_section(report_data, render_page):
    data = report_data()
    shanks = {name: x for name, x in data.values.items() if name not in WORDS}
    assert look(replace(data, values=shanks)) is None
    assert "Over your leg" not in render_page(replace(data, values=shanks))


def test_one_leg_alone_is_told(report_data):
    data = report_data()
    left = data.side == "left"
    kept = {name: np.where(left, x, np.nan) for name, x in data.values.items()}
    view = look(replace(data, values=kept))
    assert view.legs[1].over == view.legs[1].after == "not known today."
    assert view.legs[1].drawing == ""
    assert view.legs[0].drawing != ""
    assert "before mid-stance" in view.reversal


def ends(svg):
    number = r"(-?[\d.]+)"
    found = re.findall(rf'x1="{number}" y1="{number}" x2="{number}" y2="{number}"', svg)
    return np.array(found, dtype=float)[3 + 1 :]  # after ground, plumb, square and arrow


def test_the_legs_are_drawn_as_mirror_images():
    """Today's shank, thigh and pelvis from behind, the middle of the picture at 80 px."""
    angles = LegAngles(6.0, 4.0, 5.0)
    left, right = (ends(leg_drawing(side, angles, None)) for side in ("left", "right"))
    mirrored = left[:3] * [-1, 1, -1, 1] + [160, 0, 160, 0]
    np.testing.assert_allclose(right[:3], mirrored, atol=0.11)


def test_the_drawing_leans_drops_and_turns_the_way_the_words_say():
    shank, _, pelvis, above = ends(leg_drawing("left", LegAngles(6.0, 4.0, 5.0), None))
    assert shank[2] < shank[0]  # the knee is further out, to the left, than the ankle
    assert pelvis[3] > pelvis[1]  # the other side is lower
    assert above[3] < above[1]  # and in front
    drawn = np.degrees(np.arctan2(shank[0] - shank[2], shank[1] - shank[3]))
    assert drawn == pytest.approx(2 * 5.0, abs=0.2)
    assert "other side lower by 4.0°" in leg_drawing("left", LegAngles(6.0, 4.0, 5.0), None)
    assert LegAngles(1.0, np.nan, 1.0).known is False


def test_after_a_slip_nothing_is_said_of_what_it_moved(report_data):
    slip = "pelvis: the pod slipped, by about 8°, at minute 3.0; the stances after it are flagged"
    left = look(report_data(reasons=(slip,))).legs[0]
    assert "pelvis" not in left.over + left.after
    assert "the shin leans out by" in left.over
