"""Real recordings: the reader is run where it lies, constants come from other runners."""

import sys

import numpy as np
import pytest

from pipelines.validate.matching import rms
from pipelines.validate.recordings import sacrum
from pipelines.validate.recordings import shanks as real
from pipelines.validate.results import PASS


def test_without_a_reader_there_is_no_real_part(tmp_path):
    assert real.load_reference(tmp_path) is None
    assert real.load_reference(tmp_path / "nowhere") is None


def test_the_reader_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "reference", None)  # put back what it was afterwards
    (tmp_path / "reference.py").write_text("ANSWER = 42\n", encoding="utf-8")
    assert real.load_reference(tmp_path).ANSWER == 42
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reference.py"]


def test_a_left_out_runner_is_judged_by_the_constant_of_the_others():
    one, other = np.array([0.010, 0.012]), np.array([-0.002, 0.000, 0.002])
    np.testing.assert_allclose(real.left_out([one, other]), [0.010, 0.012, -0.013, -0.011, -0.009])
    alone = real.left_out([one])
    assert np.isnan(alone).all()


def test_a_constant_does_not_flatter_the_runner_it_came_from():
    rng = np.random.default_rng(0)
    errors = [shift + rng.normal(0, 0.002, 30) for shift in (-0.006, 0.006)]
    own = np.concatenate([one - one.mean() for one in errors])
    assert rms(real.left_out(errors)) > 3 * rms(own)


def test_active_peak_is_the_median_of_the_middle_of_the_stances():
    force = np.zeros(1000)
    for start, peak in ((100, 2.0), (400, 2.4), (700, 2.2)):
        force[start : start + 250] = peak * np.sin(np.pi * np.arange(250) / 250)
        force[start + 10] = 9.0  # an impact, outside 30-70 %
    start_s = np.array([100, 400, 700]) / 1000
    found = sacrum.active_peak(force, start_s, start_s + 0.25, 1000.0)
    assert found == pytest.approx(2.2, abs=1e-3)


@pytest.fixture(scope="module")
def shanks(reference):
    return real.part(reference)


def test_shanks_against_force_plates(shanks):
    verdicts = {figure.name: figure.verdict for figure in shanks.figures if "Bach" in figure.on}
    assert len(verdicts) == 6
    assert set(verdicts.values()) == {PASS}


def test_the_table_has_every_trial_and_every_runner(shanks, reference):
    table = shanks.tables[0]
    first = [row[0] for row in table.rows]
    assert first[:3] == [f"trial {number}" for number in reference.BACH_RUNNING]
    assert sum("runner of" in name for name in first) == 2
    assert all(len(row) == len(table.columns) for row in table.rows)


@pytest.fixture(scope="module")
def rows(reference):
    return sacrum.rows(reference)


def test_the_vertical_force_follows_the_plate_on_every_slope(rows):
    for row in rows:
        assert row.force_rmse_bw < 0.25
        assert row.known > 0.85
        assert abs(row.peak_pct) < 10


def test_the_pelvis_figures_are_those_of_the_worst_trial(rows, reference):
    part = sacrum.part(reference, rows)
    figures = {figure.name: figure for figure in part.figures}
    assert figures["vertical force RMSE, worst trial"].value == max(r.force_rmse_bw for r in rows)
    worst = max(row.scores["toe_off"].sd_s for row in rows)
    assert figures["toe-off SD within a trial, worst"].value == pytest.approx(1e3 * worst)
    assert figures["F1"].verdict == PASS
