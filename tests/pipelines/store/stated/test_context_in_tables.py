"""What was stated of a run stands in the table of sessions and in SQL."""

import pytest

from pipelines.store.stated.context import (
    RunContext,
)
from pipelines.store.stated.context_file import (
    change_context,
    to_toml,
)


def test_the_table_of_sessions_has_the_context_and_follows_it(save, tmp_path):
    from pipelines import store

    one, two = save(), save(session="2026-11-23-b2c3")
    opened = store.open(tmp_path)
    before = opened.sessions("ana")
    assert before["context_shoes"].isna().all()
    assert before["context_treadmill"].dtype == "boolean"
    change_context(
        one,
        {"shoes": "old", "treadmill": False, "speed_mps": 3, "pain": {"knee": 2}, "tags": ["a"]},
    )
    change_context(two, {"tags": ["b", "c"], "excluded": "belt slipped"})
    for _ in range(2):  # made, then kept
        table = opened.sessions("ana").set_index("session")
        first, second = table.loc[one.session], table.loc[two.session]
        assert (first["context_shoes"], first["context_tags"]) == ("old", "a")
        assert first["context_treadmill"] == False  # noqa: E712  (a value of three, not a bool)
        assert (first["context_speed_mps"], first["context_pain_knee"]) == (3.0, 2.0)
        assert (second["context_tags"], second["context_excluded"]) == ("b, c", "belt slipped")
        assert second[["context_shoes", "context_treadmill", "context_pain_knee"]].isna().all()
    one.context.write_text(to_toml(RunContext(shoes="new")), encoding="utf-8")
    assert opened.sessions("ana")["context_shoes"].tolist()[0] == "new"


def test_sql_sees_the_context_and_null_where_nothing_is_stated(save, tmp_path):
    from pipelines import store

    one, _ = save(), save(session="2026-11-23-b2c3")
    save(athlete="ben")
    change_context(one, {"shoes": "old", "treadmill": True, "pain": {"knee": 2}, "tags": ["a"]})
    found = store.open(tmp_path).sql(
        "select count(*) as n, count(context_shoes) as shoes, count(context_treadmill) as belt, "
        "count(context_pain_knee) as knee, count(context_speed_mps) as speed, "
        "bool_or(context_treadmill) as yes, "
        "sum(list_contains(string_split(context_tags, ', '), 'a')::int) as tagged from sessions"
    )
    assert found.iloc[0].tolist() == [3, 1, 1, 1, 0, True, 1]


def test_a_context_that_cannot_be_read_costs_itself_and_counts_as_excluded(save, tmp_path):
    from pipelines import store
    from pipelines.store.left_out import LeftOutWarning

    files, _ = save(), save(session="2026-11-23-b2c3")
    files.context.write_text("excluded = 3")
    opened = store.open(tmp_path)
    with pytest.warns(LeftOutWarning, match="excluded is 3; give words in quotes"):
        table = opened.sessions("ana")
    assert table["context_excluded"].fillna("").tolist() == ["its context cannot be read", ""]
    assert table["grade"].tolist() == ["B", "B"]
    with pytest.warns(LeftOutWarning, match="excluded is 3; give words in quotes"):
        assert opened.sql("select count(*) as n from sessions")["n"].tolist() == [2]


@pytest.mark.parametrize(
    ("run", "athlete", "machine", "local"),
    [
        ("Asia/Tokyo", "Europe/Berlin", "UTC", "2026-11-22T17:30:00+09:00"),
        ("", "Europe/Berlin", "Asia/Tokyo", "2026-11-22T09:30:00+01:00"),
        ("", "", "Asia/Tokyo", "2026-11-22T17:30:00+09:00"),
        ("", "", "Mars/Base", "2026-11-22T08:30:00+00:00"),
        ("", "", None, "2026-11-22T08:30:00+00:00"),
    ],
)
def test_a_session_is_listed_by_the_runners_own_clock(save, tmp_path, run, athlete, machine, local):
    from pipelines import store
    from pipelines.store.stated.athlete import Athlete, save_athlete

    files = save(timezone=machine)
    opened = store.open(tmp_path)
    assert len(opened.sessions("ana")) == 1
    change_context(files, {"timezone": run})
    save_athlete(tmp_path, "ana", Athlete(timezone=athlete))
    (row,) = opened.sessions("ana").to_dict("records")
    assert row["started_local"] == local
    assert row["started_utc"].isoformat() == "2026-11-22T08:30:00+00:00"
    expected = next(
        (zone for zone in (run, athlete, machine) if zone and "Mars" not in zone), "UTC"
    )
    assert row["timezone"] == expected
