import math

import pytest

from imu.units import UNITS
from pipelines.formatting import duration, listed, number, plural, quantity, span

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (8.42, "deg", "8.4°"),
        (-8.46, "deg", "−8.5°"),
        (0.2524, "s", f"252{NBSP}ms"),
        (math.pi, "radps", "180°/s"),
        (78.4532, "mps2", f"8.0{NBSP}g"),
        (0.0812, "m", f"8.1{NBSP}cm"),
        (35.2, "pct", f"35.2{NBSP}%"),
        (12.0, "count", "12"),
        (math.nan, "deg", "–"),
        (math.inf, "deg", "–"),
    ],
)
def test_quantity_is_shown_in_the_units_people_use(value, unit, text):
    assert quantity(value, UNITS[unit]) == text


@pytest.mark.parametrize("value", [0.0, -0.0, 0.04, -0.04])
def test_what_rounds_to_nothing_has_no_sign(value):
    assert number(value, UNITS["deg"], signed=True) == "0.0"


def test_differences_carry_their_sign():
    assert number(1.25, UNITS["deg"], signed=True) == "+1.2"
    assert span(-1.0, 2.0, UNITS["deg"], signed=True) == "−1.0 to +2.0"


def test_range_with_an_unknown_end_is_unknown():
    assert span(1.0, math.nan, UNITS["deg"]) == "–"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(40, "40 s"), (89, "89 s"), (90, "2 min"), (3599, "1 h 00 min"), (3840, "1 h 04 min")],
)
def test_durations_read_as_people_say_them(seconds, text):
    assert duration(seconds).replace(NBSP, " ") == text


def test_lists_and_plurals_read_as_sentences_do():
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert (plural(1, "run"), plural(0, "run"), plural(2, "run")) == ("1 run", "0 runs", "2 runs")
