"""What the sessions of an athlete say of her, and what of them does not count."""

from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from imu.baseline.conditions import UNKNOWN
from imu.metrics import METRICS
from imu.quality.pod_slip import Slip, sentences
from pipelines import store
from pipelines.cli import app
from pipelines.store.files import session_files
from pipelines.store.many_sessions.history import history
from pipelines.store.many_sessions.reference import within
from pipelines.store.stated.context_file import change_context
from pipelines.store.tables.stance_file import write_stances

TILT, LEAN, PEAK = "pelvic_tilt_midstance_deg", "shank_lean_deg", "peak_tibial_resultant_mps2"


@pytest.fixture
def keep(tmp_path, analysis):
    """Store a session of `count` stances, 60 by default; metrics are `even` where given."""

    def kept(session, *, count=60, grade="A", reasons=(), started="T07:00:00+00:00", **even):
        many = np.resize(np.arange(6), count)
        table = analysis.stances
        events = {name: values[many] for name, values in vars(table.events).items()}
        stances = replace(
            table,
            events=replace(table.events, **events),
            metrics={
                name: np.full(count, even[name]) if name in even else values[many]
                for name, values in table.metrics.items()
            },
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


def test_the_run_of_another_runner_counts_for_nobody(keep, tmp_path):
    keep("2026-10-01-a")
    of_ana = keep("2026-10-05-c").stances
    of_ben = session_files(tmp_path, "ben", "2026-10-05-c").stances
    of_ben.parent.mkdir()
    of_ben.write_bytes(of_ana.read_bytes())
    found = history(store.open(tmp_path), "ben")
    assert len(found) == 0
    assert "it says it is 2026-10-05-c of ana; give file and folder" in found.left_out[0]
    with pytest.raises(ValueError, match="it says it is 2026-10-05-c of ana"):
        store.open(tmp_path).read_session("ben", "2026-10-05-c")


def test_the_table_of_an_earlier_version_is_made_anew(keep, tmp_path):
    from pipelines.store.many_sessions.sessions import CATALOGUE
    from pipelines.store.parquet import checked_file

    keep("2026-10-01-a")
    read(tmp_path)
    kept = tmp_path / "sessions" / "athlete=ana" / "sessions.parquet"
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


def test_runs_in_three_zones_are_in_the_order_they_were_run_on_their_own_days(keep, tmp_path):
    """Names keep the day in UTC; a runner who flies east runs on days that they do not say."""
    for session, started, zone in (
        ("2026-10-02-z", "T05:30:00+00:00", "America/Los_Angeles"),  # 22:30 on the 1st
        ("2026-10-02-a", "T20:00:00+00:00", "Asia/Tokyo"),  # 05:00 on the 3rd
        ("2026-10-02-m", "T12:00:00+00:00", "Europe/Berlin"),
    ):
        keep(session, started=started)
        state(tmp_path, session, timezone=zone)
    found = read(tmp_path)
    assert [name[-1] for name in found.sessions] == ["z", "m", "a"]
    assert [f"{at:%d %H:%M}" for at in found.started] == ["01 22:30", "02 14:00", "03 05:00"]
    assert [day.day for day in found.days] == [1, 2, 3]
    for day in (1, 2, 3):
        assert within(found, f"2026-10-0{day}..2026-10-0{day}").tolist() == [
            day == other for other in (1, 2, 3)
        ]
    assert np.diff(found.conditions.day) == pytest.approx([6.5 / 24, 8 / 24])


def test_a_run_over_midnight_and_the_change_of_the_hour_is_of_the_day_it_began(keep, tmp_path):
    keep(
        "2026-10-24-a", started="T21:50:00+00:00"
    )  # 23:50 in Berlin, the night the clock goes back
    keep("2026-10-25-b", started="T22:50:00+00:00")  # 23:50, 25 hours later by the clock's days
    for session in ("2026-10-24-a", "2026-10-25-b"):
        state(tmp_path, session, timezone="Europe/Berlin")
    found = read(tmp_path)
    assert [f"{at:%d %H:%M %z}" for at in found.started] == ["24 23:50 +0200", "25 23:50 +0100"]
    assert [day.day for day in found.days] == [24, 25]
    assert np.diff(found.conditions.day) == pytest.approx([25 / 24])


def test_a_stated_speed_that_cannot_be_meant_does_not_count_and_is_said(keep, tmp_path):
    for session in ("2026-10-01-a", "2026-10-02-b"):
        keep(session, speed_mps=3.1)
    state(tmp_path, "2026-10-01-a", speed_mps=9.3)
    state(tmp_path, "2026-10-02-b", speed_mps=3.72)
    found = read(tmp_path)
    np.testing.assert_allclose(found.conditions.speed_mps, [3.1, 3.72], rtol=1e-6)
    (said,) = found.left_out
    assert said.startswith("The speed stated of 2026-10-01-a is 9.3 m/s, and its")
    words = ["note", "ana", "2026-10-01-a", "--store", str(tmp_path)]
    assert said in CliRunner().invoke(app, words).stderr
    words[2] = "2026-10-02-b"
    assert "The speed stated" not in CliRunner().invoke(app, words).stderr


def test_where_no_speed_is_known_an_index_stands_in_and_says_its_error(keep, tmp_path):
    for session, speed_mps, contact_s in (
        ("2026-10-01-a", 3.0, 0.25),
        ("2026-10-02-b", 3.0, 0.25),
        ("2026-10-03-c", np.nan, 0.25),
        ("2026-10-04-d", np.nan, 0.22),
    ):
        cues = {"contact_time_s": contact_s, "step_time_s": 0.36, "shank_swing_rate_radps": np.nan}
        keep(session, speed_mps=speed_mps, **cues)
    found = read(tmp_path).conditions
    assert found.pace_measured.tolist() == [True, True, False, False]
    assert found.speed_mps[2] == pytest.approx(3.0)
    assert 3.3 < found.speed_mps[3] < 3.8
    assert (found.index_error_mps > 0.05).tolist() == [False, False, True, True]
