"""Dose, order of events, the run in short, what to do next: from numbers to words."""

from dataclasses import replace

import numpy as np
import pytest

from imu.frames import GRAVITY_MPS2
from imu.session.impacts import PEAK
from pipelines.report.compared import compare
from pipelines.report.parts.dose import dose
from pipelines.report.parts.events import events
from pipelines.report.parts.run import in_short
from pipelines.report.verdict.next_step import next_step


def test_dose_adds_up_impacts_by_speed_and_way(report_data):
    """340 strides of 0.7 s at 2 m/s and as many at 4: 1428 m, each with an impact of 5 g."""

    def even(values, side):
        values["speed_mps"] = np.where(np.arange(len(side)) < len(side) / 2, 2.0, 4.0)
        values["stride_time_s"] = np.full(len(side), 0.7)
        values[PEAK] = np.full(len(side), 5 * GRAVITY_MPS2)

    found = dose(report_data(minutes=8, change=even))
    assert [row.cells for row in found.rows] == [("170", "170")] * 2
    assert [row.share[:2] for row in found.rows] == ["50", "50"]
    assert found.rows[0].speed.startswith("below 2.5")
    assert found.rows[1].speed.startswith("from 4.0")
    assert found.per_km == ("238", "238")


def test_a_clipped_leg_has_no_dose_and_without_speed_there_is_none(report_data):
    data = report_data()
    data.values["clipped"] = np.where(data.side == "left", 1.0, 0.0)
    assert dose(data).per_km[0] == "–"
    data.values["speed_mps"] = np.full(len(data.side), np.nan)
    assert dose(data) is None


def test_events_come_in_their_order_with_their_usual_range(report_data):
    found = events(compare(report_data()))
    at = [np.mean(event.at_pct) for event in found]
    assert at == sorted(at)
    assert (at[0], at[-1]) == (0.0, 100.0)
    load = next(event for event in found if "load" in event.words)
    assert load.at_pct == (50.0, 50.0)
    assert [cell.replace("\xa0", " ") for cell in load.cells] == ["50 % (50 to 50)"] * 2
    few = [event for event in events(compare(report_data(past=2))) if event.words == load.words]
    assert "(" not in few[0].cells[0]


def test_a_curve_that_only_rises_has_no_peak(report_data):
    data = report_data()
    rising = np.tile(np.linspace(0, 1, 101), (2, 1))
    data.curves.mean["vertical_force_bw"][:] = rising
    data.curves.mean["shank_rotation_deg"][:] = rising
    data.curves.mean["pelvis_drop_deg"][:] = rising
    words = [event.words for event in events(compare(data))]
    assert not [said for said in words if "load" in said or "shin" in said or "lowest" in said]


def test_no_order_where_only_the_ends_are_known(report_data):
    def nothing(values, side):
        for column in values.values():
            column[:] = np.nan

    assert events(compare(report_data(change=nothing, curves=None))) == []


def test_the_run_in_short_has_what_is_known(report_data):
    said = {name: (value, usual) for name, value, usual in in_short(compare(report_data()))}
    assert said["Distance, about"][0].startswith("2.2")
    assert said["Cadence"][0].startswith("171")
    assert said["Cadence"][1] == "170"
    unknown = report_data(speed_mps=np.nan)
    assert "Distance, about" not in {name for name, *_ in in_short(compare(unknown))}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"grade": "D"}, "Look at what the grade says"),
        ({"past": 3}, "Record 2 more runs"),
        ({"speed_mps": 4.2}, "at a pace and on hills you know"),
        ({"shift": {"pelvic_drop_deg": (6.0, 0.0)}}, "midstance trend"),
        ({}, "Nothing to do"),
    ],
)
def test_every_headline_is_followed_by_what_to_do(report_data, options, words):
    assert words in next_step(compare(report_data(**options)))


def test_a_slipped_pod_is_to_be_fastened(report_data):
    slip = "pelvis: the pod slipped, by about 8°, at minute 6.0"
    data = report_data(reasons=(slip,), grade="B")
    medians = {**data.history.medians}
    hidden = medians["pelvic_drop_deg"].copy()
    hidden[-1] = np.nan
    medians["pelvic_drop_deg"] = hidden
    data = replace(data, history=replace(data.history, medians=medians))
    assert next_step(compare(data)).startswith("Fasten the pod")
