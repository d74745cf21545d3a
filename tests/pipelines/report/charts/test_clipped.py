"""A run some of whose impacts were clipped: the report's medians count them as above."""

from types import SimpleNamespace

import numpy as np
import pytest
from runs.made_run import made_quality, made_run

from imu.metrics import METRICS
from imu.session.medians import session_medians
from pipelines.formatting import UNKNOWN
from pipelines.report.charts.within_run import HIDDEN, over_time, time_figures
from pipelines.report.compared import CLIPPED, compare
from pipelines.report.data import collect
from pipelines.store.files import session_files
from pipelines.store.tables.stance_file import read_header, write_stances

PEAK = "peak_tibial_resultant_mps2"
LABEL = METRICS[PEAK].label
G = 9.80665
COUNT = 200


def an_analysis(*, limit_mps2):
    """A run whose peaks above the limit, left only, were clipped; and the peaks as they were."""
    rng = np.random.default_rng(2)
    side = np.array(["left", "right"] * (COUNT // 2))
    peaks = rng.normal(70.0, 8.0, COUNT)
    clipped = (side == "left") & (peaks > limit_mps2)
    metrics = {name: rng.normal(size=COUNT) for name in METRICS}
    metrics[PEAK] = np.where(clipped, np.nan, peaks)
    analysis = made_run(side, metrics, quality=made_quality(COUNT, clipped=clipped))
    true = np.array([np.median(peaks[side == s]) for s in ("left", "right")])
    return analysis, true, peaks


@pytest.fixture
def stored(tmp_path):
    some, true, peaks = an_analysis(limit_mps2=75.0)
    most, _, _ = an_analysis(limit_mps2=65.0)
    about = {"duration_s": 90.0, "pods": {}}
    for day, analysis in (("2026-10-01", some), ("2026-10-02", some), ("2026-10-03", most)):
        files = session_files(tmp_path, "ana", f"{day}-run")
        write_stances(files, analysis, {**about, "started_utc": f"{day}T07:00:00+00:00"})
    return SimpleNamespace(root=tmp_path, true=true, peaks=peaks)


def test_the_median_is_that_of_all_impacts_today_in_the_past_and_in_the_store(stored):
    data = collect(stored.root, "ana", "2026-10-02-run")
    today = [compare(data).usual[PEAK, side].today for side in ("left", "right")]
    kept = read_header(session_files(stored.root, "ana", "2026-10-01-run").stances)["summary"]
    np.testing.assert_allclose(today, stored.true, rtol=1e-5)
    np.testing.assert_allclose(data.history.medians[PEAK][0], stored.true, rtol=1e-5)
    np.testing.assert_allclose(
        [kept[f"left_{PEAK}"], kept[f"right_{PEAK}"]], stored.true, rtol=1e-5
    )


def minutes(root, session):
    """Return the numbers of the chart over the run of the peak, left and right."""
    figure = next(f for f in time_figures(collect(root, "ana", session), {}) if f.title == LABEL)
    return figure, [[cell != UNKNOWN and float(cell) for cell in row[1:]] for row in figure.rows]


def test_over_the_run_the_medians_are_those_of_all_impacts(stored):
    figure, found = minutes(stored.root, "2026-10-02-run")
    assert figure.note == HIDDEN
    data = collect(stored.root, "ana", "2026-10-02-run")
    left, since_s = data.side == "left", data.time_s - data.time_s[0]
    width_s = over_time(data.side, data.time_s, data.time_s).width_s
    for at, (middle, _) in enumerate(found):
        inside = left & (since_s // width_s == at)
        expected = np.median(stored.peaks[inside]) / G
        if middle is not False:
            assert middle == pytest.approx(expected, abs=0.051)
    assert sum(middle is not False for middle, _ in found) > len(found) / 2
    _, hidden = minutes(stored.root, "2026-10-03-run")
    assert sum(middle is False for middle, _ in hidden) > len(hidden) / 2
    assert all(right is not False for _, right in hidden[:-1])  # the last bin holds hardly one


def test_where_most_are_clipped_nothing_is_claimed(stored):
    data = collect(stored.root, "ana", "2026-10-03-run")
    of = compare(data)
    assert of.unmeasured[PEAK, "left"] == of.unmeasured[PEAK, "left - right"] == CLIPPED
    left, right = (of.usual[PEAK, side] for side in ("left", "right"))
    assert np.isnan(left.today)
    assert left.state == "not measured"
    assert right.today == pytest.approx(stored.true[1], rel=1e-5)
    no_flags = {n: v for n, v in data.values.items() if n in METRICS}
    naive = session_medians(data.side, no_flags)[PEAK][0]
    assert naive < stored.true[0] - 3.0
