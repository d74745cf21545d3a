"""The pattern over weeks: named where more than one measure of a leg shows it."""

from dataclasses import dataclass

import pytest

from imu.baseline.expected import PATTERN
from pipelines.weeks.pattern import is_lone_pattern, leg_of, members
from pipelines.weeks.words import how_to_read


@dataclass(frozen=True)
class Answer:
    metric: str
    side: str
    size: float
    p_value: float


ROTATION, DROP, TIP = (
    "pelvic_rotation_over_leg_deg",
    "pelvic_drop_deg",
    "pelvic_tilt_after_midstance_deg",
)
SHOWN = Answer(PATTERN, "left - right", 5.0, 1e-5)
NOISE = Answer(TIP, "left", 0.1, 0.6)


@pytest.mark.parametrize(
    ("others", "lone"),
    [
        ([Answer(DROP, "left", 3.0, 1e-6), NOISE], True),
        ([Answer(DROP, "left", 3.0, 1e-6), Answer(ROTATION, "left", -2.0, 0.01), NOISE], False),
        ([Answer(DROP, "left", 3.0, 1e-6), Answer(ROTATION, "left", 2.0, 0.01)], True),
        ([Answer(DROP, "left", 1.0, 0.2), Answer(ROTATION, "left", -1.0, 0.2)], False),
        ([Answer(DROP, "right", 3.0, 1e-6), Answer(ROTATION, "right", -2.0, 0.01)], True),
    ],
)
def test_it_takes_more_than_one_measure_that_goes_its_way_on_its_leg(others, lone):
    assert is_lone_pattern(SHOWN, [SHOWN, *others]) == lone


def test_what_is_clear_only_against_the_other_leg_counts():
    between = Answer(ROTATION, "left - right", -2.0, 0.01)
    others = [Answer(DROP, "left", 3.0, 1e-6), Answer(ROTATION, "left", -1.0, 0.2), between]
    assert {one.metric for one in members(others, SHOWN)} == {DROP, ROTATION}


def test_no_other_measure_is_a_lone_pattern_and_the_sign_names_the_leg():
    assert not is_lone_pattern(NOISE, [NOISE])
    assert leg_of(SHOWN) == "left"
    assert leg_of(Answer(PATTERN, "left - right", -5.0, 1e-5)) == "right"


def test_its_unit_is_explained_where_it_is_named_and_nowhere_else():
    assert how_to_read([DROP, PATTERN])[0].startswith("A typical error is ")
    assert how_to_read([DROP]) == ("Left less right: above zero the left is the larger.",)
