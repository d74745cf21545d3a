"""A figure passes or falls short by what was measured, and what was not measured does neither."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.validate import page
from pipelines.validate.results import (
    MISSING,
    PASS,
    SHORT,
    Figure,
    Part,
    Table,
    number,
    signed_ms,
    together,
)

AT_MOST = Figure("somewhere", "error", 5.0, "ms", high=5.0)
AT_LEAST = Figure("somewhere", "recall", 0.99, low=0.99, decimals=3)
WITHIN = Figure("somewhere else", "slope", 1.0, low=0.95, high=1.05)


@pytest.mark.parametrize(
    ("figure", "value", "verdict"),
    [
        (AT_MOST, 5.0, PASS),
        (AT_MOST, 5.0001, SHORT),
        (AT_LEAST, 0.99, PASS),
        (AT_LEAST, 0.98999, SHORT),
        (WITHIN, 0.949, SHORT),
        (WITHIN, 1.051, SHORT),
        (WITHIN, 1.05, PASS),
        (AT_MOST, np.nan, MISSING),
    ],
)
def test_the_verdict_is_on_the_value_not_on_its_rounding(figure, value, verdict):
    assert replace(figure, value=value).verdict == verdict


def test_what_is_asked_is_said_in_words():
    assert AT_MOST.demanded == "≤ 5 ms"
    assert AT_LEAST.demanded == "≥ 0.99"
    assert WITHIN.demanded == "0.95 to 1.05"
    assert replace(WITHIN, low=0.0, high=0.0).demanded == "0"
    assert (AT_MOST.shown, AT_LEAST.shown) == ("5.0 ms", "0.990")


def test_numbers_as_text():
    assert number(-0.04, 1) == "0.0"
    assert number(-0.06, 1) == "-0.1"
    assert number(np.nan) == "–"
    assert (signed_ms(0.0021), signed_ms(-0.0021), signed_ms(np.nan)) == ("+2.1", "-2.1", "–")


def test_the_page_names_every_shortfall_and_every_gap():
    figures = (AT_MOST, replace(AT_LEAST, value=0.5), replace(WITHIN, value=np.nan))
    table = Table("A table", "About it.", ("", "a"), (("x", "1"),), drawing="picture")
    parts = [Part(figures=figures), Part(tables=(table,), drawings={"picture": "<svg/>"})]
    text = page.text(together([*parts, Part(remarks=("A remark.",))], seed=3), folder="validity")
    assert "**1 of 3 figures reach what they must** (seed 3)." in text
    assert "- somewhere: recall (0.500, asked ≥ 0.99)" in text
    assert "- somewhere else: slope" in text.split("Not measured:")[1]
    assert "| somewhere | error | 5.0 ms | ≤ 5 ms | pass |" in text
    assert "|  | recall | 0.500 | ≥ 0.99 | **falls short** |" in text
    assert "A remark." in text
    assert "| x | 1 |" in text
    assert "![A table](validity/picture.svg)" in text
    assert "## What is not validated" in text


def test_when_all_is_well_no_shortfall_is_named():
    text = page.text(together([Part(figures=(AT_MOST, AT_LEAST, WITHIN))], seed=1), folder="v")
    assert "**3 of 3 figures reach what they must**" in text
    assert "fall short" not in text.split("## What must be reached")[0]
