"""What the sessions of an athlete say of her, and what of them does not count."""

from dataclasses import replace

import numpy as np
import pytest

from imu.baseline.conditions import UNKNOWN
from imu.metrics import METRICS
from imu.quality.pod_slip import Slip, sentences
from pipelines import store
from pipelines.store.files import session_files
from pipelines.store.history import history
from pipelines.store.stance_file import write_stances
from pipelines.store.stated.context_file import change_context

TILT, LEAN, PEAK = "pelvic_tilt_midstance_deg", "shank_lean_deg", "peak_tibial_resultant_mps2"


@pytest.fixture
def keep(tmp_path, analysis):
    """Store a session of `count` stances with a grade and reasons; 60 by default."""

    def kept(session, *, count=60, grade="A", reasons=(), started="T07:00:00+00:00"):
        many = np.resize(np.arange(6), count)
        table = analysis.stances
        events = {name: values[many] for name, values in vars(table.events).items()}
        stances = replace(
            table,
            events=replace(table.events, **events),
            metrics={name: values[many] for name, values in table.metrics.items()},
            quality={name: values[many] for name, values in table.quality.items()},
        )
        quality = replace(analysis.quality, grade=grade, reasons=tuple(reasons))
        files = session_files(tmp_path, "ana", session)
        about = {"started_utc": session[:10] + started if started else None, "duration_s": 60.0}
        write_stances(files, replace(analysis, stances=stances, quality=quality), about)
        return files

    return kept


def read(tmp_path, until=None):
    return history(store.open(tmp_path), "ana", until)


def test_sessions_come_oldest_first_up_to_the_one_named(keep, tmp_path):
    keep("2026-10-09-a")
    keep("2026-10-01-b", started="")
    keep("2026-10-05-c")
    assert read(tmp_path).sessions == ("2026-10-01-b", "2026-10-05-c", "2026-10-09-a")
    found = read(tmp_path, "2026-10-05-c")
    assert found.sessions == ("2026-10-01-b", "2026-10-05-c")
    assert found.started[0] is None
    assert set(found.medians) == set(METRICS)
    assert {np.shape(values) for values in found.medians.values()} == {(2, 2)}
    assert 4.0 < np.diff(found.conditions.day)[0] < 4.5
    with pytest.raises(ValueError, match="no session 2026-10-06-x that can be read"):
        read(tmp_path, "2026-10-06-x")


def test_the_medians_are_those_of_the_stances(keep, tmp_path):
    keep("2026-10-01-a")
    frame = store.open(tmp_path).stances()
    found = read(tmp_path)
    for name in (TILT, LEAN, PEAK):
        expected = [frame.loc[frame["side"] == side, name].median() for side in ("left", "right")]
        np.testing.assert_allclose(found.medians[name][0], expected, rtol=1e-5)
    np.testing.assert_allclose(found.conditions.speed_mps, frame["speed_mps"].median(), rtol=1e-5)


def test_a_run_of_few_stances_has_no_medians(keep, tmp_path):
    keep("2026-10-01-a", count=40)
    assert np.isnan(read(tmp_path).medians[TILT]).all()


def test_a_poor_run_does_not_count_and_says_why(keep, tmp_path):
    keep("2026-10-01-a", grade="D", reasons=("no running was found",))
    keep("2026-10-05-a", grade="C", reasons=("no pod on shank left",))
    found = read(tmp_path)
    assert found.usable.tolist() == [False, True]
    assert found.reasons == (("graded D, so it does not count: no running was found",), ())


@pytest.mark.parametrize(
    ("place", "moved"),
    [
        ("pelvis", {TILT: [True, True]}),
        ("shank_left", {LEAN: [True, False]}),
        ("shank_right", {LEAN: [False, True]}),
    ],
)
def test_a_slip_takes_what_it_moves_and_no_more(keep, tmp_path, place, moved):
    keep("2026-10-01-a", reasons=sentences({place: Slip(100.0, 8.0)}, start_s=0.0))
    found = read(tmp_path)
    for name in (TILT, LEAN, PEAK):
        gone = np.isnan(found.medians[name][0]).tolist()
        assert gone == moved.get(name, [False, False]), name
    worn = {"pelvis": "pelvis", "shank_left": "left shank", "shank_right": "right shank"}[place]
    assert found.reasons[0][0].startswith(f"the {worn} pod slipped: ")
    assert np.isfinite(found.conditions.speed_mps).all()


def test_a_session_that_cannot_be_read_is_named(keep, tmp_path):
    keep("2026-10-01-a")
    keep("2026-10-05-a").stances.write_bytes(b"nonsense")
    found = read(tmp_path)
    assert found.sessions == ("2026-10-01-a",)
    assert found.left_out[0].startswith("The run 2026-10-05-a was left out: ")


def test_the_table_of_an_earlier_version_is_made_anew(keep, tmp_path):
    from pipelines.store.parquet import checked_file
    from pipelines.store.sessions import CATALOGUE

    keep("2026-10-01-a")
    read(tmp_path)
    kept = tmp_path / "athlete=ana" / "sessions.parquet"
    table, texts = checked_file.read(kept, CATALOGUE)
    before = replace(CATALOGUE, version=1)
    checked_file.write(kept, table.drop_columns("edition"), before, texts, replace=True)
    assert read(tmp_path).edition.tolist() == [1]  # as the hand-made session says nothing


def state(tmp_path, session, **stated):
    change_context(session_files(tmp_path, "ana", session), stated)


def test_what_a_person_stated_of_a_run_is_its_condition_and_shuts_it_out(keep, tmp_path):
    for session in ("2026-10-01-a", "2026-10-02-b", "2026-10-03-c", "2026-10-04-d"):
        keep(session)
    state(tmp_path, "2026-10-01-a", shoes="old", surface="road", speed_mps=3.1)
    state(tmp_path, "2026-10-02-b", shoes="new", grade_pct=2.0, watch_speed_mps=2.7)
    state(tmp_path, "2026-10-03-c", shoes="old", excluded="ran with a dog")
    found = read(tmp_path)
    shoes = found.conditions.shoes
    assert shoes[0] == shoes[2] != shoes[1]
    assert shoes[3] == UNKNOWN
    assert found.conditions.surface[0] != UNKNOWN
    assert (found.conditions.surface[1:] == UNKNOWN).all()
    assert found.conditions.speed_mps[:2].tolist() == [3.1, 2.7]
    np.testing.assert_array_equal(found.conditions.grade_pct, [np.nan, 2.0, np.nan, np.nan])
    assert found.usable.tolist() == [True, True, False, True]
    assert found.reasons[2] == ("excluded, so it does not count: ran with a dog",)
