"""The weeks in a report: the sentence, the few changes, the table; the numbers of the trend."""

from dataclasses import replace

import numpy as np

from pipelines.report.parts.weeks import SHORT, weeks
from pipelines.weeks.reference import reference_among
from pipelines.weeks.runs import runs_in
from pipelines.weeks.trend import trends_of

ROTATION = "pelvic_rotation_over_leg_deg"


def with_change(data, by, since):
    """Return the run with one leg changed for good from the run number `since` on."""
    medians = {name: values.copy() for name, values in data.history.medians.items()}
    medians[ROTATION][since:, 0] += by
    return replace(data, history=replace(data.history, medians=medians))


def test_few_runs_are_one_sentence(make_report_data):
    said = weeks(make_report_data(past=2))
    assert said.words.startswith("Nothing can be said over weeks yet: ana has too few runs: ")
    assert said.table == said.changes == ()


def test_without_a_change_it_says_by_how_much_there_may_be_one(make_report_data):
    said = weeks(make_report_data(past=24))
    assert said.words.startswith("Nothing has changed over 14 weeks by more than ")
    assert said.words.endswith("° in any angle of either leg.")
    assert said.changes == ()
    assert len(said.table) >= 18


def test_a_change_that_lasts_is_told_as_the_trend_tells_it(make_report_data):
    data = with_change(make_report_data(past=24), -5.0, 14)
    said = weeks(data)
    runs = runs_in("ana", data.history)
    trend = trends_of(runs, reference_among(runs, None))
    mine = {one.words for one in trend.told if one.named and one.metric == ROTATION}
    assert mine
    assert 1 <= len(said.changes) <= SHORT
    assert any(words[:1].lower() + words[1:] in mine for words in said.changes)
    assert "changed over the weeks" in said.words
    row = next(row for row in said.table if row[0].startswith("left, pelvis turned over"))
    assert " since 2026-" in row[-1]
    assert all(np.array([len(row) for row in said.table]) == len(said.head))
