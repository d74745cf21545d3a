import numpy as np
import pytest

from imu.baseline.comparisons import JUDGED
from imu.metrics import METRICS as REAL
from pipelines.report.compared import compare
from pipelines.report.parts.tables import blocks, plain_rows, pods


@pytest.fixture
def rows(compensating):
    of = compare(compensating)
    table = {(b.name, r.side): r for b in blocks(of, of.legs) for r in b.rows}
    return table, {(c.metric, c.side): c for c in of.legs}


def test_strip_shows_today_on_the_side_it_lies_and_never_off_the_strip(rows):
    table, changes = rows
    for key, row in table.items():
        change = changes[key]
        assert 2.5 <= row.strip <= 97.5
        inside = abs(change.difference) <= (change.high - change.low) / 2
        assert inside == (30 <= row.strip <= 70)
        assert np.sign(row.strip - 50) == np.sign(change.difference)


def test_rows_show_no_range_or_difference_before_there_is_a_baseline(report_data):
    of = compare(report_data(past=3))
    for block in blocks(of, of.legs):
        for row in block.rows:
            assert (row.usual, row.difference, row.interval) == ("–", "–", "")
            assert row.strip is None
            assert row.verdict == "Building baseline (3/5)"
            assert row.today != "–"


def test_rows_of_a_poor_recording_have_numbers_and_no_verdict(report_data):
    of = compare(report_data(grade="D"))
    for block in blocks(of, of.legs):
        for row in block.rows:
            assert (row.usual, row.difference, row.strip) == ("–", "–", None)
            assert row.verdict == "Not compared: grade D"
            assert row.today != "–"


def test_the_usual_range_moves_with_pace_where_past_runs_tell_how(report_data):
    """Past runs of which the impact grows with pace; today's range is that of today's pace."""
    peak, reach = "peak_tibial_resultant_mps2", {}
    for speed in (2.7, 3.3):
        data = report_data(past=10, speed_mps=speed)
        speeds = data.history.conditions.speed_mps
        speeds[:-1] = np.linspace(2.6, 3.4, 10)
        data.history.medians[peak][:-1] += 30.0 * (speeds[:-1, None] - 3.0)
        reach[speed] = compare(data).usual[peak, "left"]
    assert reach[3.3].usual - reach[2.7].usual == pytest.approx(18.0, abs=4.0)
    assert {one.state for one in reach.values()} <= {*JUDGED}


def test_exploratory_metrics_stand_apart_without_a_verdict(report_data):
    def change(values, side):
        values["cadence_spm"][:] = np.nan

    plain = plain_rows(compare(report_data(change=change)))
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
    data = report_data(metrics={**report_data().metrics, name: REAL[name]})
    data.history.medians[name][:-1] = [0.01, 0.03]
    data.history.medians[name][-1] = [0.02, np.nan]
    (row,) = plain_rows(compare(data), session_only=True)
    assert row.cells[:3] == ("2.0", "1.0", "–")
    assert plain_rows(compare(report_data()), session_only=True) == []


def test_pods_come_in_the_order_of_the_body_and_unknown_is_a_dash():
    known = {"shank_right": {"coverage_pct": None}, "pelvis": {"coverage_pct": 98.04}}
    table = pods(known)
    assert [row["place"] for row in table] == ["Pelvis", "Right shank"]
    assert table[0]["delivered"].startswith("98.0")
    assert table[1]["delivered"] == "–"
