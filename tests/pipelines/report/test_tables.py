import numpy as np
import pytest

from imu.baseline.compare import compare
from imu.metrics import METRICS as REAL
from pipelines.report.tables import blocks, plain_rows, pods, session_rows


@pytest.fixture
def rows(compensating):
    data = compensating
    changes = compare(data.side, data.values, data.past_medians(), metrics=data.metrics)
    table = {(b.name, r.side): r for b in blocks(changes, data.metrics) for r in b.rows}
    return table, {(c.metric, c.side): c for c in changes}


def test_strip_shows_today_on_the_side_it_lies_and_never_off_the_strip(rows):
    table, changes = rows
    for key, row in table.items():
        change = changes[key]
        assert 2.5 <= row.strip <= 97.5
        inside = abs(change.difference) <= change.detectable
        assert inside == (30 <= row.strip <= 70)
        assert np.sign(row.strip - 50) == np.sign(change.difference)


def test_rows_show_no_range_or_difference_before_there_is_a_baseline(report_data):
    data = report_data(past=3)
    changes = compare(data.side, data.values, data.past_medians(), metrics=data.metrics)
    for block in blocks(changes, data.metrics):
        for row in block.rows:
            assert (row.usual, row.difference, row.interval) == ("–", "–", "")
            assert row.strip is None
            assert row.verdict == "Building baseline (3/5)"
            assert row.today != "–"


def test_exploratory_metrics_stand_apart_without_a_verdict(report_data):
    data = report_data()
    data.values["cadence_spm"][:] = np.nan
    changes = compare(data.side, data.values, data.past_medians(), metrics=data.metrics)
    plain = plain_rows(changes, data.metrics)
    assert [row.label for row in plain] == [
        "Contact time",
        "Vertical travel",
        "Turning back of the pelvis",
        "Pelvis lowered on the swing side",
        "Reversal of the pelvis' turn",
    ]
    assert {len(row.cells) for row in plain} == {4}


def test_what_is_given_for_a_session_alone_has_its_rows_and_no_verdict(report_data):
    name = next(name for name, metric in REAL.items() if metric.session_only)
    data = report_data(
        metrics={**report_data().metrics, name: REAL[name]},
        of_session={name: np.array([0.02, np.nan])},
    )
    for run in data.past:
        run.medians[name] = np.array([0.01, 0.03])
    assert [row.cells for row in session_rows(data)] == [("2.0", "1.0", "–", "3.0")]
    assert session_rows(report_data()) == []


def test_pods_come_in_the_order_of_the_body_and_unknown_is_a_dash():
    known = {"shank_right": {"coverage_pct": None}, "pelvis": {"coverage_pct": 98.04}}
    table = pods(known)
    assert [row["place"] for row in table] == ["Pelvis", "Right shank"]
    assert table[0]["delivered"].startswith("98.0")
    assert table[1]["delivered"] == "–"
