"""How a change went, in words for the end of a sentence."""

import pytest

from pipelines.formatting import NARROW
from pipelines.weeks.course import in_a_sentence

DAY = f"5{NARROW}March{NARROW}2026"


@pytest.mark.parametrize(
    ("went", "said"),
    [
        ("step", f"since {DAY}"),
        ("gradual", f"little by little since about {DAY}"),
        ("either", f"since about {DAY}, little by little or in a step (not to be told apart)"),
    ],
)
def test_since_when_is_a_day_as_people_write_it(went, said):
    assert in_a_sentence(went, "2026-03-05") == said


def test_of_what_went_no_way_nothing_is_said():
    assert in_a_sentence("", "") == ""
