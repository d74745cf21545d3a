"""A run whose pace nothing measured: an index stands in, and the page says so everywhere."""

from dataclasses import replace

import numpy as np

from pipelines.report.compared import compare
from pipelines.report.verdict.gathered import at_pace


def by_index(data, error_mps=0.2):
    error = np.zeros(len(data.history))
    error[-1] = error_mps
    under = replace(data.history.conditions, pace_error_mps=error)
    return replace(data, history=replace(data.history, conditions=under))


def test_the_page_says_that_the_pace_is_an_index_and_how_good_it_is(report_data, render_page):
    page = render_page(by_index(report_data()))
    assert "not measured; by an index 3.0" in page
    assert "An index from step time, contact time and swing rate stands in for it" in page
    assert "good to some 0.2 m/s" in page
    assert "All ranges are those at the pace that the index suggests" in page
    assert "at today&#39;s pace" not in page
    assert "index" not in render_page(report_data()).replace("z-index", "")


def test_every_range_is_wider_than_with_a_measured_pace(report_data):
    measured, indexed = (compare(data) for data in (report_data(), by_index(report_data())))
    assert at_pace(indexed) == "pace not measured, an index of it allowed for"
    for one, other in zip(measured.legs, indexed.legs, strict=True):
        if np.isfinite(one.high):
            assert other.high - other.low > one.high - one.low
