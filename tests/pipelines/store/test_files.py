from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.store.files import files_of, session_files, session_name


@pytest.mark.parametrize("athlete", ["../x", "007", "Ana", "a/b", "", "a b", "ana\n", ".hidden"])
def test_an_athlete_id_that_is_no_safe_folder_is_refused(athlete, tmp_path):
    with pytest.raises(ValueError, match="cannot be an athlete id; start with a small letter"):
        session_files(tmp_path, athlete, "2026-11-22-a1b2")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "session", ["../../x", "a1b2", "2026-11-22", "2026-11-22-", "2026-11-22-a/b"]
)
def test_a_session_that_is_no_safe_name_is_refused(session, tmp_path):
    with pytest.raises(ValueError, match="cannot be a session; give its date and a word"):
        session_files(tmp_path, "ana", session)


def test_a_session_is_named_by_its_day(tmp_path):
    assert session_name(datetime(2026, 11, 22, 23, tzinfo=UTC), "a1b2") == "2026-11-22-a1b2"


def test_a_file_knows_its_session(tmp_path):
    files = session_files(tmp_path, "ana", "2026-11-22-a1b2")
    assert files_of(files.raw) == files
    assert files_of(files.stances) == files


def test_another_file_is_no_session():
    with pytest.raises(ValueError, match="is not a session file"):
        files_of(Path("store/athlete=ana/sessions.parquet"))
