import random

import numpy as np
import pytest

from pipelines.store.journal.format import Header, Pod, journal_path
from pipelines.store.journal.writer import JournalWriter
from pipelines.store.many_sessions.sessions import keep_fresh
from pipelines.store.parquet import checked_file
from pipelines.store.parquet.raw_schema import RAW
from pipelines.store.tables.raw_file import read_raw, write_raw
from pipelines.store.tables.stance_file import HEADER_KEY, read_stances
from pipelines.store.tables.watch_table import COLUMNS, write_watch_table
from pipelines.store.upkeep.verify import OTHERWISE, verify


def test_a_sound_session_has_no_problems_and_says_what_is_missing(save, tmp_path):
    files = save()
    raw, stances, curves, bouts = verify(tmp_path)
    assert (raw.path, raw.rows, raw.problems) == (files.raw, 3997, ())
    assert raw.notes == (
        "pelvis: unknown frame (2)",
        "shank_right: 3 samples (0.1 %) lost in 2 gaps",
        "shank_right: unknown frame (2)",
    )
    assert (stances.path, stances.rows, stances.problems) == (files.stances, 6, ())
    assert stances.notes == (OTHERWISE,), "this analysis, made by hand, names no edition"
    assert (curves.path, curves.rows, curves.problems, curves.notes) == (files.curves, 202, (), ())
    assert (bouts.path, bouts.rows, bouts.problems, bouts.notes) == (files.bouts, 3, (), ())


KINDS = ["raw", "stances", "curves", "bouts", "watch", "sessions", "dictionary"]
MADE_AGAIN = ["sessions", "dictionary"]


@pytest.mark.parametrize("kind", KINDS)
def test_sixty_flipped_bits_anywhere_in_a_file_are_all_found(save, kind, tmp_path):
    """In pages, dictionary pages among them, in the page index and in the footer."""
    files = save(stances=400)
    keep_fresh(tmp_path, ["ana"])
    write_watch_table(files, {name: np.arange(400.0) for name in COLUMNS}, {})
    (path,) = tmp_path.rglob(f"*{kind}.parquet")
    clean = path.read_bytes()
    rng = random.Random(1)
    for _ in range(60):
        damaged = bytearray(clean)
        damaged[rng.randrange(len(clean))] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        (found,) = verify(path)
        if kind in MADE_AGAIN:
            assert found.notes == ("not as it was written; it is rebuilt when it is next needed",)
            continue
        (sentence,) = found.problems
        assert sentence.startswith(f"{path} is damaged (")
        assert sentence.endswith("; restore it from a copy, or process its source again")
        assert "\n" not in sentence
    path.write_bytes(clean)
    assert verify(path)[0].problems == ()


def test_a_damaged_page_is_never_read_as_data(save):
    files = save()
    damaged = bytearray(files.stances.read_bytes())
    damaged[40] ^= 1
    files.stances.write_bytes(damaged)
    with pytest.raises(OSError, match="is damaged"):
        read_stances(files.stances)


def test_a_changed_header_is_found(save):
    files = save()
    content = files.stances.read_bytes()
    assert content.count(b'"grade":"B"') == 1
    files.stances.write_bytes(content.replace(b'"grade":"B"', b'"grade":"A"'))
    (found,) = verify(files.stances)
    assert "the header differs from what was written" in found.problems[0]


@pytest.mark.parametrize("cut", [0, 3, 100, -1])
def test_a_cut_file_is_found(save, cut):
    files = save()
    files.raw.write_bytes(files.raw.read_bytes()[:cut])
    (found,) = verify(files.raw)
    assert f"{files.raw} is damaged" in found.problems[0]


def test_damage_in_one_file_does_not_hide_the_others(save, tmp_path):
    bad = save()
    save(session="2026-11-23-b2c3")
    bad.raw.write_bytes(b"PAR1")
    found = verify(tmp_path)
    assert [bool(one.problems) for one in found] == [True, *[False] * 7]


def test_a_ledger_that_does_not_match_the_samples_is_found(save, tmp_path):
    files = save()
    table, texts = checked_file.read(files.raw, RAW)
    lied = texts[HEADER_KEY].replace('"lost_count":[2,1]', '"lost_count":[2,2]')
    assert lied != texts[HEADER_KEY]
    checked_file.write(files.raw, table, RAW, {HEADER_KEY: lied}, replace=True)
    assert verify(files.raw)[0].problems == (
        "shank_right: the gaps differ from those listed in the header",
    )


def test_a_file_under_a_wrong_name_is_found(save):
    files = save()
    moved = files.raw.with_name("2026-11-24-ffff.raw.parquet")
    files.raw.rename(moved)
    (problem,) = verify(moved)[0].problems
    assert problem.startswith("it says it is 2026-11-22-a1b2 of ana; ")


def test_stances_of_another_raw_file_are_found(save):
    files = save(source={"kind": "journal", "sha256": "cd" * 32})
    (problem,) = verify(files.stances)[0].problems
    assert problem.startswith("it was not made from the raw file beside it")


def test_a_journal_that_changed_is_found(save, tmp_path):
    files = save()
    journal = journal_path(tmp_path, "ana", "2026-11-22-a1b2")
    journal.parent.mkdir(parents=True)
    journal.write_bytes(b"another")
    (problem,) = verify(files.raw)[0].problems
    assert problem == "2026-11-22-a1b2.journal has changed since this session was made from it"


def test_a_clock_that_may_be_off_is_reported(files, raw_session):
    from dataclasses import replace

    pods = {"pelvis": replace(raw_session.pods["pelvis"], sync_s=0.02, trouble={})}
    write_raw(files, replace(raw_session, pods=pods))
    assert verify(files.raw)[0].notes == (
        "pelvis: its clock may be 20 ms off against the other pods",
        "not processed yet; run midstance process on it",
    )


def test_what_an_interrupted_write_left_is_reported(save, tmp_path):
    files = save()
    left = files.raw.parent / ".2026-11-22-a1b2.raw.parquet.0badcafe.tmp"
    left.write_bytes(b"half")
    found = verify(tmp_path)[-1]
    assert (found.path, found.problems) == (left, ())
    assert found.notes == ("left by an interrupted write; it can be deleted",)


def test_nothing_to_check_is_one_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no session files in .*; name a store"):
        verify(tmp_path)


def test_checking_changes_nothing(save, tmp_path):
    files = save()
    before = files.raw.read_bytes(), files.stances.read_bytes()
    verify(tmp_path)
    assert (files.raw.read_bytes(), files.stances.read_bytes()) == before
    assert len(read_raw(files.raw).pods) == 2


# --- journals ---------------------------------------------------------------------------------


def a_journal(root, session="2026-11-22-a1b2", athlete="ana", folder="ana", close=True, pods=2):
    path = journal_path(root, folder, "2026-11-22-a1b2")
    named = {1: Pod("pelvis", "C0", "ORP-PEL", "orp_v1"), 2: Pod("shank_left", "C1", "L", "orp_v1")}
    named = dict([*named.items()][:pods])
    began = "2026-11-22T07:00:00+00:00"
    with JournalWriter(path, Header(session, athlete, began, 1_000, named)) as out:
        for k in range(20):
            out.append(1, 2_000 + k, bytes([k]) * 30)
        if close:
            out.close(9_000)
    return path


def test_a_journal_has_its_line_and_says_what_is_not_done(tmp_path):
    path = a_journal(tmp_path)
    (found,) = verify(tmp_path)
    assert (found.path, found.rows, found.problems) == (path, 20, ())
    assert found.notes == (
        "not processed yet; run midstance process on it",
        "shank_left: no packet of this pod",
    )
    assert verify(path) == [found]


def test_a_journal_that_was_interrupted_is_reported(tmp_path):
    path = a_journal(tmp_path, close=False)
    with path.open("ab") as file:
        file.write(b"MSJ1 half")
    (found,) = verify(tmp_path)
    assert found.problems == ()
    assert found.notes[0] == (
        "interrupted, or being recorded (9 bytes unreadable); run midstance recover to finish it"
    )


def test_damage_in_a_journal_is_a_problem_and_keeps_nobody_back(save, tmp_path):
    files = save()
    path = a_journal(tmp_path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    found = {one.path: one for one in verify(tmp_path)}
    assert found[path].rows == 19
    (problem,) = found[path].problems
    assert problem.startswith("50 bytes are damaged and their records lost; ")
    assert found[files.stances].problems == ()


def test_what_was_unreadable_when_a_journal_was_processed_is_no_news(files, raw_session, tmp_path):
    from dataclasses import replace

    from pipelines.store.tables.raw_file import sha256_of

    path = a_journal(tmp_path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    source = {"kind": "journal", "name": path.name, "sha256": sha256_of(path)}
    write_raw(files, replace(raw_session, source=source))
    found = verify(path)[0]
    assert found.problems == ()
    assert "50 bytes were already unreadable when it was processed" in found.notes


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"session": "2026-11-23-ffff"}, "it says it is 2026-11-23-ffff of ana; "),
        ({"folder": "ben"}, "it says it is 2026-11-22-a1b2 of ana; "),
        ({"pods": 0}, "it names no pod; "),
        ({"athlete": "Bad Name"}, "'Bad Name' cannot be an athlete id"),
    ],
)
def test_a_journal_that_cannot_become_its_session_is_reported(tmp_path, how, said):
    a_journal(tmp_path, **how)
    (found,) = verify(tmp_path)
    assert found.problems[0].startswith(said)


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_what_is_no_journal_is_a_sentence_and_keeps_nobody_back(save, tmp_path, content):
    save()
    path = a_journal(tmp_path)
    path.unlink()
    path.mkdir() if content is None else path.write_bytes(content)
    found = {one.path: one for one in verify(tmp_path)}
    assert len(found) == 5
    (problem,) = found[path].problems
    assert str(path) in problem


def test_a_damaged_catalogue_is_reported_and_is_no_loss(save, tmp_path):
    from pipelines import store

    save()
    store.open(tmp_path).sessions("ana")
    assert verify(tmp_path)[-1].rows == 1
    path = tmp_path / "sessions" / "athlete=ana" / "sessions.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    found = verify(tmp_path)[-1]
    assert found.problems == ()
    assert found.notes == ("not as it was written; it is rebuilt when it is next needed",)
